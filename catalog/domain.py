"""Products as the shop thinks of them: frozen, validated, ignorant of every store."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from shopcloud.lib.money import Money

MAX_VARIANTS = 100
MAX_PRICE = 10_000_000_00
MAX_RANK = 999_999_999
# A collection is a choice: what is more than these pages is a search.
MAX_COLLECTION_PAGES = 10
# The languages that texts are translated into, and the most characters each text may have.
LANGUAGES = ("de", "fr")
TEXT_LIMITS = {"title": 200, "description": 20_000, "seo_title": 120, "seo_description": 320}
# The most characters of what is never translated; of attributes and options, of each name and each value. They bind
# what is written: what is stored from earlier can always be read.
LIMITS = {"brand": 120, "barcode": 64, "alt": 200, "attribute": 10_000}
# The texts of a category's page beside its name.
CATEGORY_TEXTS = {"description": 2_000, "seo_title": 120, "seo_description": 320}
DEEPEST = 3
PRODUCT_ID = re.compile(r"[a-z0-9]{1,40}")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PRODUCT_TYPE = re.compile(r"[A-Za-z0-9_-]{0,40}")
SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
CATEGORY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*){0,2}")


class Kind(StrEnum):
    PHYSICAL = "physical"
    DIGITAL = "digital"


class TaxClass(StrEnum):
    """What tax law calls the goods; which rate that means where is `orders.pricing.tax`'s business."""

    STANDARD = "standard"
    BOOKS = "books"
    EBOOKS = "ebooks"
    FOOD = "food"
    CHILDRENS_CLOTHING = "childrens_clothing"
    MEDICAL = "medical"
    EVENTS = "events"


