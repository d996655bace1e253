"""Writes of the media tier: what comes in is checked, then kept under the hash of its content."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings

from media import storage
from media.edge import negotiated
from media.models3d import check_model
from media.refusal import RefusedUpload
from media.renditions import MAX_BYTES, RECIPE, decode, encode, to_avif, widths_of
from media.storage import MediaUnavailable
from shopcloud.lib import fetching

__all__ = [
    "MediaUnavailable",
    "RefusedUpload",
    "StoredImage",
    "StoredModel",
    "add_avif",
    "create_buckets",
    "delete_copy",
    "delete_export",
    "delete_import",
    "export_key",
    "fetch_image",
    "forget_looks",
    "forget_sitemap",
    "look_key",
    "looks_of",
    "store_copy",
    "store_download",
    "store_export",
    "store_image",
    "store_import",
    "store_look",
    "store_model",
    "store_sitemap",
]

_PIECE = 1024 * 1024
_LOOKS = re.compile(r"looks/[0-9]+/")
MAX_DOWNLOAD_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A kept picture: the key of its largest rendition, `images/<hash>/<width>.webp`, and that one's size in pixels."""

    key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A kept 3D model: `models/<hash>.glb`, `size` bytes."""

    key: str
    size: int


def create_buckets() -> None:
    """Make the media and downloads buckets that are missing."""
    storage.create_buckets()


def store_image(content: bytes) -> StoredImage:
    """Keep a picture in its fixed widths as WebP, the same bytes once. Raises RefusedUpload, MediaUnavailable."""
    image = decode(content)
    folder = f"images/{_hash(RECIPE.encode(), content)}"
    largest = widths_of(image.width)[-1]
    stored = StoredImage(f"{folder}/{largest}.webp", largest, max(1, round(image.height * largest / image.width)))
    # The largest is written last: where it stands, so do the others.
    if not storage.exists(settings.MEDIA_BUCKET, stored.key):
        for made in encode(image, avif=settings.MEDIA_AVIF):
            key = f"{folder}/{made.width}.{made.format}"
            storage.put(settings.MEDIA_BUCKET, key, made.content, content_type=f"image/{made.format}")
    return stored


def fetch_image(url: str, *, turn: AbstractContextManager[object] | None = None) -> StoredImage:
    """Keep the picture that stands at a public address; once its bytes are here, it waits for its `turn` to be drawn.

    Raises RefusedUpload, NotFetched, MediaUnavailable.
    """
    content = fetching.fetch(url, most_bytes=MAX_BYTES)
    with turn or nullcontext():
        return store_image(content)


def add_avif(*, on_each: Callable[[str], None] = lambda _key: None) -> int:
    """Give every kept WebP the AVIF beside it that it lacks; returns how many were made. May be stopped and repeated.

    `on_each` hears the key of each one. Raises MediaUnavailable.
    """
    keys = set(storage.keys(settings.MEDIA_BUCKET, "images/"))
    missing = sorted(key for key in keys if key.endswith(".webp") and negotiated(key, "image/avif") not in keys)
    for key in missing:
        found = storage.open_object(settings.MEDIA_BUCKET, key)
        if found is not None:
            content = to_avif(decode(b"".join(found.chunks)))
            storage.put(settings.MEDIA_BUCKET, negotiated(key, "image/avif"), content, content_type="image/avif")
            on_each(key)
    return len(missing)


def store_model(content: bytes) -> StoredModel:
    """Keep a GLB of at most 5 MB. Raises RefusedUpload, MediaUnavailable."""
    check_model(content)
    stored = StoredModel(f"models/{_hash(content)}.glb", len(content))
    _keep(settings.MEDIA_BUCKET, stored.key, content, "model/gltf-binary")
    return stored


def store_download(content: bytes, *, filename: str) -> str:
    """Keep what a digital product delivers; returns its key, which only a pre-signed URL opens."""
    if not content:
        raise RefusedUpload("The file is empty.")
    if len(content) > MAX_DOWNLOAD_BYTES:
        raise RefusedUpload(f"The file is larger than {MAX_DOWNLOAD_BYTES // 1024 // 1024} MB.")
    key = f"files/{_hash(content)}/{_safe(filename)}"
    _keep(settings.DOWNLOADS_BUCKET, key, content, "application/octet-stream")
    return key


def store_import(file: BinaryIO, *, filename: str) -> str:
    """Keep a file that is to be imported; only `media.queries.copy_import` opens its key. Raises MediaUnavailable."""
    file.seek(0)
    key = f"imports/{_hash_of(iter(lambda: file.read(_PIECE), b''))}/{_safe(filename)}"
    if not storage.exists(settings.DOWNLOADS_BUCKET, key):
        storage.put_file(settings.DOWNLOADS_BUCKET, key, file, content_type="application/octet-stream")
    return key


def export_key(filename: str) -> str:
    """Where a file for staff is to be kept: nobody guesses it, and only `media.delivery.download_url` opens it."""
    return f"exports/{uuid4().hex}/{_safe(filename)}"


def store_export(key: str, file: BinaryIO) -> None:
    """Keep a file under its `export_key`, over what a lost worker left there. Raises MediaUnavailable."""
    storage.put_file(settings.DOWNLOADS_BUCKET, key, file, content_type="application/octet-stream")


def delete_export(key: str) -> None:
    """Let go of a file kept by `store_export`; one that is gone already is fine. Raises MediaUnavailable."""
    if key.startswith("exports/"):
        storage.delete(settings.DOWNLOADS_BUCKET, key)


def store_copy(key: str, file: BinaryIO) -> None:
    """Keep a copy of somebody's data under its `export_key`, in the region of their home. Raises MediaUnavailable."""
    storage.put_file(storage.bucket_of_copies(), key, file, content_type="application/octet-stream")


