"""Stand-ins for what lies outside: they behave as it is documented to behave, and fail as it may fail."""
