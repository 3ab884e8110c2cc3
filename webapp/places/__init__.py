"""网点: places with their receiving windows."""
