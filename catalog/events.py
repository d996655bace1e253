"""What the catalog tells the rest of the shop."""

from dataclasses import asdict, dataclass

from django.core import signing

from shopcloud.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event):
    """A product was created, edited, archived, or its availability or rating moved."""

    product_id: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class SaveUnanswered(Event):
    """DynamoDB did not say whether it stored this version of a product, saved by `author` at `saved_at` (ISO), perhaps
    as part of a bulk `edit`. It was asked to until `asked_at` (ISO), which the release before does not tell.
    """

    product_id: str
    version: int
    saved_at: str
    author: int | None = None
    edit: str = ""
    asked_at: str = ""


@dataclass(frozen=True, kw_only=True)
class VariantsAdded(Event):
    """A product got these SKUs. They are shown as sold out: nobody has told of their stock."""

    product_id: str
    skus: list[str]


@dataclass(frozen=True, kw_only=True)
class ReviewAnswered(Event):
    """The shop published, rejected or answered (`replied`) what a buyer said; `purchase` says where they bought it.

    `version` is the review's from then on.
    """

    product_id: str
    review_id: str
    version: int
    outcome: str
    purchase: str


@dataclass(frozen=True, kw_only=True)
class PriceLowered(Event):
    """A product on sale costs less than before: `skus` those variants, `lowest` the lowest price of all where it fell,
    each by currency as [before, now] in minor units. `titles` by language; `day` is when, as an ISO date.
    """

    product_id: str
    slug: str
    titles: dict[str, str]
    skus: dict[str, dict[str, list[int]]]
    lowest: dict[str, list[int]]
    day: str


@dataclass(frozen=True, kw_only=True)
class ImportLookAsked(Event):
    """Staff want to see what a file of products would change."""

    import_id: int


@dataclass(frozen=True, kw_only=True)
class ImportConfirmed(Event):
    """Staff looked a file of products over and want it imported."""

    import_id: int


@dataclass(frozen=True, kw_only=True)
class ExportAsked(Event):
    """Staff want a file of products."""

    export_id: int


@dataclass(frozen=True, kw_only=True)
class CollectionsChanged(Event):
    """Collections were made, changed or deleted: `slugs` are the addresses that they have or had."""

    slugs: list[str]


@dataclass(frozen=True, kw_only=True)
class FeaturedChanged(Event):
    """What the home page begins with was changed."""

    product_id: str


@dataclass(frozen=True, kw_only=True)
class CategoryChanged(Event):
    """A category was made, edited, put elsewhere or deleted."""

    path: str


@dataclass(frozen=True, kw_only=True)
class CategoryMoveAsked(Event):
    """Staff want the branch `old` of the tree, and its products, to stand at `new`."""

    move_id: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What one search found, for who counts searches. `facets` names what narrowed it, `text` is as it was typed."""

    text: str
    market: str
    results: int
    facets: tuple[str, ...] = ()
    page: int = 1
    engine_ms: int = 0

    def sealed(self) -> str:
        """As a text that a page can carry and hand back: caches may keep the page, and nobody can make up a search."""
        return signing.dumps(asdict(self), salt=_SEAL, compress=True)

    @classmethod
    def unsealed(cls, text: str) -> "Searched":
        """Raises ValueError for what `sealed` did not make, in this release."""
        try:
            told = signing.loads(text, salt=_SEAL)
            return cls(**{**told, "facets": tuple(told["facets"])})
        except (signing.BadSignature, TypeError, KeyError) as error:
            raise ValueError("Not sealed by this shop.") from error


_SEAL = "catalog.searched"
