"""The city's things as declared fields, by room."""
