"""The embedded deployment engine: it speaks Pulumi's own protocol and keeps Pulumi's own state format.

Read the modules in this order: `values`, `state`, `snapshot`, `provider`, `registry`, `planner`, `steps`, `deployment`.
"""
