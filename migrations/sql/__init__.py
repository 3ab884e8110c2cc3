"""Hand-written SQL that revisions install: triggers, exclusion, row security."""
