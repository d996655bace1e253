"""Reviews in the admin: read oldest first, published or refused by those who may, and answered in public."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from catalog import queries, services
from catalog.domain import Freshness
from catalog.dynamo import spoken
from catalog.repository import products
from catalog.reviews import ReviewStatus
from catalog.votes import Voter, vote_helpful
from shopcloud.lib import aws
from tests.catalog.factories import NOON
from tests.catalog.test_reviews import review

REVIEWS = "/admin/catalog/catalogreview/"


@pytest.fixture(autouse=True)
def nothing_waits(settings):
    """No review is left of what ran before."""
    table, client = f"{settings.DYNAMODB_TABLE_PREFIX}reviews", aws.dynamodb()
    for item in client.scan(TableName=table, ProjectionExpression="product_id, posted").get("Items", []):
        client.delete_item(TableName=table, Key=item)


@pytest.fixture
def moderator(staff):
    return staff("catalog.view_catalogreview", "catalog.change_catalogreview")


@pytest.fixture
def onlooker(staff):
    return staff("catalog.view_catalogreview")


@pytest.fixture
def say(lamp):
    def say(buyer="mara@example.com", **changes):
        words = {"author": "Mara", "rating": 4, "title": "Soft", "body": "Lovely <b>light</b>.", "now": NOON}
        return services.say_review(product_id=lamp.product_id, buyer=buyer, **{**words, **changes})

    return say


def page_of(said) -> str:
    return f"{REVIEWS}{said.review.product_id}.{said.review.review_id}/change/"


def choice_of(said) -> str:
    return f"{said.review.product_id}.{said.review.review_id}.{said.version}"


def stands(said):
    return queries.said_review(said.review.product_id, said.review.review_id)


def decide(browser, said, do, **words):
    return browser.post(page_of(said), {"version": said.version, "do": do, **words})


def test_what_waits_is_read_oldest_first_and_in_pages(moderator, say, monkeypatch):
    monkeypatch.setattr(spoken, "QUEUE_PAGE", 2)
    for day in (3, 1, 2):
        say(f"b{day}@example.com", title=f"Day {day}", now=NOON + timedelta(days=day))
    first = moderator.get(REVIEWS)
    assert [row["review"].title for row in first.context["rows"]] == ["Day 1", "Day 2"]
    assert "Lovely &lt;b&gt;light&lt;/b&gt;." in first.content.decode()
    second = moderator.get(REVIEWS, {"cursor": first.context["next"]})
    assert [row["review"].title for row in second.context["rows"]] == ["Day 3"]
    assert second.context["next"] is None
    assert moderator.get(REVIEWS, {"cursor": "nonsense"}).status_code == 302


def test_an_empty_queue_says_so(moderator):
    assert "No review is waiting." in moderator.get(REVIEWS).content.decode()


def test_a_review_is_published_with_an_answer_that_shoppers_read(moderator, guest, say, lamp):
    said = say()
    answer = decide(moderator, said, "publish", reply="Thank <you>.")
    assert (answer.status_code, answer["Location"]) == (302, REVIEWS)
    assert (stands(said).status, products().get(lamp.product_id, freshness=Freshness.STRONG).rating.count) == (
        ReviewStatus.PUBLISHED, 1
    )  # fmt: skip
    html = guest.get(f"{lamp.path}reviews/").content.decode()
    assert "Thank &lt;you&gt;." in html and "Verified purchase" in html
    assert LogEntry.objects.get().change_message == "Published."
    assert "Published." in moderator.get(page_of(said).replace("change", "history")).content.decode()


def test_a_published_review_is_found_by_its_product_and_answered_later(moderator, say, lamp):
    said = say()
    decide(moderator, said, "publish")
    listed = moderator.get(REVIEWS, {"product": lamp.product_id})
    assert page_of(said) in listed.content.decode()
    assert decide(moderator, stands(said), "reply", reply="We are glad.").status_code == 302
    assert [review.reply for review in queries.reviews_of(lamp.product_id).reviews] == ["We are glad."]
    assert products().get(lamp.product_id, freshness=Freshness.STRONG).rating.count == 1
    assert decide(moderator, stands(said), "reply", reply="").status_code == 302
    assert [review.reply for review in queries.reviews_of(lamp.product_id).reviews] == [""]


@pytest.mark.parametrize("do", ["reply", "reject"])
def test_what_was_published_without_being_asked_for_is_opened_and_answered(moderator, lamp, do):
    """As those of the demo: nobody's in particular, and still the shop's to answer."""
    review(lamp, review_id="r1", rating=5)
    vote_helpful(product_id=lamp.product_id, review_id="r1", voter=Voter(guest="g"), client="192.0.2.1")
    listed = moderator.get(REVIEWS, {"product": lamp.product_id}).content.decode()
    path = f"{REVIEWS}{lamp.product_id}.r1/change/"
    page = moderator.get(path)
    assert path in listed and page.status_code == 200 and "Take it off the page" in page.content.decode()
    words = {"version": page.context["said"].version, "do": do, "reply": "Thank you.", "reason": "Not our lamp."}
    assert moderator.post(path, words).status_code == 302
    shown = queries.reviews_of(lamp.product_id, limit=50).reviews
    count = products().get(lamp.product_id, freshness=Freshness.STRONG).rating.count
    if do == "reply":
        assert [(one.reply, one.helpful) for one in shown] == [("Thank you.", 1)] and count == 1
    else:
        assert (shown, count) == ((), 0)
        assert queries.said_review(lamp.product_id, "r1").status is ReviewStatus.REJECTED
    # The version that they read is answered already: the same answer is told again.
    assert moderator.post(path, words).status_code == 302
    assert not services.add_review(review=page.context["review"]), "it is not published once more"


def test_a_published_review_of_a_buyer_is_taken_off_the_page(moderator, say, lamp):
    said = say()
    decide(moderator, said, "publish")
    assert decide(moderator, stands(said), "reject").status_code == 422
    assert decide(moderator, stands(said), "reject", reason="It names a person.").status_code == 302
    assert (stands(said).status, stands(said).reason) == (ReviewStatus.REJECTED, "It names a person.")
    assert products().get(lamp.product_id, freshness=Freshness.STRONG).rating.count == 0


def test_a_review_is_refused_with_a_reason_only(moderator, say):
    said = say()
    assert decide(moderator, said, "reject").status_code == 422
    assert stands(said).status is ReviewStatus.PENDING
    assert decide(moderator, said, "reject", reason="It names a person.").status_code == 302
    assert (stands(said).status, stands(said).reason) == (ReviewStatus.REJECTED, "It names a person.")
    assert LogEntry.objects.get().change_message == "Refused: It names a person."


def test_what_was_changed_since_staff_read_it_is_not_published(moderator, say):
    said = say()
    say(body="Other words.")
    answer = decide(moderator, said, "publish")
    assert answer.status_code == 422 and "changed meanwhile" in answer.content.decode()
    moderator.post(f"{REVIEWS}answers/", {"review": choice_of(said)})
    assert stands(said).status is ReviewStatus.PENDING
    assert not LogEntry.objects.exists()


def test_many_are_published_at_once(moderator, say):
    chosen = [say(f"b{n}@example.com") for n in range(3)]
    names = [*map(choice_of, chosen), "nonsense", "a.b.c", ".."]
    page = moderator.post(f"{REVIEWS}answers/", {"review": names}, follow=True).content.decode()
    assert "3 reviews were published." in page and "3 of them were changed" in page
    assert [stands(said).status for said in chosen] == [ReviewStatus.PUBLISHED] * 3
    assert LogEntry.objects.count() == 3
    assert "Choose reviews first." in moderator.post(f"{REVIEWS}answers/", follow=True).content.decode()


def test_who_may_only_look_cannot_act(onlooker, say):
    said = say()
    html = onlooker.get(REVIEWS).content.decode()
    assert page_of(said) in html and "Publish the chosen" not in html
    assert 'name="do"' not in onlooker.get(page_of(said)).content.decode()
    assert decide(onlooker, said, "publish").status_code == 403
    assert onlooker.post(f"{REVIEWS}answers/", {"review": choice_of(said)}).status_code == 403
    assert stands(said).status is ReviewStatus.PENDING


def test_staff_of_another_role_see_no_reviews(staff, say):
    somebody = staff("orders.view_order")
    assert [somebody.get(path).status_code for path in (REVIEWS, page_of(say()))] == [403, 403]


def test_a_review_that_nobody_wrote_is_not_found(moderator):
    for key in ("nosuch.review", "nosuch", ".", "lamp1."):
        assert moderator.get(f"{REVIEWS}{key}/change/").status_code == 404


def test_catalog_and_support_answer_reviews_and_analysts_read_them(db):
    def granted(role):
        names = Group.objects.get(name=role).permissions.values_list("codename", flat=True)
        return {name.partition("_")[0] for name in names if name.endswith("_catalogreview")}

    assert (granted("catalog"), granted("support")) == ({"view", "change"}, {"view", "change"})
    assert (granted("analyst"), granted("finance")) == ({"view"}, set())


def test_what_was_refused_by_mistake_is_found_and_published(moderator, say, lamp):
    said = say()
    decide(moderator, said, "publish")
    decide(moderator, stands(said), "reject", reason="It names a person.")
    assert page_of(said) not in moderator.get(REVIEWS).content.decode()
    assert page_of(said) in moderator.get(REVIEWS, {"refused": "1"}).content.decode()
    page = moderator.get(page_of(said)).content.decode()
    assert 'value="publish"' in page and 'value="reject"' not in page
    assert decide(moderator, said, "publish").status_code == 422, "they read another version"
    assert decide(moderator, stands(said), "publish").status_code == 302
    assert (stands(said).status, stands(said).reason) == (ReviewStatus.PUBLISHED, "")
    assert products().get(lamp.product_id, freshness=Freshness.STRONG).rating.count == 1
    assert page_of(said) not in moderator.get(REVIEWS, {"refused": "1"}).content.decode()
