"""The step of a workflow that says whether a secret still has its value, without saying the value.

For generated values: whoever reads the log can try guesses against the digest.
"""

_STEP = """\
- name: Report the digest of {name}
  env:
    VALUE: ${{{{ secrets.{name} }}}}
  run: |
    {command}
"""
_COMMAND = "printf %s \"$VALUE\" | openssl dgst -sha256 -mac HMAC -macopt hexkey:{salt} | sed 's/.* /{method}:{salt}:/'"


def digest_command(digest: str) -> str:
    """Return the shell command that prints the digest of `$VALUE` with the salt of *digest*."""
    method, salt, _ = digest.split(":")
    return _COMMAND.format(method=method, salt=salt)


def digest_step(name: str, digest: str) -> str:
    """Return the step, as YAML, whose line in the log equals *digest* while the secret *name* has its value."""
    return _STEP.format(name=name, command=digest_command(digest))
