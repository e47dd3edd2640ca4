"""What is wrong with the credentials of a stack, asked with one harmless call each."""
