"""Plans on the street: what drivers tell, and what follows from it for later stops and orders."""
