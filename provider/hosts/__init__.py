"""The layers of the machines as resources; the machines themselves are the worker's business."""
