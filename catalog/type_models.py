"""Kinds of products and the attributes of each, as PostgreSQL keeps them."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

LANGUAGES_OF_WORDS = ("en", "de", "fr")
# Stands between a choice and what shoppers read for it.
BECOMES = "="


def _words(language: str) -> "models.TextField[str, str]":
    return models.TextField(
        blank=True,
        default="",
        db_default="",
        max_length=20_000,
        verbose_name=f"values in {language}",
        help_text="What shoppers read, one a line: Oak = Eiche. The others are shown as they are.",
    )


class ProductType(models.Model):
    """A kind of products that share their attributes. Products name it by its `code`."""

    code = models.SlugField(
        max_length=40, primary_key=True, help_text="Lower-case words and hyphens. Products refer to it: it stays."
    )
    name = models.CharField(max_length=80, unique=True)

    class Meta:
        verbose_name = "product type"

    def __str__(self) -> str:
        return self.name


class TypeAttribute(models.Model):
    """One attribute of a type: what may be said, and what shoppers read beside it in each language."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        CHOICE = "choice", "Choice"
        BOOLEAN = "boolean", "Yes or no"

    product_type = models.ForeignKey(ProductType, on_delete=models.CASCADE, related_name="attributes")
    name = models.CharField(
        max_length=60,
        validators=[RegexValidator(r"\A[^:;\n\r\x00]+\Z", "Leave out colons and semicolons.")],
        help_text="The name that products keep the value under, such as material or height_cm.",
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    unit = models.CharField(max_length=20, blank=True, help_text="Of a number, such as cm.")
    choices = models.TextField(blank=True, max_length=2_000, help_text="Of a choice, one a line.")
    choices_en = _words("English")
    choices_de = _words("German")
    choices_fr = _words("French")
    required = models.BooleanField(default=False)
    filterable = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Shoppers narrow a search or a category by it. An option of that name counts too, such as colour.",
    )
    label = models.CharField(max_length=60, blank=True, verbose_name="label (English)")
    label_de = models.CharField(max_length=60, blank=True, verbose_name="label (German)")
    label_fr = models.CharField(max_length=60, blank=True, verbose_name="label (French)")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "attribute"
        ordering = ("position", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=("product_type", "name"), name="type_attribute_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def options(self) -> list[str]:
        lines = (line.strip() for line in self.choices.splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def words_for(self, language: str) -> dict[str, str]:
        """What shoppers of a language read for those values that have words of their own."""
        lines = (line.partition(BECOMES) for line in getattr(self, f"choices_{language}").splitlines() if line.strip())
        return {value.strip(): words.strip() for value, _, words in lines}

    def clean(self) -> None:
        self._clean_words()
        if self.kind == self.Kind.CHOICE and not self.options:
            raise ValidationError({"choices": "Write what can be chosen, one a line."})
        if self.kind != self.Kind.CHOICE and self.options:
            raise ValidationError({"choices": "Only a choice has these. Choose that kind or leave this empty."})
        if self.unit and self.kind != self.Kind.NUMBER:
            raise ValidationError({"unit": "Only a number has a unit. Choose that kind or leave this empty."})

    def _clean_words(self) -> None:
        """A choice has words for what can be chosen, a text for whatever products say."""
        wrong = {}
        for language in LANGUAGES_OF_WORDS:
            words = self.words_for(language)
            unknown = [value for value in words if value not in self.options] if self.kind != self.Kind.TEXT else []
            if unknown:
                wrong[f"choices_{language}"] = f"“{unknown[0]}” is none of the choices. Write them as Oak = Eiche."
            elif empty := [value for value, said in words.items() if not said]:
                wrong[f"choices_{language}"] = f"Write what “{empty[0]}” is called, or leave its line out."
        if wrong:
            raise ValidationError(wrong)
