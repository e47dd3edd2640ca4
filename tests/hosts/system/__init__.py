"""Tests of what a host is before it has a task, on a real machine: base, disks, Docker, iSCSI, and their operations."""
