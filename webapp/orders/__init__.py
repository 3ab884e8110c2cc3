"""Orders: the list with its filters, one order with its history, the interface."""
