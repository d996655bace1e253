"""Between the forms of a product's page and the domain's product."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.text import slugify

from catalog.admin.forms import (
    CURRENCIES,
    STORE_AWAY,
    ImageForm,
    ImageFormSet,
    ProductForm,
    VariantForm,
    VariantFormSet,
)
from catalog.admin.plan import PlanForm
from catalog.admin.typed import TypedAttributes
from catalog.admin.wording import Wordings
from catalog.domain import Image, InvalidProduct, Kind, Model3D, Product, Status, TaxClass, Variant
from media import services as media
from shopcloud.lib import ids
from shopcloud.lib.money import Money

SEO = ("seo_title", "seo_description")
_SIGNER = Signer(salt="catalog.new-product")


class Editor:
    """The forms of one product: its own, its variants', its pictures', its texts in other languages.

    `files` holds what was uploaded; `product` is None for a new one.
    """

    def __init__(self, product: Product | None, data: Any = None, files: Any = None) -> None:
        self.product = product
        self.product_id = product.product_id if product else _promised(data)
        self.typed = TypedAttributes(product, data)
        self.form = ProductForm(data, files, initial={**_initial(product), "attributes": self.typed.free()})
        if product is None:
            self.form.initial["new_id"] = _SIGNER.sign(self.product_id)
        self.form.fields["product_type"].choices = self.typed.choices  # type: ignore[attr-defined]
        self.variants = VariantFormSet(  # type: ignore[call-arg]
            data,
            prefix="variants",
            initial=_variants(product),
            product=product,
            product_id=self.product_id,
            form_kwargs={"images": product.images if product else ()},
        )
        self.images = ImageFormSet(data, prefix="images", initial=_images(product))
        self.wordings = Wordings(product, data)
        self.plan = PlanForm(product, data, self.form, self.variants)  # type: ignore[arg-type]

    def is_valid(self) -> bool:
        parts = (self.form, self.variants, self.images, self.wordings, self.plan, self.typed)
        # Each is asked, so that all that is wrong is told at once.
        valid = [part.is_valid() for part in parts]
        return all(valid)

    def has_errors(self) -> bool:
        return self.form.is_bound and not self.is_valid()

    @property
    def version(self) -> int:
        return int(self.form.cleaned_data["version"])

    def pictures(self) -> Iterator[tuple[ImageForm, Image]]:
        """Each picture's form with the picture; those that are gone meanwhile are left out."""
        held = {image.key: image for image in (self.product.images if self.product else ())}
        for form in self.images.forms:
            if image := held.get(str(form["key"].value())):
                yield form, image

    def edited(self, *, now: datetime) -> Product:
        """The product the forms describe; uploads are stored. Raises InvalidProduct."""
        fields = self.form.cleaned_data
        simple = {n: fields[n] for n in ("title", "brand", "category", "description", "product_type", "rank", *SEO)}
        images = self._images()
        changes: dict[str, Any] = {
            **simple,
            "slug": fields["slug"] or slugify(fields["title"])[:120].strip("-"),
            "featured": bool(fields["featured"]),
            "kind": Kind(fields["kind"]),
            "status": Status(fields["status"]),
            "tax_class": TaxClass(fields["tax_class"] or TaxClass.STANDARD),
            "variants": self._variants([image.key for image in images]),
            "images": images,
            "attributes": self.typed.merged(fields["attributes"]),
            "translations": self.wordings.translations(),
            "updated_at": now,
        }
        if upload := fields["model_file"]:
            stored = _stored("model_file", lambda: media.store_model(upload.read()))
            changes["model"] = Model3D(stored.key, stored.size)
        elif fields["without_model"]:
            changes["model"] = None
        if upload := fields["download_file"]:
            changes["download"] = _stored(
                "download_file", lambda: media.store_download(upload.read(), filename=upload.name)
            )
        elif fields["without_download"]:
            changes["download"] = ""
        if self.product is None:
            return Product(product_id=self.product_id, created_at=now, **changes)
        return replace(self.product, **changes)

    def changed_fields(self) -> list[str]:
        """What the history says was edited."""
        changed = [str(self.form.fields[name].label or name).lower() for name in self.form.changed_data]
        parts: dict[str, Any] = {
            "variants": self.variants,
            "images": self.images,
            "translations": self.wordings,
            "schedule": self.plan,
            "attributes of the type": self.typed,
        }
        return changed + [name for name, part in parts.items() if part.has_changed()]

    def _variants(self, image_keys: list[str]) -> tuple[Variant, ...]:
        before = {v.sku: v for v in self.product.variants} if self.product else {}
        forms: list[VariantForm] = self.variants.kept()  # type: ignore[attr-defined]
        # A SKU that was renamed keeps its picture.
        held = [before.get(form.initial.get("sku", form.cleaned_data["sku"])) for form in forms]
        return tuple(self._variant(form, old, image_keys) for form, old in zip(forms, held, strict=True))

    def _variant(self, form: VariantForm, old: Variant | None, image_keys: list[str]) -> Variant:
        fields = form.cleaned_data
        other = {c: a for c, a in old.prices.items() if c not in CURRENCIES} if old else {}
        return Variant(
            sku=fields["sku"],
            options=fields["options"],
            prices={**other, **form.prices()},
            weight_grams=fields["weight_grams"] or 0,
            barcode=fields["barcode"],
            image=self._place_of_image(form, old, image_keys),
            # Of what is new: nothing is there until somebody has counted it.
            in_stock=old is not None and old.sku == fields["sku"] and old.in_stock,
        )

    def _place_of_image(self, form: VariantForm, old: Variant | None, image_keys: list[str]) -> int | None:
        """Where the variant's picture stands now that the pictures may have been put into another order."""
        # A page of the release before does not ask for it.
        asked = form.add_prefix("image") in form.data
        key = form.cleaned_data["image"] if asked else _picture_of(old, self.product)
        return image_keys.index(key) if key in image_keys else None

    def _images(self) -> tuple[Image, ...]:
        before = {i.key: i for i in self.product.images} if self.product else {}
        rows = [f.cleaned_data for f in self.images.forms if not f.cleaned_data.get("DELETE")]
        rows = sorted((r for r in rows if r.get("key") in before), key=lambda r: r["position"])
        kept = [replace(before[r["key"]], alt=r["alt"]) for r in rows]
        title = self.form.cleaned_data["title"]
        uploads = self.form.cleaned_data["new_images"]
        stored = [_stored("new_images", lambda u=upload: media.store_image(u.read())) for upload in uploads]  # type: ignore[misc]
        held = {image.key for image in kept}
        new = {s.key: Image(s.key, s.width, s.height, title) for s in stored if s.key not in held}
        return (*kept, *new.values())


