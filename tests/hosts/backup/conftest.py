"""What the tests of backups on machines share."""

import dataclasses
import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hosts.backup import places as at
from hosts.backup.derived_password import derived_password
from hosts.layers.backup_keeper import render_users
from hosts.layers.backup_off_site import LAYER as OFF_SITE
from ops.backup_evidence.keeper import OffSite
from rehearsal.images.build import build
from rehearsal.images.lab_images import lab_image
from rehearsal.machines.machines import Machines
from rehearsal.part import PartMissingError, find_part
from rehearsal.parts import STEP_CA, STEP_CLI
from rehearsal.registry import Registry
from tests.hosts.backup.backed_up import DATA, GIVEN, OFF_SITE_SERVER, BackedUp, Settings


@pytest.fixture(scope="package")
def backed_up(lab: Machines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUp]:
    """Bring both up, each layer twice, and back up once."""
    source, keeper = lab["pi2"], lab["pi3"]
    folder = tmp_path_factory.mktemp("programs")
    instead: Settings = {}
    try:
        for name, part in (("step_ca", STEP_CA), ("step_cli", STEP_CLI)):
            program = find_part(part).path
            (folder / name).symlink_to(program)
            digest = hashlib.sha256(program.read_bytes()).hexdigest()
            instead[name] = {"url": f"http://{lab.gateway}:8083/{name}", "sha256": digest}
        image = build(lab_image("postgres"))
    except PartMissingError as error:
        pytest.skip(str(error))
    with lab.inside():
        programs = ThreadingHTTPServer((lab.gateway, 8083), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    threading.Thread(target=programs.serve_forever, daemon=True).start()
    with Registry((lab.gateway, 5002), [image], network=lab.network) as registry:
        threading.Thread(target=registry.serve_forever, daemon=True).start()
        for machine in (source, keeper):
            machine.reset()
            machine.start()
        yield BackedUp.brought_up(lab, source=source, keeper=keeper, instead=instead)
        registry.shutdown()
    programs.shutdown()
    programs.server_close()
    for machine in (source, keeper):
        machine.reset()
        machine.start()


@pytest.fixture
def off_site(backed_up: BackedUp) -> Iterator[OffSite]:
    """Run another server beside the keeper, which takes archives in and removes none, and have the source know it."""
    keeper, source = backed_up.keeper, backed_up.source
    user, word = "lab", GIVEN["upload_password"]
    password = derived_password(word, host=user)
    place = f"rest:https://{keeper.address}:8446"
    keeper.run("sudo install -D -m 600 /dev/stdin /root/off-site", given=render_users([user], secret=word))
    keeper.run(OFF_SITE_SERVER)
    root = backed_up.given["root_certificate"]
    source.run("sudo tee /usr/local/share/ca-certificates/lab.crt >/dev/null", given=root)
    source.run("sudo update-ca-certificates")
    backed_up.given.update({"off_site_key": user, "off_site_secret": password})
    settings: dict[str, Settings] = {"backup_off_site": {"host": source.name, "place": place}}
    there = dataclasses.replace(backed_up, settings={**backed_up.settings, **settings})
    assert there.apply(source, OFF_SITE) != ()
    assert there.apply(source, OFF_SITE) == ()
    yield OffSite(place=place, key=user, secret=password)
    source.run(f"sudo rm -f {at.SECRETS}/repository-off-site {at.SECRETS}/environment-off-site")
    keeper.run(f"sudo systemctl stop off-site; sudo rm -rf {DATA}/elsewhere", check=False)
