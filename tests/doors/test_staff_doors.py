"""Every admin route x every role x every method: shut without its permission, to the public as to staff."""

import re

import pytest

from shopcloud.lib.ids import product_id
from tests.doors.conftest import ROLES, STRANGERS, knock
from tests.doors.routes import Door, door_of, routes
from tests.doors.staff import ANY_STAFF, permission_for

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ADMIN = sorted({pattern for pattern in routes() if door_of(pattern) is Door.STAFF})
# The filled-in parts of an admin address: things that are there where that is easy, numbers that may be elsewhere.
_FILLED = {"object_id": "1", "id": "1", "pk": "1", "content_type_id": "1", "url": "no/such/page", "app_label": "orders"}

# Thousands of requests, on machines that may be busy.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]


def address_of(pattern: str) -> str:
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _FILLED.get(found[1]) or product_id(), pattern)
    return "/" + filled.replace("^", "").replace("$", "")


def test_every_admin_route_says_which_permission_it_needs():
    for pattern in ADMIN:
        permission_for(pattern)


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_passes_without_the_permission(belongings, stranger, who):
    browser, before = stranger(who), belongings.rows()
    held = permissions_of(browser)
    for pattern in ADMIN:
        needed = permission_for(pattern)
        if needed is None or is_met(needed, held):
            continue
        for method in METHODS:
            answer = knock(browser, method, address_of(pattern))
            tried = f"{who}: {method} {address_of(pattern)} -> {answer.status_code}"
            assert answer.status_code in {302, 403, 404, 405}, tried
            if answer.status_code == 302:
                assert re.match(r"/admin/(login/.*)?$", answer["Location"]), f"{tried} {answer['Location']}"
    assert belongings.rows() == before


@pytest.mark.parametrize("who", ROLES)
def test_each_role_opens_its_own_lists(stranger, who):
    """The control of the sweep above: with the permission the same addresses open."""
    browser = stranger(who)
    held = permissions_of(browser)
    lists = [p for p in ADMIN if re.fullmatch(r"admin/\w+/\w+/", p) and is_met(permission_for(p), held)]
    lists = [p for p in lists if permission_for(p) != ANY_STAFF and ".view_" in str(permission_for(p))]
    assert lists
    for pattern in lists:
        assert browser.get(address_of(pattern)).status_code == 200, pattern


def permissions_of(browser) -> set[str] | None:
    """None for somebody the admin does not know at all."""
    from accounts.models import User

    person = User.objects.filter(pk=browser.session.get("_auth_user_id")).first() if browser.cookies else None
    return person.get_all_permissions() if person and person.is_staff else None


def is_met(needed: str | None, held: set[str] | None) -> bool:
    if held is None or needed is None:
        return False
    app, _, rest = needed.partition(".")
    verb, _, model = rest.partition("_")
    # Who may change a thing may see it.
    return needed == ANY_STAFF or needed in held or (verb == "view" and f"{app}.change_{model}" in held)
