"""The admin as staff see it: people with roles, products on the shelves and in the index."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from PIL import Image

from catalog import services
from catalog.domain import Freshness, Product
from catalog.repository import products
from catalog.search.index import search_index
from shopcloud.lib import aws
from tests.catalog.factories import NOON, a_category, a_product

LIST = "/admin/catalog/catalogproduct/"


@pytest.fixture(autouse=True)
def shelves(db, settings):
    """Three categories and no product; what a test makes is gone after it."""
    _clear(f"{settings.DYNAMODB_TABLE_PREFIX}products")
    services.save_categories(
        categories=[
            a_category("lighting", position=1),
            a_category("lighting/table-lamps", position=2),
            a_category("kitchen", position=3),
        ]
    )
    search_index().rebuild(iter([]))
    yield
    _clear(f"{settings.DYNAMODB_TABLE_PREFIX}products")


def _clear(table: str) -> None:
    client = aws.dynamodb()
    for page in client.get_paginator("scan").paginate(TableName=table, ProjectionExpression="product_id"):
        for item in page["Items"]:
            client.delete_item(TableName=table, Key={"product_id": item["product_id"]})


@pytest.fixture
def keep():
    """Keeps products and indexes them: `keep(a_product(title="Mug"))`."""
    held: list[Product] = []

    def keep(*wanted: Product) -> list[Product]:
        made = [services.create_product(product=product, now=NOON) for product in wanted]
        held.extend(made)
        search_index().rebuild(iter(held))
        return made

    return keep


@pytest.fixture
def lamp(keep) -> Product:
    return keep(a_product())[0]


@pytest.fixture
def staff(make_person):
    """A browser of a member of staff with these permissions: `staff("catalog.view_catalogproduct")`."""

    def sign_in(*permissions: str) -> Client:
        person = make_person(f"staff{len(permissions)}@example.com", staff=True)
        for permission in permissions:
            app, name = permission.split(".")
            person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=name))
        client = Client(raise_request_exception=False)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def editor(staff) -> Client:
    """Catalog staff: they see, add and change products, and count stock."""
    kinds = ("view", "add", "change")
    return staff(*(f"catalog.{k}_catalogproduct" for k in kinds), "orders.view_stocklevel", "orders.change_stocklevel")


@pytest.fixture
def viewer(staff) -> Client:
    return staff("catalog.view_catalogproduct")


def held(product_id: str) -> Product:
    product = products().get(product_id, freshness=Freshness.STRONG)
    assert product
    return product


def form_of(product: Product | None = None, **changes) -> dict[str, object]:
    """What the browser sends when a product's page is saved as it stands, with `changes`."""
    variants = product.variants if product else ()
    images = product.images if product else ()
    fields: dict[str, object] = {
        "title": product.title if product else "Dusk lamp",
        "slug": product.slug if product else "dusk-lamp",
        "brand": product.brand if product else "Nordlys",
        "category": product.category if product else "lighting/table-lamps",
        "kind": product.kind.value if product else "physical",
        "status": product.status.value if product else "active",
        "tax_class": product.tax_class.value if product else "standard",
        "description": product.description if product else "",
        "attributes": "\n".join(f"{n}: {t}" for n, t in product.attributes.items()) if product else "Material: Oak",
        "rank": product.rank if product else 5,
        "version": product.version if product else 0,
        "variants-TOTAL_FORMS": max(len(variants), 1),
        "variants-INITIAL_FORMS": len(variants),
        "images-TOTAL_FORMS": len(images),
        "images-INITIAL_FORMS": len(images),
    }
    for place, variant in enumerate(variants):
        fields |= {
            f"variants-{place}-sku": variant.sku,
            f"variants-{place}-options": "\n".join(f"{n}: {t}" for n, t in variant.options.items()),
            f"variants-{place}-weight_grams": variant.weight_grams,
            f"variants-{place}-barcode": variant.barcode,
            f"variants-{place}-image": images[variant.image].key if variant.image is not None else "",
            **{f"variants-{place}-{c}": f"{amount / 100:.2f}" for c, amount in variant.prices.items()},
        }
    if product is None:
        fields |= {"variants-0-sku": "DUSK-S", "variants-0-options": "Size: Small", "variants-0-USD": "49.00"}
    for place, image in enumerate(images):
        fields |= {
            f"images-{place}-key": image.key,
            f"images-{place}-position": place + 1,
            f"images-{place}-alt": image.alt,
        }
    return {**fields, **changes}


def a_picture(kind: str = "PNG") -> BytesIO:
    made = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(made, kind)
    made.name = f"lamp.{kind.lower()}"
    made.seek(0)
    return made
