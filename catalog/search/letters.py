"""One spelling for each letter, however a file, a keyboard or a page composed it."""

import unicodedata

_SOFT_HYPHEN = "\u00ad"


def composed(text: str) -> str:
    """Letters in one with their marks, which macOS and PDFs part, and without the hints of where a word may break."""
    return unicodedata.normalize("NFC", text.replace(_SOFT_HYPHEN, ""))
