"""Conditions of rights, as far as this lab writes them: beginnings of the names of objects."""

import re

from pydantic import JsonValue

from rehearsal.doubles.google.refusals import refused

TEXTS = frozenset({"title", "description", "expression"})
MOST_OPERATORS = 12
_BEGINS = re.compile(r'resource\.name\.startsWith\("([^"\\]+)"\)')


def checked_condition(condition: JsonValue) -> dict[str, JsonValue] | None:
    """Return *condition* if Google would take it; what this double cannot judge is refused, never passed over."""
    if condition is None:
        return None
    if not isinstance(condition, dict) or not {"title", "expression"} <= condition.keys() <= TEXTS:
        raise refused(400, "Invalid argument: expected title and expression of a condition.")
    beginnings_of(str(condition["expression"]))
    return condition


def beginnings_of(expression: str) -> tuple[str, ...]:
    """Return the beginnings of which a resource must have one."""
    parts = expression.split(" || ")
    found = [_BEGINS.fullmatch(part) for part in parts]
    if len(parts) > MOST_OPERATORS + 1:
        raise refused(400, f"The expression exceeds the limit of {MOST_OPERATORS} logical operators.")
    if not all(found):
        raise refused(400, "Invalid argument: the expression of the condition is none that is known here.")
    return tuple(match[1] for match in found if match is not None)
