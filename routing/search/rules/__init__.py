"""What each rule adds to a label: one file a rule, composed in ``routing.search.labels`` alone."""
