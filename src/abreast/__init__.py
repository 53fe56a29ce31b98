"""abreast."""
