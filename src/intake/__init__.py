"""Once a year: downloads what BLS publishes and takes it into the raw tables."""
