"""Public tracking of one delivery: its window and state, nothing else."""
