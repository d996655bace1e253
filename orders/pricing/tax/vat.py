"""VAT in per cent by country and class of goods, newest first, each with the day it took effect.

Sources: the European Commission's Taxes in Europe Database (TEDB) for the member states, HM Revenue and Customs
(VAT Notice 701 and its parts) for the United Kingdom.

Checked 2026-11-21: every standard rate and its day against TEDB as it stood on 2026-09-23; Germany's half year of 16 %
is missing there and stands in the Second Corona Tax Assistance Act. Of the reduced rates, the changes of 2025 and 2026
in Belgium, Estonia, Finland, Lithuania, Slovakia and Sweden against published notices. Taken over unchecked: Romania's
11 %, Madeira's 4 %, Cyprus's 3 %, and reduced rates that did not change since 2020.

A class holds the ordinary goods of its kind. Where a state splits them, the rate that most of them bear stands here:
Austria's 4.9 % for a list of staples, Spain's and Italy's 4 %, Denmark's announced zero rate on books (no day of effect
found) are left out, and so is any class that is missing below: it bears the standard rate.
"""

from datetime import date

from catalog.domain import TaxClass

Dated = tuple[tuple[date, str], ...]

START = date(2020, 1, 1)
STANDARD, BOOKS, EBOOKS, FOOD = TaxClass.STANDARD, TaxClass.BOOKS, TaxClass.EBOOKS, TaxClass.FOOD
CHILDREN, MEDICAL, EVENTS = TaxClass.CHILDRENS_CLOTHING, TaxClass.MEDICAL, TaxClass.EVENTS
_2025, _2026 = date(2025, 1, 1), date(2026, 1, 1)
_JULY_2020, _ROMANIA_2025 = date(2020, 7, 1), date(2025, 8, 1)


def _since_start(percent: str) -> Dated:
    return ((START, percent),)


def _always(**percents: str) -> dict[TaxClass, Dated]:
    return {TaxClass(name): _since_start(percent) for name, percent in percents.items()}


_GERMAN_REDUCED: Dated = ((date(2021, 1, 1), "7"), (_JULY_2020, "5"), (START, "7"))
_FINNISH_REDUCED: Dated = ((_2026, "13.5"), (_2025, "14"), (START, "10"))
_CZECH_REDUCED: Dated = ((date(2024, 1, 1), "12"), (START, "15"))
_ROMANIAN_REDUCED: Dated = ((_ROMANIA_2025, "11"), (START, "9"))

