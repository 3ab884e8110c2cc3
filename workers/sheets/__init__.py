"""Orders and things from any spreadsheet: safe opening, reading, mapping, checking, marking.

From bytes to records in steps that can be tested alone: ``opening`` (limits, content type),
``xlsx`` / ``delimited`` (→ ``table.Table``), ``layout`` (header, totals, blank rows),
``mapping`` (columns → fields), ``values`` (cells → values), ``check`` (rows → drafts, problems),
``marked`` (the same sheet with the cells marked). ``imports`` are the use-cases with an actor.
"""
