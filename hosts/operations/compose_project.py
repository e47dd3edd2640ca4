"""Operation: a Compose project whose containers run as declared."""

from collections.abc import Generator, Mapping, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.compose_containers import ComposeContainers, Container
from hosts.operations.compose_file import ComposeFileError, labelled_compose_file
from hosts.operations.placed_file import placed_file

FOLDER = "/opt/factory"

_CONVERGE = """
set -eu
project=$1 file=$2 wanted=$3 patience=$4
mine="label=com.docker.compose.project=$project"
if docker compose version >/dev/null 2>&1; then compose='docker compose'; else compose=docker-compose; fi
paused=$(docker ps --quiet --filter "$mine" --filter status=paused)
[ -z "$paused" ] || docker unpause $paused >/dev/null
$compose --project-name "$project" --file "$file" up --detach --remove-orphans
sick=$(docker ps --quiet --filter "$mine" --filter health=unhealthy)
[ -z "$sick" ] || docker restart $sick >/dev/null
ask() {
    docker ps --all --filter "$mine" --filter label=com.docker.compose.oneoff=False \\
        --format '{{.Label "com.docker.compose.service"}}: {{.State}}, {{.Status}}'
}
tries=0
while :; do
    now=$(ask)
    good=$(printf '%s\\n' "$now" | grep ': running, ' | grep -cv -e '(unhealthy)$' -e '(health: starting)$' || true)
    [ "$good" -lt "$wanted" ] || exit 0
    tries=$((tries + 1))
    [ "$tries" -lt $((patience * 4)) ] || break
    sleep .25
done
echo "after $patience s not every service is healthy:" >&2
printf '%s\\n' "$now" >&2
for one in $(docker ps --all --quiet --filter "$mine"); do
    case $(docker inspect --format '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' "$one") in
        'running ' | 'running healthy') ;;
        *) docker inspect --format 'last lines of {{.Name}}:' "$one" >&2; docker logs --tail 15 "$one" >&2 2>&1 ;;
    esac
done
exit 1
"""


@operation()
def compose_project(*, project: str, compose: str, patience: int = 120) -> Generator[StringCommand, None, None]:
    """Place a project's Compose file, and make, start or make again the containers that are not as declared.

    Files that a service reads are placed before, and their digest (`files_digest`) stands in the service's label
    `factory.files`: the service, and no other, is made again when one of them changed.

    + project: name of the project, and of its folder
    + compose: text of the Compose file; each service has an image and a health check, and no secret
    + patience: seconds after which every service must be healthy
    """
    path = f"{FOLDER}/{project}/compose.yaml"
    try:
        text, wanted = labelled_compose_file(compose, project=project)
    except ComposeFileError as problem:
        raise OperationValueError(str(problem)) from problem
    placing = list(placed_file._inner(text=text, dest=path))  # noqa: SLF001  # pyinfra's way to nest an operation
    found = host.get_fact(ComposeContainers, project=project)
    differences = container_differences(found, wanted=wanted)
    if not placing and not differences:
        host.noop(f"{project} runs as declared")
        return
    if differences and not state.is_executing:
        record_difference(f"{FOLDER}/{project}", text="\n".join(differences))
    yield from placing
    yield StringCommand(
        *("sh -c", QuoteString(_CONVERGE), "compose", QuoteString(project), QuoteString(path)),
        *(str(len(wanted)), str(patience)),
    )


def container_differences(found: Sequence[Container] | None, *, wanted: Mapping[str, str]) -> list[str]:
    """Return one line for each service whose container is not as declared."""
    if found is None:
        return ["no Docker daemon answers"]
    lines = []
    for service, declared in wanted.items():
        own = [one for one in found if one.service == service]
        lines += [f"{service}: {what}" for what in _wrong(own, declared=declared)]
    return lines + [f"{one.service}: no longer declared" for one in found if one.service not in wanted]


def _wrong(own: Sequence[Container], *, declared: str) -> list[str]:
    if len(own) != 1:
        return ["no container"] if not own else [f"{len(own)} containers, expected one"]
    (one,) = own
    wrong = []
    if one.declared != declared:
        wrong.append("made from another declaration")
    if one.state != "running":
        wrong.append(one.state)
    elif one.health not in {"", "healthy"}:
        wrong.append("not healthy yet" if one.health == "starting" else one.health)
    return wrong
