"""The planner: one warm process per host for questions that want an answer within a second."""
