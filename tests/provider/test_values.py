"""Values keep their meaning on the way through the protocol."""

from pulumi.provider.experimental.property_value import PropertyValue

from provider.values import Properties, Unknown, plain, wrapped


def test_values_come_back_as_they_went() -> None:
    """Everything, unknown values included, survives being sent as the engine gets it and being read again."""
    properties: Properties = {
        "nothing": None, "yes": True, "number": 6432.0, "text": "x", "empty": "", "list": ["a", ["b"]],
        "mapping": {"dance-lessons-coach_role": ["CONNECT"]}, "unknown": Unknown(), "inside": {"unknown": [Unknown()]},
    }  # fmt: skip

    sent = PropertyValue.marshal_map(wrapped(properties))

    assert plain(PropertyValue.unmarshal_map(sent)) == properties
