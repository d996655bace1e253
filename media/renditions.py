"""Pictures made safe and small: decoded, turned upright, stripped of metadata and encoded anew in fixed widths."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from media.refusal import RefusedUpload

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
WIDTHS = (320, 480, 640, 960, 1280)
# Whichever side becomes the width, the largest rendition is made from twice as much.
ENOUGH = 2 * WIDTHS[-1]
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
# WebP cannot be higher; a narrower strip than this is no product photo either.
MAX_SIDE = 16_000
QUALITY = 82
# Half the time of the library's default for 3 % more bytes.
EFFORT = 2
# About a sixth fewer bytes than the WebP in about its time; slower settings save hardly more.
AVIF_QUALITY, AVIF_SPEED = 60, 8
# Part of every image's hash: raise it when the encoding changes, and old URLs stay what they were.
RECIPE = "webp-1"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One encoded width of a picture, in pixels."""

    width: int
    height: int
    content: bytes
    format: str = "webp"


def decode(content: bytes) -> Image.Image:
    """The picture upright in sRGB, RGB or RGBA. Raises RefusedUpload."""
    if not content:
        raise RefusedUpload("The file is empty.")
    if len(content) > MAX_BYTES:
        raise RefusedUpload(f"The picture is larger than {MAX_BYTES // 1024 // 1024} MB. Save it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content), formats=FORMATS)
            _check_size(*opened.size)
            # Cameras' JPEGs can be read at a half or less of their size; that much is enough for the largest kept.
            opened.draft(None, (ENOUGH, ENOUGH))
            opened.load()
            upright = ImageOps.exif_transpose(_smaller(opened))
    except RefusedUpload:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RefusedUpload("The picture has too many pixels.") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise RefusedUpload("The file is not a readable JPEG, PNG, WebP or AVIF picture.") from None
    return _in_srgb(upright)


def _smaller(image: Image.Image) -> Image.Image:
    """Without the pixels that no rendition shows, before each further step would copy them."""
    factor = min(image.size) // ENOUGH
    return image.reduce(factor) if factor > 1 and image.mode in {"L", "RGB", "RGBA"} else image


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise RefusedUpload(f"The picture is {width} x {height} pixels; {MAX_PIXELS // 1_000_000} megapixels at most.")


def _in_srgb(image: Image.Image) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            # The profile is dropped with the other metadata, so the colours must not depend on it.
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = "RGBA" if image.mode == "RGBA" else "RGB"
            made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=target)
            image = made or image
        except (ImageCms.PyCMSError, OSError):
            # A broken profile says nothing about the colours: show them as they are.
            image = image.copy()
    return image.convert(mode)


def widths_of(width: int) -> tuple[int, ...]:
    """The widths a picture of `width` pixels is kept in: the fixed ones below it and its own, never enlarged."""
    largest = min(width, WIDTHS[-1])
    return (*(fixed for fixed in WIDTHS if fixed < largest), largest)


def encode(image: Image.Image, *, avif: bool = False) -> Iterator[Rendition]:
    """Every width of the picture as WebP, smallest first, each after its AVIF where there is to be one."""
    for width in widths_of(image.width):
        height = max(1, round(image.height * width / image.width))
        sized = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
        if avif:
            yield Rendition(width, height, to_avif(sized), "avif")
        made = io.BytesIO()
        sized.save(made, "WEBP", quality=QUALITY, method=EFFORT, exif=b"", icc_profile=b"", xmp=b"")
        yield Rendition(width, height, made.getvalue())


def to_avif(image: Image.Image) -> bytes:
    made = io.BytesIO()
    # One thread: an upload must not take all of a machine that also answers pages.
    image.save(made, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1, exif=b"", icc_profile=b"", xmp=b"")
    return made.getvalue()
