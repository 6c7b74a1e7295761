"""How a result is shown: charts, tables, numbers in prose."""
