"""Which rendition of a picture a browser is sent. Standard library only: the edge carries this file alone."""

import re

# Best first; a browser that asks for neither gets the last, which every one of this decade draws.
FORMATS = ("avif", "webp")
# One file a width and format: the page names the WebP, and everything before the dot is kept.
_PICTURE = re.compile(r"(/?images/[0-9a-f]{32}/[1-9][0-9]{0,4}\.)webp")


def negotiated(path: str, accept: str) -> str:
    """`path` in the best kept format that `accept` names; any other path as it came."""
    found = _PICTURE.fullmatch(path)
    return f"{found[1]}{best_format(accept)}" if found else path


def best_format(accept: str) -> str:
    """The best format that an Accept header names. Ranges (`image/*`) promise nothing: old browsers send them too."""
    named = {kind.strip().lower() for kind, quality in map(_split, accept.split(",")) if quality}
    return next((name for name in FORMATS if f"image/{name}" in named), FORMATS[-1])


def _split(part: str) -> tuple[str, bool]:
    """A media type, and whether it is wanted at all (`q=0` says no)."""
    kind, _, parameters = part.partition(";")
    return kind, not re.search(r"(^|;)\s*q\s*=\s*0(\.0*)?\s*(;|$)", parameters)
