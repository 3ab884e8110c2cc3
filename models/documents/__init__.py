"""Documents that people hand in: photos and papers, kept by their hash."""
