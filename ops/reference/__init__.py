"""Reference pages made from the code: read as text, never imported."""
