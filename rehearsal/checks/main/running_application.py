"""What the running application gets from Vault, and what becomes of its database users."""

import psycopg

from rehearsal.checks.main.client_names import ClientNames, canary_names, names_of
from rehearsal.checks.main.workflow import as_workflow, said
from rehearsal.lab import expect
from rehearsal.main.edge import Edge
from rehearsal.servers.contract import DatabaseServer, Pooler

LOGIN = "kubernetes"
REFUSED = ("authentication failed", "no such user")
TABLES = ("made_by_a_user", "made_as_itself")


def check_service_account(edge: Edge) -> None:
    """Prove that the canary's service account gets the runtime policy, and one of that name elsewhere nothing."""
    expect_service_account(edge, canary_names(edge))


def check_user(edge: Edge) -> None:
    """Prove that a short-lived user works through PgBouncer as the owner, and is dead after its end."""
    expect_user(edge, canary_names(edge))


def check_every_user(edge: Edge) -> None:
    """Prove that Vault makes a user of every database, who gets in: no resource sees where a connection leads."""
    without = edge.settings.without_database
    for app in edge.settings.apps:
        if app.instance not in without:
            expect_database_user(edge, names_of(app))


def expect_service_account(edge: Edge, app: ClientNames) -> None:
    """Fail the running check unless the service account of *app*, and no other, gets exactly its policy."""
    name = app.instance
    answer = edge.log_in(LOGIN, role=name, token=edge.accounts[f"{name}/{name}"])
    expect(answer.is_success, f"expected the service account {name} to be let in, Vault says {said(answer)}")
    policies = sorted(answer.json()["auth"]["policies"])
    wanted = sorted(["default", name])
    expect(policies == wanted, f"expected the role {name} to give {wanted}, found {policies}")
    stranger = edge.log_in(LOGIN, role=name, token=edge.accounts[f"default/{name}"])
    expect(stranger.is_error, f"expected {name} of another namespace to be refused, found it let in")
    with edge.vault.client(answer.json()["auth"]["client_token"]) as client:
        for path, rights in {app.configuration: ["read"], app.credentials: ["read"], "sys/mounts": ["deny"]}.items():
            found = client.post("sys/capabilities-self", json={"paths": [path]}).raise_for_status().json()[path]
            expect(found == rights, f"expected the running {name} to have {rights} on {path}, found {found}")


def expect_database_user(edge: Edge, app: ClientNames) -> None:
    """Fail the running check unless Vault makes a user of the database of *app*, who is the owner there."""
    with edge.as_root() as client:
        answer = client.get(app.credentials)
        expect(answer.is_success, f"expected {app.credentials} to give a user, Vault says {said(answer)}")
        lease = answer.json()
        user, password = lease["data"]["username"], lease["data"]["password"]
        edge.handed_out[password] = "the password of a short-lived user"
        with edge.lab.bouncer.connect(app.instance, user=user, password=password) as session:
            owner = session.execute("SELECT current_user::text").fetchone()
        client.put("sys/leases/revoke", json={"lease_id": lease["lease_id"], "sync": True}).raise_for_status()
    expect(owner == (app.owner,), f"expected the user to be {app.owner}, found {owner}")


def expect_user(edge: Edge, app: ClientNames) -> None:
    """Fail the running check unless a user from Vault is the owner, and when revoked is gone without a trace."""
    with as_workflow(edge, app) as client:
        answer = client.get(app.credentials)
    expect(answer.is_success, f"expected {app.credentials} to give a user, Vault says {said(answer)}")
    lease = answer.json()
    user, password = lease["data"]["username"], lease["data"]["password"]
    edge.handed_out[password] = "the password of a short-lived user"
    with edge.lab.server.connect(app.instance) as superuser:
        superuser.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)}")
    with edge.lab.bouncer.connect(app.instance, user=user, password=password) as session:
        owner = session.execute("SELECT current_user::text").fetchone()
        expect(owner == (app.owner,), f"expected the user to be {app.owner}, found {owner}")
        session.execute(f"CREATE TABLE {TABLES[0]} (note text)")
        session.execute("SET ROLE NONE")
        session.execute(f"CREATE TABLE {TABLES[1]} (note text)")
        with edge.as_root() as client:
            body = {"lease_id": lease["lease_id"], "sync": True}
            client.put("sys/leases/revoke", json=body).raise_for_status()
        _expect_ended(session)
    _expect_dead(edge, app, user=user, password=password)
    with edge.lab.server.connect(app.instance) as superuser:
        query = "SELECT tablename, tableowner FROM pg_tables WHERE tablename = ANY(%s)"
        owners = {row[0]: row[1] for row in superuser.execute(query, [[*TABLES]])}
        left = superuser.execute("SELECT rolname FROM pg_roles WHERE rolname = %s", [user]).fetchall()
    expect(not left, "expected the role to be dropped with its user, found it")
    wanted = dict.fromkeys(TABLES, app.owner)
    expect(owners == wanted, f"expected what the user made to be {app.owner}'s, found {owners}")


def _expect_ended(session: psycopg.Connection[tuple[object, ...]]) -> None:
    try:
        session.execute("SELECT 1")
    except psycopg.OperationalError:
        return
    expect(condition=False, message="expected the session of a revoked user to be ended, found it alive")


def _expect_dead(edge: Edge, app: ClientNames, *, user: str, password: str) -> None:
    servers: tuple[Pooler | DatabaseServer, ...] = (edge.lab.bouncer, edge.lab.server)
    for name, server in zip(("PgBouncer", "PostgreSQL"), servers, strict=True):
        try:
            server.connect(app.instance, user=user, password=password).close()
        except psycopg.OperationalError as error:
            expect(
                any(word in str(error) for word in REFUSED),
                f"expected {name} not to know a revoked user, it says: {error}",
            )
        else:
            expect(condition=False, message=f"expected a revoked user to be refused by {name}, found it let in")
