"""Log-in, accounts, tokens."""
