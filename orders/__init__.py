"""From cart to delivered: carts in Redis; stock, orders, payments and downloads in one PostgreSQL.

One database, so that one transaction decides.
"""
