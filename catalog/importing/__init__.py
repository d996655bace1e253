"""Products from files: rows are read and checked completely before the first product is saved."""
