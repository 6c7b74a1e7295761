"""Plans, runs and exports a batch of notebooks. Knows notebooks, knows nothing of pay."""
