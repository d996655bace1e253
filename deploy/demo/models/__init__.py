"""Parametric 3D models in metres: meshes, primitives, materials, and the glTF they are written as."""
