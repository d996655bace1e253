"""The shop speaks each market's language."""

import gettext
from pathlib import Path

import pytest
from babel.messages import pofile
from django.conf import settings

LOCALES = Path(settings.LOCALE_PATHS[0])


@pytest.mark.parametrize(
    ("prefix", "language", "word"),
    [("", "en", "Add to cart"), ("/de", "de", "In den Warenkorb"), ("/fr", "fr", "Ajouter au panier")],
)
def test_a_product_page_speaks_its_market_s_language(guest, lamp, prefix, language, word):
    response = guest.get(prefix + lamp.path)

    assert response["Content-Language"] == language
    body = response.content.decode()
    assert f'<html lang="{language}">' in body
    assert word in body


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_sentence_is_translated_and_compiled(language):
    folder = LOCALES / language / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as source, (folder / "django.mo").open("rb") as compiled:
        written = pofile.read_po(source, locale=language)
        known = gettext.GNUTranslations(compiled)

    for message in written:
        if not message.id:
            continue
        singular = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        expected = message.string[0] if isinstance(message.string, (tuple, list)) else message.string
        found = known.pgettext(message.context, singular) if message.context else known.gettext(singular)
        if isinstance(message.id, (tuple, list)):
            found = known.ngettext(*message.id, 1)
        assert expected and found == expected, singular