def _promised(data: Any) -> str:
    """The id that the page which is sent back had for its product; another one for a page that tells none of ours."""
    try:
        return _SIGNER.unsign(str((data or {}).get("new_id", "")))
    except BadSignature:
        return ids.product_id()


def _stored(field: str, store: Callable[[], Any]) -> Any:
    """What `store` made of an upload; its refusal, and a store that is away, are told beside the field."""
    try:
        return store()
    except media.RefusedUpload as error:
        raise InvalidProduct({field: str(error)}) from None
    except media.MediaUnavailable:
        raise InvalidProduct({field: STORE_AWAY}) from None


def _initial(product: Product | None) -> dict[str, Any]:
    if product is None:
        return {"status": Status.DRAFT.value, "kind": Kind.PHYSICAL.value}
    names = ("title", "slug", "brand", "category", "description", "product_type", "rank", "featured", "version", *SEO)
    return {
        **{name: getattr(product, name) for name in names},
        "kind": product.kind.value,
        "tax_class": product.tax_class.value,
        "status": product.status.value,
    }


def _variants(product: Product | None) -> list[Mapping[str, Any]]:
    return [
        {
            "sku": v.sku,
            "options": dict(v.options),
            "weight_grams": v.weight_grams,
            "barcode": v.barcode,
            "image": _picture_of(v, product),
            **{c: Money(amount, c).major for c, amount in v.prices.items()},
        }
        for v in (product.variants if product else ())
    ]


def _picture_of(variant: Variant | None, product: Product | None) -> str:
    """The key of the variant's picture, empty where it has none of its own."""
    images = product.images if product else ()
    if variant is None or variant.image is None or variant.image >= len(images):
        return ""
    return images[variant.image].key


def _images(product: Product | None) -> list[dict[str, Any]]:
    images = product.images if product else ()
    return [{"key": image.key, "position": place, "alt": image.alt} for place, image in enumerate(images, start=1)]
