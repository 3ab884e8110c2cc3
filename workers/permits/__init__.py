"""The permit desk's use-cases: checks of an application, evidence, decisions and their effect."""
