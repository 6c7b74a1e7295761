"""The release: one archive that others can check, and the check."""
