"""Jobs: the database owns their state; workers hold leases; the queue carries ids."""
