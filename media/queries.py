"""Reads of the media tier."""

from shopcloud.lib import aws


def ping() -> None:
    aws.s3().list_buckets()
