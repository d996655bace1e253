"""From a request to Tantivy queries, built as objects: no text a shopper types is ever parsed as a language."""

from collections.abc import Collection, Iterable

from tantivy import FieldType, Occur, Query

from catalog.domain import MAX_PRICE, Status
from catalog.search.attribute_facets import chosen_facts
from catalog.search.document import CURRENCIES, as_code, price_field
from catalog.search.index import SearchRequest
from catalog.search.synonyms import TYPO_FROM, Wish
from catalog.search.tantivy_schema import ANYWHERE, ENGLISH, TYPED, WEIGHTS, WEIGHTS_IN, Dialect, schema
from catalog.search.words import clean, stem, synonyms, typed_words, words

_TYPO_BOOST = 0.3
_SYNONYM_BOOST = 0.4
_CODE_SCORE = 1000.0


def looked_in(word: str, dialect: Dialect = ENGLISH) -> list[tuple[str, str, float]]:
    """The fields a word is looked for in, its form there and how much the field weighs."""
    return [(f, stem(word, spoken), w) for spoken in dialect.languages for f, w in _weights(spoken).items()]


def _weights(language: str) -> dict[str, float]:
    return WEIGHTS if language == "en" else WEIGHTS_IN[language]


def text_query(
    text: str, codes: Iterable[str] = (), *, typos: bool = False, most: bool = False, dialect: Dialect = ENGLISH
) -> Query:
    """Every word is required, or with `most` half of them; `typos` forgives one in each longer word.

    The products with one of the `codes` match before any other. No text matches all.
    """
    if not text.strip():
        return Query.all_query()
    wishes = [_wish(wish, typos, dialect) for wish in synonyms().wishes(words(text), typos=typos)]
    coded = [Query.const_score_query(_is("codes", code), _CODE_SCORE) for code in codes]
    if not wishes:
        return any_of(coded)
    wanted = (
        Query.boolean_query([(Occur.Should, q) for q in wishes], minimum_number_should_match=-(-len(wishes) // 2))
        if most
        else all_of(wishes)
    )
    return any_of([*coded, wanted]) if coded else wanted


def typing_query(text: str) -> Query:
    """For suggestions: whole words first, the last one only begun; each may have one typo."""
    *whole, last = typed_words(text) or [""]
    if not last:
        return Query.empty_query()
    return all_of([*(_typed(word, prefix=False) for word in whole), _typed(last, prefix=True)])


def filters(request: SearchRequest) -> dict[str, Query]:
    """The facets the request narrows by, each as one query, by the facet's name."""
    made: dict[str, Query] = {}
    if request.category:
        made["categories"] = _is("category", request.category)
    if request.brands:
        made["brands"] = any_of([_is("brand", brand) for brand in request.brands[:50]])
    if request.min_price is not None or request.max_price is not None:
        made["prices"] = price_between(request.currency, request.min_price, request.max_price)
    if request.rating is not None:
        made["ratings"] = at_least("rating", min(max(request.rating, 0), 6) * 10)
    if request.in_stock:
        made["in_stock"] = at_least("in_stock", 1)
    for facet, words_of_it in chosen_facts(request).items():
        made[facet] = any_of([_is("facts", word) for word in words_of_it])
    return made


def price_between(currency: str, least: int | None, most: int | None) -> Query:
    """Both ends in minor units and inclusive; a currency that no product is priced in matches nothing."""
    if currency not in CURRENCIES:
        return Query.empty_query()
    low = min(max(least or 0, 0), MAX_PRICE + 1)
    high = MAX_PRICE if most is None else min(max(most, -1), MAX_PRICE)
    return Query.range_query(schema(), price_field(currency), FieldType.Integer, low, high)


def at_least(field: str, value: int) -> Query:
    return Query.range_query(schema(), field, FieldType.Integer, value, None)


def below(field: str, value: int) -> Query:
    return Query.range_query(schema(), field, FieldType.Integer, None, value, include_upper=False)


def in_status(base: Query, statuses: Collection[str]) -> Query:
    """`base` of any of the `statuses`. Most products are active: of those, the others are the shorter list to read."""
    if Status.ACTIVE not in statuses:
        return narrowed(base, [any_of([_is("status", status) for status in Status if status in statuses])])
    others = [(Occur.MustNot, _is("status", status)) for status in Status if status not in statuses]
    return Query.boolean_query([(Occur.Must, base), *others])


def in_category(path: str) -> Query:
    return _is("category", path)


def of_type(code: str) -> Query:
    return _is("product_type", code)


def of_brand(brand: str) -> Query:
    return _is("brand", brand)


def has_word(field: str, word: str, weight: float) -> Query:
    return _weighted(field, stem(word), weight)


def far_word(field: str, word: str) -> Query:
    """Words up to two typos away, the most the engine can look for."""
    return Query.fuzzy_term_query(schema(), field, word, distance=2)


def ranked(base: Query, wishes: Iterable[Query]) -> Query:
    """All of `base`, those that fulfil more of the `wishes` first."""
    return Query.boolean_query([(Occur.Must, base), *((Occur.Should, wish) for wish in wishes)])


def all_of(queries: Iterable[Query]) -> Query:
    found = list(queries)
    return found[0] if len(found) == 1 else Query.boolean_query([(Occur.Must, query) for query in found])


def any_of(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def narrowed(base: Query, conditions: Iterable[Query]) -> Query:
    """`base` within `conditions`, which do not touch the score."""
    return all_of([base, *(Query.const_score_query(condition, 0.0) for condition in conditions)])


def coded(codes: Iterable[str]) -> Query:
    return Query.term_set_query(schema(), "codes", list(map(as_code, codes)))


def _is(field: str, value: str) -> Query:
    return Query.term_query(schema(), field, clean(value), index_option="basic")


def _wish(wish: Wish, typos: bool, dialect: Dialect) -> Query:
    """The typed words first; a phrase weighs as much as one word, or two rare words would outrank the typed one.

    Synonyms are not looked for in descriptions: a mug that is "light in the hand" is no lamp.
    """
    forms = [all_of([_word(word, typos, dialect) for word in wish.typed])]
    forms += [all_of([_word(word, False, dialect) for word in phrase]) for phrase in wish.meant]
    for phrase in wish.others:
        weight = _SYNONYM_BOOST * len(wish.typed) / len(phrase)
        forms.append(Query.boost_query(all_of([_named(word) for word in phrase]), weight))
    return _best_of(forms)


def _named(word: str) -> Query:
    return Query.disjunction_max_query([_weighted(f, stem(word), w) for f, w in WEIGHTS.items() if f != "description"])


def _word(word: str, typos: bool, dialect: Dialect) -> Query:
    places = looked_in(word, dialect)
    if dialect.is_current:
        alternatives = [_anywhere(word, spoken) for spoken in dialect.languages]
    else:
        alternatives = [_weighted(field, root, weight) for field, root, weight in places]
    if typos and len(word) >= TYPO_FROM:
        alternatives += [_weighted(field, root, weight * _TYPO_BOOST, typo=True) for field, root, weight in places]
    return _best_of(alternatives, tie_breaker=0.1)


def _anywhere(word: str, language: str) -> Query:
    """Where a word stands anywhere, first where its title says it; the title is only asked of what has the word."""
    root = stem(word, language)
    title, weight = next(iter(_weights(language).items()))
    return ranked(_weighted(ANYWHERE[language], root, 1.0), [_weighted(title, root, weight)])


def _best_of(forms: list[Query], *, tie_breaker: float = 0.0) -> Query:
    """What is alone is asked as it is, and skipped through like any other list."""
    return forms[0] if len(forms) == 1 else Query.disjunction_max_query(forms, tie_breaker=tie_breaker)


def _weighted(field: str, stem: str, weight: float, *, typo: bool = False) -> Query:
    if typo:
        return Query.boost_query(Query.fuzzy_term_query(schema(), field, stem), weight)
    return Query.boost_query(Query.term_query(schema(), field, stem, index_option="freq"), weight)


def _typed(word: str, *, prefix: bool) -> Query:
    """Constant scores, so that a word met exactly outranks one begun, and that one a typo."""
    forms = []
    for field, weight in TYPED.items():
        forms.append(Query.const_score_query(_is(field, word), 3.0 * weight))
        if prefix:
            begun = Query.fuzzy_term_query(schema(), field, word, distance=0, prefix=True)
            forms.append(Query.const_score_query(begun, 2.0 * weight))
        if len(word) >= TYPO_FROM:
            near = Query.fuzzy_term_query(schema(), field, word, distance=1, prefix=prefix)
            forms.append(Query.const_score_query(near, 0.5 * weight))
    for wish in synonyms().wishes([word]):
        forms += [Query.const_score_query(all_of([_named(other) for other in phrase]), 1.0) for phrase in wish.others]
    return Query.disjunction_max_query(forms)
