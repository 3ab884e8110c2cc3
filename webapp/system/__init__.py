"""系统: health and version, for the administrator."""
