"""Who may do what after the first run, read with plain SQL."""

from rehearsal.access import DatabaseAccess, read_access, read_memberships
from rehearsal.lab import EDITOR, Lab, expect
from stacks.app import App

ROLES = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND NOT (rolcanlogin OR rolsuper OR rolcreaterole)"


def check_rights(lab: Lab) -> None:
    """Prove that everybody holds exactly the rights that the design gives."""
    for app in lab.settings.apps:
        access = read_access(lab.server, app.database)
        expect(access is not None, f"expected the database {app.database}, found none")
        if access is not None:
            _expect_database(lab, app, access)
            _expect_function(lab, app, access)


def check_memberships(lab: Lab) -> None:
    """Prove that `credentials_editor` administers the owner roles, nothing else, and that those cannot log in."""
    wanted = tuple(sorted(f"{app.owner_role} with admin option" for app in lab.settings.apps))
    found = tuple(sorted(read_memberships(lab.server, EDITOR)))
    expect(found == wanted, f"expected {EDITOR} to be a member of {wanted}, found {found}")
    owners = [app.owner_role for app in lab.settings.apps]
    with lab.server.connect() as connection:
        harmless = {row[0] for row in connection.execute(ROLES, [owners])}
    wrong = sorted(set(owners) - harmless)
    expect(not wrong, f"expected owner roles that cannot log in, found otherwise: {', '.join(wrong)}")


def _expect_database(lab: Lab, app: App, access: DatabaseAccess) -> None:
    owner = access.owners["database"]
    expect(owner == app.owner_role, f"expected {app.database} to belong to {app.owner_role}, found {owner}")
    owner_role, looker = _quoted(app.owner_role), _quoted(lab.settings.pgbouncer_user)
    wanted = {f"database {owner_role} {right}" for right in ("CONNECT", "CREATE", "TEMPORARY")}
    wanted |= {f"database {looker} CONNECT", f"schema {looker} USAGE"}
    wanted |= {"schema pg_database_owner CREATE", "schema pg_database_owner USAGE"}
    _expect_rights(app, access, wanted, kinds=("database", "schema"))


def _expect_function(lab: Lab, app: App, access: DatabaseAccess) -> None:
    expect(
        len(access.functions) == 1,
        f"expected one function user_lookup in {app.database}, found {len(access.functions)}",
    )
    _, definer, settings = access.functions[0]
    expect(definer, f"expected user_lookup in {app.database} to be security definer, found that it is not")
    expect(
        "search_path=" in (settings or ""),
        f"expected user_lookup in {app.database} to have a fixed search_path, found {settings or 'none'}",
    )
    superuser, looker = lab.server.superuser, lab.settings.pgbouncer_user
    wanted = {f"function {_quoted(role)} EXECUTE" for role in (superuser, looker)}
    _expect_rights(app, access, wanted, kinds=("function",))


def _expect_rights(app: App, access: DatabaseAccess, wanted: set[str], *, kinds: tuple[str, ...]) -> None:
    found = {right for right in access.rights if right.split()[0] in kinds}
    extra, missing = sorted(found - wanted), sorted(wanted - found)
    expect(
        not extra and not missing,
        f"expected in {app.database} exactly the rights of the design, "
        f"found too many: {', '.join(extra) or 'none'}; too few: {', '.join(missing) or 'none'}",
    )


def _quoted(role: str) -> str:
    """Write *role* as PostgreSQL shows it."""
    return role if role.replace("_", "a").isalnum() else f'"{role}"'
