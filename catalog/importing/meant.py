"""Which product of the shop a row of a mapped file means: the one that has its SKU, whatever id the row has.

Stock knows at once whose a SKU is. What was never counted, as digital goods, the search index knows by its code, a
second behind. Both only propose a product: the products themselves, read strongly, decide. A file is settled as a
whole, or what it does would depend on how far apart its rows stand.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from catalog import queries
from catalog.domain import Freshness, Product, Variant
from catalog.importing.foreign import FOREIGN, Owners
from catalog.importing.pictures import Picture
from catalog.importing.report import Parsed, RejectedRow
from catalog.search.index import search_index

CHUNK = 2000


@dataclass(slots=True)
class Settled:
    """Products of a file under the ids that they have in the shop, and the pictures it names for them.

    `in_order` has for each product that was read, in the file's order, what is to be saved when it is reached: of those
    that mean the same one, the last has it, and None stands for the others and for what was refused. `taken` are SKUs
    whose stock is still kept under another product, by the product that gets them.
    """

    products: dict[str, Product] = field(default_factory=dict)
    pictures: dict[str, tuple[Picture, ...]] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)
    read: int = 0
    _places: dict[str, int] = field(default_factory=dict)

    def keep(self, product: Product, place: int) -> None:
        self.products[product.product_id] = product
        self._places[product.product_id] = place

    def in_order(self) -> list[Product | None]:
        found: list[Product | None] = [None] * self.read
        for product_id, product in self.products.items():
            found[self._places[product_id]] = product
        return found


@dataclass(frozen=True, slots=True)
class _Shop:
    """What the shop has of some products of a file: by id, who has a SKU, and whose the SKUs with stock are."""

    stored: Mapping[str, Product]
    having: Mapping[str, list[Product]]
    held: Mapping[str, str]

    def found(self, sku: str) -> Product | None:
        """The product that has the SKU: of several the one that has its stock."""
        having = self.having.get(sku, [])
        return next((p for p in having if p.product_id == self.held.get(sku)), having[0] if having else None)

    def others(self, sku: str, product_id: str) -> list[str]:
        """The ids of other products that have a SKU which this one has not yet."""
        having = [product.product_id for product in self.having.get(sku, ())]
        # Stock of a product that nobody knows is nobody's to take.
        lost = [owner for owner in [self.held.get(sku, product_id)] if owner not in self.stored]
        return [] if product_id in having else [p for p in {*having, *lost} if p != product_id]


# A SKU that a product of the file wants, and a product that has it.
_Wish = tuple[str, str, str]


def settle(
    parsed: Parsed, products: Iterable[Product], *, owners: Owners, told: Callable[[], object] = lambda: None
) -> Settled:
    """Of several rows that mean one product, each says its variant, and the last one the rest.

    Products that want a SKU of another one, which does not give it up in this file, are dropped from `parsed`, each
    refused at its line. `told` hears now and then that it goes on. Raises CatalogUnavailable, SearchUnavailable.
    """
    settled = Settled()
    wishes: list[_Wish] = []
    rest = enumerate(list(products))
    while chunk := list(islice(rest, CHUNK)):
        shop = _shop(parsed, [product for _place, product in chunk], owners)
        for place, product in chunk:
            try:
                meant = _meant(parsed, product, shop)
                wishes += _wishes(parsed, meant, shop)
            except RejectedRow as error:
                parsed.drop(product.product_id, error)
                continue
            before = settled.products.get(meant.product_id)
            says_no_sku = product.product_id in parsed.without_sku
            settled.keep(_joined(before, meant, says_no_sku) if before else meant, place)
            if product.product_id in parsed.pictures:
                settled.pictures[meant.product_id] = parsed.pictures[product.product_id]
            _note_taken(settled, meant, shop)
        settled.read += len(chunk)
        told()
    _grant(parsed, settled, wishes)
    return settled


def _shop(parsed: Parsed, products: list[Product], owners: Owners) -> _Shop:
    held = owners([variant.sku for product in products for variant in product.variants])
    if parsed.mapped:
        # Of rows whose id has the SKU's stock nothing need be known: most of what is imported again.
        unsure = [p for p in products if p.product_id in parsed.without_sku or not _has_the_stock(parsed, p, held)]
        skus = [p.variants[0].sku for p in unsure]
        asked = {*map(parsed.id_of, unsure)}
    else:
        pairs = [(v.sku, p.product_id) for p in products for v in p.variants if held.get(v.sku) != p.product_id]
        skus = [sku for sku, _product_id in pairs]
        asked = {product_id for sku, product_id in pairs if sku in held}
        asked |= {product.product_id for product in products if product.product_id in parsed.spare}
    stored = queries.products_by_id(asked | _proposed(skus, held), freshness=Freshness.STRONG)
    having: dict[str, list[Product]] = {}
    for product in stored.values():
        for variant in product.variants:
            having.setdefault(variant.sku, []).append(product)
    return _Shop(stored, having, held)


def _proposed(skus: list[str], held: Mapping[str, str]) -> set[str]:
    """The ids of products that may have the SKUs."""
    found = {held[sku] for sku in skus if sku in held}
    uncounted = [sku for sku in skus if sku not in held]
    for start in range(0, len(uncounted), CHUNK):
        found |= {*search_index().with_codes(uncounted[start : start + CHUNK])}
    return found


def _wishes(parsed: Parsed, product: Product, shop: _Shop) -> list[_Wish]:
    """What is to be looked at again when the whole file is known. Raises RejectedRow where it never gives a SKU up."""
    wishes = [(product.product_id, v.sku, p) for v in product.variants for p in shop.others(v.sku, product.product_id)]
    if wishes and parsed.mapped:
        raise RejectedRow("sku", f"{wishes[0][1]}: {FOREIGN}")
    return wishes


def _grant(parsed: Parsed, settled: Settled, wishes: list[_Wish]) -> None:
    """Refuse those who want a SKU that its product keeps, until nobody does: who is refused gives nothing up either."""
    while kept := {product_id: sku for product_id, sku, owner in wishes if not _gives_up(settled, owner, sku)}:
        for product_id, sku in kept.items():
            parsed.drop(product_id, RejectedRow("sku", f"{sku}: {FOREIGN}"))
            for known in (settled.products, settled.pictures, settled.taken):
                known.pop(product_id, None)
        wishes = [wish for wish in wishes if wish[0] not in kept]


def _gives_up(settled: Settled, owner: str, sku: str) -> bool:
    product = settled.products.get(owner)
    return product is not None and product.variant(sku) is None


def _note_taken(settled: Settled, product: Product, shop: _Shop) -> None:
    taken = [v.sku for v in product.variants if shop.held.get(v.sku, product.product_id) != product.product_id]
    if taken:
        settled.taken.setdefault(product.product_id, []).extend(taken)


def _has_the_stock(parsed: Parsed, product: Product, held: Mapping[str, str]) -> bool:
    return held.get(product.variants[0].sku) == parsed.id_of(product)


def _meant(parsed: Parsed, product: Product, shop: _Shop) -> Product:
    own = shop.stored.get(parsed.id_of(product))
    if product.product_id in parsed.without_sku:
        product = _under_its_skus(parsed, product, own) if own else product
    elif parsed.mapped:
        product = replace(product, product_id=_found_by_sku(parsed, product, own, shop))
    elif product.product_id in parsed.spare:
        product = _with_made_up_skus(parsed, product, own, shop)
    return product


def _found_by_sku(parsed: Parsed, product: Product, own: Product | None, shop: _Shop) -> str:
    """The id of the product that has the row's SKU; of a new one, its own."""
    sku, said = product.variants[0].sku, parsed.id_of(product)
    if (own and own.variant(sku)) or _has_the_stock(parsed, product, shop.held):
        return said
    found = shop.found(sku)
    if found and own and parsed.ids_said:
        reason = f"{sku} belongs to the product {found.product_id}, but the id names {own.product_id}; correct one"
        raise RejectedRow("sku", reason)
    if not found and said != product.product_id:
        raise RejectedRow("id", f"the item is in this file already with another SKU, and the shop does not know {sku}")
    return found.product_id if found else said


