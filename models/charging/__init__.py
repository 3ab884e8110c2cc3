"""Charging sites, connectors, tariffs."""
