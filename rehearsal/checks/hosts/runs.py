"""The plain runs of the stack `hosts`: preview, first run, second run, and the machines asked again."""

from pydantic import JsonValue

from rehearsal.hosts.bring_up import KIND, HostsLab
from rehearsal.lab import changes, expect, expect_success

UNTOUCHED = "test ! -e /etc/docker && test ! -e /etc/step-ca && ! findmnt {data}"


def check_preview(lab: HostsLab) -> None:
    """Prove that a preview plans to create, nothing else, and touches no machine."""
    document = lab.stack.run("preview")
    expect_success(document)
    others = [line for line in changes(document) if not line.startswith("create ")]
    expect(not others, "expected a preview that only creates, found:\n" + "\n".join(others))
    expect(changes(document), "expected a preview that creates, found no step")
    for machine in lab.machines:
        found = machine.run(UNTOUCHED.format(data=lab.settings.data), check=False)
        expect(found.returncode == 0, f"expected {machine.name} untouched after a preview, found:\n{found.stdout}")


def check_first_run(lab: HostsLab) -> None:
    """Bring the bare machines up."""
    document = lab.stack.run("up")
    lab.runs["first"] = document
    expect_success(document)
    expect(document.counts.get("create"), "expected the first run to create, found no step")
    lab.digests = lab.digests_of_now()


def check_second_run(lab: HostsLab) -> None:
    """Prove that the second run changes nothing."""
    document = lab.stack.run("up")
    lab.runs["second"] = document
    expect_success(document)
    found = changes(document)
    expect(not found, "expected the second run to change nothing, found:\n" + "\n".join(found))


def check_asked_again(lab: HostsLab) -> None:
    """Prove that every machine, asked about every layer, is as declared."""
    document = lab.stack.run("preview", refresh=True)
    lab.runs["asked"] = document
    expect_success(document)
    found = changes(document)
    if found:
        # What would change in which file stands in the outputs; the preview says only that there is something.
        lab.stack.run("refresh")
        layers = lab.stack.resources(KIND).values()
        found += [str(text) for layer in layers for text in _values(layer.get("differences"))]
    expect(not found, "expected nothing pending on any machine, found:\n" + "\n".join(found))


def check_digests(lab: HostsLab) -> str:
    """Prove that a bring-up from bare machines gave each layer the digest of the first one."""
    found = lab.digests_of_now()
    names = sorted(lab.digests.keys() | found.keys())
    others = [name for name in names if lab.digests.get(name) != found.get(name)]
    expect(names and not others, f"expected the digests of the first bring-up, found others of: {', '.join(others)}")
    return f"{len(names)} layers"


def _values(differences: JsonValue) -> list[JsonValue]:
    return list(differences.values()) if isinstance(differences, dict) else []
