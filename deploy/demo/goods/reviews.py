"""Reviews by people who do not exist, put together from what such people say. The same product always gets the same ones."""

from __future__ import annotations

import random
from typing import Any

PEOPLE = (
    "Mara K.", "Tobias R.", "Ines V.", "Callum D.", "Priya S.", "Noor A.", "Elodie M.", "Henrik L.", "Rosa P.", "Jonas W.", "Aoife B.",
    "Daniel C.", "Yuki T.", "Sofia G.", "Marek Z.", "Hannah F.", "Luca N.", "Greta O.", "Samir H.", "Beth J.", "Oskar E.", "Amara I.",
    "Pauline D.", "Theo X.", "Wanda Q.", "Felix U.", "Clara Y.", "Ravi M.", "Ingrid S.", "Tom P.", "Leila R.", "Victor N.",
)  # fmt: skip

OPENINGS: dict[int, tuple[tuple[str, str], ...]] = {
    5: (
        ("Exactly as pictured", "The colour is the one in the photographs, which is rarer than it should be."),
        ("Very pleased", "I looked for something like this for about a year."),
        ("Better in person", "Nice in the pictures, better on the table."),
        ("Our favourite thing", "Everyone who visits asks where it comes from."),
        ("Bought a second", "Bought one, waited a week, bought another."),
        ("Lovely to live with", "It has been here for three months and I still notice it."),
        ("Worth the wait", "Took a week to arrive and was worth it."),
        ("Simple and well made", "No fuss, no logo, well made."),
    ),
    4: (
        ("Nearly perfect", "Very good, one small remark."),
        ("Good, with a note", "I like it a lot and would buy it again."),
        ("Happy with it", "Does what it says and looks good doing it."),
        ("Solid", "Good quality for the price."),
        ("Liked it at once", "Smaller than I pictured, but I got used to that."),
    ),
    3: (
        ("Fine", "It is all right. I had hoped for a little more."),
        ("Mixed feelings", "Beautiful, but not quite what I needed."),
        ("Good idea, small flaw", "The design is great; the finish on mine had a mark."),
    ),
    2: (
        ("Arrived damaged", "The first one came with a chip; the replacement took ten days."),
        ("Not for us", "Much lighter in colour than I expected from my screen."),
    ),
}

DETAILS: dict[str, tuple[str, ...]] = {
    "lighting": (
        "The light is warm without being orange.", "The cord is long enough for once.", "It dims down to almost nothing, good for evenings.",
        "Took ten minutes to put up.", "I would have liked the switch nearer the lamp.", "Heavy foot, does not tip.", "No hum, no flicker.",
        "A bulb is not included, so order one.", "It changes the whole corner of the room.", "The box was half the size of my hallway.",
    ),
    "furniture": (
        "Assembly was four screws and a cup of tea.", "Solid, no wobble, even on our floorboards.", "The grain on ours is beautiful.",
        "It arrived up the stairs, carried by two very patient people.", "A faint smell of oil for the first days, then gone.",
        "The edge is properly rounded, our toddler approves.", "Comfortable for longer than I can sit still.", "One felt pad was missing; it came by post two days later.",
        "Slightly lower than our old one, measure first.", "I oiled it once and it drank it up.",
    ),
    "tableware": (
        "Goes in the dishwasher every day, no marks so far.", "The handle fits my whole hand.", "Pours without a drip.", "Each one is slightly different, which I love.",
        "Stacks neatly in a small cupboard.", "Keeps tea hot longer than the thin ones.", "A bit heavy when full.", "The glaze is deep and even.",
        "Packed so well that unpacking took a while.", "The unglazed foot scratched our table a little, use a mat.",
    ),
    "decor": (
        "It makes the shelf look finished.", "Quiet, which was the main thing.", "Holds water without leaving a ring.", "Packed in straw and paper, no plastic.",
        "The shape is even nicer from the side.", "Smaller than I thought, check the measures.", "The surface shows fingerprints for a minute.",
        "Gave it as a present and kept thinking about it.", "Stands firmly even near the children.", "The colour works with everything we own.",
    ),
    "studio": (
        "My desk has never looked this calm.", "Sound is clear at low volume, which is where I live.", "Battery lasts about as long as they say.",
        "Holds more than it seems to.", "The lid closes with a very satisfying sound.", "Set up in under five minutes.", "The wood matches my shelf exactly.",
        "I wish there were a larger one.", "Feels like something that can be repaired.", "The cloth attracts a little dust.",
    ),
    "digital": (
        "Downloaded and open in a minute.", "Clear, short and no padding.", "Printed well on an ordinary printer.", "I learned more than from the last thick book I bought.",
        "The files are named sensibly.", "Used it in a project the same evening.", "The link worked once, as announced, so save the file.", "Would happily buy a second part.",
        "A few more examples would have been good.", "Works in the free software I use.",
    ),
}  # fmt: skip


def reviews_of(slug: str, department: str) -> list[dict[str, Any]]:
    """Between none and twelve reviews, newest first."""
    rng = random.Random(f"reviews/{slug}")
    count = rng.choice([0, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 12])
    details = (
        rng.sample(DETAILS[department] * 2, count * 2) if count <= 10 else rng.choices(DETAILS[department], k=count * 2)
    )
    days = sorted(rng.sample(range(2, 420), count))
    authors = rng.sample(PEOPLE, count)
    used: set[str] = set()
    reviews = []
    for i in range(count):
        rating = rng.choices([5, 4, 3, 2], weights=[56, 30, 10, 4])[0]
        fresh = [opening for opening in OPENINGS[rating] if opening[0] not in used] or list(OPENINGS[rating])
        title, first = rng.choice(fresh)
        used.add(title)
        said = list(dict.fromkeys(details[2 * i : 2 * i + 2]))[: 1 if rating < 4 else 2]
        reviews.append({
            "author": authors[i],
            "rating": rating,
            "title": title,
            "body": " ".join([first, *said]),
            "days_ago": days[i],
            "verified": rng.random() < 0.8,
        })  # fmt: skip
    return reviews
