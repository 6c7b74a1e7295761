"""Pure functions on figures: no input or output, no plotting."""
