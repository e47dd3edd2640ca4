"""Tests of the double of Cloudflare."""
