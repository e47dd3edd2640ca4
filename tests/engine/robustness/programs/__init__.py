"""Programs that the runs of these tests execute."""
