"""3D models: a GLB is checked before it is kept, so that the viewer is never handed a broken or greedy file."""

import json
import struct
from typing import Any

from media.refusal import RefusedUpload

BUDGET = 5 * 1024 * 1024
_HEADER = struct.Struct("<4sII")
_CHUNK = struct.Struct("<I4s")


def check_model(content: bytes) -> None:
    """Raises RefusedUpload unless `content` is one whole, self-contained GLB 2.0 within the byte budget."""
    if len(content) > BUDGET:
        raise RefusedUpload(
            f"The model is {len(content):,} bytes; {BUDGET:,} at most. Compress its meshes or textures."
        )
    if len(content) < _HEADER.size + _CHUNK.size:
        raise RefusedUpload("The file is too short to be a GLB model.")
    magic, version, length = _HEADER.unpack_from(content)
    if magic != b"glTF" or version != 2:
        raise RefusedUpload("The file is not a GLB 2.0 model.")
    if length != len(content):
        raise RefusedUpload("The model is cut off: its header names another length.")
    _check_scene(_scene(content))


def _scene(content: bytes) -> dict[str, Any]:
    size, kind = _CHUNK.unpack_from(content, _HEADER.size)
    start = _HEADER.size + _CHUNK.size
    if kind != b"JSON" or start + size > len(content):
        raise RefusedUpload("The model does not begin with its scene description.")
    try:
        scene = json.loads(content[start : start + size])
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise RefusedUpload("The model's scene description cannot be read.") from None
    if not isinstance(scene, dict) or not isinstance(scene.get("meshes"), list) or not scene["meshes"]:
        raise RefusedUpload("The model has no mesh.")
    return scene


def _check_scene(scene: dict[str, Any]) -> None:
    for part in ("buffers", "images"):
        entries = scene.get(part, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise RefusedUpload(f"The model's {part} cannot be read.")
        # A file beside the model would be fetched from wherever the model says.
        if any(not str(entry.get("uri", "data:")).startswith("data:") for entry in entries):
            raise RefusedUpload(f"The model's {part} point to other files. Export it as one self-contained GLB.")
