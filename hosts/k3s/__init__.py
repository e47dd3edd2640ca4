"""The cluster's program k3s: its files, its versions, and how it is exchanged for a newer one."""
