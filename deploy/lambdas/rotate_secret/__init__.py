"""Gives the shop new passwords for PostgreSQL and Valkey, one login after the other."""
