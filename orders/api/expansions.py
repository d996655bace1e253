"""What `?expand=` brings along with orders: their documents, and what of the goods is still on sale."""

from collections import defaultdict
from functools import cache
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from catalog import queries as catalog
from catalog.domain import ProductCard
from orders import queries
from orders.models import Invoice, Order
from shopcloud.lib.api_fields import MoneySerializer
from shopcloud.lib.market import market_of
from shopcloud.lib.sparse import Loader


class DocumentSerializer(serializers.Serializer[Invoice]):
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Invoice.Kind.choices)
    issued_at = serializers.DateTimeField()
    total = serializers.SerializerMethodField()
    tax = serializers.SerializerMethodField(help_text="the part of `total` that is tax")
    url = serializers.SerializerMethodField(help_text="the PDF")

    @extend_schema_field(MoneySerializer)
    def get_total(self, found: Invoice) -> dict[str, Any]:
        return found.order.money(found.total).as_json()

    @extend_schema_field(MoneySerializer)
    def get_tax(self, found: Invoice) -> dict[str, Any]:
        return found.order.money(found.tax).as_json()

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, found: Invoice) -> str:
        path = ("api-order-document", [found.order.number, found.number])
        return str(reverse(path[0], args=path[1], request=self.context["request"]))


class OrderedProductSerializer(serializers.Serializer[ProductCard]):
    """A product of the order as it is sold today."""

    product_id = serializers.CharField()
    title = serializers.SerializerMethodField()
    path = serializers.CharField(help_text="the product's page")
    price = serializers.SerializerMethodField(help_text="the lowest of its variants")
    available = serializers.BooleanField(source="in_stock")

    def get_title(self, card: ProductCard) -> str:
        return card.title_in(market_of(self.context["request"]).language)

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_price(self, card: ProductCard) -> dict[str, Any] | None:
        price = card.price_from(market_of(self.context["request"]).currency)
        return price.as_json() if price else None


def loaders(request: Request, orders: list[Order]) -> dict[str, Loader]:
    """By name. Each asks its store once for all of the orders, and only when it is used."""
    context = {"request": request}

    @cache
    def documents() -> dict[int, list[Invoice]]:
        found: dict[int, list[Invoice]] = defaultdict(list)
        for document in queries.documents_of_all(orders):
            found[document.order_id].append(document)
        return found

    @cache
    def cards() -> dict[str, ProductCard]:
        wanted = dict.fromkeys(line.product_id for order in orders for line in order.lines.all())
        return {card.product_id: card for card in catalog.cards_by_id(wanted)}

    def documents_of(order: Order) -> Any:
        rows: Any = documents()[order.pk]
        return DocumentSerializer(rows, many=True, context=context).data

    def products_of(order: Order) -> Any:
        ordered = dict.fromkeys(line.product_id for line in order.lines.all())
        found: Any = [cards()[product_id] for product_id in ordered if product_id in cards()]
        return OrderedProductSerializer(found, many=True, context=context).data

    return {"documents": documents_of, "products": products_of}
