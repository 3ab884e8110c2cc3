"""Alembic scripts for both databases; run them through ``models.db``."""
