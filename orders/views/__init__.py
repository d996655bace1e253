"""Pages of one buyer: cart, checkout, order. Each reads the request, makes one call and picks a response."""
