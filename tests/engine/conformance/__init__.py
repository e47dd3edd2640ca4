"""What the embedded engine must agree on with the official one, case by case."""
