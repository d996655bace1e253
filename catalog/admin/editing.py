"""Between the forms of a product's page and the domain's product."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from catalog.admin.forms import CURRENCIES, ImageFormSet, ProductForm, VariantFormSet
from catalog.domain import Image, Kind, Model3D, Product, Status, Variant
from media import services as media
from shopcloud.lib import ids
from shopcloud.lib.money import Money


class Editor:
    """The three forms of one product. `files` holds what was uploaded; `product` is None for a new one."""

    def __init__(self, product: Product | None, data: Any = None, files: Any = None) -> None:
        self.product = product
        self.form = ProductForm(data, files, initial=_initial(product))
        self.variants = VariantFormSet(data, prefix="variants", initial=_variants(product))
        self.images = ImageFormSet(data, prefix="images", initial=_images(product))

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.variants.is_valid(), self.images.is_valid()])

    @property
    def version(self) -> int:
        return int(self.form.cleaned_data["version"])

    def edited(self, *, now: datetime) -> Product:
        """The product the forms describe; uploads are stored. Raises InvalidProduct, media's RefusedUpload."""
        fields = self.form.cleaned_data
        simple = {n: fields[n] for n in ("title", "slug", "brand", "category", "description", "attributes", "rank")}
        changes: dict[str, Any] = {
            **simple,
            "featured": bool(fields["featured"]),
            "kind": Kind(fields["kind"]),
            "status": Status(fields["status"]),
            "variants": self._variants(),
            "images": self._images(),
            "updated_at": now,
        }
        if fields["model_file"]:
            stored = media.store_model(fields["model_file"].read())
            changes["model"] = Model3D(stored.key, stored.size)
        if fields["download_file"]:
            upload = fields["download_file"]
            changes["download"] = media.store_download(upload.read(), filename=upload.name)
        if self.product is None:
            return Product(product_id=ids.product_id(), created_at=now, **changes)
        return replace(self.product, **changes)

    def changed_fields(self) -> list[str]:
        """What the history says was edited."""
        changed = list(self.form.changed_data)
        return changed + [n for n, s in (("variants", self.variants), ("images", self.images)) if s.has_changed()]

    def _variants(self) -> tuple[Variant, ...]:
        before = {v.sku: v for v in self.product.variants} if self.product else {}
        made = []
        for form in self.variants.kept():  # type: ignore[attr-defined]
            fields = form.cleaned_data
            old = before.get(fields["sku"])
            other = {c: a for c, a in old.prices.items() if c not in CURRENCIES} if old else {}
            made.append(
                Variant(
                    sku=fields["sku"],
                    options=fields["options"],
                    prices={**other, **form.prices()},
                    weight_grams=fields["weight_grams"] or 0,
                    barcode=fields["barcode"],
                    image=old.image if old else None,
                    in_stock=old.in_stock if old else True,
                )
            )
        return tuple(made)

    def _images(self) -> tuple[Image, ...]:
        before = {i.key: i for i in self.product.images} if self.product else {}
        rows = [f.cleaned_data for f in self.images.forms if not f.cleaned_data.get("DELETE")]
        rows = sorted((r for r in rows if r.get("key") in before), key=lambda r: r["position"])
        kept = [replace(before[r["key"]], alt=r["alt"]) for r in rows]
        stored = [media.store_image(upload.read()) for upload in self.form.cleaned_data["new_images"]]
        title = self.form.cleaned_data["title"]
        return (*kept, *(Image(s.key, s.width, s.height, title) for s in stored))


def _initial(product: Product | None) -> dict[str, Any]:
    if product is None:
        return {"status": Status.DRAFT.value, "kind": Kind.PHYSICAL.value}
    names = ("title", "slug", "brand", "category", "description", "rank", "featured", "version")
    return {
        **{name: getattr(product, name) for name in names},
        "kind": product.kind.value,
        "status": product.status.value,
        "attributes": dict(product.attributes),
    }


def _variants(product: Product | None) -> list[Mapping[str, Any]]:
    return [
        {
            "sku": v.sku,
            "options": dict(v.options),
            "weight_grams": v.weight_grams,
            "barcode": v.barcode,
            **{c: Money(amount, c).major for c, amount in v.prices.items()},
        }
        for v in (product.variants if product else ())
    ]


def _images(product: Product | None) -> list[dict[str, Any]]:
    images = product.images if product else ()
    return [{"key": image.key, "position": place, "alt": image.alt} for place, image in enumerate(images, start=1)]
