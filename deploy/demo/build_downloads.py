"""Writes the files that buyers of digital goods download. Run: python -m deploy.demo.build_downloads"""

from __future__ import annotations

from pathlib import Path

from deploy.demo.digital.documents import epub, packed, pdf
from deploy.demo.digital.packs import PACKS
from deploy.demo.digital.titles import TITLES, Title
from deploy.demo.digital.writing import PAGES

DOWNLOADS = Path(__file__).parent / "assets" / "downloads"


def content_of(title: Title) -> bytes:
    """The bytes of a title's file."""
    if title.file.endswith(".zip"):
        return packed(PACKS[title.file]())
    write = epub if title.file.endswith(".epub") else pdf
    return write(title, PAGES[title.slug])


def main() -> None:
    """Write every file and say how large it is."""
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    for title in TITLES:
        content = content_of(title)
        (DOWNLOADS / title.file).write_bytes(content)
        print(f"{len(content) / 1000:6.1f} kB  {title.file}")


if __name__ == "__main__":
    main()
