"""What a medical coder earns in the United States, and why the published answers differ."""
