"""Files made to hurt: refused, or kept only as what they show, by a worker that stays small and quick."""

import io
import json
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from deploy.local.state import REPOSITORY
from media.services import store_image
from tests.media.pictures import picture
from tests.media.test_services import kept

MOST_MB, MOST_SECONDS = 500, 5
WORKER = """
import json, sys, time
from pathlib import Path
from media.refusal import RefusedUpload
from media.renditions import decode, encode, widths_of
started = time.process_time()
try:
    picture = decode(Path(sys.argv[1]).read_bytes())
    said = [len(rendition.content) for rendition in encode(picture)]
except RefusedUpload as refused:
    said = refused.reason
# Not getrusage, which begins with what the parent held.
memory = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps({"said": said, "mb": memory, "seconds": time.process_time() - started}))
"""


def huge_png() -> bytes:
    """30,000 x 30,000 black pixels in well under 200 kB: a gigabyte and more once they are decoded."""
    side = 30_000
    rows = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    body = b"".join(rows.compress(row) for _ in range(side)) + rows.flush()
    header = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    parts = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def frames(form: str, count: int) -> bytes:
    """A film of `count` frames that a picture's first look does not show."""
    made = io.BytesIO()
    first, *others = [Image.new("RGB", (600, 600), (number % 256, 90, 40)) for number in range(count)]
    first.save(made, form, save_all=True, append_images=others)
    return made.getvalue()


def polyglot() -> bytes:
    """A picture to a decoder, a page to whoever looks for tags."""
    return (
        picture(400, 300, comment=b"<html><script>alert(document.domain)</script></html>")
        + b"<script>alert(1)</script>"
    )


@pytest.mark.parametrize(
    ("make", "is_kept"),
    [
        (huge_png, False),
        (lambda: frames("WEBP", 150), True),
        (lambda: frames("PNG", 150), True),
        (lambda: frames("GIF", 150), False),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", False),
        (polyglot, True),
        (lambda: picture(9000, 5500), True),
    ],
    ids=["30000x30000", "webp film", "png film", "gif film", "svg with script", "jpeg and html", "largest taken"],
)
def test_a_worker_stays_small_and_quick_whatever_it_is_given(make, is_kept, tmp_path):
    (tmp_path / "upload").write_bytes(make())
    told = subprocess.run(
        [sys.executable, "-c", WORKER, str(tmp_path / "upload")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer = json.loads(told.stdout)
    assert isinstance(answer["said"], list) is is_kept, answer
    assert answer["mb"] < MOST_MB
    assert answer["seconds"] < MOST_SECONDS


def test_a_page_hidden_in_a_picture_is_not_kept_with_it():
    stored = store_image(polyglot())
    for width in (320, 400):
        content = kept(str(Path(stored.key).with_name(f"{width}.webp")))
        assert content.startswith(b"RIFF") and b"script" not in content and b"html" not in content
