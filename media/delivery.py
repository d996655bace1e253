"""URLs of what is kept. Pure but for the signature of a download: no URL asks a store."""

import re
from urllib.parse import quote

from django.conf import settings

from media import storage
from media.renditions import WIDTHS

_IMAGE = re.compile(r"(images/[^/]+/)(\d+)\.webp")
DOWNLOAD_SECONDS = 60
SRCSET_WIDTHS = (320, 480, 640, 960)


def file_url(key: str) -> str:
    """The immutable URL of a picture or model."""
    return f"{settings.MEDIA_URL_BASE}{key}"


def image_url(key: str, width: int | None = None) -> str:
    """The picture in the smallest width kept that fills `width` pixels; its largest without one."""
    found = _IMAGE.fullmatch(key)
    if not found or width is None:
        return file_url(key)
    folder, largest = found[1], int(found[2])
    fitting = next((fixed for fixed in WIDTHS if width <= fixed < largest), largest)
    return file_url(f"{folder}{fitting}.webp")


def srcset(key: str, widths: tuple[int, ...] = SRCSET_WIDTHS) -> str:
    """`url 320w, url 480w, ...` over the widths that are kept, the largest always among them."""
    found = _IMAGE.fullmatch(key)
    if not found:
        return ""
    folder, largest = found[1], int(found[2])
    kept = [*(width for width in widths if width in WIDTHS and width < largest), largest]
    return ", ".join(f"{file_url(f'{folder}{width}.webp')} {width}w" for width in kept)


def download_url(key: str, *, filename: str, seconds: int = DOWNLOAD_SECONDS) -> str:
    """A pre-signed URL that delivers a digital product's file for `seconds`, under `filename`."""
    return _signed(settings.DOWNLOADS_BUCKET, key, filename, seconds)


def copy_url(key: str, *, filename: str, seconds: int) -> str:
    """A pre-signed URL of a copy of somebody's data, which lies in the region of their home."""
    return _signed(storage.bucket_of_copies(), key, filename, seconds)


def _signed(bucket: str, key: str, filename: str, seconds: int) -> str:
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", filename)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    return storage.presigned(bucket, key, seconds=seconds, disposition=disposition)
