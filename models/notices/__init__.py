"""Notices (提醒) to the people of an organisation."""
