"""The stack `postgres` on the PostgreSQL that the stack `hosts` made."""

import contextlib
import json
from collections.abc import Iterator, Mapping

from provider.guard import refuse_production
from rehearsal.bring_up import CHECKOUT
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.hosts.remote_databases import RemotePgBouncer, RemotePostgres
from rehearsal.lab import Lab
from rehearsal.part import FoundPart
from rehearsal.stack_files import STACK, production_settings, rehearsal_settings, write_stack_files
from rehearsal.stack_runner import StackRunner
from stacks.settings import read_postgres_settings


@contextlib.contextmanager
def postgres_there(hosts: HostsLab, *, plugins: Mapping[str, FoundPart]) -> Iterator[Lab]:
    """Prepare the stack against the pooler of the machine with the foundations; nothing is declared yet."""
    name = hosts.settings.roles.foundations
    host = hosts.settings.host(name).address
    password = hosts.stack.secret_output("postgres_superuser_password")
    production = production_settings(hosts.program)
    intended = read_postgres_settings(json.dumps(production))
    port = intended.server.port
    raw = rehearsal_settings(production, host=host, port=port)
    settings = read_postgres_settings(json.dumps(raw))
    refuse_production(settings.addresses, {})
    place = hosts.folder / f"{STACK}-there"
    place.mkdir()
    root = place / "root.pem"
    root.write_text(hosts.stack.output("root_certificate"), encoding="utf-8")
    paths = {name: found.path for name, found in plugins.items()}
    write_stack_files(place, stack=STACK, program=hosts.program, settings=raw, plugins=paths)
    bouncer = RemotePgBouncer(host=host, port=port, password=password, origin=hosts.origins["pgbouncer"], root=root)
    with RemotePostgres(hosts.machines[name], password=password, origin=hosts.origins["postgres"]) as server:
        yield Lab(
            folder=place,
            program=hosts.program,
            server=server,
            bouncer=bouncer,
            stack=StackRunner(
                place, stack=STACK, engine=hosts.stack.engine, checkout=CHECKOUT,
                secrets_of_providers={"PGPASSWORD": password},
            ),
            settings=settings,
            intended=intended,
            plugins=plugins,
        )  # fmt: skip
