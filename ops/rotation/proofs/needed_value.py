"""One value of a published credential."""

from collections.abc import Mapping

from provider.factory_error import FactoryError


def needed_value(values: Mapping[str, str], field: str) -> str:
    """Return the value in *field*; that it is not there is an error, not a credential that is refused."""
    value = values.get(field)
    if not value:
        raise FactoryError(f"expected the field {field} in the published values, found {', '.join(sorted(values))}")
    return value
