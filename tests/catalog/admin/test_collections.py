"""Staff keep collections and choose what the home page begins with."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from rest_framework.test import APIClient

from catalog import curated, curating
from catalog.admin.collection_forms import ENGINES
from catalog.models import Collection, CollectionItem, FeaturedProduct, FormerSlug
from catalog.product_types import TYPES, Attribute, Kind, Type, open_types
from catalog.repository import products
from catalog.search.index import SearchUnavailable, search_index
from shopcloud.lib import clock
from tests.catalog.admin.conftest import a_picture
from tests.catalog.factories import a_product
from tests.catalog.test_round_trips import trips as trips
from tests.filled_forms import filled

LIST = "/admin/catalog/collection/"
FEATURED = "/admin/catalog/featuredproduct/"


@pytest.fixture
def as_role(make_person):
    def sign_in(name: str) -> Client:
        person = make_person(f"{name}@example.com", staff=True)
        person.groups.add(Group.objects.get(name=name))
        browser = Client(raise_request_exception=False)
        browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return sign_in


@pytest.fixture
def keeper(as_role) -> Client:
    return as_role("catalog")


@pytest.fixture
def goods(keep):
    return keep(a_product(title="Ant"), a_product(title="Bee", brand="Kvist"), a_product(title="Cow"))


def sent(chosen=(), **changes) -> dict[str, object]:
    """What the browser sends for a collection; `chosen` products in the order they stand."""
    fields: dict[str, object] = {
        "slug": "spring", "title": "Spring", "title_de": "Frühling", "title_fr": "", "intro": "Light.\r\nAir.",
        "intro_de": "", "intro_fr": "", "kind": "manual", "category": "", "brand": "", "text": "", "attributes": "",
        **dict.fromkeys(ENGINES, ""),
        "currency": "USD",
        "least": "", "most": "", "sort": "newest", "position": "0", "added": "",
        "active_from_0": "", "active_from_1": "", "active_until_0": "", "active_until_1": "",
        "product": [product.product_id for product in chosen],
    }  # fmt: skip
    places = {f"{product.product_id}-position": place for place, product in enumerate(chosen, start=1)}
    row = Collection.objects.filter(slug="spring").first()
    seen = {"seen": curating.fingerprint_of(row.pk)} if row else {}
    return {**fields, **places, **seen, **changes}


def held(slug="spring") -> list[str]:
    items = CollectionItem.objects.filter(collection__slug=slug).order_by("position")
    return list(items.values_list("product_id", flat=True))


def change(slug="spring") -> str:
    return f"{LIST}{Collection.objects.get(slug=slug).pk}/change/"


def errors_of(answer) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return dict(answer.context["adminform"].form.errors)


def test_a_collection_is_made_with_products_by_id_and_by_sku(keeper, goods):
    ant, _bee, cow = goods
    added = f"{cow.product_id}\r\n{ant.variants[1].sku.lower()}\r\n{cow.product_id}"
    assert keeper.post(f"{LIST}add/", sent(added=added)).status_code == 302
    assert held() == [cow.product_id, ant.product_id]
    assert "Frühling" in keeper.get("/de/collections/spring/").content.decode()
    page = keeper.get(change()).content.decode()
    assert page.index("Cow</a>") < page.index("Ant</a>")
    assert "Spring" in keeper.get(LIST).content.decode()


def test_search_engines_are_told_what_staff_wrote_for_them_in_each_language(keeper, goods):
    texts = {"seo_title": "Spring things to buy", "seo_description": "All of it.", "seo_description_fr": "Tout."}
    keeper.post(f"{LIST}add/", sent(goods[:1], **texts, title_de="Frühling", intro_de="Licht."))
    for market, prefix, title, description in (
        ("us", "", "Spring things to buy", "All of it."),
        ("de", "/de", "Frühling", "Licht."),
        ("fr", "/fr", "Spring things to buy", "Tout."),
    ):
        page = keeper.get(f"{prefix}/collections/spring/").content.decode()
        assert f"<title>{title}" in page
        assert f'<meta property="og:title" content="{title}">' in page
        assert f'<meta name="description" content="{description}">' in page
        told = APIClient().get(f"/api/v1/collections/spring/?market={market}").json()["collection"]
        assert (told["seo_title"], told["seo_description"]) == (title, description)
    page = keeper.get(change()).content.decode()
    assert 'value="Spring things to buy"' in page
    assert list(errors_of(keeper.post(change(), sent(goods[:1], seo_title="x" * 121)))) == ["seo_title"]


def test_products_are_put_in_order_removed_and_added_last(keeper, goods):
    ant, bee, cow = goods
    keeper.post(f"{LIST}add/", sent([ant, bee]))
    order = sent([ant, bee], added=cow.variants[0].sku)
    order |= {f"{ant.product_id}-position": 2, f"{bee.product_id}-position": 1}
    assert keeper.post(change(), order).status_code == 302
    assert held() == [bee.product_id, ant.product_id, cow.product_id]
    assert keeper.post(change(), sent([bee, ant, cow], **{f"{ant.product_id}-remove": "1"})).status_code == 302
    assert held() == [bee.product_id, cow.product_id]


def test_the_second_of_two_editors_is_told_and_writes_nothing_back(staff, keeper, goods):
    ant, bee, cow = goods
    keeper.post(f"{LIST}add/", sent([ant]))
    shown = filled(keeper.get(change()).content.decode(), holding="slug")
    other = staff("catalog.view_collection", "catalog.change_collection")
    faster = filled(other.get(change()).content.decode(), holding="slug")
    assert other.post(change(), {**faster, "intro": "Wind.", "added": cow.product_id}).status_code == 302
    answer = keeper.post(change(), {**shown, "title": "Mine", "added": bee.product_id})
    (told,) = errors_of(answer)["__all__"]
    assert told.startswith("staff2@example.com saved this collection since you opened it")
    page = answer.content.decode()
    assert told[:60] in page
    assert 'value="Mine"' in page
    row = Collection.objects.get()
    assert (row.title, row.intro, held()) == ("Spring", "Wind.", [ant.product_id, cow.product_id])
    again = filled(keeper.get(change()).content.decode(), holding="slug")
    assert keeper.post(change(), {**again, "title": "Mine"}).status_code == 302
    row = Collection.objects.get()
    assert (row.title, row.intro, held()) == ("Mine", "Wind.", [ant.product_id, cow.product_id])


def test_what_is_refused_keeps_what_was_typed_and_saves_nothing(keeper, goods):
    ant, bee, _cow = goods
    keeper.post(f"{LIST}add/", sent([ant]))
    for wrong, field in (
        ({"added": "NO-SUCH-SKU"}, "added"),
        ({"most": "5", "least": "9"}, "most"),
        ({"least": "1.001"}, "least"),
        ({"title": ""}, "title"),
        ({"active_from_0": "2026-12-02", "active_from_1": "10:00", "active_until_0": "2026-12-01",
          "active_until_1": "10:00"}, "active_until"),
    ):  # fmt: skip
        answer = keeper.post(change(), sent([bee, ant], **wrong))
        assert list(errors_of(answer)) == [field]
        assert [card.product_id for card in answer.context["products"]] == [bee.product_id, ant.product_id]
    assert held() == [ant.product_id]


def test_a_changed_address_sends_on_and_a_taken_one_is_refused(keeper, goods):
    keeper.post(f"{LIST}add/", sent(goods[:1]))
    keeper.post(f"{LIST}add/", sent(slug="autumn"))
    assert "slug" in errors_of(keeper.post(change("autumn"), sent()))
    assert keeper.post(change(), sent(goods[:1], slug="easter")).status_code == 302
    assert FormerSlug.objects.get().slug == "spring"
    assert keeper.get("/collections/spring/")["Location"] == "/collections/easter/"


def test_a_picture_is_kept_shown_replaced_and_taken_away(keeper):
    assert keeper.post(f"{LIST}add/", sent(new_picture=a_picture())).status_code == 302
    row = Collection.objects.get()
    assert (row.picture_width, row.picture_height) == (64, 48)
    for path in ("/collections/spring/", change()):
        assert row.picture in keeper.get(path).content.decode()
    broken = BytesIO(b"no picture")
    broken.name = "a.png"
    assert list(errors_of(keeper.post(change(), sent(new_picture=broken)))) == ["new_picture"]
    assert keeper.post(change(), sent(without_picture="on")).status_code == 302
    assert Collection.objects.get().picture == ""


@pytest.fixture
def tables(keep):
    woods = Attribute("wood", Kind.CHOICE, choices=("Oak", "Ash"), filterable=True)
    open_types([Type("table", "Table", (woods, Attribute("shape", Kind.TEXT, filterable=True)))])
    said = ({"wood": "Oak", "shape": "Round"}, {"wood": "Ash", "shape": "Round"}, {"wood": "Oak", "shape": "Square"})
    yield keep(*(a_product(title=f"Table {n}", product_type="table", attributes=s) for n, s in enumerate(said)))
    TYPES.forget()


def test_a_rule_may_ask_for_attributes(keeper, tables):
    def shown() -> set[str]:
        return {card.title for card in curated.products_of(curated.collection("spring", now=clock.now())).cards}

    keeper.post(f"{LIST}add/", sent(kind="rule", attributes="wood: oak"))
    assert Collection.objects.get().attributes == "wood: Oak"
    assert shown() == {"Table 0", "Table 2"}
    keeper.post(change(), sent(kind="rule", attributes="Wood: Oak\r\nwood: ash\r\nshape: Round"))
    assert Collection.objects.get().attributes == "wood: Oak\nwood: Ash\nshape: Round"
    assert shown() == {"Table 0", "Table 1"}
    preview = keeper.get(f"{LIST}preview/", {"attributes": "shape: Square", "currency": "USD", "sort": "newest"})
    assert "Table 2" in preview.content.decode()
    assert "Table 0" not in preview.content.decode()


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("colour: red", "They choose by: wood, shape."),
        ("wood: Elm", "none of the values of wood: Oak, Ash."),
        ("\n".join(f"shape: {n}" for n in range(30)), "lines are the most"),
    ],
)
def test_a_rule_for_what_no_shopper_can_choose_is_refused(keeper, tables, written, why):
    answer = keeper.post(f"{LIST}add/", sent(kind="rule", attributes=written))
    assert why in errors_of(answer)["attributes"][0]
    assert not Collection.objects.exists()


def test_a_rule_is_kept_in_minor_units_and_shown_again_as_it_was_typed(keeper):
    rule = {"kind": "rule", "category": "lighting/table-lamps", "currency": "EUR", "least": "9.90", "most": "20"}
    assert keeper.post(f"{LIST}add/", sent(**rule)).status_code == 302
    row = Collection.objects.get()
    assert (row.min_price, row.max_price, row.category) == (990, 2000, "lighting/table-lamps")
    page = keeper.get(change()).content.decode()
    assert 'value="9.90"' in page
    assert 'value="20.00"' in page


def test_the_preview_shows_the_first_and_their_number_by_one_search(keeper, goods, monkeypatch):
    asked = []
    search = search_index().search
    monkeypatch.setattr(search_index(), "search", lambda request: asked.append(request) or search(request))
    page = keeper.get(f"{LIST}preview/", sent(kind="rule", brand="Kvist")).content.decode()
    assert "<strong>1</strong> product on sale" in page
    assert "Bee" in page and "Ant" not in page
    assert len(asked) == 1
    everything = keeper.get(f"{LIST}preview/", sent(kind="rule")).content.decode()
    assert "<strong>3</strong> products on sale" in everything
    assert "No product on sale matches" in keeper.get(f"{LIST}preview/", sent(brand="Nobody")).content.decode()
    assert "below the lowest" in keeper.get(f"{LIST}preview/", sent(least="9", most="1")).content.decode()


def test_products_to_add_are_found_by_words_and_by_sku(keeper, goods):
    ant, bee, _cow = goods
    for words in ("bee", bee.variants[1].sku):
        page = keeper.get(f"{LIST}found/", {"find": words}).content.decode()
        assert f'data-add="{bee.product_id}"' in page
        assert f'name="{bee.product_id}-position"' in page
        assert ant.product_id not in page
    assert "Nothing found for “zzz”" in keeper.get(f"{LIST}found/", {"find": "zzz"}).content.decode()
    assert keeper.get(f"{LIST}found/").content.decode().strip() == ""


def test_the_pages_stand_while_search_is_away(keeper, goods, monkeypatch):
    def away(*_, **__):
        raise SearchUnavailable

    monkeypatch.setattr(search_index(), "search", away)
    monkeypatch.setattr(search_index(), "list_for_staff", away)
    for part in ("found/", "preview/"):
        assert "Search does not answer" in keeper.get(LIST + part, {**sent(), "find": "bee"}).content.decode()
    assert list(errors_of(keeper.post(f"{LIST}add/", sent(added="SOME-SKU")))) == ["added"]


def test_what_is_gone_is_told_and_stays_until_it_is_removed(keeper, goods):
    keeper.post(f"{LIST}add/", sent(goods[:1]))
    made = Collection.objects.get()
    curating.arrange_products(collection=made, product_ids=["longgone", goods[0].product_id])
    page = keeper.get(change()).content.decode()
    assert "longgone" in page
    assert ">gone<" in page


def test_more_products_than_a_collection_holds_are_refused(keeper, monkeypatch):
    monkeypatch.setattr("catalog.admin.collection_forms.MAX_PRODUCTS", 2)
    answer = keeper.post(f"{LIST}add/", sent(product=["a1", "b2", "c3"]))
    assert list(errors_of(answer)) == ["added"]


@pytest.mark.parametrize("role", ["support", "analyst"])
def test_support_and_analysts_look_and_change_nothing(as_role, keeper, goods, role):
    keeper.post(f"{LIST}add/", sent(goods[:2], least="5"))
    browser = as_role(role)
    page = browser.get(change())
    assert page.status_code == 200
    assert "Ant</a>" in page.content.decode()
    assert "5.00 – … USD" in page.content.decode()
    assert 'name="product"' not in page.content.decode()
    assert browser.post(change(), sent(title="Mine")).status_code == 403
    assert browser.get(f"{LIST}add/").status_code == 403
    assert browser.get(f"{LIST}found/?find=bee").status_code == 403
    assert browser.get(f"{LIST}preview/").status_code == 403
    assert browser.post(f"{FEATURED}add/", {"product": goods[0].product_id}).status_code == 403
    assert browser.get(FEATURED).status_code == 200
    assert Collection.objects.get().title == "Spring"


def test_a_collection_is_deleted_by_its_page_and_from_the_list(keeper, goods):
    for slug in ("spring", "autumn"):
        keeper.post(f"{LIST}add/", sent(goods, slug=slug))
    gone = Collection.objects.get(slug="spring").pk
    assert keeper.post(f"{LIST}{gone}/delete/", {"post": "yes"}).status_code == 302
    left = Collection.objects.get().pk
    keeper.post(LIST, {"action": "delete_selected", "_selected_action": [left], "post": "yes"})
    assert not Collection.objects.exists()
    assert not CollectionItem.objects.exists()


def test_the_list_and_the_editor_read_their_products_at_once(keeper, goods, trips):
    for product in goods:
        curating.save_featured(featured=FeaturedProduct(product_id=product.product_id))
    keeper.post(f"{LIST}add/", sent(goods))
    for path in (FEATURED, change()):
        keeper.get(path)
        for product in goods:
            products().forget(product.product_id)
        with trips() as seen:
            assert keeper.get(path).status_code == 200
        assert seen.dynamo == ["BatchGetItem"]
