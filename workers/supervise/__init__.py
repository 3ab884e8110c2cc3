"""``make run`` and ``make serve``: starts everything, keeps it up, stops it."""
