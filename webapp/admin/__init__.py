"""组织与账号: organisations, accounts, tokens."""
