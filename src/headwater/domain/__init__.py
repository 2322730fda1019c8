"""The field's words as frozen types. Standard library only; everything else builds on it."""
