"""What stands for k3s."""
