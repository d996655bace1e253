"""A sheet of paper to write on: fonts, colours, margins, and the foot that every page carries."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
INK, SOFT, LINE, ACCENT, TINT = (28, 33, 30), (98, 106, 100), (214, 217, 210), (31, 91, 69), (244, 246, 242)
MARGIN, FOOT = 18.0, 26.0
REGULAR, BOLD = "", "B"
Colour = tuple[int, int, int]


class Sheet(FPDF):
    """`foot` lists the columns at the bottom of each page, each a few short lines. Lengths are millimetres."""

    def __init__(self, *, letter: bool, language: str, title: str, author: str, at: datetime, foot: list[list[str]]):
        super().__init__(format="letter" if letter else "A4")
        self.foot = foot
        self.add_font("Inter", REGULAR, FONTS / "Inter-Regular.ttf")
        self.add_font("Inter", BOLD, FONTS / "Inter-SemiBold.ttf")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.set_title(title)
        self.set_author(author)
        self.set_lang(language)
        # The same document is the same bytes, whenever it is made again.
        self.set_creation_date(at)
        self.add_page()

    @property
    def bottom(self) -> float:
        """Where the foot begins: nothing is written below."""
        return self.h - FOOT - 6

    def type(self, size: float, colour: Colour = INK, style: str = REGULAR) -> None:
        self.set_font("Inter", style, size)
        self.set_text_color(*colour)

    def text_at(self, x: float, y: float, text: str, *, width: float = 0, align: str = "L", height: float = 5) -> None:
        """One line at a place; cut short where it does not fit its width."""
        self.set_xy(x, y)
        self.cell(width or self.epw, height, self.fitted(text, width), align=align)

    def lines_at(self, x: float, y: float, lines: list[str], *, width: float, height: float = 4.6) -> float:
        """Lines below each other, wrapped; returns where they end."""
        self.set_xy(x, y)
        for line in lines:
            self.set_x(x)
            self.multi_cell(width, height, line, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        return float(self.get_y())

    def wrapped(self, text: str, width: float) -> list[str]:
        """The lines that `text` takes in the current type."""
        found: Any = self.multi_cell(width, 5, text, align="L", dry_run=True, output="LINES")
        return [str(line) for line in found]

    def fitted(self, text: str, width: float) -> str:
        if not width or self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + "…") > width - 1:
            text = text[:-1]
        return text + "…"

    def rule(self, y: float, *, colour: Colour = LINE, thickness: float = 0.2, left: float = MARGIN) -> None:
        self.set_draw_color(*colour)
        self.set_line_width(thickness)
        self.line(left, y, self.w - MARGIN, y)

    def footer(self) -> None:
        top = self.h - FOOT
        self.rule(top)
        self.type(7, SOFT)
        width = self.epw / max(len(self.foot) + 1, 3)
        for index, column in enumerate(self.foot):
            self.lines_at(MARGIN + index * width, top + 3, column, width=width - 4, height=3.5)
        number = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        # The placeholder is wider than the figure it stands for, so the line begins at a place instead of ending there.
        self.text_at(self.w - MARGIN - 24, top + 3, number, height=3.5)