def _under_its_skus(parsed: Parsed, product: Product, own: Product) -> Product:
    """A row that says no SKU, over the product with its id: the SKUs stay, and of several none can be meant."""
    said = product.variants[0]
    if len(own.variants) == 1:
        sku = own.variants[0].sku
        if said.sku in parsed.stock:
            parsed.stock[sku] = parsed.stock.pop(said.sku)
        return replace(product, variants=(replace(said, sku=sku),))
    prices = parsed.told.prices(said) if parsed.told else said.prices
    if any(variant.prices.get(c) != amount for variant in own.variants for c, amount in prices.items()):
        reason = f"{own.product_id} has {len(own.variants)} variants, and without a SKU the row cannot say whose it is"
        parsed.refuse_part(product.product_id, RejectedRow("price", f"{reason}; add a column of SKUs"))
    # Pictures are told by their place among those that the product has, and the file may bring others.
    return replace(product, variants=tuple(replace(variant, image=None) for variant in own.variants))


def _with_made_up_skus(parsed: Parsed, product: Product, own: Product | None, shop: _Shop) -> Product:
    """What the shop has keeps its SKU, however it was made up; what is new gets one that no other variant has."""
    spare = parsed.spare[product.product_id]
    known = {v.sku: sku for v in product.variants if own and (sku := _known(v, spare.get(v.sku, v.sku), own))}
    used = set(known.values())
    counts = [parsed.stock.pop(variant.sku, None) for variant in product.variants]
    variants = []
    for variant, on_hand in zip(product.variants, counts, strict=True):
        sku = known.get(variant.sku, variant.sku)
        if variant.sku not in known and sku in spare and (sku in used or shop.others(sku, product.product_id)):
            sku = spare[sku]
        variants.append(replace(variant, sku=sku))
        if on_hand is not None:
            parsed.stock[sku] = on_hand
    return replace(product, variants=tuple(variants))


def _known(variant: Variant, other: str, own: Product) -> str:
    """The one of its two SKUs under which the product has the variant, or ""."""
    there = (own.variant(sku) for sku in (variant.sku, other))
    return next((v.sku for v in there if v and v.options == variant.options), "")


def _joined(before: Product, later: Product, says_no_sku: bool) -> Product:
    """Two rows of one product; what a row without a SKU has of variants is only what is stored."""
    order = (later, before) if says_no_sku else (before, later)
    variants = {variant.sku: variant for product in order for variant in product.variants}
    return replace(later, variants=tuple(variants.values()))
