"""The process that talks to the machines: requests and events as JSON lines, one connection for each machine."""