class Status(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class Freshness(StrEnum):
    """How fresh a read must be: CACHED may be seconds old, STRONG is what DynamoDB holds now.

    SHARED is CACHED without what one process alone remembers: what is kept in its turn must be no older than the copies
    were when the news of a change went round.
    """

    CACHED = "cached"
    SHARED = "shared"
    STRONG = "strong"


class InvalidProduct(ValueError):
    """A product breaks a rule; `errors` maps each field to what is wrong with it."""

    def __init__(self, errors: Mapping[str, str]):
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in self.errors.items()))


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its storage key (`media.delivery.image_url` makes the URL), in pixels."""

    key: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Model3D:
    """A GLB by its storage key; `size` in bytes."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Rating:
    """`average` of 1..5 stars over `count` published reviews; 0.0 while there are none."""

    average: float = 0.0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Variant:
    """What is bought: one SKU. `prices`: currency -> minor units; `image`: index into the product's images."""

    sku: str
    options: Mapping[str, str]
    prices: Mapping[str, int]
    weight_grams: int = 0
    barcode: str = ""
    image: int | None = None
    in_stock: bool = True

    def price(self, currency: str) -> Money | None:
        """None where the variant is not sold in `currency`."""
        amount = self.prices.get(currency)
        return None if amount is None else Money(amount, currency)

    @property
    def label(self) -> str:
        return " / ".join(self.options.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`category` is the path of a leaf, `a/b/c`; `rank` orders a category page, lowest first; `version` counts writes.

    `rating` and each variant's `in_stock` are derived: they are kept by atomic updates, and a save speaks only of the
    SKUs that it brings (`unstocked`). Digital goods never run out.
    `featured` products stand on the home page. `download` is the storage key of a digital product's file.
    `seo_title` and `seo_description` are what search engines show; empty, the title and the description are shown.
    `translations`: language -> text by its field (one of TEXT_LIMITS); what is not there is said in English.
    `product_type` is the code of the type whose attributes it has, "" for none.
    """

    product_id: str
    slug: str
    title: str
    category: str
    variants: tuple[Variant, ...]
    created_at: datetime
    updated_at: datetime
    brand: str = ""
    description: str = ""
    kind: Kind = Kind.PHYSICAL
    status: Status = Status.DRAFT
    images: tuple[Image, ...] = ()
    model: Model3D | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    rating: Rating = Rating()
    rank: int = 0
    featured: bool = False
    download: str = ""
    tax_class: TaxClass = TaxClass.STANDARD
    seo_title: str = ""
    seo_description: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    product_type: str = ""
    version: int = 0
    # True when this copy is a last-known one, served while DynamoDB does not answer.
    stale: bool = False

    def __post_init__(self) -> None:
        errors = dict(_broken_rules(self))
        if errors:
            raise InvalidProduct(errors)

    def variant(self, sku: str) -> Variant | None:
        return next((v for v in self.variants if v.sku == sku), None)

    def price_from(self, currency: str) -> Money | None:
        """The lowest price over the variants; None where none is sold in `currency`."""
        amounts = [v.prices[currency] for v in self.variants if currency in v.prices]
        return Money(min(amounts), currency) if amounts else None

    def has_price_range(self, currency: str) -> bool:
        return len({v.prices[currency] for v in self.variants if currency in v.prices}) > 1

    @property
    def in_stock(self) -> bool:
        return any(v.in_stock for v in self.variants)

    @property
    def is_active(self) -> bool:
        return self.status is Status.ACTIVE

    def in_language(self, language: str) -> "Product":
        """A copy to show, with the texts of `language` (`de`, `en-gb`) where there are any. Never save it."""
        said = self.translations.get(language.partition("-")[0])
        if not said:
            return self
        texts = dict(said)
        # An English text for search engines must not hide the translated one that it stands for.
        for seo, own in (("seo_title", "title"), ("seo_description", "description")):
            if own in said:
                texts.setdefault(seo, "")
        # What a picture shows is told in English alone; elsewhere the title says it.
        pictures = tuple(replace(i, alt=said["title"]) for i in self.images) if "title" in said else self.images
        return replace(self, images=pictures, **texts)  # type: ignore[arg-type]

    @property
    def path(self) -> str:
        """The page's path before the market's prefix."""
        return f"/p/{self.slug}-{self.product_id}/"


_PICTURES = ("image", "second_image")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    """What a category page shows of a product: the projection of the category index. `titles`: by language."""

    product_id: str
    slug: str
    title: str
    brand: str
    category: str
    kind: Kind
    status: Status
    prices: Mapping[str, int]
    price_range: bool
    image: Image | None
    second_image: Image | None
    rating: Rating
    in_stock: bool
    rank: int
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_in(self, language: str) -> str:
        return self.titles.get(language.partition("-")[0]) or self.title

    def in_language(self, language: str) -> "ProductCard":
        """With the title of `language`, which is also what its pictures are said to show."""
        title = self.title_in(language)
        if title == self.title:
            return self
        pictures = {name: replace(image, alt=title) for name in _PICTURES if (image := getattr(self, name))}
        return replace(self, title=title, **pictures)

    @property
    def path(self) -> str:
        return f"/p/{self.slug}-{self.product_id}/"

    def price_from(self, currency: str) -> Money | None:
        amount = self.prices.get(currency)
        return None if amount is None else Money(amount, currency)


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of a listing. `next` and `previous` are opaque cursors, None at the ends.

    `near` is True where nothing is as it was asked for, and these only come near.
    """

    cards: tuple[ProductCard, ...]
    next: str | None
    previous: str | None = None
    stale: bool = False
    near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A node of the tree. `names` holds translations by language, `name` is the default.

    `seo_title` and `seo_description` are what search engines show; empty, the name and the description are shown.
    `translations`: language -> text by its field (one of CATEGORY_TEXTS); what is not there is said in English.
    """

    path: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    image: str = ""
    position: int = 0
    seo_title: str = ""
    seo_description: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # Counts what staff saved, and says nothing of the category.
    version: int = field(default=0, compare=False)

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def depth(self) -> int:
        return self.path.count("/") + 1

    def name_in(self, language: str) -> str:
        return self.names.get(language) or self.names.get(language.partition("-")[0]) or self.name

    def description_in(self, language: str) -> str:
        return self._said(language).get("description") or self.description

    def seo_title_in(self, language: str) -> str:
        """The title for search engines. An English one never hides a translated name."""
        said, spoken = self._said(language), language.partition("-")[0]
        return said.get("seo_title") or (
            self.name_in(language) if spoken in self.names else self.seo_title or self.name
        )

    def seo_description_in(self, language: str) -> str:
        said = self._said(language)
        return said.get("seo_description") or said.get("description") or self.seo_description or self.description

    def _said(self, language: str) -> Mapping[str, str]:
        return self.translations.get(language.partition("-")[0], {})


def is_within(path: str, branch: str) -> bool:
    """Whether a category stands at `branch` or below it."""
    return path == branch or path.startswith(f"{branch}/")


def rebased(path: str, old: str, new: str) -> str:
    """`a/b/c` of the branch `a/b` that moves to `x` -> `x/c`."""
    return new + path[len(old) :]


def ancestors(category: str) -> list[str]:
    """`a/b/c` -> [`a`, `a/b`, `a/b/c`]."""
    parts = category.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def unstocked(product: Product, stored: Product) -> set[str]:
    """The SKUs that saving `product` over `stored` brings into the shop without stock: nobody can have them yet."""
    if product.kind is Kind.DIGITAL:
        return set()
    if stored.kind is Kind.DIGITAL:
        return {variant.sku for variant in product.variants}
    return {v.sku for v in product.variants if not v.in_stock and stored.variant(v.sku) is None}


def too_long(product: Product) -> Iterable[tuple[str, str]]:
    """What of a product that is to be written is longer than LIMITS allow, by field."""
    pairs = (*product.attributes.items(), *(pair for v in product.variants for pair in v.options.items()))
    told = [
        ("brand", product.brand),
        *(("barcode", variant.barcode) for variant in product.variants),
        *(("alt", image.alt) for image in product.images),
        *(("attribute", text) for pair in pairs for text in pair),
    ]
    for name, text in told:
        if len(text) > LIMITS[name]:
            yield name, f"must have {LIMITS[name]:,} characters at most"


def _broken_rules(product: Product) -> Iterable[tuple[str, str]]:
    if not PRODUCT_ID.fullmatch(product.product_id):
        yield "product_id", "must be 1 to 40 lower-case letters or digits"
    if not SLUG.fullmatch(product.slug) or len(product.slug) > 120:
        yield "slug", "must be lower-case words joined by single hyphens, 120 characters at most"
    if not product.title.strip() or len(product.title) > 200:
        yield "title", "must have 1 to 200 characters"
    if not CATEGORY.fullmatch(product.category):
        yield "category", "must be a path of one to three slugs such as lighting/table-lamps"
    yield from _broken_text_rules(product)
    if not PRODUCT_TYPE.fullmatch(product.product_type):
        yield "product_type", "must be the code of a product type"
    if not 0 <= product.rank <= MAX_RANK:
        yield "rank", f"must be 0 to {MAX_RANK:,}"
    if not 1 <= len(product.variants) <= MAX_VARIANTS:
        yield "variants", f"must be 1 to {MAX_VARIANTS}"
    skus = [v.sku for v in product.variants]
    if len(set(skus)) != len(skus):
        yield "variants", "two variants share a SKU"
    for variant in product.variants:
        yield from _broken_variant_rules(variant)


def _broken_text_rules(product: Product) -> Iterable[tuple[str, str]]:
    for name, most in TEXT_LIMITS.items():
        if len(getattr(product, name)) > most:
            yield name, f"must have {most:,} characters at most"
    for language, texts in product.translations.items():
        if language not in LANGUAGES:
            yield "translations", f"{language!r} is none of {', '.join(LANGUAGES)}"
        for name, text in texts.items():
            if name not in TEXT_LIMITS or not text.strip() or len(text) > TEXT_LIMITS[name]:
                yield "translations", f"the {language} text of {name} is unknown, blank or too long"


def _broken_variant_rules(variant: Variant) -> Iterable[tuple[str, str]]:
    if not SKU.fullmatch(variant.sku):
        yield "sku", f"{variant.sku!r} must be 1 to 64 letters, digits or ._/- and start with a letter or digit"
    for currency, amount in variant.prices.items():
        if not 0 <= amount <= MAX_PRICE:
            yield "price", f"{currency} price of {variant.sku} is negative or too large"
    if not 0 <= variant.weight_grams <= 10_000_000:
        yield "weight_grams", f"weight of {variant.sku} is negative or too large"
