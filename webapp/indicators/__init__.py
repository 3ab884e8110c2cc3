"""Pages of indicators for bureaus."""
