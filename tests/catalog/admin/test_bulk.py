"""Many products changed at once: seen before, written only as seen, and undone where nobody touched them since."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from catalog import history, services
from catalog.admin import bulk_pages
from catalog.admin.bulk_changes import PriceChange, Refused
from catalog.domain import Status, Variant
from catalog.dynamo.categories import delete_category
from catalog.dynamo.client import writer
from shopcloud.lib import aws
from tests.catalog.admin.conftest import LIST, held
from tests.catalog.factories import NOON, a_category, a_product
from tests.catalog.moving import finish, start

BULK = f"{LIST}bulk/"
LATER = NOON + timedelta(hours=1)
TEN_MORE = {"change": "price", "by": "percent", "value": "10", "currency": "", "rounding": ""}


def ids(products) -> list[str]:
    return [product.product_id for product in products]


def seen(page) -> dict[str, object]:
    """What the browser sends from a preview."""
    form = {field.name: field.value() or "" for field in page.context["form"]}
    shown = [f"{row.product.product_id}:{row.product.version}" for row in page.context["rows"]]
    return {**form, "change": page.context["kind"], "product": shown, "apply": "1"}


def changes(rows) -> list[tuple[str, str, str]]:
    return [(c.label, c.theirs.text, c.yours.text) for row in rows for c in row.changes]


@pytest.fixture
def pair(keep):
    return keep(a_product(title="Halo lamp"), a_product(title="Dusk lamp"))


def test_the_list_leads_to_the_three_changes(editor, pair):
    page = editor.post(BULK, {"product": ids(pair)})
    text = page.content.decode()
    assert page.status_code == 200
    assert "2 products are chosen." in text
    assert re.findall(r'name="change" value="(\w+)"', text) == ["price", "category", "status"]


def test_prices_are_shown_before_and_after_and_nothing_is_saved(editor, pair):
    lamp = pair[0]
    small, large = (v.sku for v in lamp.variants)
    page = editor.post(BULK, {**TEN_MORE, "product": ids([lamp])})
    assert changes(page.context["rows"]) == [
        (f"Variant {small}: price in EUR", "€119.00", "€130.90"),
        (f"Variant {small}: price in USD", "$129.00", "$141.90"),
        (f"Variant {large}: price in EUR", "€149.00", "€163.90"),
        (f"Variant {large}: price in USD", "$159.00", "$174.90"),
    ]
    assert "$141.90" in page.content.decode()
    assert held(lamp.product_id) == lamp


def test_what_was_seen_is_applied_and_undone_and_the_undoing_is_undone(editor, pair):
    preview = editor.post(BULK, {**TEN_MORE, "currency": "EUR", "rounding": "99", "product": ids(pair)})
    done = editor.post(BULK, seen(preview), follow=True)
    assert "2 products were changed." in done.content.decode()
    now = [held(product.product_id) for product in pair]
    assert [[v.prices for v in p.variants] for p in now] == [
        [{"USD": 12900, "EUR": 13099}, {"USD": 15900, "EUR": 16399}]
    ] * 2
    assert {row.author.email for row, _was in history.versions_by_edit(edit_of(done))} == {"staff5@example.com"}

    undone = editor.post(address_of(done), follow=True)
    assert "2 products are as they were." in undone.content.decode()
    for product in pair:
        assert replace(held(product.product_id), version=1, updated_at=product.updated_at) == product

    editor.post(address_of(undone))
    assert held(pair[0].product_id).variants == now[0].variants


def edit_of(page):
    return re.search(r"/bulk/([0-9a-f-]{36})/", page.redirect_chain[-1][0])[1]


def address_of(page) -> str:
    return page.redirect_chain[-1][0]


def test_what_somebody_changed_since_the_preview_is_skipped_and_named(editor, pair):
    preview = editor.post(BULK, {**TEN_MORE, "product": ids(pair)})
    theirs = services.save_product(product=replace(pair[0], brand="Theirs"), expected_version=1, now=LATER)
    done = editor.post(BULK, seen(preview), follow=True)
    text = done.content.decode()
    assert "1 product was changed." in text
    assert "“Halo lamp” (somebody changed it meanwhile)" in text
    assert held(pair[0].product_id) == theirs
    assert held(pair[1].product_id).variants[0].prices["USD"] == 14190


def test_a_write_between_the_read_and_the_write_is_not_overwritten(editor, pair, monkeypatch):
    """The condition of the write decides, not the read before it."""
    preview = editor.post(BULK, {**TEN_MORE, "product": ids(pair)})
    keep, lamp = history.keep, pair[0]

    def overtaken(*given, **named):
        monkeypatch.undo()
        services.save_product(product=replace(lamp, brand="Theirs"), expected_version=1, now=LATER)
        keep(*given, **named)

    monkeypatch.setattr(history, "keep", overtaken)
    done = editor.post(BULK, seen(preview), follow=True)
    assert "“Halo lamp” (somebody changed it meanwhile)" in done.content.decode()
    assert (held(lamp.product_id).brand, held(lamp.product_id).variants) == ("Theirs", lamp.variants)
    assert held(pair[1].product_id).version == 2


def test_undoing_a_change_of_category_leads_to_where_that_category_is_now(editor, keep):
    services.save_categories(categories=[a_category("undone-halls"), a_category("undone-halls/wide", "Wide")])
    (lamp,) = keep(a_product(category="undone-halls/wide"))
    edit = uuid4()
    services.edit_products(products=[replace(lamp, category="kitchen")], now=NOON, author=None, edit=edit)
    finish(start("undone-halls", "undone-rooms"))
    editor.post(f"{BULK}{edit}/")
    assert held(lamp.product_id).category == "undone-rooms/wide"


def test_undoing_leaves_alone_what_was_touched_since_and_names_it(editor, pair):
    done = editor.post(BULK, seen(editor.post(BULK, {**TEN_MORE, "product": ids(pair)})), follow=True)
    touched = held(pair[1].product_id)
    services.save_product(product=replace(touched, rank=1), expected_version=2, now=LATER)
    page = editor.get(address_of(done))
    assert {row.product.title: row.touched for row in page.context["rows"]} == {"Halo lamp": False, "Dusk lamp": True}
    undone = editor.post(address_of(done), follow=True).content.decode()
    assert "1 product is as it was." in undone
    assert "“Dusk lamp” (somebody changed it meanwhile)" in undone
    assert held(pair[0].product_id).variants == pair[0].variants
    assert held(pair[1].product_id).variants == touched.variants


def test_undoing_twice_does_it_once(editor, pair):
    done = editor.post(BULK, seen(editor.post(BULK, {**TEN_MORE, "product": ids(pair)})), follow=True)
    editor.post(address_of(done))
    again = editor.post(address_of(done), follow=True)
    assert "No product was changed." in again.content.decode()
    assert held(pair[0].product_id).version == 3
    assert "nothing left to undo" in editor.get(address_of(done)).content.decode()


def test_products_are_moved(editor, pair):
    page = editor.post(BULK, {"change": "category", "to_category": "kitchen", "product": ids(pair)})
    assert changes(page.context["rows"])[0] == ("Category", "lighting/table-lamps", "kitchen")
    editor.post(BULK, seen(page))
    assert [held(product.product_id).category for product in pair] == ["kitchen", "kitchen"]


def test_publishing_without_a_price_is_refused_for_that_product_alone(editor, keep):
    priced, bare, live = keep(
        a_product(title="Priced", status=Status.DRAFT),
        a_product(title="Bare", status=Status.DRAFT, variants=(Variant("BARE-1", {}, {}),)),
        a_product(title="Live"),
    )
    page = editor.post(BULK, {"change": "status", "to_status": "active", "product": ids([priced, bare, live])})
    assert [row.product.title for row in page.context["rows"]] == ["Priced"]
    assert {row.product.title: row.reason for row in page.context["refused"]} == {
        "Bare": "an active product needs a price; set one or keep it as a draft",
        "Live": "nothing would change",
    }
    editor.post(BULK, seen(page))
    assert [held(p.product_id).status for p in (priced, bare, live)] == [Status.ACTIVE, Status.DRAFT, Status.ACTIVE]


@pytest.mark.parametrize("status", ["archived", "draft"])
def test_products_are_taken_off_sale_together_and_their_history_says_so(editor, pair, guest, status):
    page = editor.post(BULK, {"change": "status", "to_status": status, "product": ids(pair)})
    done = editor.post(BULK, seen(page), follow=True)
    assert {held(product.product_id).status for product in pair} == {Status(status)}
    past = editor.get(f"{LIST}{pair[0].product_id}/history/")
    (change,) = past.context["entries"][0].changes
    assert (change.label, change.theirs.text) == ("Status", "Active")
    assert address_of(done) in past.content.decode()


def test_all_that_match_can_be_chosen(editor, keep):
    keep(*(a_product(title=f"Lamp {n}") for n in range(60)), a_product(title="Mug", category="kitchen"))
    page = editor.post(BULK, {"matching": "1", "q": "", "status": "", "category": "lighting"})
    assert len(page.context["chosen"]) == 60
    assert "60 products are chosen." in page.content.decode()


def test_undoing_puts_no_product_into_a_category_that_is_gone(editor, pair):
    moved = {"change": "category", "to_category": "kitchen", "product": ids(pair)}
    done = editor.post(BULK, seen(editor.post(BULK, moved)), follow=True)
    delete_category(writer(), "lighting/table-lamps")
    undone = editor.post(address_of(done), follow=True)
    text = undone.content.decode()
    assert "“Halo lamp” (the category lighting/table-lamps is gone)" in text
    assert "No product was changed." in text
    assert [held(product.product_id).category for product in pair] == ["kitchen", "kitchen"]


def test_undoing_prices_does_not_mind_a_category_that_is_gone(editor, pair):
    done = editor.post(BULK, seen(editor.post(BULK, {**TEN_MORE, "product": ids(pair)})), follow=True)
    delete_category(writer(), "lighting/table-lamps")
    assert "2 products are as they were." in editor.post(address_of(done), follow=True).content.decode()


def test_more_than_the_bound_is_refused_with_a_word(editor, keep, monkeypatch):
    monkeypatch.setattr(bulk_pages, "MOST", 2)
    made = keep(*(a_product(title=f"Lamp {n}") for n in range(3)))
    for wanted in ({"product": ids(made)}, {"matching": "1"}):
        page = editor.post(BULK, {**TEN_MORE, **wanted}, follow=True)
        assert "Choose 500 products at most" in page.content.decode()
    assert editor.post(BULK, {**TEN_MORE, "product": ids(made[:2])}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": ""}, {"value": "x"}, {"value": "-100"}, {"value": "NaN"}, {"value": "1001"}, {"value": "1.234"},
        {"by": "magic"}, {"currency": "XXX"}, {"rounding": "50"},
        {"change": "category", "to_category": "no/such"}, {"change": "category", "to_category": "lighting"},
        {"change": "status", "to_status": "lost"}, {"change": "status"},
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_told_beside_its_field(editor, pair, wrong):
    page = editor.post(BULK, {**TEN_MORE, **wrong, "product": ids(pair), "apply": "1"})
    assert page.status_code == 422
    assert any(form.errors for form in page.context["forms"].values())
    assert held(pair[0].product_id) == pair[0]


@pytest.mark.parametrize("data", [{}, {"product": ""}, *({"matching": "1", "q": text} for text in ("zzzzzz", "lapm"))])
def test_nothing_chosen_leads_back_to_the_list(editor, pair, data):
    page = editor.post(BULK, data, follow=True)
    assert "Choose products first." in page.content.decode()


def test_unknown_products_are_named_and_an_unknown_edit_is_a_404(editor, pair):
    page = editor.post(BULK, {**TEN_MORE, "product": [*ids(pair), "nosuch"]})
    assert page.context["gone"] == ["nosuch"]
    assert editor.get(f"{BULK}{uuid4()}/").status_code == 404
    assert editor.post(f"{BULK}{uuid4()}/").status_code == 404


def test_who_may_only_look_neither_sees_nor_reaches_bulk_edits(editor, viewer, pair):
    preview = editor.post(BULK, {**TEN_MORE, "product": ids(pair)})
    done = editor.post(BULK, seen(preview), follow=True)
    after = held(pair[0].product_id)
    assert b"Bulk edit" in editor.get(LIST).content
    assert b"bulk" not in viewer.get(LIST).content.lower()
    assert b"/bulk/" not in viewer.get(f"{LIST}{pair[0].product_id}/history/").content
    for data in ({"product": ids(pair)}, {**TEN_MORE, "product": ids(pair)}, seen(preview)):
        assert viewer.post(BULK, data).status_code == 403
    assert viewer.get(address_of(done)).status_code == 403
    assert viewer.post(address_of(done)).status_code == 403
    assert held(pair[0].product_id) == after


def test_a_bulk_edit_of_many_takes_few_round_trips(editor, keep, django_assert_max_num_queries):
    made = keep(*(a_product(title=f"Lamp {n}") for n in range(120)))
    preview = editor.post(BULK, {**TEN_MORE, "product": ids(made)})
    calls: list[str] = []
    events = aws.dynamodb().meta.events
    events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name), unique_id="claim")
    try:
        with django_assert_max_num_queries(14):
            done = editor.post(BULK, seen(preview))
    finally:
        events.unregister("before-call.dynamodb.*", unique_id="claim")
    assert done.status_code == 302
    assert {held(product.product_id).version for product in made} == {2}
    # A hundred at a time: once to reckon, once to keep what is replaced. The writes are counted by their versions.
    assert calls == ["BatchGetItem"] * 4


@pytest.mark.parametrize(
    ("by", "value", "rounding", "before", "after"),
    [
        ("percent", "10", "", 999, 1099), ("percent", "-5", "", 1050, 998), ("percent", "10", "99", 1120, 1199),
        ("percent", "0", "99", 1234, 1199), ("percent", "0", "99", 1260, 1299), ("percent", "0", "99", 20, 99),
        ("percent", "0", "00", 1250, 1300), ("percent", "0", "00", 1249, 1200), ("amount", "-2.50", "", 1000, 750),
        ("amount", "3", "00", 1010, 1300), ("percent", "50", "99", 0, 0), ("amount", "5", "", 0, 0),
    ],
)  # fmt: skip
def test_prices_are_reckoned_and_rounded(by, value, rounding, before, after):
    lamp = a_product(variants=(Variant("ONE", {}, {"USD": before, "SEK": 700}),))
    changed = PriceChange(by, Decimal(value), "USD", rounding).applied(lamp)
    assert changed.variants[0].prices == {"USD": after, "SEK": 700}


def test_currencies_without_a_smaller_unit_are_not_rounded_to_one():
    lamp = a_product(variants=(Variant("ONE", {}, {"JPY": 1234, "USD": 1234}),))
    assert PriceChange("amount", Decimal(1), "", "99").applied(lamp).variants[0].prices == {"JPY": 1235, "USD": 1299}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (PriceChange("amount", Decimal("-12.99"), "USD"), "ONE would cost nothing or less in USD"),
        (PriceChange("amount", Decimal(-50), "USD", "99"), "ONE would cost nothing or less in USD"),
        (PriceChange("percent", Decimal(-99), "USD", "00"), "ONE would cost nothing or less in USD"),
        (PriceChange("percent", Decimal(10), "GBP"), "it has no price in GBP"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused(change, reason):
    with pytest.raises(Refused, match=reason):
        change.applied(a_product(variants=(Variant("ONE", {}, {"USD": 1299}),)))
