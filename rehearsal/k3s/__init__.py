"""What stands for k3s on the machines of a rehearsal."""
