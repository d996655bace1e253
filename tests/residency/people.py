"""People of two continents, in a browser, as far as they matter here: who they are and where they live."""

import re

from django.core import mail
from django.db import connections
from django.test import Client

from accounts.models import User
from shopcloud.lib import residency
from tests.conftest import PASSWORD, code_in, confirm
from tests.orders.goods import ADDRESS

OURS = {"Sec-Fetch-Site": "same-origin"}
BERLIN = {"name": "Mara Lind", "line1": "Lange Str. 5", "postal_code": "10115", "city": "Berlin", "country": "DE"}
WHERE = {"": ADDRESS, "/de": BERLIN}


def browser() -> Client:
    return Client(headers=OURS, raise_request_exception=False)


def resident(email: str, home: str) -> User:
    """Somebody with an account in a home, whose address is proved."""
    with residency.within(home):
        person = User.objects.create_user(email, PASSWORD, home_region=home)
        confirm(person)
    return person


def signed_up(email: str, prefix: str = "") -> Client:
    """Through the pages: the form, and the code of the mail."""
    client = browser()
    client.post(f"{prefix}/account/signup/", {"email": email, "password1": PASSWORD})
    client.post(f"{prefix}/account/confirm-email/", {"code": code_in(mail.outbox[-1].body)})
    return client


def signed_in(email: str, prefix: str = "") -> Client:
    client = browser()
    client.post(f"{prefix}/account/login/", {"login": email, "password": PASSWORD})
    return client


def buy(client: Client, prefix: str = "", sku: str = "LAMP-S", quantity: int = 1):
    """From the shelf to the payment's page: the answer to the checkout's form."""
    line = {"product_id": sku.lower().replace("-", ""), "sku": sku, "quantity": quantity}
    assert client.post(f"{prefix}/cart/lines/", line).status_code == 302
    typed = {"email": "typed@example.com", "shipping_method": "standard", **WHERE[prefix]}
    summary = client.get(f"{prefix}/checkout/summary/", typed).content.decode()
    seen = {name: re.search(rf'name="{name}" value="(\d+)"', summary)[1] for name in ("cart_version", "seen_total")}
    return client.post(f"{prefix}/checkout/", {**typed, **seen})


def rows(home: str) -> dict[str, int]:
    """How many rows every table of a home has."""
    with connections[residency.settings.HOMES[home]].cursor() as cursor:
        tables = connections["default"].introspection.table_names(cursor)
        counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables)
        cursor.execute(counts)
        return dict(cursor.fetchall())


def written(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """The tables that have more or fewer rows than before, and by how many."""
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}
