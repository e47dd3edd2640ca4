"""Real servers, each in a folder of its own and on a free port of 127.0.0.1."""
