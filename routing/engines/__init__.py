"""Planning engines; none imports another."""
