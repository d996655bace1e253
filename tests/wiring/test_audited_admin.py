"""Whatever staff change in the admin is written down: by whom, what, and what stood there before and after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client as PartnerApp
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, RequestFactory

from accounts.models import User
from catalog import services
from catalog.models import Collection, FeaturedProduct, ProductType
from orders.models import (
    Coupon,
    GiftCard,
    PartnerEndpoint,
    Promotion,
    ShippingMethod,
    ShippingZone,
    StockItem,
    StockLevel,
    StockLocation,
)
from shopcloud.lib import clock
from shopcloud.lib.audit import AuditEntry
from tests.catalog.factories import a_category, a_product
from tests.filled_forms import filled

pytestmark = pytest.mark.django_db

# Held in DynamoDB: their changes are noted, and products' found in their versions.
ELSEWHERE = {"catalog.catalogproduct", "catalog.catalogcategory", "catalog.catalogreview"}
Made = Callable[[], Any]


def _product_id() -> str:
    return services.create_product(product=a_product(), now=clock.now()).product_id


def _category() -> str:
    path = f"audited-{int(clock.now().timestamp() * 1000)}"
    services.save_categories(categories=[a_category(path)])
    return path


def _review() -> str:
    words = {"author": "Mara", "rating": 4, "title": "Soft", "body": "Lovely light.", "now": clock.now()}
    said = services.say_review(product_id=_product_id(), buyer="mara@example.com", **words)
    return f"{said.review.product_id}.{said.review.review_id}"


def _promotion(**changes: Any) -> Promotion:
    return Promotion.objects.create(name="Autumn", kind="percent", percent=10, **changes)


def _level() -> StockLevel:
    StockItem.objects.get_or_create(sku="LAMP-S", defaults={"product_id": "p1"})
    place = StockLocation.objects.get_or_create(code="main", defaults={"name": "Main", "country": "US"})[0]
    return StockLevel.objects.create(sku="LAMP-S", location=place, on_hand=5, updated_at=clock.now())


def _place() -> StockLocation:
    return StockLocation.objects.create(code="north", name="North", country="US")


def _coupon() -> Coupon:
    return Coupon.objects.create(code="WELCOME", limit=5, promotion=_promotion(automatic=False))


def _person() -> User:
    return User.objects.create_user("changed@example.com", "a password of theirs")


def _address() -> EmailAddress:
    return EmailAddress.objects.create(user=_person(), email="a@example.com")


def _featured() -> FeaturedProduct:
    return FeaturedProduct.objects.create(product_id=_product_id(), position=1)


# What there is, the field that is typed into, and what is typed.
CHANGED: dict[str, tuple[Made, str, str]] = {
    "account.emailaddress": (
        lambda: EmailAddress.objects.create(user=_person(), email="a@example.com"),
        "email",
        "b@example.com",
    ),
    "accounts.user": (_person, "first_name", "Ada"),
    "allauth_idp_oidc.client": (
        lambda: PartnerApp.objects.create(name="ERP", scopes="openid", redirect_uris="https://erp.example/back"),
        "name",
        "CRM",
    ),
    "auth.group": (lambda: Group.objects.create(name="night shift"), "name", "day shift"),
    "axes.accessattempt": (lambda: AccessAttempt.objects.create(username="a", failures_since_start=1), "", ""),
    "axes.accessfailurelog": (lambda: AccessFailureLog.objects.create(username="a"), "", ""),
    "axes.accesslog": (lambda: AccessLog.objects.create(username="a"), "", ""),
    "catalog.catalogcategory": (_category, "en-name", "Brighter"),
    "catalog.catalogproduct": (_product_id, "title", "Another title"),
    "catalog.catalogreview": (_review, "reply", "Thank you."),
    "catalog.collection": (lambda: Collection.objects.create(slug="oak", title="Oak"), "title", "Oak and ash"),
    "catalog.featuredproduct": (
        lambda: FeaturedProduct.objects.create(product_id=_product_id(), position=1),
        "position",
        "7",
    ),
    "catalog.producttype": (lambda: ProductType.objects.create(code="lamp", name="Lamp"), "name", "Lamps"),
    "orders.coupon": (_coupon, "limit", "9"),
    "orders.giftcard": (
        lambda: GiftCard.objects.create(
            code_hash="x" * 64, last4="AB12", currency="USD", initial=100, balance=100, issued_at=clock.now()
        ),
        "note",
        "For the fair",
    ),
    "orders.partnerendpoint": (
        lambda: PartnerEndpoint.objects.create(name="ERP", url="https://erp.example/in", kinds=["order.paid"]),
        "name",
        "CRM",
    ),
    "orders.promotion": (_promotion, "name", "Winter"),
    "orders.shippingmethod": (lambda: ShippingMethod.objects.filter(code="standard")[0], "name", "Slow"),
    "orders.shippingzone": (lambda: ShippingZone.objects.all()[0], "name", "Elsewhere"),
    "orders.stockitem": (lambda: StockItem.objects.create(sku="LAMP-S", product_id="p1"), "low_at", "4"),
    "orders.stocklevel": (_level, "on_hand", "9"),
    "orders.stocklocation": (_place, "name", "South"),
}
# A page that shows rows and saves none of their fields: there they can be deleted alone.
DELETED = {"axes.accessattempt", "axes.accessfailurelog", "axes.accesslog"}


@pytest.fixture
def desk(admin_person) -> Client:
    browser = Client()
    browser.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def changeable(person: User) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = person
    return {
        model._meta.label_lower for model, page in admin.site._registry.items() if page.has_change_permission(request)
    }


def test_every_page_of_the_admin_that_changes_something_is_walked_here(admin_person):
    assert changeable(admin_person) == set(CHANGED)


@pytest.mark.parametrize("label", sorted(CHANGED))
def test_a_change_says_who_what_before_and_after(desk, admin_person, label):
    make, field, value = CHANGED[label]
    made = make()
    key = made if isinstance(made, str) else str(made.pk)
    page = f"/admin/{label.replace('.', '/')}/{key}/"
    AuditEntry.objects.all().delete()
    if label in DELETED:
        assert desk.post(f"{page}delete/", {"post": "yes"}).status_code == 302
    else:
        form = filled(desk.get(f"{page}change/").text, holding=field)
        answer = desk.post(f"{page}change/", {**form, field: value, **({"do": "publish"} if "review" in label else {})})
        assert answer.status_code == 302, getattr(answer, "context", None) and answer.context.get("errors")
    written = AuditEntry.objects.filter(model=label, object_id=key)
    (entry,) = [one for one in written if field in one.after or label in DELETED or label in ELSEWHERE]
    assert entry.actor_id == admin_person.pk
    assert entry.action.startswith(label.replace(".", "_"))
    assert abs(entry.at - clock.now()) < timedelta(minutes=1)
    assert entry.before
    assert entry.before != entry.after
    if label not in DELETED:
        assert value in str(entry.after.values())
    else:
        assert (entry.kind, entry.after) == ("deleted", {})


def test_every_table_behind_the_admin_is_watched():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit'")
        watched = {name for (name,) in cursor.fetchall()}
    tables = {
        part._meta.db_table
        for model, page in admin.site._registry.items()
        for part in (model, *(inline.model for inline in page.inlines))
        if model._meta.label_lower not in ELSEWHERE
    }
    assert tables - watched == {"platform_auditentry"}
    assert "catalog_productversion" in watched


def test_who_looks_leaves_no_trace(desk, buyer):
    assert desk.get(f"/admin/accounts/user/{buyer.pk}/change/").status_code == 200
    assert not AuditEntry.objects.exists()


def test_products_that_a_worker_brings_in_are_one_change_the_imports(admin_person):
    """Workers name nobody, though the versions they keep name who began."""
    for _product in range(3):
        services.create_product(product=a_product(), now=clock.now(), author=admin_person.pk)
    assert not AuditEntry.objects.exists()


def test_what_a_buyer_changes_is_no_staffs_doing(signed_in, buyer):
    signed_in.post("/account/profile/", {"first_name": "Mara", "last_name": "Vogel", "home_region": "eu"})
    assert not AuditEntry.objects.exists()


def test_what_staff_buy_for_themselves_is_not_their_work(desk, admin_person):
    desk.post("/account/profile/", {"first_name": "Ada", "last_name": "", "home_region": "eu"})
    assert not AuditEntry.objects.exists()


def test_what_is_chosen_in_a_list_is_named(desk, admin_person):
    gone = AccessFailureLog.objects.create(username="a")
    chosen = {"action": "delete_selected", "_selected_action": [gone.pk], "post": "yes"}
    assert desk.post("/admin/axes/accessfailurelog/", chosen).status_code == 302
    entry = AuditEntry.objects.get(model="axes.accessfailurelog")
    assert entry.action == "axes_accessfailurelog_changelist:delete_selected"
    assert entry.before["username"] == "a"
