"""The words inside the guides: a heading and its paragraphs, page by page."""

from __future__ import annotations

Pages = tuple[tuple[str, tuple[str, ...]], ...]

PAGES: dict[str, Pages] = {
    "light-a-room-well": (
        ("Three lamps", ("A room needs three lamps more than it needs one bright one. Put the first where you read, the second where you eat, the third where nobody sits: it is the one that makes the room look deep.",
                         "Keep two of them below eye level when you are seated. Low light is what makes an evening an evening.")),
        ("How warm is warm", ("Bulbs are sold by colour in kelvin. 2700 is a candle that has been to university; 3000 is good for a desk; 4000 belongs in a workshop.",
                              "Mix no more than two of them in one room, and put the cooler one where the work is done.")),
        ("About the ceiling", ("A ceiling light is for cleaning, for children's parties and for finding an earring. On every other occasion, bounce light off the ceiling from below instead.",)),
    ),
    "small-rooms": (
        ("Measure what you do", ("Before you measure the room, measure your day. Write down where you stood and sat for a week. Most people use six places. Furnish those six.",)),
        ("One large thing", ("A small room full of small things looks smaller. Choose one large thing, a table or a bed or a rug, and let the rest be quiet.",
                             "In nine of our eleven homes the large thing was the table.")),
        ("What they gave away", ("All eleven owners gave away the same object: the second armchair.",)),
    ),
    "the-mended-chair": (
        ("Taking apart", ("Number every joint with tape before you pull anything. Warm a stubborn joint with a cloth dipped in hot water; old glue softens in about two minutes.", "Twist, do not lever. Wood that has held for fifty years will hold again if you do not split it.")),
        ("Cleaning", ("Scrape the old glue from both sides until the wood shows. New glue holds wood; it does not hold glue.",)),
        ("Putting together", ("Glue the back first, then the front, then join the two. Draw the whole chair tight with one strap around the legs and stand it on a flat floor while it dries.", "Leave it overnight. Sit down slowly.")),
    ),
    "houseplant-almanac": (
        ("January to April", ("January: leave everything alone, dust the leaves. February: turn each pot a quarter. March: first feed, half strength. April: repot what has roots showing.",)),
        ("May to August", ("May: move ferns back from the glass. June: water in the morning. July: ask a neighbour. August: take cuttings on a dull day.",)),
        ("September to December", ("September: last feed. October: bring in what spent the summer out. November: water less than you think. December: keep leaves off cold windows.",)),
    ),
    "tea-in-good-order": (
        ("The rule", ("Weigh the leaf, time the water, and change one thing at a time.",)),
        ("The table", ("Green: 75 degrees, two minutes. White: 80 degrees, four minutes. Oolong: 90 degrees, three minutes. Black: 96 degrees, four minutes. Rooibos: boiling, as long as you like.",)),
        ("When to break it", ("On cold mornings, on trains, and when a friend is making it.",)),
    ),
    "milk-stool-plans": (
        ("Cutting list", ("Seat: one disc, 340 mm across, 34 mm thick. Legs: three, 450 mm long, 37 mm at the top and 25 mm at the foot. Wedges: three, from a hard offcut.",)),
        ("Angles", ("Drill the seat from below at 12 degrees, on a circle 210 mm across, one hole every 120 degrees. The jig on this page is a block sawn at 12 degrees: hold the drill against it.",)),
        ("Assembly", ("Saw a slot in the top of each leg, across the grain of the seat. Glue, drive the leg in from below, drive the wedge in from above, trim, and sand. Level the feet on a flat floor with a pencil and a shim.",)),
    ),
    "linen-apron-pattern": (
        ("Cutting", ("Body: 92 by 100 cm, with a curve from the bib to the side. Straps: two, 9 by 110 cm. Pockets: two, 20 by 24 cm. Add 1.5 cm on every edge.",)),
        ("Sewing", ("Hem the curves first with a narrow double fold. Fold the straps in three and stitch both edges. Cross them at the back and sew each to the opposite side.",)),
        ("Sizes", ("S: take 4 cm from the width. M: as drawn. L: add 4 cm. XL: add 8 cm, and 5 cm to each strap.",)),
    ),
    "drawing-furniture": (
        ("Evenings one and two", ("Draw boxes. Draw twenty boxes seen from a little above, each in one minute. On the second evening put a seat in the box, then a back, and rub the box out.",)),
        ("Evenings three and four", ("Legs lean outwards in both directions. Draw the foot first, then the top, then the line between. Fourth evening: the same chair from three sides without turning it.",)),
        ("Evenings five and six", ("Shadow goes under before it goes beside. One tone is enough. On the last evening draw the chair you are sitting on, from memory, and then stand up and look.",)),
    ),
}  # fmt: skip
