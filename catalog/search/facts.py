"""What a product says of itself and shoppers may choose by, one word for each value, that the index matches whole and
counts: `material:Oak`. Names are compared without regard to case.
"""

from collections.abc import Container

from catalog.domain import Product
from catalog.search.letters import composed

LONGEST = 200


def facts_of(product: Product, names: Container[str]) -> list[str]:
    """Those attributes of the product, and options of its variants, whose `names` (as `key_of` gives them) are among
    them, once each; what is too long to be chosen from a list is left out.
    """
    options = ((name, value) for variant in product.variants for name, value in variant.options.items())
    said = [(name, value) for name, value in (*product.attributes.items(), *options) if key_of(name) in names]
    return list(dict.fromkeys(word for name, value in said if (word := fact(name, value))))


def every_name(product: Product) -> Container[str]:
    """The names of all that the product says."""
    return {key_of(name) for said in (product.attributes, *(v.options for v in product.variants)) for name in said}


def fact(name: str, value: str) -> str:
    """The word for a value of an attribute; "" where no product can have it."""
    key, said = key_of(name), " ".join(composed(value).encode(errors="ignore").decode().split())
    word = f"{key}:{said}"
    return word if key and said and len(word) <= LONGEST else ""


def key_of(name: str) -> str:
    """An attribute's name as words begin with it; names have no colon."""
    return " ".join(composed(name).encode(errors="ignore").decode().casefold().split())


def name_and_value(word: str) -> tuple[str, str]:
    """The key and the value that `fact` joined."""
    key, _, value = word.partition(":")
    return key, value
