"""Field names, mistyped one at a time."""

from hosts.cluster.kubernetes_object import Json, KubernetesObject
from tests.cluster.field_names import mistyped


def test_every_name_is_mistyped_once() -> None:
    """Names below mappings and lists are found; those that are values, as in a map of data, are left alone."""
    spec: Json = {"rules": [{"host": "a"}]}
    one: KubernetesObject = {"kind": "A", "spec": spec, "data": {"key": "value"}}

    found = dict(mistyped(one))

    assert list(found) == ["kind", "spec", "spec.rules", "spec.rules.[0].host", "data"]
    assert found["spec.rules.[0].host"] == {**one, "spec": {"rules": [{"hostx": "a"}]}}
    assert found["data"] == {"kind": "A", "spec": spec, "datax": {"key": "value"}}
