"""The catalog over REST: read only, the same for everyone, in the prices of `?market=`."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import queries
from catalog.api.serializers import (
    CategorySerializer,
    FacetsSerializer,
    ProductCardSerializer,
    ProductSerializer,
    ReviewSerializer,
    SuggestionSerializer,
)
from catalog.category_edits import MAX_CATEGORIES
from catalog.domain import Product
from catalog.repository import BadCursor
from catalog.reviews import ReviewSort, UnknownOrder, order_of
from catalog.search.index import MAX_DEPTH, SearchRequest, SearchResult
from catalog.search.memo import Memo
from catalog.search.words import clean
from shopcloud.lib.kept_reads import KeptReads
from shopcloud.lib.market import market_of
from shopcloud.lib.paging import page, page_schema, single_page
from shopcloud.lib.problems import Problem
from shopcloud.lib.sparse import FIELDS, Loader, chosen_expansions, chosen_fields, expand

MARKET = OpenApiParameter(
    "market",
    OpenApiTypes.STR,
    enum=["us", "uk", "de", "fr"],
    default="us",
    description="whose prices and language are shown; what has no translation is said in English",
)
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="opaque; take it from `next` or `previous`")
MAX_SUGGESTIONS = 8
# Some 50 KB each, in every process.
SEARCHES_KEPT = 128
_shown = Memo(SEARCHES_KEPT)


class ProductsQuery(serializers.Serializer[Any]):
    category = serializers.CharField(max_length=200)
    cursor = serializers.CharField(max_length=1000, required=False)


class ProductsView(KeptReads, APIView):
    """A category's products, in the order of its page."""

    @extend_schema(
        operation_id="products",
        parameters=[OpenApiParameter("category", OpenApiTypes.STR, required=True), FIELDS, CURSOR, MARKET],
        responses=page_schema(ProductCardSerializer),
    )
    def get(self, request: Request) -> Response:
        query = ProductsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        path = queries.category_here_now(query.validated_data["category"])
        try:
            queries.category(path)
            found = queries.category_page(path, cursor=query.validated_data.get("cursor"))
        except queries.CategoryNotFound as error:
            raise Problem(404, "category_not_found", str(error)) from None
        except BadCursor as error:
            raise Problem(400, "bad_cursor", str(error)) from None
        self.stale = found.stale
        return Response(page(request, cards_shown(request, found.cards), next=found.next, previous=found.previous))


class ProductView(KeptReads, APIView):
    """One product, whole."""

    @extend_schema(
        operation_id="product",
        parameters=[FIELDS, expand("breadcrumbs", "reviews"), MARKET],
        responses=ProductSerializer,
    )
    def get(self, request: Request, product_id: str) -> Response:
        fields = chosen_fields(request, ProductSerializer)
        expanded = chosen_expansions(request, self._comes_along(request))
        context = {"request": request, "fields": fields, "expanded": expanded}
        product = _product(product_id)
        self.stale = product.stale
        return Response(ProductSerializer(product, context=context).data)

    def _comes_along(self, request: Request) -> dict[str, Loader]:
        """What `?expand=` brings along: the categories from the top to the product's own, its newest reviews."""

        def breadcrumbs(product: Product) -> Any:
            trail: Any = queries.breadcrumbs(product.category)
            return CategorySerializer(trail, many=True, context={"request": request}).data

        def reviews(product: Product) -> Any:
            found = queries.reviews_of(product.product_id)
            self.stale = self.stale or found.stale
            return ReviewSerializer(found.reviews, many=True).data

        return {"breadcrumbs": breadcrumbs, "reviews": reviews}


class ReviewsView(KeptReads, APIView):
    """A product's reviews."""

    @extend_schema(
        operation_id="reviews",
        parameters=[
            OpenApiParameter("sort", OpenApiTypes.STR, enum=list(ReviewSort), default="newest"),
            OpenApiParameter("stars", OpenApiTypes.INT, enum=[1, 2, 3, 4, 5], description="only these; all without it"),
            CURSOR,
        ],
        responses=page_schema(ReviewSerializer),
    )
    def get(self, request: Request, product_id: str) -> Response:
        """What buyers say of a product, a page at a time."""
        product = _product(product_id)
        try:
            order = order_of(request.query_params)
            found = queries.reviews_of(product_id, cursor=request.query_params.get("cursor"), order=order)
        except UnknownOrder as error:
            raise Problem(400, "invalid", str(error)) from None
        except BadCursor as error:
            raise Problem(400, "bad_cursor", str(error)) from None
        self.stale = product.stale or found.stale
        return Response(page(request, ReviewSerializer(found.reviews, many=True).data, next=found.next))


class CategoriesView(KeptReads, APIView):
    """The whole category tree, parents before children."""

    @extend_schema(
        operation_id="categories", parameters=[MARKET], responses=page_schema(CategorySerializer, most=MAX_CATEGORIES)
    )
    def get(self, request: Request) -> Response:
        found: Any = queries.known_tree()
        tree = CategorySerializer(found, many=True, context={"request": request})
        return Response(single_page(tree.data))


