"""Collections over REST: those that are shown now, each with its products."""

from typing import Any

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import curated
from catalog.api.serializers import ImageSerializer, ProductCardSerializer
from catalog.api.views import CURSOR, MARKET, cards_shown
from catalog.repository import BadCursor
from shopcloud.lib import clock
from shopcloud.lib.kept_reads import KeptReads
from shopcloud.lib.paging import page, page_schema
from shopcloud.lib.problems import Problem
from shopcloud.lib.sparse import FIELDS


class CollectionSerializer(serializers.Serializer[curated.Shown]):
    """In the language of the market; what has no translation is said in English."""

    slug = serializers.CharField()
    title = serializers.SerializerMethodField()
    intro = serializers.SerializerMethodField()
    image = ImageSerializer(allow_null=True)
    active_until = serializers.DateTimeField(allow_null=True)
    seo_title = serializers.SerializerMethodField(help_text="what search engines show; the title where it has none")
    seo_description = serializers.SerializerMethodField(help_text="the same; the introduction where it has none")

    def get_title(self, shown: curated.Shown) -> str:
        return shown.title_in(self._language)

    def get_intro(self, shown: curated.Shown) -> str:
        return shown.intro_in(self._language)

    def get_seo_title(self, shown: curated.Shown) -> str:
        return shown.seo_title_in(self._language)

    def get_seo_description(self, shown: curated.Shown) -> str:
        return shown.seo_description_in(self._language)

    @property
    def _language(self) -> str:
        return str(self.context["request"].market.language)


class CollectionsView(KeptReads, APIView):
    """The collections that are shown now, in the order of their page."""

    @extend_schema(operation_id="collections", parameters=[CURSOR, MARKET], responses=page_schema(CollectionSerializer))
    def get(self, request: Request) -> Response:
        try:
            found = curated.list_collections(now=clock.now(), cursor=request.query_params.get("cursor"))
        except BadCursor as error:
            raise Problem(400, "bad_cursor", str(error)) from None
        rows: Any = found.collections
        shown = CollectionSerializer(rows, many=True, context={"request": request}).data
        return Response(page(request, shown, next=found.next, previous=found.previous))


class CollectionView(KeptReads, APIView):
    """A collection with a page of its products. A former address sends on to the one there is now."""

    @extend_schema(
        operation_id="collection",
        parameters=[FIELDS, CURSOR, MARKET],
        responses={
            200: page_schema(ProductCardSerializer, name="CollectionProducts", collection=CollectionSerializer()),
            301: OpenApiResponse(None, description="it has another address now"),
        },
    )
    def get(self, request: Request, slug: str) -> Any:
        try:
            shown = curated.collection(slug, now=clock.now())
            found = curated.products_of(shown, cursor=request.query_params.get("cursor"))
        except curated.CollectionMoved as moved:
            return _sent_on(request, moved.slug)
        except curated.CollectionNotFound as error:
            raise Problem(404, "collection_not_found", str(error)) from None
        except BadCursor as error:
            raise Problem(400, "bad_cursor", str(error)) from None
        self.stale = found.stale
        cards = cards_shown(request, found.cards)
        told = CollectionSerializer(shown, context={"request": request}).data
        return Response({**page(request, cards, next=found.next, previous=found.previous), "collection": told})


def _sent_on(request: Request, slug: str) -> HttpResponsePermanentRedirect:
    query = request.query_params.urlencode()
    return HttpResponsePermanentRedirect(reverse("api-collection", args=[slug]) + (f"?{query}" if query else ""))
