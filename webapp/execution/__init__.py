"""The dispatcher's day on the street: today's board, a vehicle's day, drivers' links."""
