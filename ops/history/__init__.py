"""Commit subjects and the changelog made from them."""
