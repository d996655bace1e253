"""Products as mobile clients see them, in the prices of the request's market."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.domain import Category, Image, Product, ProductCard, Rating, Variant
from catalog.product_types import Fact, facts, option_facts
from media.delivery import file_url, image_url
from shopcloud.lib.api_fields import MoneySerializer
from shopcloud.lib.sparse import SparseFields, expansion


class ImageSerializer(serializers.Serializer[Image]):
    url = serializers.SerializerMethodField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField()

    @extend_schema_field(serializers.URLField())
    def get_url(self, image: Image) -> str:
        return str(self.context["request"].build_absolute_uri(image_url(image.key)))


class RatingSerializer(serializers.Serializer[Rating]):
    average = serializers.FloatField()
    count = serializers.IntegerField()


class _InMarket(serializers.Serializer[Any]):
    """Knows the currency of the request's market."""

    @property
    def currency(self) -> str:
        return str(self.context["request"].market.currency)


class DetailSerializer(serializers.Serializer[Fact]):
    """An attribute or an option as the page tells it: `label` and `text` are in the market's language."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField(help_text="as `attributes` or `options` have it, whatever the language")
    text = serializers.CharField()


class VariantSerializer(_InMarket):
    sku = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField(), help_text="as they are kept, whatever the language")
    details = serializers.SerializerMethodField(help_text="the options as the page tells them")
    price = serializers.SerializerMethodField()
    available = serializers.BooleanField(source="in_stock")

    @extend_schema_field(DetailSerializer(many=True))
    def get_details(self, variant: Variant) -> list[dict[str, str]]:
        return [asdict(fact) for fact in self.context["options"][variant.sku]]

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_price(self, variant: Variant) -> dict[str, Any] | None:
        price = variant.price(self.currency)
        return price.as_json() if price else None


class _ProductInMarket(SparseFields, _InMarket):
    """What cards and whole products share. `price` is the lowest of the variants."""

    product_id = serializers.CharField()
    slug = serializers.CharField()
    title = serializers.CharField()
    brand = serializers.CharField()
    category = serializers.CharField()
    kind = serializers.ChoiceField(choices=["physical", "digital"])
    price = serializers.SerializerMethodField()
    rating = RatingSerializer()

    def to_representation(self, instance: ProductCard | Product) -> Any:
        """In the language of the market; what has no translation is said in English."""
        return super().to_representation(instance.in_language(self.context["request"].market.language))

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_price(self, product: ProductCard | Product) -> dict[str, Any] | None:
        price = product.price_from(self.currency)
        return price.as_json() if price else None


class ProductCardSerializer(_ProductInMarket):
    """A product as lists show it."""

    available = serializers.BooleanField(source="in_stock")
    image = ImageSerializer(allow_null=True)


class CategorySerializer(serializers.Serializer[Category]):
    """In the language of the market; what has no translation is said in English."""

    path = serializers.CharField()
    name = serializers.SerializerMethodField()
    parent = serializers.CharField()  # type: ignore[assignment]
    description = serializers.SerializerMethodField()
    seo_title = serializers.SerializerMethodField(help_text="what search engines show; the name where it has none")
    seo_description = serializers.SerializerMethodField(help_text="the same; the description where it has none")

    def get_name(self, category: Category) -> str:
        return category.name_in(self._language)

    def get_description(self, category: Category) -> str:
        return category.description_in(self._language)

    def get_seo_title(self, category: Category) -> str:
        return category.seo_title_in(self._language)

    def get_seo_description(self, category: Category) -> str:
        return category.seo_description_in(self._language)

    @property
    def _language(self) -> str:
        return str(self.context["request"].market.language)


class ReviewSerializer(serializers.Serializer[Any]):
    review_id = serializers.CharField()
    author = serializers.CharField()
    rating = serializers.IntegerField()
    title = serializers.CharField()
    body = serializers.CharField()
    verified = serializers.BooleanField()
    reply = serializers.CharField(help_text="the shop's public answer; empty without one")
    helpful = serializers.IntegerField(help_text="how many people found it so")
    created_at = serializers.DateTimeField()


class ProductSerializer(_ProductInMarket):
    """A product whole. `price` is the lowest of its variants."""

    description = serializers.CharField()
    attributes = serializers.DictField(child=serializers.CharField())
    details = serializers.SerializerMethodField()
    variants = serializers.SerializerMethodField()
    images = ImageSerializer(many=True)
    model = serializers.SerializerMethodField()
    breadcrumbs = expansion(CategorySerializer(many=True))
    reviews = expansion(ReviewSerializer(many=True))

    @extend_schema_field(DetailSerializer(many=True))
    def get_details(self, product: Product) -> Any:
        told: Any = facts(product, self.context["request"].market.language)
        return DetailSerializer(told, many=True).data

    @extend_schema_field(VariantSerializer(many=True))
    def get_variants(self, product: Product) -> Any:
        told = option_facts(product, self.context["request"].market.language)
        return VariantSerializer(product.variants, many=True, context={**self.context, "options": told}).data

    @extend_schema_field(serializers.URLField(allow_null=True, help_text="a GLB"))
    def get_model(self, product: Product) -> str | None:
        if product.model is None:
            return None
        return str(self.context["request"].build_absolute_uri(file_url(product.model.key)))


class FacetValueSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class AttributeFacetSerializer(serializers.Serializer[Any]):
    """`name` and a `value` of `values` make `attribute=name:value`; the labels are in the market's language."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    values = FacetValueSerializer(many=True)


class FacetsSerializer(serializers.Serializer[Any]):
    categories = FacetValueSerializer(many=True)
    brands = FacetValueSerializer(many=True)
    prices = FacetValueSerializer(many=True)
    ratings = FacetValueSerializer(many=True)
    in_stock = FacetValueSerializer(many=True)
    attributes = AttributeFacetSerializer(many=True)


class SuggestionSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    path = serializers.CharField()
    kind = serializers.CharField()
