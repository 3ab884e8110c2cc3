"""Planning use-cases: request, plan, check, publish."""
