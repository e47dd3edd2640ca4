"""What the parity table says of the cluster."""

from rehearsal.hosts.cluster_parity import cluster_parity
from rehearsal.k3s.chart_definitions import OWN, PUBLISHED


def test_every_definition_has_its_row() -> None:
    """Each kind of a chart is told with where its definition came from, and own schemas are called own."""
    rows = {row.name: row for row in cluster_parity()}

    for published in PUBLISHED:
        assert published.version in rows[f"definitions of {', '.join(published.kinds)}"].used
    own = rows[f"definitions of {', '.join(OWN)}"]
    assert (own.same, own.used.partition(":")[0]) == (False, "own schemas")


def test_what_is_not_there_never_counts_as_the_same() -> None:
    """The stand-in for k3s, and charts that are not installed, differ from production."""
    same = {row.name for row in cluster_parity() if row.same}

    assert not same & {"k3s", "several servers of k3s", "charts"}
    assert {"k3s", "several servers of k3s", "charts"} <= {row.name for row in cluster_parity()}
