"""Wishlists: a guest's in Redis for as long as a cart, a person's in PostgreSQL. Nothing is reserved or promised."""
