"""One more machine joins the cluster and leaves it, by nothing but the commands of its page."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from components.host_machine import HOLDS_DATA
from ops.official.event_log import Document
from ops.runbook.read_page import PAGES, read_page
from rehearsal.checks.cluster.cluster_api import ClusterApi
from rehearsal.checks.cluster.declared import declare, declared
from rehearsal.checks.cluster.operator_place import operator_place
from rehearsal.checks.hosts.runs import check_second_run
from rehearsal.drills.place import Place
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import changes, expect, expect_success

PAGE, ADDED, ADDRESS = "add-a-node.md", "pi4", "192.168.1.204"
LAST_LINES = 20
DISK = re.compile(r"rehearsal-data-\w+")
UNPROTECT = "pulumi state unprotect "
"""The embedded engine has no such verb: the state is changed as the official one would."""


class AddedNode:
    """One machine more."""

    def __init__(self, lab: HostsLab, *, pages: Path = PAGES) -> None:
        """Read the page."""
        self._lab = lab
        self._commands = [command.text for command in read_page(pages / PAGE)]
        self._place: Place = operator_place(lab)
        self._hosts: list[JsonValue] = []
        self._phases: list[str] = []

    def check(self) -> str:
        """Type its commands in their order, with what the page has the operator write in between."""
        lab, api = self._lab, ClusterApi.of(self._lab)
        hosts = declared(lab)["hosts"]
        self._hosts = hosts if isinstance(hosts, list) else []
        lab.machines.add(ADDED)
        lab.machines.start([ADDED])
        self._place = operator_place(lab)
        before = _nodes(api)
        self._declare()
        drained = next(place for place, text in enumerate(self._commands) if " drain " in text)
        for command in self._commands[:drained]:
            said = self._type(command)
            if " hosts facts " in command:
                found = DISK.search(said)
                expect(found is not None, f"`{command}`: expected the data disk of {ADDED}, found:\n{said}")
                self._declare(data_disk=found[0] if found else None)
        after = _nodes(api)
        expect(after.keys() - before.keys() == {ADDED}, f"expected {ADDED} as a new node, found {sorted(after)}")
        others = [name for name in before if before[name] != after[name]]
        expect(not others, f"expected the other nodes as they were, found others of {others}")
        self._expect_quiet()
        self._type(self._commands[drained])
        declare(lab, hosts=self._hosts)
        for command in self._commands[drained + 1 :]:
            if command.startswith(UNPROTECT) and lab.stack.engine == "embedded":
                self._unprotect(command)
            else:
                self._type(command)
        expect(_nodes(api) == before, f"expected the nodes as before, found {sorted(_nodes(api))}")
        lab.machines[ADDED].kill()
        check_second_run(lab)
        return ", ".join(self._phases)

    def _declare(self, **more: JsonValue) -> None:
        machine = self._lab.machines[ADDED]
        entry: Mapping[str, JsonValue] = {
            "name": ADDED, "address": machine.address, "user": machine.user, "identity": str(machine.key), **more
        }  # fmt: skip
        declare(self._lab, hosts=[*self._hosts, dict(entry)])

    def _type(self, command: str) -> str:
        # An engine asks on a terminal alone; the verb that learns a key reads the answer.
        typed = f"{command} --yes" if command.startswith("./factory up") else command
        typed = f"printf 'y\\n' | {typed}" if " hosts trust " in typed else typed
        begun = time.monotonic()
        done = self._place.run(self._place.as_here(typed, {ADDRESS: self._lab.machines[ADDED].address}))
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
        expect(done.returncode == 0, f"`{command}` of {PAGE} ended with {done.returncode}:\n{said}")
        self._phases.append(f"`{' '.join(command.split()[:4])}` {time.monotonic() - begun:.0f} s")
        return done.stdout

    def _expect_quiet(self) -> None:
        """Ask all machines again; the new one's key is known to the operator alone."""
        done = self._place.run("./factory preview hosts --refresh --json")
        document = Document.model_validate_json(done.stdout)
        expect_success(document)
        expect(not changes(document), "expected nothing left to do, found:\n" + "\n".join(changes(document)))

    def _unprotect(self, command: str) -> None:
        urn = command.rpartition(" ")[2].strip("'")
        layer = urn.rpartition("-")[2]
        expect(layer in HOLDS_DATA, f"{PAGE}: {layer} holds no data. Expected one of {sorted(HOLDS_DATA)}")
        state = self._lab.stack.state_file
        document = json.loads(state.read_text(encoding="utf-8"))
        found = [one for one in document["checkpoint"]["latest"]["resources"] if one["urn"] == urn]
        expect(len(found) == 1, f"{PAGE}: {urn}: expected it in the state, found it {len(found)} times")
        found[0].pop("protect", None)
        state.write_text(json.dumps(document), encoding="utf-8")


def check_added_node(lab: HostsLab) -> str:
    """Prove that the page's commands alone add a node and take it away, and leave the others as they are."""
    return AddedNode(lab).check()


def _nodes(api: ClusterApi) -> Mapping[str, Sequence[str]]:
    """Return node → what another making or another start of it would change, for those that are ready."""
    items = json.loads(api.kubectl("get", "nodes", "--output=json"))["items"]
    return {
        item["metadata"]["name"]: (item["metadata"]["uid"], item["status"]["nodeInfo"]["kubeletVersion"])
        for item in items
        if any(one["type"] == "Ready" and one["status"] == "True" for one in item["status"]["conditions"])
    }
