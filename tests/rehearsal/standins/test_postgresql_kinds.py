"""The stand-in for `postgresql` on real servers of three versions."""

import psycopg
import pytest

from rehearsal.servers.postgresql import PostgresServer
from rehearsal.standins.plain import Properties
from rehearsal.standins.postgresql.database import Database
from rehearsal.standins.postgresql.grant_role import GrantRole
from rehearsal.standins.postgresql.role import Role
from rehearsal.standins.postgresql.sessions import Sessions, Target
from rehearsal.standins.resource_kind import ResourceKind


@pytest.fixture
def sessions(each_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """Aim at the server as its superuser."""
    monkeypatch.setenv("PGPASSWORD", each_server.password)
    sessions = Sessions()
    sessions.aim(
        Target(
            host=each_server.host,
            port=each_server.port,
            username=each_server.superuser,
            sslmode="disable",
            database="postgres",
            connect_timeout=10,
        )
    )
    return sessions


def _full(kind: ResourceKind, given: Properties) -> Properties:
    return {**{name: item.default for name, item in kind.properties.items() if item.default is not None}, **given}


def _memberships(server: PostgresServer, member: str) -> list[tuple[str, bool]]:
    with server.connect() as connection:
        rows = connection.execute(
            "SELECT roleid::regrole::text, admin_option FROM pg_auth_members WHERE member = %s::regrole ORDER BY 1",
            [member],
        ).fetchall()
    return [(str(role), bool(admin)) for role, admin in rows]


def test_role_lives_its_life(sessions: Sessions, each_server: PostgresServer) -> None:
    """A role is made, found, changed, renamed, and dropped."""
    role = Role(sessions)

    identity, made = role.create(
        _full(role, {"name": "life-1", "login": True, "password": "p'w\\d", "createRole": True})
    )
    each_server.connect(user="life-1", password="p'w\\d").close()  # noqa: S106 - throw-away
    changed = role.update(
        identity,
        old=made,
        new=_full(
            role, {"name": "life-2", "searchPaths": ["a", "B c"], "statementTimeout": 5, "validUntil": "infinity"}
        ),
    )

    assert identity == "life-1"
    assert (made["login"], made["createRole"], made["validUntil"], made["roles"]) == (True, True, "infinity", [])
    assert (changed["name"], changed["login"], changed["createRole"]) == ("life-2", False, False)
    assert (changed["searchPaths"], changed["statementTimeout"]) == (["a", "B c"], 5)
    assert role.read("life-1", {}) is None
    assert role.read("life-2", {}) is not None
    role.delete("life-2", changed)
    assert role.read("life-2", {}) is None


def test_scram_password_is_not_read_back(sessions: Sessions, each_server: PostgresServer) -> None:
    """As the official one: another password set by hand is not seen, a missing one is."""
    role = Role(sessions)
    _, made = role.create(_full(role, {"name": "blind", "login": True, "password": "one"}))

    with each_server.connect() as connection:
        connection.execute("ALTER ROLE blind PASSWORD 'two'")
        replaced = role.read("blind", made)
        connection.execute("ALTER ROLE blind PASSWORD NULL")
        removed = role.read("blind", made)

    assert replaced is not None
    assert replaced[1]["password"] == "one"  # noqa: S105 - throw-away
    assert removed is not None
    assert removed[1]["password"] == ""
    role.delete("blind", made)


def test_read_finds_changes_made_by_hand(sessions: Sessions, each_server: PostgresServer) -> None:
    """What the official role reads back, the stand-in reads back; memberships too, whoever granted them."""
    role = Role(sessions)
    _, group = role.create(_full(role, {"name": "group"}))
    _, made = role.create(_full(role, {"name": "watched"}))

    with each_server.connect() as connection:
        connection.execute("ALTER ROLE watched LOGIN CONNECTION LIMIT 3")
        connection.execute("ALTER ROLE watched SET search_path TO x, y")
        connection.execute('GRANT "group" TO watched')
    found = role.read("watched", made)

    assert found is not None
    state = found[1]
    assert (state["login"], state["connectionLimit"]) == (True, 3)
    assert (state["searchPaths"], state["roles"]) == (["x", "y"], ["group"])
    role.delete("watched", made)
    role.delete("group", group)


def test_update_of_a_role_grants_its_memberships_anew_without_admin(
    sessions: Sessions, each_server: PostgresServer
) -> None:
    """As the official one: any update takes all memberships and grants those of `roles`, without admin option."""
    role = Role(sessions)
    owner = _full(role, {"name": "owner_role"})
    role.create(owner)
    _, made = role.create(_full(role, {"name": "editor"}))
    GrantRole(sessions).create({"role": "editor", "grantRole": "owner_role", "withAdminOption": True})
    assert _memberships(each_server, "editor") == [("owner_role", True)]

    kept = role.update("editor", old=made, new=_full(role, {"name": "editor", "login": True, "roles": ["owner_role"]}))
    assert _memberships(each_server, "editor") == [("owner_role", False)]
    role.update("editor", old=kept, new=_full(role, {"name": "editor"}))

    assert _memberships(each_server, "editor") == []
    role.delete("editor", kept)
    role.delete("owner_role", owner)


def test_database_lives_its_life(sessions: Sessions, each_server: PostgresServer) -> None:
    """A database is made for its owner, found, changed, and dropped even while somebody is connected."""
    role, database = Role(sessions), Database(sessions)
    for name in ("first_role", "second_role"):
        role.create(_full(role, {"name": name}))

    identity, made = database.create(_full(database, {"name": "life-db", "owner": "first_role"}))
    changed = database.update(identity, old=made, new={**made, "owner": "second_role", "connectionLimit": 7})

    assert (made["owner"], made["encoding"], made["template"]) == ("first_role", "UTF8", "template0")
    assert (changed["owner"], changed["connectionLimit"]) == ("second_role", 7)
    assert _memberships(each_server, "postgres") == []
    with each_server.connect("life-db"):
        database.delete("life-db", changed)
    assert database.read("life-db", changed) is None
    for name in ("first_role", "second_role"):
        role.delete(name, {})


def test_failed_create_leaves_no_membership(sessions: Sessions, each_server: PostgresServer) -> None:
    """The momentary membership in the owner is taken back when the database cannot be made."""
    role, database = Role(sessions), Database(sessions)
    role.create(_full(role, {"name": "failing_role"}))

    with pytest.raises(psycopg.errors.UndefinedObject):
        database.create(_full(database, {"name": "x", "owner": "failing_role", "encoding": "NO-SUCH"}))

    assert _memberships(each_server, "postgres") == []
    role.delete("failing_role", {})


def test_membership_lives_its_life(sessions: Sessions, each_server: PostgresServer) -> None:
    """A membership is made with admin option, lost by hand, and taken."""
    role, grant = Role(sessions), GrantRole(sessions)
    for name in ("member", "group-role"):
        role.create(_full(role, {"name": name}))

    identity, made = grant.create({"role": "member", "grantRole": "group-role", "withAdminOption": True})
    assert identity == "member_group-role_true"
    assert grant.read(identity, {}) is None

    with each_server.connect() as connection:
        connection.execute('REVOKE ADMIN OPTION FOR "group-role" FROM member')
        assert grant.read(identity, made) == ("member_group-role_false", {**made, "withAdminOption": False})
        connection.execute('REVOKE "group-role" FROM member')
    assert grant.read(identity, made) is None
    grant.create({"role": "member", "grantRole": "group-role", "withAdminOption": False})
    grant.delete(identity, made)
    assert _memberships(each_server, "member") == []
    for name in ("member", "group-role"):
        role.delete(name, {})
