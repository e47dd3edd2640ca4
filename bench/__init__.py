"""Benchmarks: ratios measured side by side, repeated by one command each; no test depends on them."""
