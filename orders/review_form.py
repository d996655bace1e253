"""The form behind "Write a review". The catalog checks the same bounds again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.services import MAX_AUTHOR, MAX_BODY, MAX_TITLE, SpokenReview

STARS = ((5, _("5 stars")), (4, _("4 stars")), (3, _("3 stars")), (2, _("2 stars")), (1, _("1 star")))


class ReviewForm(forms.Form):
    """Words are plain text: pages show what looks like HTML as it was typed."""

    rating = forms.TypedChoiceField(label=_("How many stars?"), choices=STARS, coerce=int, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=MAX_TITLE, required=False)
    body = forms.CharField(label=_("Your review"), max_length=MAX_BODY, widget=forms.Textarea(attrs={"rows": 6}))
    author = forms.CharField(
        label=_("Shown name"),
        max_length=MAX_AUTHOR,
        help_text=_("This name stands beside your review. Your email address is never shown."),
    )


def words_of(said: SpokenReview | None, *, name: str) -> dict[str, Any]:
    """What the form begins with: what was said before, or else the buyer's first name."""
    if said is None:
        return {"author": name.split(" ")[0][:MAX_AUTHOR]}
    review = said.review
    return {"rating": review.rating, "title": review.title, "body": review.body, "author": review.author}
