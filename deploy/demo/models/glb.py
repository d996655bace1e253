"""Writes a design as a binary glTF 2.0 file, its finishes as KHR_materials_variants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pygltflib
from numpy.typing import NDArray

from deploy.demo.models import textures
from deploy.demo.models.design import Design
from deploy.demo.models.materials import MATERIALS
from deploy.demo.models.mesh import Mesh, joined, shade

VARIANTS = "KHR_materials_variants"
TRANSFORM = "KHR_texture_transform"
TRANSMISSION = "KHR_materials_transmission"


def glb(design: Design) -> bytes:
    """The whole file: one mesh with a primitive for each role, textures inside, the first finish as default."""
    writer = _Writer(design)
    primitives = [writer.primitive(role) for role in dict.fromkeys(part.role for part in design.parts)]
    return writer.file(primitives)


class _Writer:
    def __init__(self, design: Design) -> None:
        self.design = design
        self.gltf = pygltflib.GLTF2(
            asset=pygltflib.Asset(version="2.0", generator="ShopCloud demo models"),
            scenes=[pygltflib.Scene(nodes=[0])],
            nodes=[pygltflib.Node(mesh=0, name=design.name)],
            scene=0,
        )
        self.blob = bytearray()
        self.materials: dict[str, int] = {}
        self.images: dict[str, int] = {}
        self.extensions: set[str] = set()

    def primitive(self, role: str) -> pygltflib.Primitive:
        parts = [part for part in self.design.grounded() if part.role == role]
        finishes = [finish[role] for finish in self.design.finishes.values()]
        textured = any(MATERIALS[name].texture for name in finishes)
        buffers = _merged([(part.mesh, part.grain) for part in parts])
        positions, normals, uvs, indices = buffers
        attributes = pygltflib.Attributes(
            POSITION=self._accessor(positions, pygltflib.VEC3, limits=True),
            NORMAL=self._accessor(normals, pygltflib.VEC3),
        )
        if textured:
            attributes.TEXCOORD_0 = self._accessor(uvs, pygltflib.VEC2)
        primitive = pygltflib.Primitive(
            attributes=attributes,
            indices=self._accessor(indices, pygltflib.SCALAR),
            material=self._material(finishes[0]),
        )
        if len(self.design.finishes) > 1:
            primitive.extensions = {VARIANTS: {"mappings": self._mappings(finishes)}}
        return primitive

    def _mappings(self, finishes: list[str]) -> list[dict[str, Any]]:
        mappings: dict[int, list[int]] = {}
        for variant, name in enumerate(finishes):
            mappings.setdefault(self._material(name), []).append(variant)
        return [{"material": material, "variants": variants} for material, variants in mappings.items()]

    def _material(self, name: str) -> int:
        if name not in self.materials:
            material = MATERIALS[name]
            surface = pygltflib.PbrMetallicRoughness(
                baseColorFactor=[*material.linear_rgb(), 1.0],
                roughnessFactor=material.roughness,
                metallicFactor=material.metallic,
            )
            if material.texture:
                repeat = round(1 / textures.TILE_METRES[material.texture], 3)
                surface.baseColorTexture = pygltflib.TextureInfo(
                    index=self._texture(material.texture),
                    extensions={TRANSFORM: {"scale": [repeat, repeat]}},
                )
                self.extensions.add(TRANSFORM)
            made = pygltflib.Material(name=name, pbrMetallicRoughness=surface, alphaCutoff=None)
            if material.clear:
                made.extensions = {TRANSMISSION: {"transmissionFactor": material.clear}}
                self.extensions.add(TRANSMISSION)
            if material.glow:
                made.emissiveFactor = [min(1.0, channel * material.glow) for channel in material.linear_rgb()]
            self.materials[name] = len(self.gltf.materials)
            self.gltf.materials.append(made)
        return self.materials[name]

    def _texture(self, name: str) -> int:
        if name not in self.images:
            if not self.gltf.samplers:
                self.gltf.samplers.append(
                    pygltflib.Sampler(magFilter=pygltflib.LINEAR, minFilter=pygltflib.LINEAR_MIPMAP_LINEAR)
                )
            view = self._view(textures.jpeg(name), None)
            self.images[name] = len(self.gltf.images)
            self.gltf.images.append(pygltflib.Image(bufferView=view, mimeType="image/jpeg", name=name))
            self.gltf.textures.append(pygltflib.Texture(source=self.images[name], sampler=0))
        return self.images[name]

    def _accessor(self, values: NDArray[Any], kind: str, *, limits: bool = False) -> int:
        is_index = values.dtype == np.uint16
        target = pygltflib.ELEMENT_ARRAY_BUFFER if is_index else pygltflib.ARRAY_BUFFER
        accessor = pygltflib.Accessor(
            bufferView=self._view(values.tobytes(), target),
            componentType=pygltflib.UNSIGNED_SHORT if is_index else pygltflib.FLOAT,
            count=len(values),
            type=kind,
        )
        if limits:
            accessor.min = [float(value) for value in values.min(axis=0)]
            accessor.max = [float(value) for value in values.max(axis=0)]
        self.gltf.accessors.append(accessor)
        return len(self.gltf.accessors) - 1

    def _view(self, content: bytes, target: int | None) -> int:
        self.blob.extend(b"\0" * (-len(self.blob) % 4))
        view = pygltflib.BufferView(buffer=0, byteOffset=len(self.blob), byteLength=len(content), target=target)
        self.blob.extend(content)
        self.gltf.bufferViews.append(view)
        return len(self.gltf.bufferViews) - 1

    def file(self, primitives: list[pygltflib.Primitive]) -> bytes:
        self.gltf.meshes = [pygltflib.Mesh(primitives=primitives, name=self.design.name)]
        if len(self.design.finishes) > 1:
            self.extensions.add(VARIANTS)
            self.gltf.extensions = {VARIANTS: {"variants": [{"name": finish} for finish in self.design.finishes]}}
        self.gltf.extensionsUsed = sorted(self.extensions)
        self.blob.extend(b"\0" * (-len(self.blob) % 4))
        self.gltf.buffers = [pygltflib.Buffer(byteLength=len(self.blob))]
        self.gltf.set_binary_blob(bytes(self.blob))
        return b"".join(self.gltf.save_to_bytes())


def _merged(meshes: list[tuple[Mesh, str]]) -> tuple[NDArray[Any], ...]:
    """Vertex buffers of several meshes; those with the same grain are shaded together."""
    by_grain: dict[str, list[Mesh]] = {}
    for mesh, grain in meshes:
        by_grain.setdefault(grain, []).append(mesh)
    shaded = [shade(joined(*group), grain=grain) for grain, group in by_grain.items()]
    offsets = np.cumsum([0, *(len(piece.positions) for piece in shaded)])
    if offsets[-1] > 65535:
        raise ValueError(f"{offsets[-1]} vertices do not fit 16-bit indices; draw the shape with fewer segments.")
    return (
        np.concatenate([piece.positions for piece in shaded]),
        np.concatenate([piece.normals for piece in shaded]),
        np.concatenate([piece.uvs for piece in shaded]),
        np.concatenate([piece.indices + offset for piece, offset in zip(shaded, offsets, strict=False)]).astype(
            np.uint16
        ),
    )
