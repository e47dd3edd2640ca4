"""Tests of the resource types at Cloudflare."""
