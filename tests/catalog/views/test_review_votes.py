"""The reviews' page in its orders, and the button below each review, with scripts and without."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from catalog import queries
from catalog.votes import PER_CLIENT_AND_REVIEW
from shopcloud.lib import redis
from tests.catalog.factories import NOON
from tests.catalog.test_review_desk import answer, say
from tests.catalog.test_reviews import review

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
HTMX = {**SAME_SITE, "HX-Request": "true"}


@pytest.fixture
def reviewed(lamp):
    """A lamp with a review of each number of stars; r5 is the best."""
    for stars in range(1, 6):
        review(lamp, review_id=f"r{stars}", rating=stars, created_at=NOON + timedelta(days=stars % 3))
    return lamp


def page(browser, path):
    response = browser.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def vote_url(lamp, review_id="r5"):
    return f"{lamp.path}reviews/{review_id}/vote/"


def helpful(lamp, review_id="r5"):
    return {r.review_id: r.helpful for r in queries.reviews_of(lamp.product_id, limit=50).reviews}[review_id]


def shown(html):
    return re.findall(r'class="review" id="review-(\w+)"', html)


def test_every_order_and_every_bar_is_a_link_that_leads_to_its_reviews(guest, reviewed):
    html = page(guest, reviewed.path + "reviews/")
    links = {url.replace("&amp;", "&") for url in re.findall(r'href="([^"]*/reviews/\?[^"]*)"', html)}
    found = {url.partition("?")[2]: shown(page(guest, url)) for url in links}
    assert found == {
        **{f"stars={stars}": [f"r{stars}"] for stars in range(1, 6)},
        "sort=helpful": ["r5", "r2", "r4", "r1", "r3"],
        "sort=highest": ["r5", "r4", "r3", "r2", "r1"],
        "sort=lowest": ["r1", "r2", "r3", "r4", "r5"],
    }
    one = page(guest, reviewed.path + "reviews/?sort=helpful&stars=5")
    assert "Only reviews with 5 stars" in one and f'href="{reviewed.path}reviews/?sort=helpful&amp;stars=4"' in one


@pytest.mark.parametrize("asked", ["sort=best", "stars=6", "stars=0", "stars=05", "stars=x"])
def test_an_order_that_is_not_there_is_refused(guest, reviewed, asked):
    assert guest.get(f"{reviewed.path}reviews/?{asked}").status_code == 400


def test_an_order_is_a_public_page_kept_for_everyone(guest, reviewed, signed_in):
    path = reviewed.path + "reviews/?sort=helpful"
    first = guest.get(path)
    guest.post(vote_url(reviewed), headers=SAME_SITE)
    again = signed_in.get(path)
    assert "s-maxage" in first["Cache-Control"] and not again.cookies
    assert first.content == again.content


def test_without_scripts_a_vote_leads_to_a_page_that_tells_of_it_and_takes_it_back(guest, reviewed):
    assert "Thank you" not in page(guest, vote_url(reviewed))
    sent = guest.post(vote_url(reviewed), headers=SAME_SITE)
    assert (sent.status_code, sent["Location"]) == (302, vote_url(reviewed))
    html = page(guest, sent["Location"])
    assert "You found this review helpful." in html and f'href="{reviewed.path}reviews/#review-r5"' in html
    guest.post(vote_url(reviewed), headers=SAME_SITE)
    assert helpful(reviewed) == 1
    guest.post(f"{vote_url(reviewed)}withdrawal/", headers=SAME_SITE)
    assert helpful(reviewed) == 0 and "Thank you" not in page(guest, vote_url(reviewed))


def test_with_htmx_the_button_is_replaced_alone(guest, reviewed):
    sent = guest.post(vote_url(reviewed), headers=HTMX)
    assert sent.content.decode().startswith('<div class="review-vote">') and b"Take it back" in sent.content
    assert "no-store" in sent["Cache-Control"]
    gone = guest.post(f"{vote_url(reviewed)}withdrawal/", headers=HTMX)
    assert b"Helpful" in gone.content and helpful(reviewed) == 0


def test_what_stands_in_the_place_of_the_pressed_button_gets_its_focus_and_no_other_button_does(guest, reviewed):
    for path in (vote_url(reviewed), f"{vote_url(reviewed)}withdrawal/"):
        html = guest.post(path, headers=HTMX).content.decode()
        assert len(re.findall(r"<button[^>]* autofocus", html)) == html.count("autofocus") == 1
    for path in (vote_url(reviewed), reviewed.path + "reviews/"):
        assert "autofocus" not in page(guest, path)


def test_a_guest_and_a_person_each_have_one_vote_and_nobody_sees_who_voted(guest, signed_in, reviewed, buyer):
    for browser in (guest, signed_in, guest, signed_in):
        browser.post(vote_url(reviewed), headers=SAME_SITE)
    assert helpful(reviewed) == 2
    assert "votes" in guest.cookies and "votes" not in signed_in.cookies
    html = page(Client(), reviewed.path + "reviews/")
    assert "2 people found this helpful" in html and "Take it back" not in html and buyer.email not in html


def test_a_cookie_that_is_not_ours_is_nobodys(guest, reviewed):
    guest.cookies["votes"] = "made-up"
    assert "Thank you" not in page(guest, vote_url(reviewed))
    guest.post(vote_url(reviewed), headers=SAME_SITE)
    assert helpful(reviewed) == 1 and guest.cookies["votes"].value != "made-up"


@pytest.mark.parametrize(("headers", "lone"), [(SAME_SITE, False), (HTMX, True)])
def test_nobody_votes_for_their_own_words(signed_in, buyer, lamp, headers, lone):
    said = answer(say(lamp, buyer=str(buyer.reviewer))).review
    refused = signed_in.post(vote_url(lamp, said.review_id), headers=headers)
    assert refused.status_code == 409 and b"You wrote this review yourself." in refused.content
    assert (b"<html" not in refused.content) is lone and refused.has_header("X-Fragment") is lone
    assert helpful(lamp, said.review_id) == 0


def test_too_many_votes_from_one_address_are_told_to_wait(reviewed):
    answers = [Client().post(vote_url(reviewed), headers=HTMX) for _person in range(PER_CLIENT_AND_REVIEW["most"] + 1)]
    assert [one.status_code for one in answers] == [200] * PER_CLIENT_AND_REVIEW["most"] + [429]
    assert answers[-1]["Retry-After"] and b"Too many votes" in answers[-1].content


def test_while_redis_is_away_votes_count_all_the_same(guest, reviewed, monkeypatch):
    def away(*_args, **_kwargs):
        raise redis.Unavailable[0]

    monkeypatch.setattr("shopcloud.lib.throttle.within", away)
    guest.post(vote_url(reviewed), headers=SAME_SITE)
    assert helpful(reviewed) == 1


def test_a_vote_from_another_site_and_for_nothing_is_refused(reviewed):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert strict.post(vote_url(reviewed), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert strict.post(vote_url(reviewed, "nothing"), headers=SAME_SITE).status_code == 404
    assert helpful(reviewed) == 0


def test_the_page_speaks_german(guest, reviewed):
    html = page(guest, f"/de{reviewed.path}reviews/?stars=5")
    assert "Nur Bewertungen mit 5 Sternen" in html and "Hilfreich" in html and "Hilfreichste" in html
