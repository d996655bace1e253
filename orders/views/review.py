"""Reviews of what was bought: the form behind the order's page, for its owner or a guest who holds its token."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog import queries as catalog
from catalog.services import ReviewMoved, ReviewStatus
from orders.models import Order
from orders.review_form import ReviewForm, words_of
from orders.reviewing import NothingToReview, line_to_review, reviewable, reviewer_of, sent
from orders.services.review_product import TooManyReviews, review_product, withdraw_product_review
from orders.views.order import order_or_404
from shopcloud.lib import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order_review(request: HttpRequest, number: str, product_id: str) -> HttpResponse:
    """GET shows what was said, how it stands and, while there is something to review, the form; POST sends that."""
    found = order_or_404(request, number)
    if request.method != "POST":
        return _page(request, found, product_id)
    _demand_line(found, product_id)
    form = ReviewForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            review_product(order=found, product_id=product_id, now=clock.now(), **form.cleaned_data)
        except catalog.ProductNotFound as error:
            raise Http404(str(error)) from None
        except (TooManyReviews, ReviewMoved) as refusal:
            form.add_error(None, _words(refusal))
            status = HTTPStatus.TOO_MANY_REQUESTS if isinstance(refusal, TooManyReviews) else HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Thank you. We read your review and publish it then."))
            return redirect(found)
    return _page(request, found, product_id, form, status)


@never_cache
@require_POST
def order_review_withdrawal(request: HttpRequest, number: str, product_id: str) -> HttpResponse:
    """The buyer takes back what they said."""
    found = order_or_404(request, number)
    try:
        withdraw_product_review(order=found, product_id=product_id)
    except NothingToReview as error:
        raise Http404(str(error)) from None
    except ReviewMoved as refusal:
        messages.error(request, _words(refusal))
    else:
        messages.success(request, _("Your review was withdrawn."))
    return redirect(found)


def _page(
    request: HttpRequest,
    order: Order,
    product_id: str,
    form: ReviewForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    said = catalog.spoken_review(product_id, buyer=reviewer_of(order))
    if said and said.status is ReviewStatus.WITHDRAWN:
        said = None
    offered = [line for line in reviewable(order) if line.product_id == product_id]
    # What was given back has no form any more, but what was said of it is still the buyer's to withdraw.
    over = [line for line in sent(order) if said and line.product_id == product_id]
    if not offered and not over:
        raise Http404(product_id)
    line = [*offered, *over][0]
    if offered and form is None:
        form = ReviewForm(initial=words_of(said, name=order.shipping_address.get("name", "")))
    context = {"order": order, "line": line, "form": form, "said": said}
    response = render(request, "orders/review.html", context, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(TooManyReviews.wait)
    return response


def _demand_line(order: Order, product_id: str) -> None:
    try:
        line_to_review(order, product_id)
    except NothingToReview as error:
        raise Http404(str(error)) from None


def _words(refusal: Exception) -> str:
    if isinstance(refusal, ReviewMoved):
        return _("Your review was read or changed at this moment. Look at it once more and send it again.")
    return str(refusal)