RATES: dict[str, dict[TaxClass, Dated]] = {
    "AT": _always(standard="20", books="10", ebooks="10", food="10", medical="10", events="13"),
    "AT-MITTELBERG": _always(standard="19", books="10", ebooks="10", food="10", medical="10", events="13"),
    "BE": {
        **_always(standard="21", books="6", ebooks="6", food="6", medical="6"),
        EVENTS: ((date(2026, 3, 1), "12"), (START, "6")),
    },
    "BG": _always(standard="20", books="9", ebooks="9"),
    "CY": {
        **_always(standard="19", food="5", medical="5", events="5"),
        BOOKS: ((date(2023, 7, 21), "3"), (START, "5")),
        EBOOKS: ((date(2023, 7, 21), "3"), (START, "19")),
    },
    "CZ": {
        **_always(standard="21"),
        BOOKS: ((date(2024, 1, 1), "0"), (START, "10")),
        EBOOKS: ((date(2024, 1, 1), "0"), (date(2020, 5, 1), "10"), (START, "21")),
        FOOD: _CZECH_REDUCED,
        MEDICAL: ((date(2024, 1, 1), "12"), (START, "10")),
        EVENTS: ((date(2024, 1, 1), "12"), (START, "10")),
    },
    "DE": {
        STANDARD: ((date(2021, 1, 1), "19"), (_JULY_2020, "16"), (START, "19")),
        **dict.fromkeys((BOOKS, EBOOKS, FOOD, EVENTS), _GERMAN_REDUCED),
    },
    "DK": _always(standard="25"),
    "EE": {
        STANDARD: ((date(2025, 7, 1), "24"), (date(2024, 1, 1), "22"), (START, "20")),
        **_always(books="9", ebooks="9", medical="9"),
    },
    "ES": _always(standard="21", books="4", ebooks="4", food="10", medical="4", events="10"),
    "FI": {
        STANDARD: ((date(2024, 9, 1), "25.5"), (START, "24")),
        **dict.fromkeys((BOOKS, EBOOKS, MEDICAL, EVENTS), _FINNISH_REDUCED),
        FOOD: ((_2026, "13.5"), (START, "14")),
    },
    "FR": _always(standard="20", books="5.5", ebooks="5.5", food="5.5", medical="10", events="5.5"),
    "GB": {
        **_always(standard="20", books="0", food="0", childrens_clothing="0"),
        EBOOKS: ((date(2020, 5, 1), "0"), (START, "20")),
    },
    "GR": _always(standard="24", books="6", ebooks="6", food="13", medical="6"),
    "HR": _always(standard="25", books="5", ebooks="5", medical="5"),
    "HU": _always(standard="27", books="5", medical="5"),
    "IE": {
        STANDARD: ((date(2021, 3, 1), "23"), (date(2020, 9, 1), "21"), (START, "23")),
        **_always(books="0", food="0", childrens_clothing="0", medical="0"),
        EBOOKS: ((date(2023, 1, 1), "0"), (START, "9")),
        EVENTS: ((date(2023, 9, 1), "13.5"), (date(2020, 11, 1), "9"), (START, "13.5")),
    },
    "IT": _always(standard="22", books="4", ebooks="4", food="10", medical="10", events="10"),
    "LT": {
        **_always(standard="21", medical="5"),
        BOOKS: ((_2026, "5"), (START, "9")),
        EBOOKS: ((_2026, "5"), (date(2023, 1, 1), "9"), (START, "21")),
        EVENTS: ((_2026, "12"), (date(2021, 7, 1), "9"), (START, "21")),
    },
    "LU": {
        STANDARD: ((date(2024, 1, 1), "17"), (date(2023, 1, 1), "16"), (START, "17")),
        **_always(books="3", ebooks="3", food="3", childrens_clothing="3", medical="3", events="3"),
    },
    "LV": {
        **_always(standard="21", medical="12"),
        BOOKS: ((date(2022, 1, 1), "5"), (START, "12")),
        EBOOKS: ((date(2022, 1, 1), "5"), (START, "21")),
    },
    "MT": _always(standard="18", books="5", ebooks="5", food="0", medical="0", events="5"),
    "NL": _always(standard="21", books="9", ebooks="9", food="9", medical="9", events="9"),
    "PL": _always(standard="23", books="5", ebooks="5", food="5", medical="8", events="8"),
    "PT": _always(standard="23", books="6", ebooks="6", medical="6", events="6"),
    "PT-AZORES": _always(standard="16", books="4", ebooks="4", medical="4", events="4"),
    "PT-MADEIRA": {
        **_always(standard="22"),
        **dict.fromkeys((BOOKS, EBOOKS, MEDICAL, EVENTS), ((date(2024, 10, 1), "4"), (START, "5"))),
    },
    "RO": {
        STANDARD: ((_ROMANIA_2025, "21"), (START, "19")),
        **dict.fromkeys((FOOD, MEDICAL), _ROMANIAN_REDUCED),
        BOOKS: ((_ROMANIA_2025, "11"), (START, "5")),
        EBOOKS: ((_ROMANIA_2025, "11"), (date(2022, 1, 1), "5"), (START, "19")),
        EVENTS: ((_ROMANIA_2025, "21"), (START, "5")),
    },
    "SE": {
        **_always(standard="25", books="6", ebooks="6", events="6"),
        FOOD: ((date(2028, 1, 1), "12"), (date(2026, 4, 1), "6"), (START, "12")),
    },
    "SI": _always(standard="22", books="5", ebooks="5", food="9.5", medical="9.5", events="9.5"),
    "SK": {
        STANDARD: ((_2025, "23"), (START, "20")),
        BOOKS: ((_2025, "5"), (START, "10")),
        EBOOKS: ((_2025, "5"), (START, "20")),
        FOOD: ((_2025, "19"), (START, "20")),
        MEDICAL: ((_2025, "5"), (START, "10")),
    },
}
