"""What every package stands on: a user's error, files put in place, names agreed upon."""
