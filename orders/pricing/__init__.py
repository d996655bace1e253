"""What a cart costs: shipping and tax from dated tables, and pure sums that are exact to the minor unit."""
