"""Every digital title: its words, its price, its file and its cover."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """A digital product. `motif` and `colours` (ground, first, second) draw its cover; `form` is what the cover is printed on."""

    slug: str
    title: str
    subtitle: str
    brand: str
    category: str
    dollars: float
    file: str
    motif: str
    colours: tuple[str, str, str]
    form: str
    copy: str
    contains: str
    featured: bool = False


LARK, BRINE = "Paperlark", "Studio Brine"
BOOKS, PLANS, SOUNDS, TOOLS = "digital/e-books", "digital/plans-patterns", "digital/sounds", "digital/creative-tools"
SAND, INK, RUST, SAGE, OCHRE, PINK, BLUE = "#e9dcc6", "#27364c", "#b5553a", "#8d9d83", "#cd9440", "#dfb5a3", "#8aa2b6"

TITLES = (
    Title("light-a-room-well", "Light a Room Well", "A short guide to lamps, shadows and evenings", LARK, BOOKS, 9, "light-a-room-well.epub", "sun", (OCHRE, "#f6e7c8", RUST), "book",
          "Why does one room feel kind at night and another like a waiting room? This short book explains light at home in plain words: where to put three lamps, how warm is too warm, and what to do about the ceiling.\n\nWritten by the people who design our lamps, with a drawing for every idea.", "EPUB, 48 minutes of reading", True),
    Title("small-rooms", "Small Rooms", "Living well under forty square metres", LARK, BOOKS, 12, "small-rooms.epub", "plan", (BLUE, "#f1ece2", INK), "book",
          "Eleven homes under forty square metres, and what their owners would do again. There are floor plans with measures, and a chapter on the one thing they all gave away.\n\nNo folding beds were harmed.", "EPUB, 11 homes with plans"),
    Title("the-mended-chair", "The Mended Chair", "Glue, wedges, patience", LARK, BOOKS, 14, "the-mended-chair.pdf", "chair", (SAGE, "#f3eee2", "#3d4a3a"), "book",
          "A loose rung is an evening's work if you know the order. This handbook takes a chair apart, cleans its joints and puts it together so that it stays.\n\nTools you need: a mallet, a knife, hot water, and one long strap.", "PDF, print size A5"),
    Title("houseplant-almanac", "The Houseplant Almanac", "Twelve months on the windowsill", LARK, BOOKS, 11, "houseplant-almanac.pdf", "leaf", ("#46694c", "#cfdcc0", OCHRE), "book",
          "What to do this month, and what to leave alone. A page for each month with light, water and one small job, for the thirty plants that people really have.\n\nReads like a calendar, works like a friend who gardens.", "PDF, 12 monthly pages", True),
    Title("tea-in-good-order", "Tea in Good Order", "Leaves, water, time", LARK, BOOKS, 8, "tea-in-good-order.epub", "cup", (PINK, "#f7efe6", RUST), "book",
          "Six kinds of leaf, four temperatures and one rule. The rule is on page two, and the rest of the book is about when to break it.\n\nWith a table to pin inside the cupboard door.", "EPUB, with a table to print"),
    Title("milk-stool-plans", "Milk Stool: the Plans", "Three legs, one afternoon", LARK, PLANS, 16, "milk-stool-plans.pdf", "stool", (SAND, RUST, INK), "sheet",
          "The stool we sell, drawn for people who would rather make it. Cutting list, full-size angles for the legs and a jig you can cut from a scrap.\n\nFor beginners with a drill and a saw; a lathe is welcome and not needed.", "PDF, cutting list and drawings", True),
    Title("nesting-box-plans", "Nesting Box Plans", "For tits, robins and swifts", LARK, PLANS, 7, "nesting-box-plans.zip", "bird", (BLUE, "#f3eddf", RUST), "sheet",
          "Three boxes from one plank. Each drawing gives the hole the right size for its bird and a lid that opens for cleaning in autumn.\n\nDrawings are SVG, so they can go straight to a laser or a printer.", "ZIP with three SVG drawings"),
    Title("linen-apron-pattern", "Linen Apron Pattern", "Cross-back, two pockets", LARK, PLANS, 9, "linen-apron-pattern.pdf", "apron", (OCHRE, "#f4e9d2", INK), "sheet",
          "An apron that crosses at the back and does not pull at the neck. Two seams, two pockets, no buttons.\n\nSizes from small to extra large; takes one and a half metres of linen.", "PDF, sizes S to XL"),
    Title("geometric-quilt", "Harbour Quilt Pattern", "Nine blocks, three colours", LARK, PLANS, 12, "harbour-quilt.zip", "quilt", (INK, "#e8dcc5", RUST), "sheet",
          "A modern quilt from half-square triangles, laid out like boats at a mooring. Nine blocks that repeat, so the cutting goes quickly.\n\nColouring sheets included, for the evening before you buy the cloth.", "ZIP with nine SVG blocks"),
    Title("kitchen-percussion", "Kitchen Percussion", "Pots, spoons and one good lid", BRINE, SOUNDS, 19, "kitchen-percussion.zip", "rings", (RUST, "#f4dfc9", INK), "sleeve",
          "A drum kit without a drum in it. Tuned pans, a wooden spoon on an oak board, and a lid that rings for four seconds if you let it.\n\nDry, close and ready to play. Royalty-free in anything you make.", "ZIP with eight WAV samples", True),
    Title("slow-tones", "Slow Tones", "Pads for unhurried music", BRINE, SOUNDS, 22, "slow-tones.zip", "waves", (INK, BLUE, "#e9dcc6"), "sleeve",
          "Soft tones that start late and take their time to leave, built from a few sine waves and an old tape's wobble.\n\nLoop them, layer them, fall asleep to them.", "ZIP with six WAV loops"),
    Title("bell-field", "Bell Field", "Struck metal in open air", BRINE, SOUNDS, 17, "bell-field.zip", "dots", (SAGE, "#f3eedf", RUST), "sleeve",
          "Eight bells from the size of a thimble to the size of a bucket, recorded the way you hear them across a valley.\n\nTuned to one another, so they never clash.", "ZIP with eight WAV samples"),
    Title("interface-clicks", "Quiet Interface", "Small sounds for apps", BRINE, SOUNDS, 14, "quiet-interface.zip", "bars", (PINK, "#f8f1e7", INK), "sleeve",
          "Taps, ticks and confirmations that do not make people reach for the mute switch. Each comes in two lengths.\n\nMixed low on purpose.", "ZIP with eight WAV sounds"),
    Title("tidal-patterns", "Tidal Patterns", "Twelve seamless repeats", BRINE, TOOLS, 18, "tidal-patterns.zip", "scales", (BLUE, "#eef0ea", INK), "sleeve",
          "Twelve seamless patterns for cloth, paper and screens, from fine ripples to large scallops. Clean vectors with few points and two colours each.\n\nCommercial use is fine; selling the patterns as patterns is not.", "ZIP with twelve SVG tiles", True),
    Title("north-light-presets", "North Light Presets", "Three looks for interiors", BRINE, TOOLS, 24, "north-light-presets.zip", "steps", ("#4a4a4f", "#d9cbb4", OCHRE), "sleeve",
          "The three looks we use on our own photographs: a clear one, a warm one and one for rainy days. Standard CUBE files for every photo and video editor that takes them.\n\nGentle by design. Turn them down before you turn them up.", "ZIP with three CUBE files"),
    Title("drawing-furniture", "Drawing Furniture", "A course in six evenings", LARK, TOOLS, 39, "drawing-furniture.pdf", "chairline", (SAND, INK, RUST), "book",
          "Six evenings, one pencil, and at the end of it a chair that looks as if it could be sat on. Each evening is a page of reading, a page of looking and an hour of drawing.\n\nNo talent required; a kitchen table helps.", "PDF workbook, six lessons"),
)
