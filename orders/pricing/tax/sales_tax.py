"""Sales tax of the US states in per cent, newest first: the states' own rates, without counties and cities.

Sources: the states' departments of revenue; for the taxability of groceries the Federation of Tax Administrators, of
downloads the states' guidance that the Multistate Tax Commission lists, of delivery the states' rules on separately
stated charges of a common carrier.

Checked 2026-11-21 against published notices: Louisiana's 5 % since 2025; the District of Columbia's rise to 7 % on
2026-10-01, scheduled in its 2026 budget; the end of grocery taxes in Kansas, Oklahoma, Arkansas and Illinois and the
cuts in Alabama and Mississippi; the states that exempt over-the-counter medicine and clothing, with price limits; the
states that leave downloads untaxed. Taken over unchecked: which states tax delivery, and Utah's and Missouri's share.
Left out: holidays, local taxes, and the part of a dearer garment that Massachusetts and Rhode Island leave untaxed.
"""

from datetime import date

from orders.pricing.tax.vat import START, Dated

STATES: dict[str, Dated] = {
    "AL": ((START, "4"),),
    "AK": ((START, "0"),),
    "AZ": ((START, "5.6"),),
    "AR": ((START, "6.5"),),
    "CA": ((START, "7.25"),),
    "CO": ((START, "2.9"),),
    "CT": ((START, "6.35"),),
    "DC": ((date(2026, 10, 1), "7"), (START, "6")),
    "DE": ((START, "0"),),
    "FL": ((START, "6"),),
    "GA": ((START, "4"),),
    "HI": ((START, "4"),),
    "ID": ((START, "6"),),
    "IL": ((START, "6.25"),),
    "IN": ((START, "7"),),
    "IA": ((START, "6"),),
    "KS": ((START, "6.5"),),
    "KY": ((START, "6"),),
    "LA": ((date(2025, 1, 1), "5"), (START, "4.45")),
    "ME": ((START, "5.5"),),
    "MD": ((START, "6"),),
    "MA": ((START, "6.25"),),
    "MI": ((START, "6"),),
    "MN": ((START, "6.875"),),
    "MS": ((START, "7"),),
    "MO": ((START, "4.225"),),
    "MT": ((START, "0"),),
    "NE": ((START, "5.5"),),
    "NV": ((START, "6.85"),),
    "NH": ((START, "0"),),
    "NJ": ((START, "6.625"),),
    "NM": ((date(2023, 7, 1), "4.875"), (date(2022, 7, 1), "5"), (START, "5.125")),
    "NY": ((START, "4"),),
    "NC": ((START, "4.75"),),
    "ND": ((START, "5"),),
    "OH": ((START, "5.75"),),
    "OK": ((START, "4.5"),),
    "OR": ((START, "0"),),
    "PA": ((START, "6"),),
    "RI": ((START, "7"),),
    "SC": ((START, "6"),),
    "SD": ((date(2027, 7, 1), "4.5"), (date(2023, 7, 1), "4.2"), (START, "4.5")),
    "TN": ((START, "7"),),
    "TX": ((START, "6.25"),),
    "UT": ((START, "4.85"),),
    "VT": ((START, "6"),),
    "VA": ((START, "5.3"),),
    "WA": ((START, "6.5"),),
    "WV": ((START, "6"),),
    "WI": ((START, "5"),),
    "WY": ((START, "4"),),
}

# Groceries, where a state taxes them at all; everywhere else they are exempt.
GROCERIES: dict[str, Dated] = {
    "AL": ((date(2025, 9, 1), "2"), (date(2023, 9, 1), "3"), (START, "4")),
    "AR": ((date(2026, 1, 1), "0"), (START, "0.125")),
    "HI": ((START, "4"),),
    "ID": ((START, "6"),),
    "IL": ((date(2026, 1, 1), "0"), (START, "1")),
    "KS": ((date(2025, 1, 1), "0"), (date(2024, 1, 1), "2"), (date(2023, 1, 1), "4"), (START, "6.5")),
    "MO": ((START, "1.225"),),
    "MS": ((date(2025, 7, 1), "5"), (START, "7")),
    "OK": ((date(2024, 8, 29), "0"), (START, "4.5")),
    "SD": STATES["SD"],
    "TN": ((START, "4"),),
    "UT": ((START, "1.75"),),
    "VA": ((date(2023, 1, 1), "1"), (START, "2.5")),
}
# Medicine sold without a prescription, where it is not taxed like anything else.
MEDICINE: dict[str, Dated] = {
    "IL": ((START, "1"),),
    **dict.fromkeys(("CT", "DC", "FL", "MD", "MN", "NJ", "NY", "PA", "TX", "VA", "VT"), ((START, "0"),)),
}
# The dearest garment, in cents, that a state leaves untaxed; None for any price.
CLOTHING_EXEMPT_TO: dict[str, int | None] = {
    **dict.fromkeys(("MN", "NJ", "PA", "VT")),
    "MA": 175_00,
    "NY": 109_99,
    "RI": 250_00,
}
# States whose sales tax does not reach files that are downloaded.
UNTAXED_DOWNLOADS = frozenset(["CA", "FL", "IL", "KS", "MA", "MI", "MO", "NV", "ND", "NY", "OK", "SC", "VA", "WV"])
# Georgia taxes them from this day on.
GEORGIA_TAXES_DOWNLOADS = date(2024, 1, 1)
# States that tax the delivery of what they tax, though it stands on a line of its own and nobody can collect.
TAXED_DELIVERY = frozenset(
    ("AR", "CT", "FL", "GA", "HI", "IL", "IN", "KY", "MN", "MS", "NC", "ND", "NE", "NJ", "NM", "NY", "OH", "PA", "RI",
     "SC", "SD", "TN", "TX", "VT", "WA", "WI", "WV"),
)  # fmt: skip
