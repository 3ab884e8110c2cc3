"""泊位: unloading bays."""