def delete_copy(key: str) -> None:
    """Let go of a file kept by `store_copy`; one that is gone already is fine. Raises MediaUnavailable."""
    if key.startswith("exports/"):
        storage.delete(storage.bucket_of_copies(), key)


def store_sitemap(name: str, content: bytes) -> None:
    """Keep a sitemap file; only `media.queries.read_sitemap` opens it. Raises MediaUnavailable."""
    storage.put(settings.DOWNLOADS_BUCKET, f"sitemaps/{name}", content, content_type="application/octet-stream")


def forget_sitemap(name: str) -> None:
    """Raises MediaUnavailable."""
    storage.delete(settings.DOWNLOADS_BUCKET, f"sitemaps/{name}")


def delete_import(key: str) -> None:
    """Let go of a file kept by `store_import`; one that is gone already is fine. Raises MediaUnavailable."""
    if key.startswith("imports/"):
        storage.delete(settings.DOWNLOADS_BUCKET, key)


def look_key(import_id: int, making: str) -> str:
    """Where a look at an import's file is to be kept; each making has its own."""
    return f"looks/{import_id}/{making}"


def looks_of(key: str) -> str:
    """The folder of all looks at the same import."""
    return f"{key.rpartition('/')[0]}/"


def store_look(key: str, file: BinaryIO) -> None:
    """Keep a file under its `look_key`; `media.queries.read_look` reads parts of it. Raises MediaUnavailable."""
    storage.put_file(settings.DOWNLOADS_BUCKET, key, file, content_type="application/octet-stream")


def forget_look(key: str) -> None:
    """Let go of one look. Raises MediaUnavailable."""
    if not _LOOKS.fullmatch(looks_of(key)):
        raise ValueError(f"{key} is no look")
    storage.delete(settings.DOWNLOADS_BUCKET, key)


def forget_looks(folder: str, *, but: str = "") -> None:
    """Let go of the looks at an import, but one. Raises MediaUnavailable."""
    if not _LOOKS.fullmatch(folder):
        raise ValueError(f"{folder} is no folder of looks")
    for key in list(storage.keys(settings.DOWNLOADS_BUCKET, folder)):
        if key != but:
            storage.delete(settings.DOWNLOADS_BUCKET, key)


def _keep(bucket: str, key: str, content: bytes, content_type: str) -> None:
    if not storage.exists(bucket, key):
        storage.put(bucket, key, content, content_type=content_type)


def _hash(*parts: bytes) -> str:
    return _hash_of(parts)


def _hash_of(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:32]


def _safe(filename: str) -> str:
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")[-100:] or "file"
