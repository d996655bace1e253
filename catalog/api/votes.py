"""Helpful votes over REST: one of each signed-in person for each review of somebody else."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.reviews import OwnReview, ReviewNotFound
from catalog.votes import TooManyVotes, Voter, vote_helpful, withdraw_vote
from shopcloud.lib.problems import Problem
from shopcloud.lib.throttle import client_of


class ReviewVoteView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="vote_for_review", request=None, responses={204: None})
    def put(self, request: Request, product_id: str, review_id: str) -> Response:
        """Say that a review helped you; it counts once, however often you say so."""
        try:
            vote_helpful(product_id=product_id, review_id=review_id, voter=_voter(request), client=client_of(request))
        except ReviewNotFound as error:
            raise Problem(404, "review_not_found", str(error)) from None
        except OwnReview:
            raise Problem(409, "own_review", _("You wrote this review yourself.")) from None
        except TooManyVotes as error:
            wait = {"Retry-After": str(error.wait)}
            text = _("Too many votes in a short time. Try again later.")
            raise Problem(429, "too_many_votes", text, headers=wait) from None
        return Response(status=204)

    @extend_schema(operation_id="withdraw_review_vote", responses={204: None})
    def delete(self, request: Request, product_id: str, review_id: str) -> Response:
        """Take your vote back; none is 204 too."""
        try:
            withdraw_vote(product_id=product_id, review_id=review_id, voter=_voter(request))
        except ReviewNotFound as error:
            raise Problem(404, "review_not_found", str(error)) from None
        return Response(status=204)


def _voter(request: Request) -> Voter:
    person: Any = request.user
    return Voter(person=str(person.reviewer))
