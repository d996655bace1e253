"""Every text a buyer may read is said in German and French too, and the catalogs hold nothing else.

The texts are read out of the sources: out of Python as xgettext would, out of templates once Django has turned them
into something that reads like Python. What staff alone read stays English, and is named here.
"""

from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from io import BytesIO

import pytest
from babel.messages import pofile
from babel.messages.extract import extract
from django.utils.translation import gettext, ngettext, override, pgettext
from django.utils.translation.template import templatize

from tests.architecture.test_sizes import ROOT

APPS = ("accounts", "analytics", "catalog", "media", "orders", "shopcloud")
SINGULAR, PLURAL = None, (1, 2)
KEYWORDS = {
    "_": SINGULAR,
    "gettext": SINGULAR,
    "gettext_lazy": SINGULAR,
    "gettext_noop": SINGULAR,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
STAFF = (
    "*/admin.py",
    "*/admin/*",
    "*/migrations/*",
    "catalog/importing/*",
    "orders/drafts.py",
    "orders/models/draft.py",
    "orders/models/gift_card.py",
    "orders/models/partner.py",
    "orders/models/promotion.py",
    "orders/models/saved_cart.py",
    "orders/models/shipping.py",
    "orders/models/stock*.py",
    "orders/pricing/promotions/sentence.py",
    "orders/services/change_draft.py",
    "orders/services/issue_gift_card.py",
    "orders/services/request_operation.py",
    "orders/services/resend_mail.py",
    "orders/services/save_promotion.py",
    "orders/services/write_note.py",
    "orders/stock/counts.py",
    "orders/stock_panel.py",
    "orders/templates/orders/mail/low_stock.*",
    "orders/timeline.py",
    "shopcloud/admin_theme.py",
)
# A msgctxt and a msgid; with a plural, both of its forms.
Text = tuple[str | None, str | tuple[str, ...]]


def is_for_staff(place: str, text: Text) -> bool:
    """The labels of models' fields are shown by the admin alone; the names of states, which start large, by pages."""
    first = text[1] if isinstance(text[1], str) else text[1][0]
    is_model = "/models/" in place or place.endswith("/models.py")
    return any(fnmatch(place, pattern) for pattern in STAFF) or (is_model and first[:1].islower())


def sources() -> Iterator[tuple[str, bytes]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            place = path.relative_to(ROOT).as_posix()
            if path.suffix == ".py":
                yield place, path.read_bytes()
            elif "/templates/" in place and path.suffix in {".html", ".txt"}:
                # In brackets, Python does not mind how the lines are indented.
                yield place, f"({templatize(path.read_text(), origin=place)}\n)".encode()


def texts_in(source: bytes) -> Iterator[Text]:
    for _line, message, _comments, context in extract("python", BytesIO(source), keywords=KEYWORDS):
        yield context, tuple(message) if isinstance(message, (tuple, list)) else message


@cache
def texts_for_buyers() -> dict[Text, str]:
    """Each text and the first place that says it."""
    found: dict[Text, str] = {}
    for place, source in sources():
        for text in texts_in(source):
            if not is_for_staff(place, text):
                found.setdefault(text, place)
    return found


def catalog(app: str, language: str) -> dict[Text, tuple[str, ...]]:
    path = ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        messages = [message for message in pofile.read_po(source, locale=language) if message.id]
    return {
        (message.context, message.id): (message.string,) if isinstance(message.string, str) else message.string
        for message in messages
        if not message.fuzzy
    }


@pytest.mark.parametrize("language", ["de", "fr"])
def test_the_catalogs_say_every_text_for_buyers_and_nothing_else(language):
    said = {app: catalog(app, language) for app in ("orders", "shopcloud")}
    known = said["orders"] | said["shopcloud"]

    silent = {text: place for text, place in texts_for_buyers().items() if not all(known.get(text, ("",)))}
    assert silent == {}, f"say these in {language} and compile with msgfmt"
    assert known.keys() - texts_for_buyers().keys() == set(), "nothing says these to buyers any more"
    assert said["orders"].keys() & said["shopcloud"].keys() == set(), "said twice: the shop's own would win"


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_other_app_s_words_stand_in_for_the_shop_s(language):
    with override(language):
        for (context, said), words in (catalog("orders", language) | catalog("shopcloud", language)).items():
            if isinstance(said, tuple):
                shown = tuple(ngettext(*said, count) for count in (1, 2))
            else:
                shown = (pgettext(context, said) if context else gettext(said),)
            assert shown == tuple(words)


def test_texts_are_found_in_python_and_in_templates():
    template = b"""{% load i18n %}<p title="{% translate 'A title' %}">
      {% blocktranslate count counter=n %}{{ counter }} item{% plural %}{{ counter }} items{% endblocktranslate %}
        {% translate "from" context "price" as start %}</p>{# {% translate "Not said" %} #}"""
    python = b'from x import gettext_lazy as _\nTITLE = _("One "\n    "title")\nmany = ngettext_lazy("a", "many")\n'

    assert set(texts_in(f"({templatize(template.decode())}\n)".encode())) == {
        (None, "A title"),
        (None, ("%(counter)s item", "%(counter)s items")),
        ("price", "from"),
    }
    assert set(texts_in(python)) == {(None, "One title"), (None, ("a", "many"))}


def test_the_shop_has_many_texts_and_each_place_of_staff_s_is_there():
    assert len(texts_for_buyers()) > 500
    files = [place for place, _source in sources()]
    assert [pattern for pattern in STAFF if not any(fnmatch(place, pattern) for place in files)] == []
