"""What the cluster and what runs beside it must prove."""
