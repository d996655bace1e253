"""From cart to delivered: carts in Redis; stock, orders, payments and downloads in one PostgreSQL, so one transaction decides."""
