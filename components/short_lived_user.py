"""The SQL by which Vault makes and removes a user of one application's database."""

USERNAME = '{{ printf "v-%s-%s-%s" (.RoleName | truncate 24) (random 20) (unix_time) | truncate 63 }}'
"""How the users are called. The default has a part that comes from whoever asks, and all of it is put into SQL."""

# A statement with the word END is sent as a whole; all others are cut at semicolons.
_REMOVE = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{{name}}') THEN
    ALTER ROLE "{{name}}" NOLOGIN;
    GRANT "{{name}}" TO CURRENT_USER;
    PERFORM pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = '{{name}}';
    REASSIGN OWNED BY "{{name}}" TO OWNER;
    DROP OWNED BY "{{name}}";
    DROP ROLE "{{name}}";
  END IF;
END $$
"""


def creation_statements(owner: str) -> list[str]:
    """Return what makes a user that is the role *owner* from its login on: what it creates belongs to that role."""
    return [
        "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'",
        f'GRANT {_quoted(owner)} TO "{{{{name}}}}"',
        f'ALTER ROLE "{{{{name}}}}" SET role TO {_quoted(owner)}',
    ]


def revocation_statements(owner: str) -> list[str]:
    """Return what ends a user's sessions and removes it, giving to *owner* what it made as itself.

    Without that, one table made after `SET ROLE NONE` would keep the user alive: a role that owns something cannot be
    dropped. It must run in the application's own database, for it sees no other one.
    """
    return [_REMOVE.strip().replace("OWNER;", f"{_quoted(owner)};")]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
