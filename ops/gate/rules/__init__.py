"""The rules of the gate: plain functions over the steps of a plan."""
