"""The product list: found through the index, shown as DynamoDB holds it, never counted and never scanned."""

from datetime import timedelta

import pytest
from django.test import Client

from catalog.domain import Status, Variant
from shopcloud.lib import aws, redis
from tests.catalog.admin.conftest import LIST, held
from tests.catalog.factories import NOON, a_product


def titles(page) -> list[str]:
    return [product.title for product in page.context["products"]]


@pytest.mark.parametrize("path", ["", "add/", "nosuch/change/", "nosuch/history/"])
def test_shoppers_are_sent_to_the_sign_in_page(db, signed_in, path):
    for client in (Client(), signed_in):
        answer = client.get(LIST + path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_staff_of_another_role_are_refused(staff, lamp):
    somebody = staff("orders.view_order")
    change = f"{LIST}{lamp.product_id}/change/"
    paths = (LIST, f"{LIST}add/", change, f"{LIST}{lamp.product_id}/history/")
    assert [somebody.get(path).status_code for path in paths] == [403] * 4
    assert somebody.post(change, {}).status_code == 403
    assert somebody.post(f"{LIST}status/", {"do": "archive", "product": lamp.product_id}).status_code == 403
    assert held(lamp.product_id).is_active


def test_every_status_is_listed_and_one_can_be_asked_for(viewer, keep):
    keep(
        a_product(title="Live"),
        a_product(title="Coming", status=Status.DRAFT),
        a_product(title="Bygone", status=Status.ARCHIVED),
    )
    assert sorted(titles(viewer.get(LIST))) == ["Bygone", "Coming", "Live"]
    assert titles(viewer.get(f"{LIST}?status=draft")) == ["Coming"]
    assert titles(viewer.get(f"{LIST}?status=archived")) == ["Bygone"]


def test_a_search_finds_titles_skus_and_categories(viewer, keep):
    _lamp, mug = keep(a_product(title="Halo lamp"), a_product(title="Ebb mug", category="kitchen"))
    assert titles(viewer.get(f"{LIST}?q=halo")) == ["Halo lamp"]
    assert titles(viewer.get(f"{LIST}?q={mug.variants[1].sku}")) == ["Ebb mug"]
    assert titles(viewer.get(f"{LIST}?category=kitchen")) == ["Ebb mug"]
    assert titles(viewer.get(f"{LIST}?category=lighting")) == ["Halo lamp"]


def test_an_empty_list_says_so(viewer, lamp):
    page = viewer.get(f"{LIST}?q=zzzzzz")
    assert page.status_code == 200
    assert b"No product matches." in page.content


def test_a_list_of_what_only_comes_near_says_so_and_offers_nothing_for_all_of_it(staff, keep):
    keep(a_product(title="Halo lamp"))
    kinds = ("view_catalogproduct", "change_catalogproduct", "add_productexport")
    editor = staff(*(f"catalog.{kind}" for kind in kinds))
    for typed, near in (("lamp", False), ("lapm", True)):
        page = editor.get(f"{LIST}?q={typed}")
        said = page.content.decode()
        assert titles(page) == ["Halo lamp"]
        assert ("No product has all of “lapm”." in said) is near
        assert ("Bulk edit all that match" not in said) is near
        assert ("/productexport/add/?q=" not in said) is near


@pytest.mark.parametrize(("known", "expected"), [(True, []), (False, ["BatchGetItem"])])
def test_the_list_reads_dynamodb_once_at_most_and_neither_scans_nor_counts(viewer, keep, known, expected):
    products = [a_product(title=f"Lamp {number}") for number in range(20)]
    keep(*products)
    viewer.get(LIST)
    if not known:
        redis.store().delete(*(redis.key("product", product.product_id) for product in products))
    calls: list[str] = []
    events = aws.dynamodb().meta.events
    events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name), unique_id="claim")
    try:
        page = viewer.get(LIST)
    finally:
        events.unregister("before-call.dynamodb.*", unique_id="claim")
    assert len(titles(page)) == 20
    assert calls == expected


def test_the_pages_hold_every_product_once(viewer, keep):
    keep(*(a_product(title=f"Lamp {n}", updated_at=NOON + timedelta(minutes=n)) for n in range(117)))
    seen, after = [], ""
    while True:
        page = viewer.get(LIST, {"q": "lamp", **({"after": after} if after else {})})
        seen += titles(page)
        after = page.context["next"]
        if not after:
            break
        assert b'rel="next"' in page.content
    assert (len(seen), len(set(seen))) == (117, 117)


@pytest.mark.parametrize("query", ["after=bogus", "status=lost", "category=..%2F..", "q=%00", "q=" + "x" * 2000])
def test_a_bad_address_is_a_list_not_an_error(viewer, lamp, query):
    assert viewer.get(f"{LIST}?{query}", follow=True).status_code == 200


def test_products_are_published_and_archived_together(editor, keep):
    made = keep(*(a_product(title=f"Lamp {n}", status=Status.DRAFT) for n in range(3)))
    chosen = [product.product_id for product in made[:2]]
    page = editor.post(f"{LIST}status/", {"do": "publish", "product": chosen}, follow=True)
    assert b"2 products are on sale." in page.content
    assert [held(p.product_id).status for p in made] == [Status.ACTIVE, Status.ACTIVE, Status.DRAFT]
    editor.post(f"{LIST}status/", {"do": "archive", "product": chosen})
    assert [held(p.product_id).status for p in made] == [Status.ARCHIVED, Status.ARCHIVED, Status.DRAFT]


def test_a_product_without_a_price_is_not_published_and_the_others_are(editor, keep):
    priced = a_product(title="Priced", status=Status.DRAFT)
    bare = (Variant("BARE-1", {}, {}),)
    keep(priced, a_product(title="Bare", status=Status.DRAFT, variants=bare))
    chosen = [product.product_id for product in editor.get(LIST).context["products"]]
    page = editor.post(f"{LIST}status/", {"do": "publish", "product": chosen}, follow=True)
    assert b"1 product is on sale." in page.content
    assert b"needs a price" in page.content


@pytest.mark.parametrize(
    "data", [{}, {"do": "destroy"}, {"do": "publish"}, {"do": "publish", "product": ["nosuch", ""]}]
)
def test_nothing_chosen_changes_nothing(editor, lamp, data):
    assert editor.post(f"{LIST}status/", data, follow=True).status_code == 200
    assert held(lamp.product_id).version == lamp.version


def test_the_way_back_stays_in_the_admin(editor, lamp):
    data = {"do": "publish", "product": lamp.product_id, "next": "//evil.example/admin/catalog/"}
    assert editor.post(f"{LIST}status/", data)["Location"] == LIST


def test_a_status_is_not_changed_by_following_a_link(editor, lamp):
    assert editor.get(f"{LIST}status/?do=archive&product={lamp.product_id}").status_code == 405
    assert held(lamp.product_id).is_active


def test_a_price_list_names_the_currencies_in_one_order(viewer, keep):
    keep(a_product())
    assert "$129.00 · €119.00" in viewer.get(LIST).content.decode()
