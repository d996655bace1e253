"""Tableware: what the shop says about each piece."""

from __future__ import annotations

from deploy.demo.goods.entry import PAIR, SET_OF_FOUR, Goods

TIDE, MARROW, HOLT = "Tidekiln", "Marrow Clay", "Holt & Burrow"
MUGS, BOWLS, SERVING = "tableware/mugs-cups", "tableware/bowls-plates", "tableware/serving"

GOODS = (
    Goods("harbour", "Harbour mug", TIDE, MUGS, 24, 380, "Speckled stoneware",
          "The everyday mug, straight-sided and honest about its size: it holds what a teapot pours for one. Iron in the clay comes through the glaze as freckles.\n\nThe handle takes three fingers, or four small ones.", sizes=SET_OF_FOUR, featured=True),
    Goods("tidemark", "Tidemark mug", TIDE, MUGS, 28, 360, "Glazed stoneware",
          "White above, dark below, with a waterline where the two glazes meet. No two lines are quite level.\n\nThinner at the lip than at the foot, as a cup should be.", sizes=PAIR),
    Goods("plover", "Plover mug", TIDE, MUGS, 29, 370, "Glazed stoneware",
          "Round as the bird. The ring handle sits low, where the weight is, and the glaze breaks paler over every edge.\n\nMade for cappuccino, good for soup.", sizes=SET_OF_FOUR, featured=True),
    Goods("beaker", "Kiln beaker", MARROW, MUGS, 19, 260, "Unglazed clay, glazed inside",
          "A tall cup without a handle, glazed inside and left bare outside so that you can feel the clay. It warms your hands and not your lips.\n\nNests six high.", sizes=SET_OF_FOUR),
    Goods("cortado", "Cortado cup and saucer", TIDE, MUGS, 32, 310, "Glazed porcelain",
          "A small cup for strong coffee, on a saucer with a well deep enough to hold it on a tram. Sixteen centilitres to the brim.\n\nThin, bright and harder than it looks.", sizes=PAIR),
    Goods("camp", "Camp mug", "Fennmark", MUGS, 17, 190, "Enamelled steel",
          "Steel, enamelled twice, with a rolled rim. Take it up a hill, drop it, take it up again.\n\nGoes on a stove or an ember; not in a microwave.", stock={"*": 60}),
    Goods("belly", "Belly mug", MARROW, MUGS, 26, 410, "Fired clay",
          "Wider below than above, so it keeps its heat and is hard to knock over. The shape came from a jug found in a wall.\n\nThe outside is left raw. It will take on the colour of your tea.", sizes=PAIR),
    Goods("ripple", "Ripple breakfast bowl", TIDE, BOWLS, 26, 420, "Glazed stoneware",
          "Deep enough for porridge, wide enough for yoghurt with too much fruit. A foot ring keeps it cool to carry.\n\nThe glaze is thick and a little soft, like the surface of a pond.", sizes=SET_OF_FOUR),
    Goods("lagoon", "Lagoon serving bowl", TIDE, BOWLS, 64, 1250, "Glazed stoneware",
          "The salad bowl, the pasta bowl, the bowl the keys end up in. Twenty-eight centimetres across and heavier than you expect.\n\nThe inside is glazed to a mirror; the foot is left bare.", featured=True),
    Goods("nest", "Nest bowls, set of three", MARROW, BOWLS, 79, 1500, "Stoneware, three glazes",
          "Three bowls that live inside each other and take up the room of one. Each has its own glaze, chosen so that they look right in any order.\n\nSmall for olives, middle for soup, large for everyone.", featured=True),
    Goods("gather", "Gather dinner set", TIDE, BOWLS, 168, 5900, "Speckled stoneware",
          "Four dinner plates and three side plates with a low, turned-up rim that keeps sauce where it belongs. They stack without rattling.\n\nReplacements are sold singly for as long as we make them, which is the plan."),
    Goods("supper", "Supper set for two", TIDE, BOWLS, 98, 2600, "Stoneware, two glazes",
          "Two dinner plates, a side plate and a bowl: enough for two people, on the understanding that somebody is having seconds.\n\nA good first set, easily added to."),
    Goods("noodle", "Noodle bowl", MARROW, BOWLS, 34, 640, "Glazed stoneware",
          "Steep sides and a narrow foot, so that the broth stays hot and the bowl can be lifted with one hand. Room for a litre and a soft egg.\n\nThe lip is rounded for drinking from.", sizes=PAIR),
    Goods("shoal", "Shoal platter", TIDE, BOWLS, 58, 980, "Glazed stoneware",
          "A long oval for fish, or for nothing in particular. The rim lifts at the edge just enough to take hold of.\n\nOven-safe to 220 degrees."),
    Goods("brook", "Brook teapot", MARROW, SERVING, 96, 980, "Stoneware, metal handle",
          "A low pot with a bent handle that folds down, and a spout that does not drip. We tested forty before we believed it.\n\nHolds 75 centilitres; comes with a steel basket.", featured=True),
    Goods("vicar", "Vicar teapot", TIDE, SERVING, 84, 1050, "Glazed stoneware",
          "The round, comfortable pot that comes to mind when someone says teapot. The lid has a tooth that keeps it on while you pour the last cup.\n\nHolds a litre: four cups, or two and a crossword."),
    Goods("spring", "Spring carafe and glasses", "Ardenne & Wick", SERVING, 72, 1150, "Mouth-blown glass, wooden stopper",
          "A carafe for the table or the bedside, with two tumblers and a wooden ball for a stopper. The ball is only pressed in by its weight; it lifts off with a soft note.\n\nDishwasher for the glass, a damp cloth for the ball."),
    Goods("dairy", "Dairy jug", TIDE, SERVING, 46, 760, "Glazed stoneware",
          "Milk in the morning, water at noon, peonies by the weekend. The lip is pulled by hand while the clay is wet, and pours a clean line.\n\nHolds 90 centilitres."),
    Goods("paddle", "Paddle serving board", HOLT, SERVING, 48, 720, "Solid wood",
          "A round board with a handle, for bread, cheese and pizza that did not stay round. The underside is as good as the top.\n\nFinished with food-safe oil. Give it more when it looks thirsty."),
)
