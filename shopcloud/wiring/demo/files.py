"""The demo's files: read from the folder of assets, kept by the media tier, each once however often it is named."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from catalog.domain import Image, Model3D
from media.services import RefusedUpload, StoredImage, store_download, store_image, store_model

T = TypeVar("T")

# Encoding pictures lets other threads run, so every core may work.
WORKERS = max(2, os.cpu_count() or 2)


class BadDemoFile(Exception):
    """A file of the demo is missing or is not what it should be; the message names it."""


class DemoFiles:
    """Stored pictures, models and downloads by their path under `folder`. Raises BadDemoFile, MediaUnavailable."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._images: dict[str, StoredImage] = {}
        self._models: dict[str, Model3D] = {}
        self._downloads: dict[str, str] = {}

    def store_images(self, paths: Iterable[str]) -> int:
        """Keep all pictures, several at a time; returns how many there are."""
        wanted = list(dict.fromkeys(paths))
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="demo-images") as workers:
            self._images.update(zip(wanted, workers.map(self._store_image, wanted), strict=True))
        return len(wanted)

    def image(self, path: str, alt: str) -> Image:
        stored = self._images[path]
        return Image(stored.key, stored.width, stored.height, alt)

    def image_key(self, path: str) -> str:
        return self._images[path].key if path else ""

    def model(self, path: str) -> Model3D:
        if path not in self._models:
            stored = self._checked(path, store_model)
            self._models[path] = Model3D(stored.key, stored.size)
        return self._models[path]

    def download(self, path: str) -> str:
        if path not in self._downloads:
            self._downloads[path] = self._checked(path, partial(store_download, filename=Path(path).name))
        return self._downloads[path]

    def _store_image(self, path: str) -> StoredImage:
        return self._checked(path, store_image)

    def _checked(self, path: str, store: Callable[[bytes], T]) -> T:
        try:
            return store((self._folder / path).read_bytes())
        except OSError as error:
            raise BadDemoFile(f"{path}: {error.strerror}. Make the demo's assets anew, or take it out.") from error
        except RefusedUpload as error:
            raise BadDemoFile(f"{path}: {error}") from error
