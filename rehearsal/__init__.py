"""The lab in a box: real servers, stand-in providers, checks and the report."""
