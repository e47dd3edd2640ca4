"""A stand-in for k3s: its command line, files, ports and tokens, made of the parts of Kubernetes that it contains.

It runs on a machine of a rehearsal, which has Python and openssl and nothing else: standard library alone.
"""
