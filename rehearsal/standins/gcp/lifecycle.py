"""Lifecycle rules as Pulumi has them, and as Google has them."""

from collections.abc import Mapping

from rehearsal.standins.plain import Plain

NAMES: Mapping[str, str] = {
    "age": "age", "createdBefore": "createdBefore", "daysSinceNoncurrentTime": "daysSinceNoncurrentTime",
    "matchesPrefixes": "matchesPrefix", "matchesSuffixes": "matchesSuffix", "numNewerVersions": "numNewerVersions",
}  # fmt: skip
"""What is stood in for of a condition: Pulumi's name → Google's."""
STATES: Mapping[str, bool] = {"ARCHIVED": False, "LIVE": True}


def to_google(rules: Plain) -> Plain:
    """Return *rules* of a program as Google takes them."""
    return [_told(rule) for rule in rules] if isinstance(rules, list) else []


def from_google(rules: Plain) -> Plain:
    """Return *rules* that Google shows as a program writes them."""
    return [_read(rule) for rule in rules] if isinstance(rules, list) else []


def _told(rule: Plain) -> Plain:
    action, condition = _parts(rule)
    unknown = sorted(condition.keys() - {*NAMES, "withState"}) + sorted(action.keys() - {"type", "storageClass"})
    if unknown:
        raise ValueError(f"the stand-in for gcp does not know lifecycleRules[].{unknown[0]}")
    told: dict[str, Plain] = {NAMES[name]: value for name, value in condition.items() if name in NAMES}
    state = condition.get("withState")
    if isinstance(state, str) and state in STATES:
        told["isLive"] = STATES[state]
    return {"action": action, "condition": told}


def _read(rule: Plain) -> Plain:
    action, condition = _parts(rule)
    # What the program cannot have written is shown under Google's own name: it is a difference.
    ours = {google: name for name, google in NAMES.items()}
    read: dict[str, Plain] = {ours.get(name, name): value for name, value in condition.items() if name != "isLive"}
    # As the official one: a rule without a state is one for all of them.
    live = condition.get("isLive")
    read["withState"] = "ANY" if live is None else ("LIVE" if live else "ARCHIVED")
    return {"action": action, "condition": read}


def _parts(rule: Plain) -> tuple[dict[str, Plain], dict[str, Plain]]:
    action, condition = (rule.get(name) if isinstance(rule, dict) else None for name in ("action", "condition"))
    return action if isinstance(action, dict) else {}, condition if isinstance(condition, dict) else {}
