"""The helpful vote of whoever asks. Nothing here is public: the reviews' page, which is, knows the count alone."""

from http import HTTPStatus
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog import votes
from catalog.reviews import OwnReview, ReviewNotFound
from catalog.views.voter import known_voter, new_guest, remember
from shopcloud.lib.market import MarketRequest
from shopcloud.lib.throttle import client_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_vote(request: MarketRequest, slug: str, product_id: str, review_id: str) -> HttpResponse:
    """GET tells whether you voted; POST votes, once however often it comes, and leads there."""
    voter = known_voter(request)
    if request.method != "POST":
        try:
            voted = votes.has_voted(product_id=product_id, review_id=review_id, voter=voter)
        except ReviewNotFound as error:
            raise Http404(str(error)) from None
        return _page(request, slug, product_id, review_id, voted=voted)
    voter = voter or new_guest()
    try:
        votes.vote_helpful(product_id=product_id, review_id=review_id, voter=voter, client=client_of(request))
    except ReviewNotFound as error:
        raise Http404(str(error)) from None
    except OwnReview:
        own = _("You wrote this review yourself.")
        return _page(request, slug, product_id, review_id, refusal=own, status=HTTPStatus.CONFLICT)
    except votes.TooManyVotes as refused:
        many = _("Too many votes in a short time. Try again later.")
        response = _page(request, slug, product_id, review_id, refusal=many, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(refused.wait)
        return response
    response = _answer(request, slug, product_id, review_id, voted=True)
    remember(response, voter)
    return response


@never_cache
@require_POST
def review_vote_withdrawal(request: MarketRequest, slug: str, product_id: str, review_id: str) -> HttpResponse:
    """Take the vote back; none is no error."""
    voter = known_voter(request)
    try:
        if voter:
            votes.withdraw_vote(product_id=product_id, review_id=review_id, voter=voter)
    except ReviewNotFound as error:
        raise Http404(str(error)) from None
    return _answer(request, slug, product_id, review_id, voted=False)


def _answer(request: MarketRequest, slug: str, product_id: str, review_id: str, *, voted: bool) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _page(request, slug, product_id, review_id, voted=voted)
    return redirect(_path(request, slug, product_id, review_id))


def _page(
    request: MarketRequest,
    slug: str,
    product_id: str,
    review_id: str,
    *,
    voted: bool = False,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """The button with what became of it: alone where it is swapped in, else with the way back."""
    is_fragment = bool(request.headers.get("HX-Request"))
    context = {
        "vote_url": _path(request, slug, product_id, review_id),
        "back": f"{request.market.path(f'/p/{slug}-{product_id}/reviews/')}#review-{quote(review_id, safe='')}",
        "review_id": review_id,
        "voted": voted,
        "refusal": refusal,
        # The pressed button is gone: htmx moves the focus to what stands there now, and a screen reader says it.
        "swapped": is_fragment,
    }
    response = render(request, "catalog/_vote.html" if is_fragment else "catalog/vote.html", context, status=status)
    if is_fragment:
        # Also what was refused is shown in its place.
        response["X-Fragment"] = "1"
    return response


def _path(request: MarketRequest, slug: str, product_id: str, review_id: str) -> str:
    return request.market.path(f"/p/{slug}-{product_id}/reviews/{quote(review_id, safe='')}/vote/")
