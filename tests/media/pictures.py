"""Real pictures and models, made on the spot."""

import io
import json
import struct

from PIL import Image


def picture(width: int = 800, height: int = 600, *, form: str = "JPEG", colour=(180, 90, 40), **options) -> bytes:
    made = io.BytesIO()
    image = Image.new("RGBA" if len(colour) == 4 else "RGB", (width, height), colour)
    # A darker top left corner tells whether it was turned.
    image.paste((20, 20, 20), (0, 0, width // 4, height // 4))
    image.save(made, form, **options)
    return made.getvalue()


def glb(scene: dict | None = None, *, padding: int = 0) -> bytes:
    text = json.dumps(scene or {"asset": {"version": "2.0"}, "meshes": [{"primitives": []}]}).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    if padding:
        chunks += struct.pack("<I4s", padding, b"BIN\0") + bytes(padding)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
