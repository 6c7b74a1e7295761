"""What a published figure is: where it was read, its rules, and how it is parsed."""
