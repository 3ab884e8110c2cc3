"""Orders and things by sheet: the wizard, pasting, copying a day."""
