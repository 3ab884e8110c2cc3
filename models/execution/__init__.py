"""Plans on the street: who opened a vehicle's day, what was told from it, links to it."""
