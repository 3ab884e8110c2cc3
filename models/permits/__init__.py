"""Passes (通行证) and applications for them."""
