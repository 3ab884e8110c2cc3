"""Places (网点), districts, depots, receiving windows, and shippers' own codes for them."""
