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
from orders.models import Order, OrderLine
from orders.review_form import ReviewForm, words_of
from orders.reviewing import NothingToReview, line_to_review, reviewer_of
from orders.services.review_product import TooManyReviews, review_product, withdraw_product_review
from orders.views.order import order_or_404
from shopcloud.lib import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order_review(request: HttpRequest, number: str, product_id: str) -> HttpResponse:
    """GET shows the form with what was said before, and how it stands; POST sends it to be read, and leads back."""
    found = order_or_404(request, number)
    line = _line_or_404(found, product_id)
    if request.method != "POST":
        return _page(request, found, line)
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
    return _page(request, found, line, form, status)


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
    line: OrderLine,
    form: ReviewForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    said = catalog.spoken_review(line.product_id, buyer=reviewer_of(order))
    if said and said.status is ReviewStatus.WITHDRAWN:
        said = None
    form = form or ReviewForm(initial=words_of(said, name=order.shipping_address.get("name", "")))
    context = {"order": order, "line": line, "form": form, "said": said}
    response = render(request, "orders/review.html", context, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(TooManyReviews.wait)
    return response


def _line_or_404(order: Order, product_id: str) -> OrderLine:
    try:
        return line_to_review(order, product_id)
    except NothingToReview as error:
        raise Http404(str(error)) from None


def _words(refusal: Exception) -> str:
    if isinstance(refusal, ReviewMoved):
        return _("Your review was read or changed at this moment. Look at it once more and send it again.")
    return str(refusal)
