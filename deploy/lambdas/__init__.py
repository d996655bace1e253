"""Functions that AWS runs beside the containers. They know no Django: what they share with the shop is pure code."""
