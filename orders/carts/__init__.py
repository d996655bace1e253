"""Carts: hashes in Redis that expire. Nothing of money or stock is decided here."""
