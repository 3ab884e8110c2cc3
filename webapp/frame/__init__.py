"""What every page stands in: navigation, top bar, formats, empty and error pages."""
