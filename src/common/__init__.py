"""What every package stands on: the error a user can cause, files put in place, names agreed upon."""
