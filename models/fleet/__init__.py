"""Vehicle kinds, vehicles, drivers, duties, papers."""
