"""Reads of the media tier."""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings
from PIL import Image

from media import storage
from shopcloud.lib import aws

# What the public may see. Downloads live in a bucket of their own, which nothing here opens.
PUBLIC_KEY = re.compile(r"images/[0-9a-f]{32}/[1-9][0-9]{0,4}\.(?:avif|webp)|models/[0-9a-f]{32}\.glb")


_PICTURE_KEY = re.compile(r"images/[0-9a-f]{32}/[1-9][0-9]{0,4}\.webp")


class NoSuchFile(LookupError):
    """No public file has this key."""


def ping() -> None:
    aws.s3().list_buckets()


def open_object(key: str) -> storage.StoredObject:
    """A public file by its key. Raises NoSuchFile, MediaUnavailable."""
    found = storage.open_object(settings.MEDIA_BUCKET, key) if PUBLIC_KEY.fullmatch(key) else None
    if found is None:
        raise NoSuchFile(f"No file is called {key}.")
    return found


def is_picture_key(text: str) -> bool:
    """Whether a picture could be kept under it."""
    return bool(_PICTURE_KEY.fullmatch(text))


def picture_size(key: str) -> tuple[int, int]:
    """Width and height of a kept picture, in pixels. Raises NoSuchFile, MediaUnavailable."""
    found = open_object(key) if is_picture_key(key) else None
    if found is None:
        raise NoSuchFile(f"No picture is called {key}.")
    # Pictures were checked when they were kept, and are small.
    with Image.open(io.BytesIO(b"".join(found.chunks))) as picture:
        return picture.size


def copy_import(key: str, file: BinaryIO) -> None:
    """Write a file kept by `store_import` into `file`, piece by piece. Raises NoSuchFile, MediaUnavailable."""
    file.writelines(_kept(key, "imports/"))


def read_look(key: str, start: int, end: int) -> bytes:
    """The bytes from `start` to before `end` of a file kept by `store_look`. Raises NoSuchFile, MediaUnavailable."""
    found = storage.read_part(settings.DOWNLOADS_BUCKET, key, start, end) if key.startswith("looks/") else None
    if found is None:
        raise NoSuchFile(f"No file is called {key}.")
    return found


def read_sitemap(name: str) -> bytes:
    """The whole of a file kept by `store_sitemap`. Raises NoSuchFile, MediaUnavailable."""
    return b"".join(_kept(f"sitemaps/{name}", "sitemaps/"))


def _kept(key: str, folder: str) -> Iterator[bytes]:
    found = storage.open_object(settings.DOWNLOADS_BUCKET, key) if key.startswith(folder) else None
    if found is None:
        raise NoSuchFile(f"No file is called {key}.")
    return found.chunks
