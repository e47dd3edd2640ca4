"""The stacks: settings in, a declared graph of resources out. Each stack file reads as a table of contents."""
