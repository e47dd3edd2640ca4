"""The verbs of ./factory: one module here is one verb; what they share stands in the folders beside them."""
