"""The Tantivy schema and its analyzers: which field is searched as words, matched whole, counted or only kept."""

from dataclasses import dataclass
from functools import cache

import tantivy

from catalog.search.document import (
    CURRENCIES,
    EVERY_LANGUAGE,
    SPOKEN,
    TRANSLATED,
    Document,
    price_field,
    translated_field,
)
from catalog.search.synonyms import little_words

STEMMED = "shop_stemmed"
PLAIN = "shop_plain"
# How much a match in each field weighs.
WEIGHTS = {"title": 4.0, "brand_name": 3.0, "category_name": 2.0, "attributes": 1.5, "description": 1.0}
# The same for the texts in other languages, which only shoppers of that language search.
STEMMERS = {"de": "german", "fr": "french"}
WEIGHTS_IN = {
    language: {translated_field(name, language): WEIGHTS[name] for name in (*TRANSLATED, SPOKEN)}
    for language in STEMMERS
}
# Every word of a product in one field, by the language of its texts, and how often each text stands in it: that is how
# it weighs there. A word is one list to read instead of one for each field, of which a million products make long ones.
ANYWHERE = {"en": "anywhere"} | {language: translated_field("anywhere", language) for language in STEMMERS}
_TIMES = {name: round(weight) for name, weight in WEIGHTS.items()}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an index is asked for words: in which language, and whether it has the fields of this release."""

    language: str = "en"
    is_current: bool = True

    @property
    def languages(self) -> tuple[str, ...]:
        """English words are known to every shopper."""
        if self.language == EVERY_LANGUAGE:
            return ("en", *STEMMERS)
        return tuple(dict.fromkeys(("en", self.language)))


ENGLISH = Dialect()
# Unstemmed, for what is still being typed: the title weighs more than the brand and category around it.
TYPED = {"typed_title": 2.0, "typed_around": 1.0}
# Raised where fields that stay come to hold something else: an index of the edition before is made anew.
EDITION = 1
_WHOLE = ("product_id", "status", "category", "codes")
_COUNTED_TEXT = ("brand", "level1", "level2", "level3")
_NUMBERS = ("rating", "in_stock", "created", "changed", "rank", *(price_field(c) for c in CURRENCIES))


@cache
def schema() -> tantivy.Schema:
    """Numbers are signed: a Python int in an unsigned field would kill the writer's thread."""
    builder = tantivy.SchemaBuilder()
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name=STEMMED, index_option="freq")
    for name in TYPED:
        builder.add_text_field(name, tokenizer_name=PLAIN, index_option="basic")
    for name in _WHOLE:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _COUNTED_TEXT:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in _NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_bytes_field("card", stored=True)
    # New fields come last: an index of an earlier release is searched by the places of its fields until it is remade.
    for language in STEMMERS:
        for name in TRANSLATED:
            builder.add_text_field(
                translated_field(name, language), tokenizer_name=_analyzer(language), index_option="freq"
            )
    builder.add_text_field("facts", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("product_type", tokenizer_name="raw", index_option="basic")
    for language, name in ANYWHERE.items():
        builder.add_text_field(name, tokenizer_name=_analyzer(language), index_option="freq")
    for language in STEMMERS:
        name = translated_field(SPOKEN, language)
        builder.add_text_field(name, tokenizer_name=_analyzer(language), index_option="freq")
    return builder.build()


def register_analyzers(index: tantivy.Index) -> None:
    index.register_tokenizer(PLAIN, plain())
    for language in ANYWHERE:
        index.register_tokenizer(_analyzer(language), stemmed(language))


def _analyzer(language: str) -> str:
    return STEMMED if language == "en" else f"{STEMMED}_{language}"


def stemmed(language: str = "en") -> tantivy.TextAnalyzer:
    """Lower case, without accents or plurals: "Cafés" and "cafe" are one word."""
    return _words().filter(tantivy.Filter.stemmer(STEMMERS.get(language, "english"))).build()


def plain() -> tantivy.TextAnalyzer:
    return _words().build()


def without_stop_words() -> tantivy.TextAnalyzer:
    """For queries: "a lamp for the desk" asks for lamp and desk, "lampe de table" for lampe and table."""
    folded = [word for text in little_words() for word in plain().analyze(text)]
    return _words().filter(tantivy.Filter.stopword("english")).filter(tantivy.Filter.custom_stopword(folded)).build()


def _words() -> tantivy.TextAnalyzerBuilder:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (tantivy.Filter.remove_long(60), tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()):
        builder = builder.filter(step)
    return builder


def tantivy_document(fields: Document) -> tantivy.Document:
    made = tantivy.Document()
    for name, value in fields.items():
        if name == "card":
            made.add_bytes(name, str(value).encode())
        elif isinstance(value, int):
            made.add_integer(name, value)
        else:
            for text in [value] if isinstance(value, str) else value:
                made.add_text(name, text)
    for language, name in ANYWHERE.items():
        for part, times in _TIMES.items():
            said = fields.get(part if language == "en" else translated_field(part, language))
            for _ in range(times if said else 0):
                made.add_text(name, str(said))
    made.add_text("typed_title", str(fields["title"]))
    for language in STEMMERS:
        if title := fields.get(translated_field("title", language)):
            made.add_text("typed_title", str(title))
    made.add_text("typed_around", f"{fields['brand_name']} {fields['category_name']}")
    return made
