"""审计: who did what, for auditors and administrators."""
