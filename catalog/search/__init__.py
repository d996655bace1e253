"""Finding products by words and facets: a projection of the catalog that can be thrown away and made again."""
