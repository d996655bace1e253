"""Writes of the catalog."""


def create_stores() -> None:
    return None
