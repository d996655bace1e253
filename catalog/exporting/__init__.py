"""Products out of the catalog as files in the shop's own format: whole, and the same again when they are imported."""
