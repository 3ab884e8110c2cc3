"""Organisations, accounts, tokens, settings, and who sees what."""
