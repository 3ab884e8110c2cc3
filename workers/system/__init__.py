"""How an installation is: what its administrator looks at first."""
