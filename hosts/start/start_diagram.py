"""The order in which things start, as a picture."""

from collections.abc import Mapping

from hosts.start.start import Start
from hosts.start.starts import STARTS

PLACES = {"host": "beside the cluster", "cluster": "in the cluster", "operator": "what the operator does"}


def start_diagram(starts: Mapping[str, Start] = STARTS) -> str:
    """Return it in Mermaid's words: an arrow leads to what is waited for, a dotted one to what can be away."""
    names = {name: name.replace(" ", "_") for name in starts}
    lines = ["flowchart LR"]
    for place, title in PLACES.items():
        lines += [f'    subgraph {place}["{title}"]']
        lines += [f'        {names[name]}["{name}"]' for name, start in starts.items() if start.place == place]
        lines += ["    end"]
    for name, start in starts.items():
        for need in start.needs:
            lines.append(f"    {names[name]} {'-->' if need.or_else is None else '-.->'} {names[need.of]}")
    return "\n".join(lines)
