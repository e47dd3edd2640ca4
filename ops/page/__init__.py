"""One page for people: verdict, timeline, plan, checks, parity, drift, in one file that needs nothing else."""
