"""The machines of the rehearsal: real systemd and sshd, on one Linux computer."""
