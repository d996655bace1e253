"""From a request to OpenSearch queries, built as objects: no text a shopper types is ever parsed as a language."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.domain import MAX_PRICE, Status
from catalog.search.attribute_facets import chosen_facts
from catalog.search.document import (
    CURRENCIES,
    EVERY_LANGUAGE,
    SPOKEN,
    TRANSLATED,
    as_code,
    codes_for,
    price_field,
    translated_field,
)
from catalog.search.index import SearchRequest
from catalog.search.synonyms import TYPO_FROM, Wish
from catalog.search.words import clean, synonyms, typed_words, words

Query = dict[str, Any]

# How much a match in each field weighs.
WEIGHTS = {"title": 4.0, "brand_name": 3.0, "category_name": 2.0, "attributes": 1.5, "description": 1.0}
# The same for the texts in other languages, which only shoppers of that language search.
WEIGHTS_IN = {
    language: {translated_field(name, language): WEIGHTS[name] for name in (*TRANSLATED, SPOKEN)}
    for language in ("de", "fr")
}
# Unstemmed, for what is still being typed: the title weighs more than the brand and category around it.
TYPED = {"typed_title": 2.0, "typed_around": 1.0}
_NAMES = {name: weight for name, weight in WEIGHTS.items() if name != "description"}
_TYPO_BOOST = 0.3
_SYNONYM_BOOST = 0.4
_CODE_SCORE = 1000.0
_TIE = 0.1
# Words the index keeps the beginnings of; see `beginnings` in the schema.
_BEGINNING = 20

ALL: Query = {"match_all": {}}
NOTHING: Query = {"match_none": {}}


def text_query(text: str, *, typos: bool = False, most: bool = False, language: str = "en") -> Query:
    """Every word is required, or with `most` half of them; `typos` forgives one in each longer word.

    A text that is a SKU or a barcode matches that product before any other. No text matches all.
    """
    if not text.strip():
        return ALL
    wishes = [_wish(wish, typos, language) for wish in synonyms().wishes(words(text), typos=typos)]
    codes = [constant(is_("codes", code), _CODE_SCORE) for code in codes_for(clean(text))]
    if not wishes:
        return any_of(codes)
    wanted = any_of(wishes, least=-(-len(wishes) // 2)) if most else all_of(wishes)
    return any_of([*codes, wanted])


def typing_query(text: str) -> Query:
    """For suggestions: whole words first, the last one only begun; each may have one typo."""
    *whole, last = typed_words(text) or [""]
    if not last:
        return NOTHING
    return all_of([*(_typed(word, prefix=False) for word in whole), _typed(last, prefix=True)])


def filters(request: SearchRequest) -> dict[str, Query]:
    """The facets the request narrows by, each as one query, by the facet's name."""
    made: dict[str, Query] = {}
    if request.category:
        made["categories"] = is_("category", request.category)
    if request.brands:
        made["brands"] = {"terms": {"brand": [clean(brand) for brand in request.brands[:50]]}}
    if request.min_price is not None or request.max_price is not None:
        made["prices"] = _price_between(request.currency, request.min_price, request.max_price)
    if request.rating is not None:
        made["ratings"] = {"range": {"rating": {"gte": min(max(request.rating, 0), 6) * 10}}}
    if request.in_stock:
        made["in_stock"] = {"range": {"in_stock": {"gte": 1}}}
    made |= {facet: {"terms": {"facts": found}} for facet, found in chosen_facts(request).items()}
    return made


def _price_between(currency: str, least: int | None, most: int | None) -> Query:
    """Both ends in minor units and inclusive; a currency that no product is priced in matches nothing."""
    if currency not in CURRENCIES:
        return NOTHING
    low = min(max(least or 0, 0), MAX_PRICE + 1)
    high = MAX_PRICE if most is None else min(max(most, -1), MAX_PRICE)
    return {"range": {price_field(currency): {"gte": low, "lte": high}}}


def with_status(statuses: Iterable[str]) -> Query:
    return {"terms": {"status": [status for status in statuses if status in set(Status)]}}


def is_(field: str, value: str) -> Query:
    return {"term": {field: {"value": clean(value)}}}


def coded(codes: Iterable[str]) -> Query:
    return {"terms": {"codes": list(map(as_code, codes))}}


def all_of(queries: Iterable[Query]) -> Query:
    found = list(queries)
    return found[0] if len(found) == 1 else {"bool": {"must": found}}


