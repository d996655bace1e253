"""The forms of a category: what it says in each language, where it stands, and where its products go."""

from dataclasses import replace
from typing import Any

from django import forms
from unfold import widgets

from catalog.admin.forms import AREA, SELECT, TEXT, ProseField
from catalog.admin.wording import NAMES
from catalog.categories import Tree
from catalog.category_edits import MAX_NAME
from catalog.domain import CATEGORY_TEXTS, DEEPEST, LANGUAGES, SLUG, Category, is_within
from media import services as media


class SlugField(forms.RegexField):
    def __init__(self, **given: Any) -> None:
        super().__init__(
            rf"\A(?:{SLUG.pattern})\Z",
            max_length=60,
            widget=TEXT,
            help_text="The part of the address that is its own, such as “table-lamps”.",
            error_messages={"invalid": "Write lower-case words joined by single hyphens, such as “table-lamps”."},
            **given,
        )


class WordsForm(forms.Form):
    """A category's name and texts in one language."""

    name = forms.CharField(max_length=MAX_NAME, widget=TEXT)
    description = ProseField(
        max_length=CATEGORY_TEXTS["description"],
        required=False,
        widget=AREA(attrs={"rows": 4}),
        label="Introduction",
        help_text="Stands above the products on the category's page.",
    )
    seo_title = forms.CharField(
        max_length=CATEGORY_TEXTS["seo_title"],
        required=False,
        widget=TEXT(attrs={"data-best": "60"}),
        label="Title for search engines",
        help_text="Left empty, the name is used.",
    )
    seo_description = ProseField(
        max_length=CATEGORY_TEXTS["seo_description"],
        required=False,
        widget=AREA(attrs={"rows": 3, "data-best": "160"}),
        label="Description for search engines",
        help_text="Left empty, the introduction is used.",
    )

    def __init__(self, language: str, data: Any, category: Category | None) -> None:
        held: dict[str, Any] = {}
        if category and language == "en":
            held = {"name": category.name, **{field: getattr(category, field) for field in CATEGORY_TEXTS}}
        elif category:
            held = {"name": category.names.get(language, ""), **category.translations.get(language, {})}
        super().__init__(data, prefix=language, initial=held)
        self.language, self.title = language, NAMES.get(language, "English")
        self.fields["name"].required = language == "en"
        for field in self.fields.values():
            field.widget.attrs["lang"] = language
            if language != "en":
                field.help_text = ""

    def said(self) -> int:
        """How many of the texts there are."""
        return sum(bool(self[name].value()) for name in self.fields)

    def texts(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name in CATEGORY_TEXTS and text}


class PictureForm(forms.Form):
    picture = forms.FileField(
        required=False,
        widget=widgets.UnfoldAdminFileFieldWidget,
        help_text="JPEG, PNG, WebP or AVIF; shown square where the shop lists its departments.",
    )
    without = forms.BooleanField(required=False, widget=widgets.UnfoldBooleanWidget, label="Take the picture away")
    # What the page was made from: a save on top of somebody else's is refused.
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class CategoryEditor:
    """All that a category's page edits. `category` is None for a new one in `parent`."""

    def __init__(self, category: Category | None, *, parent: str = "", data: Any = None, files: Any = None) -> None:
        self.category, self.parent = category, parent
        self.slug = SlugForm(data) if category is None else None
        self.words = [WordsForm(language, data, category) for language in ("en", *LANGUAGES)]
        self.picture = PictureForm(data, files, initial={"version": category.version if category else 0})
        self.refused: list[str] = []

    @property
    def english(self) -> WordsForm:
        return self.words[0]

    @property
    def others(self) -> list[WordsForm]:
        return self.words[1:]

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in (self.slug, *self.words, self.picture) if form is not None]
        return all(valid)

    def has_errors(self) -> bool:
        forms_ = [form for form in (self.slug, *self.words, self.picture) if form is not None and form.is_bound]
        return bool(self.refused) or any(form.errors for form in forms_)

    def edited(self) -> Category:
        """The category that the forms describe; an upload is stored. Raises media.RefusedUpload, MediaUnavailable."""
        english, *others = self.words
        before = self.category or Category(path=self._path(), name=english.cleaned_data["name"])
        kept = {language: name for language, name in before.names.items() if language not in LANGUAGES}
        named = {form.language: form.cleaned_data["name"] for form in others if form.cleaned_data["name"]}
        return replace(
            before,
            name=english.cleaned_data["name"],
            names={**kept, **named},
            translations={form.language: texts for form in others if (texts := form.texts())},
            image=self._image(before.image),
            version=self.picture.cleaned_data["version"] or 0,
            **{field: english.cleaned_data[field] for field in CATEGORY_TEXTS},
        )

    def _path(self) -> str:
        slug = self.slug.cleaned_data["slug"] if self.slug else ""
        return f"{self.parent}/{slug}" if self.parent else str(slug)

    def _image(self, before: str) -> str:
        upload = self.picture.cleaned_data["picture"]
        if upload:
            return media.store_image(upload.read()).key
        return "" if self.picture.cleaned_data["without"] else before


class SlugForm(forms.Form):
    slug = SlugField()


class MoveForm(forms.Form):
    """Where a branch goes: below another category, or to another slug, or both."""

    parent = forms.ChoiceField(required=False, widget=SELECT, label="Below")
    slug = SlugField()

    def __init__(self, data: Any, tree: Tree, path: str) -> None:
        parent, _, slug = path.rpartition("/")
        super().__init__(data, initial={"parent": parent, "slug": slug})
        places = [c for c in _in_order(tree) if c.depth < DEEPEST and not is_within(c.path, path)]
        self.fields["parent"].choices = [  # type: ignore[attr-defined]
            ("", "The top: a department of its own"),
            *((c.path, c.path.replace("/", " / ")) for c in places),
        ]

    def target(self) -> str:
        parent, slug = self.cleaned_data["parent"], self.cleaned_data["slug"]
        return f"{parent}/{slug}" if parent else str(slug)


class MergeForm(forms.Form):
    """The category that takes the products of one that is to go."""

    into = forms.ChoiceField(widget=SELECT, label="Move its products to")

    def __init__(self, data: Any, tree: Tree, path: str) -> None:
        super().__init__(data)
        leaves = [c for c in _in_order(tree) if c.path not in tree.by_parent and c.path != path]
        self.fields["into"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a category"),
            *((c.path, c.path.replace("/", " / ")) for c in leaves),
        ]


def _in_order(tree: Tree) -> list[Category]:
    return sorted(tree.categories, key=lambda c: c.path)
