"""The settings of PostgreSQL that follow from the memory it may count on."""

from collections.abc import Mapping

LARGEST_MAINTENANCE_MIB = 1024
"""More does not make maintenance faster."""
SMALLEST_WORK_MIB = 4
"""PostgreSQL's own default."""
SORTS_PER_CONNECTION = 4
"""A query may take its share of memory several times."""


def tuned(*, memory_mib: int, max_connections: int) -> Mapping[str, str]:
    """Return setting → value for a server that may count on so much memory for itself and its files' cache."""
    shared = memory_mib // 4
    work = (memory_mib - shared) // (max_connections * SORTS_PER_CONNECTION)
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{memory_mib - shared}MB",
        "maintenance_work_mem": f"{min(memory_mib // 16, LARGEST_MAINTENANCE_MIB)}MB",
        "work_mem": f"{max(work, SMALLEST_WORK_MIB)}MB",
    }
