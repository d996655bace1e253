"""Furniture: what the shop says about each piece."""

from __future__ import annotations

from deploy.demo.goods.entry import PAIR, Goods, Size

HOLT, FENN = "Holt & Burrow", "Fennmark"
SEATS, TABLES, SHELVES = "furniture/chairs-stools", "furniture/tables", "furniture/shelving"

GOODS = (
    Goods("tern", "Tern chair", FENN, SEATS, 219, 5400, "Moulded plywood, solid oak",
          "A shell pressed from nine thin layers of wood, with a curve at the front that lets your legs hang free. It gives a little when you lean back.\n\nSits at a table all evening, stacks in the corner four high.", sizes=PAIR, featured=True),
    Goods("tern-arm", "Tern armchair", FENN, SEATS, 259, 5900, "Moulded shell, steel rod",
          "The Tern with its sides folded up to meet your elbows. The steel legs are welded to a ring under the seat, so nothing ever works loose.\n\nFelt glides for wooden floors are in the box."),
    Goods("parish", "Parish spindle chair", HOLT, SEATS, 245, 4800, "Solid wood",
          "Every village hall once had a row of these. Ours keeps the bent back and the five spindles, and loses the wobble: the joints are wedged from above, as they should be.\n\nLight enough to lift with two fingers.", sizes=PAIR),
    Goods("refectory", "Refectory chair", HOLT, SEATS, 329, 6200, "Solid wood, leather or linen pad",
          "A dining chair for long dinners. The wide back rail catches you under the shoulder blades, and the pad ties off so that it can be cleaned or changed.\n\nMade to be repaired: every part can be ordered singly."),
    Goods("lull", "Lull easy chair", HOLT, SEATS, 690, 16500, "Solid wood, linen, wool filling",
          "Low, open and deep. The frame is twelve pieces of round timber; the cushions are wool and feather inside washed linen. You will fall asleep in it, hence the name.\n\nCovers unzip and go in the machine at 30 degrees.", featured=True),
    Goods("lull-low", "Lull low chair", HOLT, SEATS, 590, 14200, "Solid wood, linen, wool filling",
          "The Lull without its arms, a little wider, for people who sit sideways. Two of them side by side make a sofa.\n\nSame washable covers, same patience for tea."),
    Goods("milk", "Milk stool", HOLT, SEATS, 119, 2900, "Solid wood",
          "Three legs never wobble, whatever the floor. The seat is dished by hand and the edge eased so that it is kind to the backs of knees.\n\nA seat, a bedside table, a step to the top shelf.", featured=True),
    Goods("counter", "Counter stool", FENN, SEATS, 189, 4400, "Solid wood, brass ring",
          "Kitchen-counter height, with a brass ring exactly where your feet look for it. The ring is a structural part: it ties the four legs together.\n\nFits under worktops from 88 cm.", sizes=(Size("66 cm", 1, 1), Size("75 cm", 1.1, 1.15))),
    Goods("porch", "Porch bench", HOLT, SEATS, 379, 11800, "Solid wood, linen pad",
          "Somewhere to put your boots on. Four slats, two trestles and a wool-filled pad tied at the corners.\n\nIt also spends its summers outdoors quite happily, if you take the pad in."),
    Goods("commons", "Commons dining table", HOLT, TABLES, 1190, 42000, "Solid wood",
          "A table that does not ask to be noticed. The top is five broad boards jointed without a gap; the legs lean out just enough to keep corners free for the seventh guest.\n\nRound-edged, oiled, and easy to sand back after the years have happened to it.", sizes=(Size("180 × 90 cm", 1, 1), Size("220 × 95 cm", 1.22, 1.25)), featured=True),
    Goods("orchard", "Orchard oval table", HOLT, TABLES, 1390, 46000, "Solid wood",
          "An oval seats more people than it should, and nobody gets the corner. The edge is undercut so that the top looks thinner than it is.\n\nComes in two parts and goes together with one key."),
    Goods("piazza", "Piazza pedestal table", FENN, TABLES, 790, 31000, "Solid wood, cast aluminium",
          "A café table for four, on a trumpet of cast metal that leaves every knee free. The wooden top has a soft bevel that is pleasant under the wrist.\n\nStands firm on uneven floors: there are three hidden feet to adjust."),
    Goods("skiff", "Skiff coffee table", HOLT, TABLES, 449, 14500, "Solid wood",
          "Long, low and pointed a little at the ends, like the boat. It leaves room to walk past in a narrow room.\n\nLegs unscrew for moving day."),
    Goods("stump", "Stump side table", "Marrow Clay", TABLES, 229, 12500, "Solid timber or fired clay",
          "A drum with a waist, to sit on or to put a cup on. The wooden ones are turned from one piece and may check a little as they dry; the clay ones are thrown upside down.\n\nStands outdoors from April to October."),
    Goods("tipple", "Tipple tray table", FENN, TABLES, 139, 3900, "Steel",
          "A tray with a rim, on three rods that cross and hold each other up. Lift the tray off and carry the glasses in with it.\n\nFolds flat as a pizza.", sizes=(Size("Ø 46 cm", 1, 1), Size("Ø 56 cm", 1.2, 1.3))),
    Goods("ledger", "Ledger writing desk", FENN, TABLES, 549, 22500, "Solid wood, steel",
          "Enough desk for a laptop, a notebook and a lamp, and one drawer for everything else. A slot along the back takes the cables down.\n\nThe hoops are cold-rolled steel, so the desk does not tremble when you type.", featured=True),
    Goods("pip", "Pip side table", FENN, TABLES, 129, 3600, "Lacquered top, solid wood legs",
          "A small round table in colours that are good next to wood. Two lacquered tops, one inside the other in height, make a set.\n\nWipes clean, shrugs off hot mugs."),
    Goods("archive", "Archive bookcase", HOLT, SHELVES, 890, 48000, "Solid wood",
          "A bookcase for people who own books. The boards are thick enough not to sag under art monographs, and the back is planked like a boat.\n\nFixes to the wall with two brass plates that come in the box.", featured=True),
    Goods("archive-low", "Archive low bookcase", HOLT, SHELVES, 590, 33000, "Solid wood or lacquer",
          "Waist-high and wide: books below, everything else on top. It fits under most windows and behind most sofas.\n\nTwo fit side by side without a gap."),
    Goods("sentry", "Sentry tower shelf", FENN, SHELVES, 420, 24000, "Solid wood",
          "Forty centimetres wide, open to both sides. It goes where no other shelf will: beside a door, between two windows, at the end of a bed.\n\nWall fixings included, and advised."),
    Goods("sill", "Sill wall shelf", FENN, SHELVES, 119, 3100, "Solid wood, metal brackets",
          "A plain shelf with a good edge. The brackets are bent from one rod and disappear once there are books in front of them.\n\nHolds twelve kilograms on the plugs we send.", sizes=(Size("80 cm", 1, 1), Size("110 cm", 1.3, 1.4))),
    Goods("peg", "Peg shelf", HOLT, SHELVES, 89, 2200, "Solid ash",
          "Two turned pegs, one board, no visible metal. The pegs stand up a finger's width at the front to stop a row of books from walking off.\n\nLine it with spices, paperbacks or shells.", stock={"*": 3}),
    Goods("rigging", "Rigging ladder shelf", FENN, SHELVES, 349, 15500, "Steel frame, solid wood",
          "A leaning ladder whose shelves grow deeper on the way down, so that big things live low and small things high.\n\nFreestanding; a strap for the wall is in the box if you have climbers at home."),
)
