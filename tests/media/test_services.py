"""What comes in: checked, made safe, kept once."""

import io
import json
import os
import struct
import zlib

import pytest
from django.conf import settings
from PIL import Image

from media import storage
from media.models3d import BUDGET
from media.services import RefusedUpload, store_download, store_image, store_model
from tests.media.pictures import glb, picture


def kept(key: str, bucket: str = "") -> bytes:
    found = storage.open_object(bucket or settings.MEDIA_BUCKET, key)
    assert found is not None, key
    return b"".join(found.chunks)


def opened(key: str) -> Image.Image:
    return Image.open(io.BytesIO(kept(key)))


def test_a_picture_is_kept_in_every_width_below_its_own():
    stored = store_image(picture(1000, 500))
    folder = stored.key.rpartition("/")[0]
    assert (stored.width, stored.height) == (1000, 500)
    for width in (320, 480, 640, 960, 1000):
        made = opened(f"{folder}/{width}.webp")
        assert (made.format, made.size) == ("WEBP", (width, width // 2))
    assert storage.open_object(settings.MEDIA_BUCKET, f"{folder}/1280.webp") is None


def test_a_small_picture_is_never_enlarged():
    stored = store_image(picture(200, 100))
    assert (stored.width, opened(stored.key).size) == (200, (200, 100))


def test_a_huge_picture_is_kept_no_wider_than_the_widest():
    stored = store_image(picture(4000, 3000))
    assert (stored.width, stored.height, opened(stored.key).size) == (1280, 960, (1280, 960))


def test_the_same_picture_is_uploaded_once(monkeypatch):
    content = picture(700, 300)
    first = store_image(content)
    uploads = []
    monkeypatch.setattr(storage, "put", lambda *args, **kwargs: uploads.append(args))
    assert store_image(content) == first
    assert uploads == []


def test_an_upload_that_broke_half_way_is_finished_by_the_next(monkeypatch):
    # A picture no earlier run has kept.
    content, real, calls = picture(710, 310, colour=tuple(os.urandom(3))), storage.put, []

    def broken(bucket, key, body, **options):
        calls.append(key)
        if len(calls) == 3:
            raise storage.MediaUnavailable("gone")
        real(bucket, key, body, **options)

    monkeypatch.setattr(storage, "put", broken)
    with pytest.raises(storage.MediaUnavailable):
        store_image(content)
    monkeypatch.setattr(storage, "put", real)
    stored = store_image(content)
    for width in (320, 480, 640, 710):
        assert opened(stored.key.replace("710.webp", f"{width}.webp")).width == width


def test_a_turned_photo_is_kept_upright_and_without_its_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    exif[0x010F] = "SecretCam 3000"
    exif.get_ifd(0x8825)[1] = "N"
    stored = store_image(picture(400, 200, exif=exif))
    made = opened(stored.key)
    assert made.size == (200, 400)
    assert made.convert("RGB").getpixel((195, 5))[0] < 60  # the dark corner moved to the top right
    assert not made.getexif() and b"SecretCam" not in kept(stored.key)


def test_transparency_survives():
    stored = store_image(picture(400, 400, form="PNG", colour=(10, 200, 10, 0)))
    assert opened(stored.key).convert("RGBA").getpixel((390, 390))[3] == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        picture()[:400],
        b"GIF89a" + bytes(50),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        glb(),
    ],
)
def test_what_is_no_readable_picture_is_refused(content):
    with pytest.raises(RefusedUpload) as refused:
        store_image(content)
    assert len(refused.value.reason) > 10


def test_a_decompression_bomb_is_refused_before_it_is_decoded():
    # A PNG header that promises 60,000 x 60,000 pixels in a few bytes.
    bomb = bytearray(picture(8, 8, form="PNG"))
    header = b"IHDR" + struct.pack(">II", 60_000, 60_000) + bytes(bomb[24:29])
    bomb[12:33] = header + struct.pack(">I", zlib.crc32(header))
    with pytest.raises(RefusedUpload, match="pixels"):
        store_image(bytes(bomb))


def test_a_model_is_kept_under_its_content():
    content = glb(padding=64)
    stored = store_model(content)
    assert stored.key.startswith("models/") and stored.size == len(content)
    assert kept(stored.key) == content
    assert store_model(content) == stored


def scene(**parts) -> bytes:
    return glb({"asset": {"version": "2.0"}, "meshes": [{"primitives": []}], **parts})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "too short"),
        (b"x" * 64, "not a GLB"),
        (b"glTF" + struct.pack("<II", 1, 64) + bytes(52), "not a GLB"),
        (glb() + b"tail", "cut off"),
        (glb(padding=64)[:-10], "cut off"),
        (glb(padding=BUDGET), "at most"),
        (glb({"asset": {}, "meshes": []}), "no mesh"),
        (scene(buffers=[{"uri": "https://elsewhere.example/mesh.bin"}]), "point to other files"),
        (scene(images=[{"uri": "../secret.png"}]), "point to other files"),
        (scene(images="many"), "cannot be read"),
        (glb().replace(b'{"asset"', b'["asset"'), "cannot be read"),
    ],
)
def test_a_broken_or_greedy_model_is_refused_with_its_reason(content, reason):
    with pytest.raises(RefusedUpload, match=reason):
        store_model(content)


def test_a_model_whose_textures_are_inside_is_taken():
    assert store_model(scene(images=[{"uri": "data:image/png;base64,AA=="}, {"bufferView": 0}])).size > 0


def test_a_download_is_kept_apart_from_what_is_public():
    key = store_download(json.dumps({"a": 1}).encode(), filename="../../Etüde Nr. 1.zip")
    assert key.startswith("files/") and key.endswith("/Etude-Nr.-1.zip")
    assert kept(key, settings.DOWNLOADS_BUCKET) == b'{"a": 1}'
    assert storage.open_object(settings.MEDIA_BUCKET, key) is None


def test_an_empty_download_is_refused():
    with pytest.raises(RefusedUpload, match="empty"):
        store_download(b"", filename="a.zip")