def any_of(queries: Iterable[Query], *, least: int = 1) -> Query:
    found = list(queries)
    return {"bool": {"should": found, "minimum_should_match": least}} if found else NOTHING


def best_of(queries: Iterable[Query], *, tie: float = 0.0) -> Query:
    found = list(queries)
    return found[0] if len(found) == 1 else {"dis_max": {"queries": found, "tie_breaker": tie}}


def constant(query: Query, score: float) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


def narrowed(base: Query, conditions: Iterable[Query]) -> Query:
    """`base` within `conditions`, which do not touch the score."""
    return {"bool": {"must": [base], "filter": list(conditions)}}


def ranked(conditions: Iterable[Query], wishes: Iterable[Query]) -> Query:
    """All that meets `conditions`, those that fulfil more of the `wishes` first."""
    return {"bool": {"filter": list(conditions), "should": list(wishes)}}


def has_word(word: str, fields: Mapping[str, float] = WEIGHTS) -> Query:
    """The word in any of `fields`, in each language's form of it."""
    return {
        "multi_match": {"query": word, "type": "best_fields", "fields": _weighed(fields), "tie_breaker": _TIE},
    }


def fields_in(language: str) -> dict[str, float]:
    """The fields a shopper of that language searches: the English ones and their own."""
    return WEIGHTS | {name: weight for own in _beside_english(language) for name, weight in own.items()}


def _beside_english(language: str) -> list[dict[str, float]]:
    """The fields of that language, or of each there is."""
    return [fields for spoken, fields in WEIGHTS_IN.items() if language in (spoken, EVERY_LANGUAGE)]


def far_word(word: str) -> Query:
    """Words up to two typos away, the most the engine can look for."""
    return any_of({"fuzzy": {field: {"value": word, "fuzziness": 2, "rewrite": "constant_score"}}} for field in TYPED)


def _weighed(fields: Mapping[str, float], by: float = 1.0) -> list[str]:
    return [f"{name}^{round(weight * by, 3)}" for name, weight in fields.items()]


def _wish(wish: Wish, typos: bool, language: str) -> Query:
    """The typed words first; a phrase weighs as much as one word, or two rare words would outrank the typed one.

    Synonyms are not looked for in descriptions: a mug that is "light in the hand" is no lamp.
    """
    forms = [all_of([_word(word, typos, language) for word in wish.typed])]
    forms += [all_of([has_word(word, fields_in(language)) for word in phrase]) for phrase in wish.meant]
    for phrase in wish.others:
        weight = round(_SYNONYM_BOOST * len(wish.typed) / len(phrase), 3)
        forms.append({"bool": {"must": [has_word(word, _NAMES) for word in phrase], "boost": weight}})
    return best_of(forms)


def _word(word: str, typos: bool, language: str) -> Query:
    exact = has_word(word, fields_in(language))
    if not typos or len(word) < TYPO_FROM:
        return exact
    # Several forms of one word cannot be misspelled together: the engine forgives typos in single ones only.
    near = [_near(word, WEIGHTS) | {"analyzer": "shop_english"}]
    near += [_near(word, own) for own in _beside_english(language)]
    return best_of([exact, *({"multi_match": match} for match in near)], tie=_TIE)


def _near(word: str, fields: Mapping[str, float]) -> dict[str, Any]:
    return {
        "query": word,
        "type": "best_fields",
        "fields": _weighed(fields, _TYPO_BOOST),
        "fuzziness": 1,
        # Scored alike and as one clause, however many words are near.
        "fuzzy_rewrite": "constant_score",
    }


def _typed(word: str, *, prefix: bool) -> Query:
    """Constant scores, so that a word met exactly outranks one begun, and that one a typo."""
    forms = []
    for field, weight in TYPED.items():
        begun = f"{field}.begun"
        forms.append(constant(is_(field, word), 3.0 * weight))
        if prefix:
            forms.append(constant(is_(begun, word[:_BEGINNING]), 2.0 * weight))
        if len(word) >= TYPO_FROM:
            near = {"value": word[:_BEGINNING] if prefix else word, "fuzziness": 1, "rewrite": "constant_score"}
            forms.append(constant({"fuzzy": {begun if prefix else field: near}}, 0.5 * weight))
    for wish in synonyms().wishes([word]):
        forms += [constant(all_of(has_word(other, _NAMES) for other in phrase), 1.0) for phrase in wish.others]
    return best_of(forms)
