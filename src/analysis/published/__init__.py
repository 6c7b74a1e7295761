"""What a published figure is: where it was read, its schema, its parsing, the official workbooks."""
