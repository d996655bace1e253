"""What staff choose to show: collections of products, and the products that the home page begins with."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from catalog.domain import CATEGORY_TEXTS, MAX_PRICE

CURRENCIES = ("USD", "GBP", "EUR")
_IN_ORDER = Q(active_from=None) | Q(active_until=None) | Q(active_until__gt=F("active_from"))


class Dated(models.Model):
    """Shown from the one time until the other; without them always."""

    active_from = models.DateTimeField(null=True, blank=True, verbose_name="from")
    active_until = models.DateTimeField(null=True, blank=True, verbose_name="until")

    class Meta:
        abstract = True

    def clean(self) -> None:
        if self.active_from and self.active_until and self.active_until <= self.active_from:
            raise ValidationError({"active_until": "This has to be later than the beginning."})


def _seo_title(language: str) -> "models.CharField[str, str]":
    return models.CharField(
        max_length=CATEGORY_TEXTS["seo_title"],
        blank=True,
        default="",
        db_default="",
        verbose_name=f"title for search engines ({language})",
        help_text="Without one, the title is shown.",
    )


def _seo_description(language: str) -> "models.CharField[str, str]":
    return models.CharField(
        max_length=CATEGORY_TEXTS["seo_description"],
        blank=True,
        default="",
        db_default="",
        verbose_name=f"description for search engines ({language})",
        help_text="Without one, the introduction is shown.",
    )


class Collection(Dated):
    """A page of products that belong together: chosen one by one, or found by a rule.

    Prices are minor units of `currency`, inclusive. `picture` is the storage key of the largest rendition.
    """

    class Kind(models.TextChoices):
        MANUAL = "manual", "Products chosen one by one"
        RULE = "rule", "Products found by a rule"

    class Sort(models.TextChoices):
        NEWEST = "newest", "Newest first"
        RATING = "rating", "Best rated first"
        PRICE = "price", "Lowest price first"
        RELEVANCE = "relevance", "Best match first"

    slug = models.SlugField(
        max_length=80, unique=True, help_text="The address, /collections/…/. An earlier one sends on to this one."
    )
    title = models.CharField(max_length=120, verbose_name="title (English)")
    title_de = models.CharField(max_length=120, blank=True, verbose_name="title (German)")
    title_fr = models.CharField(max_length=120, blank=True, verbose_name="title (French)")
    intro = models.TextField(max_length=2_000, blank=True, verbose_name="introduction (English)")
    intro_de = models.TextField(max_length=2_000, blank=True, verbose_name="introduction (German)")
    intro_fr = models.TextField(max_length=2_000, blank=True, verbose_name="introduction (French)")
    seo_title = _seo_title("English")
    seo_title_de = _seo_title("German")
    seo_title_fr = _seo_title("French")
    seo_description = _seo_description("English")
    seo_description_de = _seo_description("German")
    seo_description_fr = _seo_description("French")
    picture = models.CharField(max_length=200, blank=True, editable=False)
    picture_width = models.PositiveIntegerField(default=0, editable=False)
    picture_height = models.PositiveIntegerField(default=0, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MANUAL)
    category = models.CharField(max_length=200, blank=True)
    brand = models.CharField(max_length=120, blank=True)
    text = models.CharField(max_length=100, blank=True, verbose_name="words", help_text="As a shopper would search.")
    attributes = models.TextField(
        blank=True,
        default="",
        db_default="",
        max_length=1_000,
        help_text="What shoppers choose by, one a line: “material: Oak”. Two values of one attribute find either.",
    )
    currency = models.CharField(max_length=3, choices=[(c, c) for c in CURRENCIES], default=CURRENCIES[0])
    min_price = models.PositiveBigIntegerField(null=True, blank=True)
    max_price = models.PositiveBigIntegerField(null=True, blank=True)
    in_stock = models.BooleanField(default=False, verbose_name="only what is in stock")
    sort = models.CharField(max_length=10, choices=Sort.choices, default=Sort.NEWEST, verbose_name="order")
    show_on_home = models.BooleanField(default=False, verbose_name="on the home page")
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")

    class Meta:
        ordering = ("position", "title", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=_IN_ORDER, name="collection_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(min_price=None) | Q(max_price=None) | Q(max_price__gte=F("min_price")),
                name="collection_prices_in_order",
            ),
            models.CheckConstraint(
                condition=(Q(min_price=None) | Q(min_price__lte=MAX_PRICE))
                & (Q(max_price=None) | Q(max_price__lte=MAX_PRICE)),
                name="collection_prices_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CollectionItem(models.Model):
    """One product of a collection that is chosen by hand."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    product_id = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("collection", "product_id"), name="collection_item_once")
        ]

    def __str__(self) -> str:
        return self.product_id


class FormerSlug(models.Model):
    """An address that a collection had before."""

    slug = models.SlugField(max_length=80, primary_key=True)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="former_slugs")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.slug


class FeaturedProduct(Dated):
    """A product that the home page shows first."""

    product_id = models.CharField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(0)], help_text="Lower comes first."
    )

    class Meta:
        verbose_name = "featured product"
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=_IN_ORDER, name="featured_product_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.product_id
