"""通行证: passes."""
