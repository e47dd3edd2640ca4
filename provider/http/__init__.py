"""Talking to servers over HTTP: when to ask again, and how nothing is made twice."""
