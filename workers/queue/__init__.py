"""The queue: Redis or Valkey, which carries ids only and may be lost at any time."""
