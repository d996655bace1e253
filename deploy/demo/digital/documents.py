"""Writes the guides as PDF and EPUB files, from their words alone."""

from __future__ import annotations

import io
import textwrap
import zipfile
from html import escape

from deploy.demo.digital.titles import Title
from deploy.demo.digital.writing import Pages

A5 = (420, 595)
STAMP = (2026, 1, 1, 0, 0, 0)


def pdf(title: Title, pages: Pages) -> bytes:
    """A small PDF 1.4 in Helvetica: a title page, then a page for each part."""
    streams = [_text([(26, title.title, 400), (12, title.subtitle, 372), (10, title.brand, 60)])]
    for heading, paragraphs in pages:
        lines: list[tuple[int, str, int]] = [(17, heading, 520)]
        y = 486
        for paragraph in paragraphs:
            for line in textwrap.wrap(paragraph, 58):
                lines.append((11, line, y))
                y -= 17
            y -= 10
        streams.append(_text(lines))
    return _pdf_file(streams)


def _text(lines: list[tuple[int, str, int]]) -> bytes:
    commands = []
    for size, line, y in lines:
        safe = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        commands.append(f"BT /F1 {size} Tf 48 {y} Td ({safe}) Tj ET")
    return "\n".join(commands).encode("cp1252")


def _pdf_file(streams: list[bytes]) -> bytes:
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, stream in enumerate(streams):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A5[0]} {A5[1]}] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def packed(files: dict[str, bytes], *, stored_first: bool = False) -> bytes:
    """A ZIP of the files, the same bytes every time; EPUB wants its first entry stored."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, (name, content) in enumerate(files.items()):
            kind = zipfile.ZIP_STORED if stored_first and i == 0 else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, STAMP), content, compress_type=kind)
    return out.getvalue()


def epub(title: Title, pages: Pages) -> bytes:
    """An EPUB 3 book with one chapter a page."""
    names = [f"part-{i + 1}" for i in range(len(pages))]
    items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in names)
    spine = "".join(f'<itemref idref="{n}"/>' for n in names)
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">{title.slug}</dc:identifier><dc:title>{escape(title.title)}</dc:title>'
        f"<dc:creator>{escape(title.brand)}</dc:creator><dc:language>en</dc:language>"
        '<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata>'
        '<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f"{items}</manifest><spine>{spine}</spine></package>"
    )
    links = "".join(f'<li><a href="{n}.xhtml">{escape(h)}</a></li>' for n, (h, _) in zip(names, pages, strict=True))
    container = (
        '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    files = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": container.encode(),
        "book.opf": package.encode(),
        "nav.xhtml": _xhtml(title.title, f'<nav epub:type="toc"><ol>{links}</ol></nav>'),
    }
    for name, (heading, paragraphs) in zip(names, pages, strict=True):
        body = f"<h1>{escape(heading)}</h1>" + "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
        files[f"{name}.xhtml"] = _xhtml(heading, body)
    return packed(files, stored_first=True)


def _xhtml(title: str, body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{escape(title)}</title></head><body>{body}</body></html>'
    ).encode()
