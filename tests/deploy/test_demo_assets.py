"""The demo's pictures, models and downloads: the right kind, the right size, and they open."""

import io
import json
import struct
import wave
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tests.deploy.test_demo_catalog import ASSETS, PRODUCTS

MODELS = sorted((ASSETS / "models").glob("*"))


def gltf_of(path: Path) -> dict:
    content = path.read_bytes()
    magic, version, length = struct.unpack_from("<4sII", content)
    size, kind = struct.unpack_from("<I4s", content, 12)
    assert (magic, version, length, kind) == (b"glTF", 2, len(content), b"JSON")
    return json.loads(content[20 : 20 + size])


def primitives_of(gltf: dict) -> list[dict]:
    return [primitive for mesh in gltf["meshes"] for primitive in mesh["primitives"]]


@pytest.mark.parametrize(
    ("folder", "sizes", "limit"),
    [("renders", {(1000, 1000)}, 40_000), ("scenes", {(2000, 1000), (900, 900)}, 150_000)],
)
def test_pictures_are_webp_of_the_promised_size_and_weight(folder, sizes, limit):
    paths = sorted((ASSETS / folder).glob("*"))
    assert paths
    for path in paths:
        with Image.open(path) as image:
            assert (image.format, image.size in sizes) == ("WEBP", True), path.name
        assert path.stat().st_size < limit, path.name


def test_models_stand_on_the_floor_in_metres_and_within_their_budget():
    assert len(MODELS) >= 22
    for path in MODELS:
        assert path.stat().st_size < 150_000, path.name
        gltf = gltf_of(path)
        positions = [gltf["accessors"][each["attributes"]["POSITION"]] for each in primitives_of(gltf)]
        assert min(accessor["min"][1] for accessor in positions) == pytest.approx(0, abs=1e-5), path.name
        assert 0.01 < max(accessor["max"][1] for accessor in positions) < 2.5, path.name


def test_models_hold_together_as_gltf():
    for path in MODELS:
        gltf = gltf_of(path)
        assert not any("uri" in buffer for buffer in gltf["buffers"])
        assert "extensionsRequired" not in gltf
        for primitive in primitives_of(gltf):
            counts = {gltf["accessors"][index]["count"] for index in primitive["attributes"].values()}
            assert len(counts) == 1 and "NORMAL" in primitive["attributes"]
            assert gltf["accessors"][primitive["indices"]]["count"] % 3 == 0
            assert primitive["material"] < len(gltf["materials"])


def test_a_model_offers_the_finishes_its_product_is_sold_in():
    for product in PRODUCTS:
        if product["model"]:
            extensions = gltf_of(ASSETS / product["model"]).get("extensions", {})
            offered = [each["name"] for each in extensions.get("KHR_materials_variants", {}).get("variants", [])]
            sold = list(dict.fromkeys(variant["options"]["finish"] for variant in product["variants"]))
            assert offered == (sold if len(sold) > 1 else [])


@pytest.mark.parametrize("path", sorted((ASSETS / "downloads").glob("*.pdf")), ids=lambda path: path.name)
def test_a_pdf_finds_every_object_through_its_table(path):
    content = path.read_bytes()
    table = int(content.split(b"startxref\n")[1].split(b"\n")[0])
    rows = content[table:].split(b"trailer")[0].splitlines()[3:]
    assert content.startswith(b"%PDF-1.4") and len(rows) >= 5
    for number, row in enumerate(rows, start=1):
        assert content[int(row[:10]) :].startswith(b"%d 0 obj" % number)


def test_packs_and_books_open():
    for path in [each for each in (ASSETS / "downloads").glob("*") if each.suffix != ".pdf"]:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            if path.suffix == ".epub":
                assert archive.infolist()[0].filename == "mimetype"
                assert archive.read("mimetype") == b"application/epub+zip"
            for name in archive.namelist():
                if name.endswith(".wav"):
                    with wave.open(io.BytesIO(archive.read(name))) as sound:
                        assert sound.getnframes() > 500


def test_downloads_are_small_and_the_whole_demo_stays_light():
    assert all(path.stat().st_size < 60_000 for path in (ASSETS / "downloads").glob("*"))
    assert sum(path.stat().st_size for path in ASSETS.rglob("*") if path.is_file()) < 8_300_000
