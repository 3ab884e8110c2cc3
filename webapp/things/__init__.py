"""What the desks of the city's things share: list, map, form. The rooms say what they hold."""
