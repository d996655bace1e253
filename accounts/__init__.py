"""People: who they are, how they sign in, where they live. PostgreSQL. Knows nothing of products or orders."""
