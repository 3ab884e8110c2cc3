"""Zones and access rules (禁限行)."""
