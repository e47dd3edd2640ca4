"""What is wrong with the lab, and which commands bring it back, in order."""
