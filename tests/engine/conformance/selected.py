"""Which cases a test run asks for."""

import pytest


def selected(request: pytest.FixtureRequest) -> list[str]:
    """Return the parameter `name` of each selected test in the module of *request*."""
    return [
        str(item.callspec.params["name"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module and hasattr(item, "callspec")
    ]
