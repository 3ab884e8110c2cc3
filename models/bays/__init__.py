"""Unloading bays (卸货泊位) and the places they serve."""
