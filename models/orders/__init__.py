"""Orders (订单), their history, imports and what imports have learned."""
