"""Copies of people's data, and their end, stay in the region of their home."""

import pytest
from django.conf import settings

from accounts import copies, privacy
from accounts.domain import PostalAddress
from accounts.models import DataExport, User
from accounts.services import add_address
from media import storage
from shopcloud.lib import clock, residency
from shopcloud.wiring import marks
from tests.orders.goods import ADDRESS
from tests.residency.conftest import BUCKET, EU
from tests.residency.people import resident, rows

pytestmark = pytest.mark.django_db(databases=["default", EU])
NAME = "Zenobia Quillfeather"


def kept(bucket: str) -> set[str]:
    return set(storage.keys(bucket, "exports/"))


@pytest.mark.parametrize("home", ["eu", "us"])
def test_the_file_of_a_copy_lies_in_the_bucket_of_the_home(home):
    own, other = (BUCKET, settings.DOWNLOADS_BUCKET)[:: 1 if home == "eu" else -1]
    person = resident("eva@example.com", home)
    before = kept(own), kept(other)
    with residency.within(home):
        wish = copies.ask(user=person, now=clock.now())
        assert copies.go_on(export_id=wish.pk, now=clock.now())
        wish = DataExport.objects.get(pk=wish.pk)
        assert f"/{own}/" in copies.link_of(wish)
    assert kept(own) - before[0] == {wish.file}
    assert kept(other) == before[1]
    with residency.within(home):
        copies.sweep(now=clock.now() + copies.KEPT * 2)
    assert (kept(own), kept(other)) == before


def test_who_is_forgotten_is_forgotten_at_home_and_the_scan_looks_there():
    eva = resident("eva@example.com", "eu")
    with residency.within("eu"):
        add_address(user=eva, address=PostalAddress(**{**ADDRESS, "name": NAME}))
        assert marks.in_postgres((NAME,)) == 1
    # A namesake in America is another person, whom nobody asked about.
    ann = resident("ann@example.com", "us")
    add_address(user=ann, address=PostalAddress(**{**ADDRESS, "name": NAME}))
    before = rows("us")
    with residency.within("eu"):
        wish = privacy.ask_to_be_forgotten(user=eva, now=clock.now())
        privacy.go_on(request_id=wish.pk, now=clock.now())
        assert not User.objects.exists()
        assert marks.in_postgres((NAME, "eva@example.com")) == 0
    assert rows("us") == before
    assert marks.in_postgres((NAME,)) == 1
