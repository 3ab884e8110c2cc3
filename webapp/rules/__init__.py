"""禁限行: zones and access rules."""
