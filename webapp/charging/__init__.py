"""充电: stations, points, connectors, tariffs."""
