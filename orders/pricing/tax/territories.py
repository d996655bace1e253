"""Where a country's own VAT stops or changes, told by the postal code.

Places outside the Union's VAT area need a customs declaration: we do not deliver there. Northern Ireland and the Isle
of Man are taxed like Great Britain, Monaco like France. Checked 2026-11-21 against the Commission's list of territorial
status (taxation-customs.ec.europa.eu); the Canary Islands, Åland, Mount Athos and the French overseas departments are
in the customs union but outside Directive 2006/112/EC (Article 6).
"""

import re

EUROPEAN_UNION = frozenset(
    ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
     "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)  # fmt: skip

_OUTSIDE = {
    "DE": re.compile(r"27498|78266"),  # Heligoland; Büsingen
    "ES": re.compile(r"(?:35|38|51|52)\d{3}"),  # Canary Islands; Ceuta; Melilla
    "FI": re.compile(r"22\d{3}"),  # Åland
    "FR": re.compile(r"9[78]\d{3}"),  # overseas departments and territories
    "GB": re.compile(r"(?:JE|GY).*"),  # Jersey; Guernsey
    "GR": re.compile(r"6308[67]"),  # Mount Athos
    "IT": re.compile(r"23041|23030|22061|22060"),  # Livigno; Campione
}
# Parts of a country with rates of their own, named as in `vat.RATES`.
_REGIONS = {
    "AT": (("AT-MITTELBERG", re.compile(r"6691|699[1-3]")),),
    "PT": (("PT-MADEIRA", re.compile(r"9[0-4]\d{2}(?:-\d{3})?")), ("PT-AZORES", re.compile(r"9[5-9]\d{2}(?:-\d{3})?"))),
}


def is_outside(country: str, postal_code: str) -> bool:
    """Whether goods sent there leave the country's VAT area."""
    pattern = _OUTSIDE.get(country)
    return bool(pattern and pattern.fullmatch(_plain(postal_code)))


def jurisdiction(country: str, postal_code: str) -> str:
    """Whose VAT is due: mostly the country's own code."""
    for name, pattern in _REGIONS.get(country, ()):
        if pattern.fullmatch(_plain(postal_code)):
            return name
    return "FR" if country == "MC" else country


def _plain(postal_code: str) -> str:
    return postal_code.replace(" ", "").upper()
