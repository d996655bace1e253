"""Reviews over REST: written, changed and taken back by signed-in people who bought the product."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import queries as catalog
from catalog.services import (
    MAX_AUTHOR,
    MAX_BODY,
    MAX_TITLE,
    ReviewMoved,
    ReviewStatus,
    SpokenReview,
    withdraw_review,
)
from orders.api.returns import KEY
from orders.reviewing import NotABuyer, order_to_review
from orders.services.review_product import TooManyReviews, review_product
from shopcloud.lib import clock, residency
from shopcloud.lib.idempotency import Note
from shopcloud.lib.idempotency_api import answer_once
from shopcloud.lib.problems import Problem


class ReviewRequest(serializers.Serializer[Any]):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    title = serializers.CharField(max_length=MAX_TITLE, required=False, default="", allow_blank=True)
    body = serializers.CharField(max_length=MAX_BODY)
    author = serializers.CharField(max_length=MAX_AUTHOR, help_text="the name that is shown")


class OwnReviewSerializer(serializers.Serializer[SpokenReview]):
    review_id = serializers.CharField(source="review.review_id")
    product_id = serializers.CharField(source="review.product_id")
    status = serializers.ChoiceField(choices=list(ReviewStatus), help_text="only published ones are shown and count")
    reason = serializers.CharField(help_text="why it was rejected")
    rating = serializers.IntegerField(source="review.rating")
    title = serializers.CharField(source="review.title")
    body = serializers.CharField(source="review.body")
    author = serializers.CharField(source="review.author")
    created_at = serializers.DateTimeField(source="review.created_at")


class WriteReviews(APIView):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(
        operation_id="write_review", parameters=[KEY], request=ReviewRequest, responses={201: OwnReviewSerializer}
    )
    def post(self, request: Request, product_id: str) -> HttpResponse:
        """Review what you bought. Staff read it before it is shown."""
        words = _words(request)
        return answer_once(
            request,
            scope="reviews",
            effect=lambda note: _begun(request, product_id, note),
            then=lambda _product_id: (201, _shown(_said_or_written(request, product_id, words))),
        )


class OwnReviewView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="own_review", responses=OwnReviewSerializer)
    def get(self, request: Request, product_id: str, review_id: str) -> Response:
        """What you said of a product, and how it stands."""
        return Response(OwnReviewSerializer(_own(request, product_id, review_id)).data)

    @extend_schema(operation_id="change_review", request=ReviewRequest, responses=OwnReviewSerializer)
    def put(self, request: Request, product_id: str, review_id: str) -> Response:
        """Say something else instead. It leaves the page until staff have read it."""
        _own(request, product_id, review_id)
        return Response(_shown(_written(request, product_id, _words(request))))

    @extend_schema(operation_id="withdraw_review", responses={204: None})
    def delete(self, request: Request, product_id: str, review_id: str) -> Response:
        """Take back what you said."""
        _own(request, product_id, review_id)
        with _refusing():
            withdraw_review(product_id=product_id, buyer=str(_buyer(request).reviewer))
        return Response(status=204)


def _buyer(request: Request) -> Any:
    return request.user


def _said(request: Request, product_id: str) -> SpokenReview | None:
    said = catalog.spoken_review(product_id, buyer=str(_buyer(request).reviewer))
    return None if said is None or said.status is ReviewStatus.WITHDRAWN else said


def _own(request: Request, product_id: str, review_id: str) -> SpokenReview:
    said = _said(request, product_id)
    if said is None or said.review.review_id != review_id:
        raise Problem(404, "review_not_found", _("You have no such review."))
    return said


def _words(request: Request) -> dict[str, Any]:
    wanted = ReviewRequest(data=request.data)
    wanted.is_valid(raise_exception=True)
    return dict(wanted.validated_data)


def _begun(request: Request, product_id: str, note: Note) -> str:
    """Note that the review is to be written: its store is not that of the note, and may answer too late."""
    said = _said(request, product_id)
    if said:
        raise _already(said)
    with residency.atomic():
        note(product_id)
    return product_id


def _said_or_written(request: Request, product_id: str, words: dict[str, Any]) -> SpokenReview:
    """What was written before its answer was lost, or else is now."""
    said = _said(request, product_id)
    if said is None:
        return _written(request, product_id, words)
    if any(getattr(said.review, name) != word for name, word in words.items()):
        raise _already(said)
    return said


def _already(said: SpokenReview) -> Problem:
    text = _("You reviewed this already. Change that review.")
    return Problem(409, "already_reviewed", text, review_id=said.review.review_id)


def _written(request: Request, product_id: str, words: dict[str, Any]) -> SpokenReview:
    with _refusing():
        order = order_to_review(user_id=_buyer(request).pk, product_id=product_id)
        return review_product(order=order, product_id=product_id, now=clock.now(), **words)


def _shown(said: SpokenReview) -> Any:
    return OwnReviewSerializer(said).data


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except NotABuyer as error:
        raise Problem(403, "not_a_buyer", str(error)) from None
    except catalog.ProductNotFound as error:
        raise Problem(404, "product_not_found", str(error)) from None
    except ReviewMoved as error:
        raise Problem(409, "review_moved", str(error)) from None
    except TooManyReviews as error:
        raise Problem(429, "too_many_reviews", str(error), headers={"Retry-After": str(error.wait)}) from None
