"""The families of what reports say; each yields findings from the statements of a report."""
