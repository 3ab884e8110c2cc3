"""Cells → values. Each reader says what it converted and what it refuses, with a suggestion."""
