"""Who may do what, and what every answer carries to keep it so."""
