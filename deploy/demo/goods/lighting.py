"""Lighting: what the shop says about each lamp."""

from __future__ import annotations

from deploy.demo.goods.entry import Goods, Size

LUM, HOLT, WICK, MARROW = "Lumenfold", "Holt & Burrow", "Ardenne & Wick", "Marrow Clay"
TABLE, PENDANT, FLOOR = "lighting/table-lamps", "lighting/pendant-lamps", "lighting/floor-lamps"

GOODS = (
    Goods("halo", "Halo table lamp", LUM, TABLE, 139, 2100, "Solid wood, brass, opal glass",
          "A ball of opal glass held inside a brass ring, on a foot turned from a single block of wood. Switched off it is a small sculpture; switched on it gives the low, even light you want after nine in the evening.\n\nThe dimmer sits on the cord where your hand finds it in the dark.", featured=True),
    Goods("pebble", "Pebble lamp", LUM, TABLE, 89, 1500, "Fired clay, opal glass",
          "Our smallest lamp, and the one most often bought twice. A globe of hand-blown opal glass rests on a clay foot that is heavy enough to survive cats.\n\nAt home on a windowsill, a bedside stool or the end of a bookshelf."),
    Goods("gourd", "Gourd table lamp", MARROW, TABLE, 165, 3200, "Glazed stoneware, linen shade",
          "Thrown in two parts and joined while the clay is still soft, so that the waist keeps a trace of the potter's thumb. The glaze pools darker in the hollow.\n\nThe shade is unbleached linen on a drum we line by hand, and it throws a warm circle wide enough to read in."),
    Goods("bottle", "Apothecary lamp", WICK, TABLE, 148, 2400, "Tinted glass, brass, linen shade",
          "A lamp base blown in an old bottle mould, thick at the shoulder and a little uneven, as bottles used to be. Daylight goes through it; lamplight stays above it.\n\nThe straight linen drum keeps the proportions calm."),
    Goods("column", "Column table lamp", HOLT, TABLE, 129, 2700, "Solid wood, linen shade",
          "A plain wooden column, turned with the grain running up and sanded until it feels like soap. We leave the end grain visible at the top, under the shade.\n\nOiled, not lacquered: it darkens a shade in its first year and then stays put.", featured=True),
    Goods("draft", "Draft task lamp", LUM, TABLE, 175, 2900, "Powder-coated steel, brass",
          "An architect's lamp with the springs left out. Two brass joints with just enough friction hold the arm wherever you leave it, from high over a drawing to low beside a laptop.\n\nThe cone keeps light on the page and out of your eyes."),
    Goods("draft-mini", "Draft mini task lamp", LUM, TABLE, 119, 1800, "Powder-coated steel",
          "The Draft lamp for people with less desk. The same friction joints and the same cone, a third shorter, with a foot that fits between a monitor and a plant.\n\nRuns on USB-C, so a power bank will do."),
    Goods("porcini", "Porcini lamp", LUM, TABLE, 109, 1700, "Spun and lacquered steel",
          "One dome, one stem, one colour. The light bounces off the inside of the cap and comes out soft, without a bulb in sight from where you sit.\n\nA touch on the cap steps through three levels, the last of them dim enough for a nursery.", featured=True),
    Goods("foundry", "Foundry pendant", LUM, PENDANT, 145, 1900, "Powder-coated steel, brass fitting",
          "The workshop shade, redrawn a little fuller at the shoulder. It hangs well alone over a round table and better in twos over a long one.\n\nThe inside is always white, so that the colour you choose does not tint your dinner.", sizes=(Size("Ø 40 cm", 1, 1), Size("Ø 55 cm", 1.45, 1.6)), featured=True),
    Goods("beacon", "Beacon pendant", WICK, PENDANT, 119, 1200, "Spun metal",
          "A narrow bell of spun metal for places where a wide shade would be in the way: beside a bed, above a kitchen counter, in a row down a corridor.\n\nUnlacquered brass will dull to honey; wipe it with lemon if you prefer it bright."),
    Goods("sombrero", "Sombrero pendant", MARROW, PENDANT, 189, 2600, "Fired clay",
          "A wide clay brim around a small crown, thrown on the wheel and fired without glaze. It weighs about as much as a good loaf and hangs perfectly level.\n\nLow over a table it makes an island of light; hung higher it washes the whole room."),
    Goods("hive", "Hive pendant", "Saltloom", PENDANT, 165, 900, "Woven cane",
          "Split cane woven over a former by a family workshop that also makes eel traps. The weave is close enough to hide the bulb and open enough to scatter a faint pattern on the ceiling.\n\nEvery one is a little different; that is the point.", stock={"*": 1}),
    Goods("moonrise", "Moonrise pendant", LUM, PENDANT, 155, 2300, "Opal glass, metal",
          "Three layers of glass, white between clear, blown into a ball without a visible seam. The light has no direction and no glare.\n\nSafe for bathrooms outside the shower zone.", sizes=(Size("Ø 25 cm", 1, 1), Size("Ø 32 cm", 1.3, 1.5)), featured=True),
    Goods("cloud", "Cloud paper pendant", "Saltloom", PENDANT, 69, 420, "Mulberry paper, bamboo",
          "A paper lantern wider than it is tall, with hoops of split bamboo. It arrives flat in an envelope and opens in a minute.\n\nMulberry paper is stronger than it looks: dust it with a feather, and it will outlast your lease."),
    Goods("quintet", "Quintet linear pendant", HOLT, PENDANT, 349, 4600, "Solid wood, opal glass, brass",
          "Five small globes under one wooden beam, made for tables that seat six or more. The beam is a single length of timber, so the grain runs from end to end.\n\nHung on two cords that meet at one point: you only need one hole in the ceiling."),
    Goods("stork", "Stork tripod lamp", HOLT, FLOOR, 289, 5200, "Solid wood, linen shade",
          "Three slender legs and a generous shade. We splay the legs just far enough that it will not be knocked over by a dog's tail, and no further.\n\nThe switch is on the cord, at foot height."),
    Goods("heron", "Heron arc lamp", WICK, FLOOR, 459, 14800, "Metal, cast-iron foot",
          "The reading light that leans over the back of the sofa. A single tube bent in one sweep carries the dome out over your shoulder, and a cast-iron foot keeps it there.\n\nThe dome turns on its joint, so the light follows the book.", featured=True),
    Goods("chrysalis", "Chrysalis paper lamp", "Saltloom", FLOOR, 159, 2100, "Mulberry paper, oak",
          "A column of pleated paper on a low oak plinth. It lights a corner the way a window does: evenly, from top to bottom.\n\nThe sleeve lifts off to change the bulb, and can be replaced for the price of a dinner."),
    Goods("full-moon", "Full Moon floor lamp", LUM, FLOOR, 329, 8900, "Opal glass, metal",
          "A globe at the height of a standing person's shoulder, on a stem as thin as we dared. It makes a room feel inhabited.\n\nDims to a glow from a dial on the stem."),
    Goods("lookout", "Lookout floor lamp", LUM, FLOOR, 265, 6400, "Powder-coated steel, brass",
          "The Draft lamp grown up. Stand it by an armchair and swing the arm over the page, or turn the cone to the wall and let the whole corner glow.\n\nFlat foot, easy to slide under a sofa."),
)
