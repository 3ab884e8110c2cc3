"""The HTTP interface: bearer tokens, problem+json, OpenAPI 3.1."""
