"""Which product of the shop a row of a mapped file means: the one that has its SKU, whatever id the row has.

Stock knows at once whose a SKU is. What was never counted, as digital goods, the search index knows by its code, a
second behind. Both only propose a product: the products themselves, read strongly, decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from catalog import queries
from catalog.domain import Freshness, Product
from catalog.importing.foreign import FOREIGN, Owners
from catalog.importing.pictures import Picture
from catalog.importing.report import Parsed, RejectedRow
from catalog.search.index import search_index

CHUNK = 2000


@dataclass(slots=True)
class Settled:
    """Products of a file under the ids that they have in the shop, and the pictures it names for them."""

    products: dict[str, Product] = field(default_factory=dict)
    pictures: dict[str, tuple[Picture, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Shop:
    """What the shop has of some products of a file: by id, by SKU, and whose the SKUs with stock are."""

    stored: Mapping[str, Product]
    by_sku: Mapping[str, Product]
    held: Mapping[str, str]


def settle(parsed: Parsed, products: Iterable[Product], *, owners: Owners) -> Settled:
    """Of several rows that mean one product, each says its variant, and the last one the rest.

    Products that want a SKU of another one are dropped from `parsed`, each refused at its line.
    Raises CatalogUnavailable, SearchUnavailable.
    """
    settled = Settled()
    rest = iter(list(products))
    while chunk := list(islice(rest, CHUNK)):
        shop = _shop(parsed, chunk, owners)
        for product in chunk:
            try:
                meant = _meant(parsed, product, shop)
            except RejectedRow as error:
                parsed.drop(product.product_id, error)
                continue
            before = settled.products.get(meant.product_id)
            says_no_sku = product.product_id in parsed.without_sku
            settled.products[meant.product_id] = _joined(before, meant, says_no_sku) if before else meant
            if product.product_id in parsed.pictures:
                settled.pictures[meant.product_id] = parsed.pictures[product.product_id]
    return settled


def _shop(parsed: Parsed, products: list[Product], owners: Owners) -> _Shop:
    held = owners([variant.sku for product in products for variant in product.variants])
    if not parsed.mapped:
        return _Shop({}, {}, held)
    # Of rows whose id has the SKU's stock nothing need be known: most of what is imported again.
    unsure = [p for p in products if p.product_id in parsed.without_sku or not _has_the_stock(parsed, p, held)]
    skus = [p.variants[0].sku for p in unsure if p.product_id not in parsed.without_sku]
    proposed = {*(held[sku] for sku in skus if sku in held)}
    proposed |= {*search_index().with_codes([sku for sku in skus if sku not in held])}
    stored = queries.products_by_id({*map(parsed.id_of, unsure), *proposed}, freshness=Freshness.STRONG)
    by_sku = {variant.sku: product for product in stored.values() for variant in product.variants}
    by_sku |= {sku: stored[owner] for sku, owner in held.items() if owner in stored and stored[owner].variant(sku)}
    return _Shop(stored, by_sku, held)


def _has_the_stock(parsed: Parsed, product: Product, held: Mapping[str, str]) -> bool:
    return held.get(product.variants[0].sku) == parsed.id_of(product)


def _meant(parsed: Parsed, product: Product, shop: _Shop) -> Product:
    own = shop.stored.get(parsed.id_of(product))
    if product.product_id in parsed.without_sku:
        product = _under_its_skus(parsed, product, own) if own else product
    elif parsed.mapped:
        product = replace(product, product_id=_found_by_sku(parsed, product, own, shop))
    foreign = [v.sku for v in product.variants if shop.held.get(v.sku, product.product_id) != product.product_id]
    if foreign:
        raise RejectedRow("sku", f"{foreign[0]}: {FOREIGN}")
    return product


def _found_by_sku(parsed: Parsed, product: Product, own: Product | None, shop: _Shop) -> str:
    """The id of the product that has the row's SKU; of a new one, its own."""
    sku, said = product.variants[0].sku, parsed.id_of(product)
    if (own and own.variant(sku)) or _has_the_stock(parsed, product, shop.held):
        return said
    found = shop.by_sku.get(sku)
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


def _joined(before: Product, later: Product, says_no_sku: bool) -> Product:
    """Two rows of one product; what a row without a SKU has of variants is only what is stored."""
    order = (later, before) if says_no_sku else (before, later)
    variants = {variant.sku: variant for product in order for variant in product.variants}
    return replace(later, variants=tuple(variants.values()))
