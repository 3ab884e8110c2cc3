"""Plan versions, jobs, claims, artefacts."""
