"""The demo shop's own range: models, photographs, words. Only its results (catalog-*.json, assets/) are used at run time."""
