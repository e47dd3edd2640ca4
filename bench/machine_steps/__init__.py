"""The same twenty steps for three tools: our worker, the command of pyinfra, and Ansible."""
