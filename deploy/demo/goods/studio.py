"""Studio: what the shop says about sound, desk and storage."""

from __future__ import annotations

from deploy.demo.goods.entry import Goods, Size

QUIET, MOSS, SALT = "Quietwave", "Deskmoss", "Saltloom"
AUDIO, DESK, BOXES = "studio/audio", "studio/desk", "studio/storage"

GOODS = (
    Goods("fieldnote", "Fieldnote speakers, pair", QUIET, AUDIO, 690, 9800, "Veneered cabinet, paper cones",
          "Small speakers for a real room. A 13 cm paper cone and a soft dome tweeter in a braced cabinet, tuned by ear in a living room with a carpet and a dog.\n\nPassive, 6 ohms; any decent amplifier from 20 watts will do.", featured=True),
    Goods("fieldnote-one", "Fieldnote One speaker", QUIET, AUDIO, 429, 7200, "Veneered cabinet, brass trim",
          "The larger Fieldnote, amplified and on its own. It takes a turntable, a phone or a television, and fills a kitchen without shaking the glasses.\n\nPhono, line and Bluetooth inputs; one knob."),
    Goods("murmur", "Murmur portable speaker", QUIET, AUDIO, 189, 1350, "Linen, wood, leather",
          "A speaker that looks like luggage. Eighteen hours away from the socket, a handle that folds flat and a cloth you can brush clean.\n\nTwo of them pair into stereo by being put down side by side.", featured=True),
    Goods("murmur-tall", "Murmur tower speaker", QUIET, AUDIO, 229, 1800, "Linen, wood",
          "The same sound all the way round. It stands in the middle of the table, and nobody gets the good seat.\n\nTwelve hours on battery, or leave it on its dock."),
    Goods("orbit", "Orbit speaker", QUIET, AUDIO, 159, 1100, "Knitted cloth, wood, metal",
          "A ball of sound with a metal dial on top. Turn it for louder, press it for silence: there is nothing else to learn.\n\nKeeps playing if the internet does not."),
    Goods("longwave", "Longwave radio", QUIET, AUDIO, 210, 2100, "Wood or lacquer, cloth",
          "FM, digital and the internet behind one dial that turns with a proper weight. Two keys remember the stations you actually listen to.\n\nAlarm, sleep timer, headphone socket.", featured=True),
    Goods("hush", "Hush headphones and stand", QUIET, AUDIO, 349, 890, "Wood or aluminium, leather",
          "Closed headphones that shut out the office without pressing on your glasses, and a stand so that they have somewhere to be.\n\nPads, band and cable are all replaceable. We expect them to be your last pair for some time."),
    Goods("parcel", "Parcel storage box", SALT, BOXES, 39, 920, "Linen over board, leather pull",
          "A lidded box for photographs, cables, letters you should answer. The linen is laminated to board, so the corners stay crisp.\n\nFits standard shelves three across.", sizes=(Size("Medium", 1, 1), Size("Large", 1.4, 1.5)), featured=True),
    Goods("caddy", "Caddy box", MOSS, BOXES, 46, 680, "Solid wood, turned knob",
          "A wooden cube with a lid that drops into place on a cushion of air. Tea, buttons, spare change.\n\nLined with cork."),
    Goods("coil", "Coil basket with handles", SALT, BOXES, 68, 1300, "Cotton rope",
          "Forty metres of cotton rope, coiled and stitched. It stands up by itself and swallows a week of laundry, toys or firewood.\n\nCrush it flat when it is empty; it comes back."),
    Goods("coil-small", "Coil basket, small", SALT, BOXES, 29, 420, "Cotton rope",
          "The small Coil, for bread, yarn or a plant that needs hiding. Same rope, same stitch.\n\nCold wash, dry flat.", stock={"*": 0}),
    Goods("butler", "Butler tray", MOSS, BOXES, 86, 1450, "Solid wood, metal handles",
          "Breakfast for two fits, with the newspaper. The rim is steam-bent from one strip and the handles are wide enough for gloves.\n\nSurface sealed against tea rings."),
    Goods("pocket", "Pocket tray", MOSS, BOXES, 32, 260, "Metal",
          "Where the contents of your pockets go at the end of the day. An oval with a rolled rim, heavy enough to stay put.\n\nFelt below, so it is kind to the table.", stock={"Midnight": 2}),
    Goods("quill", "Quill desk organiser", MOSS, DESK, 64, 980, "Solid wood, metal cup",
          "A block, a cup and a slot: pens stand, cards lean, the paper clips stay in the hollow. It tidies the part of the desk you see.\n\nPencils included, already sharp.", featured=True),
    Goods("dispatch", "Dispatch letter rack", MOSS, DESK, 54, 740, "Metal wire, solid wood",
          "Three arches for the post: to read, to pay, to keep. It also holds records, magazines and a laptop on its side.\n\nNo screws anywhere; the wire is sprung into the wood."),
    Goods("podium", "Podium monitor riser", MOSS, DESK, 98, 2600, "Solid wood",
          "Lifts the screen by thirteen centimetres and gives you back the desk underneath. The shelf is sized for a keyboard and a notebook.\n\nCarries 25 kg; the edge is rounded where your wrists pass.", featured=True),
)
