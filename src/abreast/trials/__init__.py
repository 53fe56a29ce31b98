"""Clinical trials: the registry of studies, reading of their criteria, and matching a person with them."""
