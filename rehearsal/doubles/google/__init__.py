"""Google's storage and its service accounts, as far as the lab uses them."""
