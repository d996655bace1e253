"""What the shop sells: products, categories and reviews in DynamoDB, and the search index made from them.

Stock is not here: it lives beside the orders, and only whether a SKU can be bought is copied into the product.
"""
