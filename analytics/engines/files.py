"""The lake's objects as files that pyarrow reads by range, counting every byte that crossed the network."""

import io
import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import fs

from analytics import store
from analytics.store import LakeFile
from analytics.tables import LakeTable, day_of

# A file smaller than this is fetched whole: one request costs more than the bytes it would save.
WHOLE = 256 * 1024


@dataclass
class Meter:
    """What a query read."""

    bytes_read: int = 0
    keys: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, key: str, size: int) -> None:
        with self.lock:
            self.bytes_read += size
            self.keys.add(key)


class _RangeFile(io.RawIOBase):
    """One object, read where the reader seeks to."""

    def __init__(self, file: LakeFile, meter: Meter) -> None:
        self._file, self._meter, self._at = file, meter, 0
        self._whole: bytes | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def size(self) -> int:
        return self._file.size

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._file.size - self._at)
        length = left if size is None or size < 0 else min(size, left)
        content = self._range(self._at, length) if length else b""
        self._at += len(content)
        return content

    def _range(self, start: int, length: int) -> bytes:
        if self._file.size > WHOLE:
            return self._fetch(start, length)
        if self._whole is None:
            self._whole = self._fetch(0, self._file.size)
        return self._whole[start : start + length]

    def _fetch(self, start: int, length: int) -> bytes:
        content = store.read(self._file.key, start, length)
        if content is None:
            raise FileNotFoundError(f"{self._file.key} was merged while it was read. Ask again.")
        self._meter.count(self._file.key, len(content))
        return content


class _LakeHandler(fs.FileSystemHandler):  # type: ignore[misc]
    """The read-only part of a file system, over the objects that were listed."""

    def __init__(self, files: list[LakeFile], meter: Meter) -> None:
        self._files = {file.key: file for file in files}
        self._meter = meter

    def get_type_name(self) -> str:
        return "lake"

    def normalize_path(self, path: str) -> str:
        return path

    def get_file_info(self, paths: list[str]) -> list[fs.FileInfo]:
        return [
            fs.FileInfo(path, fs.FileType.File, size=self._files[path].size)
            if path in self._files
            else fs.FileInfo(path, fs.FileType.NotFound)
            for path in paths
        ]

    def open_input_file(self, path: str) -> pa.PythonFile:
        return pa.PythonFile(_RangeFile(self._files[path], self._meter), mode="r")

    def open_input_stream(self, path: str) -> pa.PythonFile:
        return self.open_input_file(path)

    def _refuse(self, *args: Any, **options: Any) -> Any:
        raise PermissionError("The lake is read only here.")

    get_file_info_selector = create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = _refuse
    delete_file = move = copy_file = open_output_stream = open_append_stream = _refuse


def dataset(table: LakeTable, meter: Meter) -> ds.Dataset | pa.Table:
    """The table as a dataset whose files carry their day, so that a filter on it opens no other day's file."""
    files = {file: day for file in store.files(f"{table.name}/") if (day := day_of(file.key))}
    if not files:
        return table.schema.empty_table()
    system, form = fs.PyFileSystem(_LakeHandler(list(files), meter)), ds.ParquetFileFormat()
    fragments = [form.make_fragment(file.key, system, partition_expression=_is(day)) for file, day in files.items()]
    return ds.FileSystemDataset(fragments, table.schema, form, system)


def _is(day: date) -> ds.Expression:
    return (ds.field("year") == day.year) & (ds.field("month") == day.month) & (ds.field("day") == day.day)
