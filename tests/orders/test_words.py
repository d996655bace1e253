"""The orders app speaks German and French in full, and the compiled catalogs are those of the sources."""

import gettext
from pathlib import Path

import pytest
from babel.messages import pofile

LOCALES = Path(__file__).resolve().parents[2] / "orders" / "locale"


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_message_is_translated_and_compiled(language):
    folder = LOCALES / language / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as source, (folder / "django.mo").open("rb") as compiled:
        words = [message for message in pofile.read_po(source) if message.id]
        shipped = gettext.GNUTranslations(compiled)
    assert words
    for word in words:
        if isinstance(word.id, tuple):
            says = tuple(shipped.ngettext(*word.id, count) for count in (1, 2))
        else:
            says = shipped.pgettext(word.context, word.id) if word.context else shipped.gettext(word.id)
        assert says and all(says), f"{word.id!r} is not translated"
        assert says == word.string, f"{word.id!r} was changed after compiling; run msgfmt"