class AttributeField(serializers.CharField):
    """`material:Oak`."""

    def to_internal_value(self, data: Any) -> Any:
        name, colon, value = (part.strip() for part in super().to_internal_value(data).partition(":"))
        if not (name and colon and value):
            raise serializers.ValidationError(_("Write an attribute and one of its values, such as material:Oak."))
        return name, value


class SearchQuery(serializers.Serializer[Any]):
    """The query of a search; prices in minor units of the market's currency."""

    q = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    category = serializers.CharField(max_length=200, required=False, default="")
    brand = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=50, required=False, default=list
    )
    attribute = serializers.ListField(
        child=AttributeField(max_length=200),
        max_length=50,
        required=False,
        default=list,
        help_text="`material:Oak`, a name and a value of `facets.attributes`; may be repeated: products have one of the"
        " values given for each name",
    )
    min_price = serializers.IntegerField(min_value=0, max_value=10**10, required=False)
    max_price = serializers.IntegerField(min_value=0, max_value=10**10, required=False)
    rating = serializers.IntegerField(min_value=1, max_value=5, required=False)
    in_stock = serializers.BooleanField(required=False, default=False)
    sort = serializers.ChoiceField(
        choices=["relevance", "price", "-price", "rating", "newest"], required=False, default="relevance"
    )
    page = serializers.IntegerField(min_value=1, max_value=MAX_DEPTH, required=False, default=1)


class SearchView(KeptReads, APIView):
    """Full-text search with facets."""

    kept_seconds = 0

    @extend_schema(
        operation_id="search",
        parameters=[SearchQuery, FIELDS, MARKET],
        responses=page_schema(
            ProductCardSerializer,
            name="SearchPage",
            total=serializers.IntegerField(),
            facets=FacetsSerializer(),
            corrected=serializers.CharField(allow_blank=True),
            alternatives=serializers.ListField(child=serializers.CharField()),
        ),
    )
    def get(self, request: Request) -> Response:
        query = SearchQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        asked = SearchRequest(
            text=wanted["q"],
            category=queries.category_here_now(wanted["category"]),
            # As they are told among the facets, whose `selected` says which ones were asked for.
            brands=tuple(map(clean, wanted["brand"])),
            min_price=wanted.get("min_price"),
            max_price=wanted.get("max_price"),
            currency=market_of(request).currency,
            rating=wanted.get("rating"),
            in_stock=wanted["in_stock"],
            sort=wanted["sort"],
            page=wanted["page"],
            attributes=_by_name(wanted["attribute"]),
        )
        # Before the search: what changes meanwhile is of the next one.
        moment = queries.search_moment()
        found = queries.search(asked)
        request._request.searched = queries.searched(asked, found, market=market_of(request).code)  # type: ignore[attr-defined]
        asked_so = (request.build_absolute_uri(), get_language())
        return Response(_shown.recall(moment, asked_so, lambda: _found(request, found)))


def _found(request: Request, found: SearchResult) -> dict[str, Any]:
    before = min(found.page - 1, found.pages)
    return {
        "results": cards_shown(request, found.hits),
        "next": _page_url(request, found.page + 1) if found.page < found.pages else None,
        "previous": _page_url(request, before) if before else None,
        "total": found.total,
        "facets": FacetsSerializer(found.facets).data,
        "corrected": found.corrected,
        "alternatives": found.alternatives,
    }


class SuggestView(KeptReads, APIView):
    """What a search box offers while typing."""

    @extend_schema(
        operation_id="suggest",
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, required=True), MARKET],
        responses=page_schema(SuggestionSerializer, most=MAX_SUGGESTIONS),
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "")[:200]
        return Response(single_page(SuggestionSerializer(queries.suggest(text, limit=MAX_SUGGESTIONS), many=True).data))


def cards_shown(request: Request, cards: Any) -> Any:
    """Products as lists show them, with the members that `?fields=` names."""
    context = {"request": request, "fields": chosen_fields(request, ProductCardSerializer)}
    return ProductCardSerializer(cards, many=True, context=context).data


def _product(product_id: str) -> Product:
    """The product if shoppers may see it."""
    try:
        product = queries.product(product_id)
    except queries.ProductNotFound as error:
        raise Problem(404, "product_not_found", str(error)) from None
    if not product.is_active:
        raise Problem(404, "product_not_found", _("This product is not sold any more."))
    return product


def _by_name(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, dict[str, None]] = {}
    for name, value in pairs:
        found.setdefault(name, {})[value] = None
    return tuple((name, tuple(values)) for name, values in found.items())


def _page_url(request: Request, number: int) -> str:
    query = request.query_params.copy()
    query["page"] = str(number)
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
