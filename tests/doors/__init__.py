"""Who gets in where: every route, every role, every method."""
