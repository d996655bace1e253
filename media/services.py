"""Writes of the media tier."""


def create_buckets() -> None:
    return None
