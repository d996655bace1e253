"""The demo shop, from a folder of three products."""

import io
import json

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from catalog import categories, queries
from catalog.domain import Kind
from catalog.models import Collection, FormerSlug
from catalog.search.index import SearchRequest
from deploy.local.state import REPOSITORY
from orders import stock
from shopcloud.lib import aws, clock
from shopcloud.wiring.demo.collections import EVENING
from shopcloud.wiring.demo.goods import demo_id, read_goods
from shopcloud.wiring.demo.people import BUYER, PASSWORD, STAFF
from tests.media.pictures import glb, picture

pytestmark = pytest.mark.django_db


def goods(slug, category, **changes):
    return {
        "slug": slug, "title": slug.replace("-", " ").capitalize(), "brand": "Nordlys", "category": category,
        "description": "Calm light.\n\nOiled oak.", "attributes": {"material": "Oak"},
        "variants": [
            {"sku": f"{slug}-s".upper(), "options": {"size": "Small"}, "prices": {"USD": 12900, "EUR": 11900},
             "weight_grams": 900, "stock": 14, "image": 0},
            {"sku": f"{slug}-l".upper(), "options": {"size": "Large"}, "prices": {"USD": 15900}, "stock": 0},
        ],
        "images": [{"file": "renders/one.webp", "alt": "In oak"}],
        "reviews": [
            {"author": "Mara K.", "rating": 5, "title": "Lovely", "body": "So calm.", "days_ago": 3, "verified": True},
            {"author": "Jo P.", "rating": 4, "body": "Good.", "days_ago": 30},
        ],
        **changes,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A demo of a lamp, a chair and a book; its categories are its own."""
    for name in ("renders", "models", "downloads"):
        (tmp_path / "assets" / name).mkdir(parents=True)
    (tmp_path / "assets/renders/one.webp").write_bytes(picture(400, 300, form="WEBP"))
    (tmp_path / "assets/models/lamp.glb").write_bytes(glb(padding=64))
    (tmp_path / "assets/downloads/book.txt").write_bytes(b"Once upon a time")
    book = {"kind": "digital", "digital_file": "downloads/book.txt", "images": [], "reviews": [],
            "variants": [{"sku": "BOOK", "options": {}, "prices": {"USD": 900}}]}  # fmt: skip
    described = {
        "categories": [
            {"path": "demo-lighting", "name": "Lighting", "names": {"de": "Leuchten"}, "image": "renders/one.webp"},
            {"path": "demo-lighting/lamps", "name": "Lamps"},
        ],
        "products": [
            goods("oriole-lamp", "demo-lighting/lamps", model="models/lamp.glb", featured=True),
            goods("oriole-chair", "demo-lighting/lamps"),
            goods("oriole-book", "demo-lighting", **book),
        ],
    }
    (tmp_path / "catalog.json").write_text(json.dumps(described))
    return tmp_path


def seed(folder, **options):
    said = io.StringIO()
    call_command("seed_demo", folder=folder, stdout=said, **options)
    return said.getvalue()


@pytest.fixture
def seeded(folder):
    seed(folder)
    yield folder
    aws.dynamodb().delete_item(
        TableName=f"{settings.DYNAMODB_TABLE_PREFIX}categories",
        Key={"tree": {"S": "shop"}, "path": {"S": "demo-lighting"}},
    )


def test_the_goods_stand_in_the_shop(seeded):
    lamp = queries.product(demo_id("oriole-lamp"))
    assert (lamp.title, lamp.featured, lamp.rating.count) == ("Oriole lamp", True, 2)
    assert lamp.images[0].width == 400
    assert lamp.model
    assert [v.in_stock for v in lamp.variants] == [True, False]
    cards = queries.category_page("demo-lighting").cards
    assert [card.title for card in cards] == ["Oriole lamp", "Oriole chair", "Oriole book"]
    assert queries.category("demo-lighting").image == lamp.images[0].key
    assert [r.author for r in queries.reviews_of(lamp.product_id).reviews] == ["Mara K.", "Jo P."]


def test_the_goods_are_found_by_search(seeded):
    found = queries.search(SearchRequest(text="oriole chair"))
    assert found.hits[0].product_id == demo_id("oriole-chair")


def test_digital_goods_have_a_file_and_no_stock(seeded):
    book = queries.product(demo_id("oriole-book"))
    assert (book.kind, book.download.endswith("/book.txt")) == (Kind.DIGITAL, True)
    levels = stock.levels(["ORIOLE-LAMP-S", "ORIOLE-LAMP-L", "BOOK"])
    assert {sku: level.on_hand for sku, level in levels.items()} == {"ORIOLE-LAMP-S": 14, "ORIOLE-LAMP-L": 0}


def test_two_people_can_sign_in(seeded, rf):
    staff = authenticate(rf.post("/"), username=STAFF, password=PASSWORD)
    buyer = authenticate(rf.post("/"), username=BUYER, password=PASSWORD)
    assert (staff.is_superuser, buyer.is_staff) == (True, False)
    assert buyer.emailaddress_set.get().verified


def test_seeding_again_changes_nothing(seeded):
    version = queries.product(demo_id("oriole-lamp")).version
    assert "0 changes" in seed(seeded)
    assert queries.product(demo_id("oriole-lamp")).version == version


def test_what_was_sold_stays_sold_when_seeding_again(seeded):
    stock.set_on_hand(sku="ORIOLE-LAMP-S", product_id=demo_id("oriole-lamp"), on_hand=2, now=clock.now())
    seed(seeded)
    assert stock.levels(["ORIOLE-LAMP-S"])["ORIOLE-LAMP-S"].on_hand == 2


def test_a_shop_with_categories_is_left_alone(seeded):
    categories.forget()
    assert "nothing to seed" in seed(seeded, if_empty=True)


def test_a_missing_picture_is_named_and_nothing_is_called_done(folder):
    (folder / "assets/renders/one.webp").unlink()
    with pytest.raises(CommandError, match=r"renders/one\.webp"):
        seed(folder)
    assert "demo-lighting" not in [c.path for c in queries.departments()]


def test_a_product_that_breaks_a_rule_is_named(folder):
    described = json.loads((folder / "catalog.json").read_text())
    described["products"][1]["variants"][0]["sku"] = "LAMP-\u00d840"
    (folder / "catalog.json").write_text(json.dumps(described))
    with pytest.raises(CommandError, match="oriole-chair, sku"):
        seed(folder)


def test_the_demo_is_never_made_in_production(folder, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="public password"):
        seed(folder)


def test_two_collections_are_opened_once_and_staff_s_own_words_stay(seeded, guest):
    evening, newest = Collection.objects.order_by("position")
    assert (evening.kind, newest.kind, newest.in_stock, newest.sort) == ("manual", "rule", True, "newest")
    for prefix, title in (("", evening.title), ("/de", evening.title_de), ("/fr", evening.title_fr)):
        assert title in guest.get(f"{prefix}/").content.decode()
    assert "Oriole lamp" in guest.get("/collections/new-and-ready/").content.decode()
    evening.delete()
    Collection.objects.update(title="Mine", slug="mine")
    FormerSlug.objects.create(slug="new-and-ready", collection=newest)
    seed(seeded)
    assert set(Collection.objects.values_list("title", flat=True)) == {"Mine", "A quiet evening"}


def test_the_demo_has_the_eight_things_of_an_evening():
    described = read_goods(REPOSITORY / "deploy" / "demo")
    assert len(EVENING) == 8
    assert set(EVENING) <= {product["slug"] for product in described.products}
