"""核查记录: roadside checks."""
