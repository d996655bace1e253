"""Writes catalog-<n>-<department>.json from the range and the pictures taken. Run: python -m deploy.demo.build_catalog"""

from __future__ import annotations

import json
import random
import re
from itertools import count
from pathlib import Path
from typing import Any

from deploy.demo.digital.titles import TITLES, Title
from deploy.demo.goods import GOODS
from deploy.demo.goods.categories import CATEGORIES
from deploy.demo.goods.entry import Goods, Size
from deploy.demo.goods.pricing import ean13, prices
from deploy.demo.goods.reviews import reviews_of
from deploy.demo.models.designs import DESIGNS
from deploy.demo.render import picture_name, shots

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
CARE = {
    "lighting": "Dust with a dry cloth",
    "furniture": "Wipe with a damp cloth; oil wood twice a year",
    "tableware": "Dishwasher safe, except wood and metal parts",
    "decor": "Wipe with a soft, dry cloth",
    "studio": "Wipe with a soft, dry cloth",
}
CLOTH_CARE = "Brush, or dab with a damp cloth"
ORIGIN = {
    "Lumenfold": "Made in Denmark", "Holt & Burrow": "Made in Wales", "Fennmark": "Made in Finland", "Tidekiln": "Made in Portugal",
    "Marrow Clay": "Made in Spain", "Ardenne & Wick": "Made in Belgium", "Saltloom": "Made in Lithuania", "Quietwave": "Made in Germany",
    "Tickwell": "Made in Austria", "Deskmoss": "Made in Poland",
}  # fmt: skip


MAIN_MATERIALS = {
    "Wood": "wood wooden timber plywood veneered ash oak walnut", "Metal": "metal steel brass aluminium iron",
    "Ceramic": "clay stoneware porcelain", "Glass": "glass", "Textile": "linen cloth cotton wool leather",
    "Paper": "paper", "Cane": "cane", "Plastic": "shell",
}  # fmt: skip


def main_material(material: str) -> str:
    """What shoppers call it: the first of its materials that has a name they know."""
    known = {word: name for name, words in MAIN_MATERIALS.items() for word in words.split()}
    return next(known[word] for word in re.findall("[a-z]+", material.lower()) if word in known)


def kebab(words: str) -> str:
    """Words as they appear in a URL."""
    kept = "".join(letter if letter.isalnum() else " " for letter in words.lower().replace("'", ""))
    return "-".join(kept.split())


def code(words: str) -> str:
    """A short part of a SKU: three letters of the first word, one of each other that matters; "Ø40 cm" is 40."""
    plain = kebab(words).encode("ascii", "ignore").decode()
    first, *rest = [word for word in plain.split("-") if word not in {"", "and", "of", "cm"}]
    return (first[:3] + "".join(word[:3] if word.isdigit() else word[0] for word in rest)).upper()


def physical(goods: Goods, numbers: count[int]) -> dict[str, Any]:
    """One physical product as the seed reads it."""
    department, main = goods.category.split("/")[0], main_material(goods.material)
    design = DESIGNS[goods.design]
    pictures = _pictures(goods)
    slug, material = kebab(goods.title), goods.material
    model = f"models/{goods.design}.glb"
    width, height, depth = design.size_cm()
    attributes = {
        **{"material": material, "main_material": main},
        "width_cm": str(width),
        "height_cm": str(height),
        "depth_cm": str(depth),
        "care": CLOTH_CARE if main == "Textile" else CARE[department],
        "origin": ORIGIN[goods.brand],
        **goods.extra,
    }
    files = [picture["file"] for picture in pictures]
    variants = [
        _variant(goods, finish, size, files, numbers)
        for finish in design.finishes
        for size in goods.sizes or (Size("", 1, 1),)
    ]
    return {
        "slug": slug,
        "title": goods.title,
        "brand": goods.brand,
        "category": goods.category,
        "kind": "physical",
        "status": "active",
        "description": goods.copy,
        "attributes": attributes,
        "variants": variants,
        "images": pictures,
        "model": model if (ASSETS / model).exists() else None,
        "rating": None,
        "reviews": reviews_of(slug, department),
        "featured": goods.featured,
        "digital_file": None,
    }


def _pictures(goods: Goods) -> list[dict[str, str]]:
    """The pictures that have been taken: the main finish first, then its other angle, then the other finishes."""
    found = []
    for shot in shots(DESIGNS[goods.design]):
        if (ASSETS / "renders" / shot.name).exists():
            angle = ", from another angle" if shot.rank == 2 else ""
            found.append({"file": f"renders/{shot.name}", "alt": f"{goods.title} in {shot.finish.lower()}{angle}"})
    return found


def _variant(goods: Goods, finish: str, size: Size, files: list[str], numbers: count[int]) -> dict[str, Any]:
    options = {"finish": finish, **({"size": size.label} if size.label else {})}
    sku = "-".join(
        [goods.brand[:3].upper(), goods.design.upper(), code(finish), *([code(size.label)] if size.label else [])]
    )
    picture = f"renders/{picture_name(goods.design, finish, 1)}"
    stock = goods.stock.get(finish, goods.stock.get("*", _stock(sku)))
    return {
        "sku": sku,
        "options": options,
        "prices": prices(goods.dollars * size.price, goods.design),
        "weight_grams": round(goods.grams * size.weight / 10) * 10,
        "barcode": ean13(next(numbers)),
        "stock": stock,
        **({"image": files.index(picture)} if picture in files else {}),
    }


def _stock(sku: str) -> int:
    """Mostly plenty, sometimes a few, now and then none."""
    rng = random.Random(f"stock/{sku}")
    chance = rng.random()
    if chance < 0.05:
        return 0
    return rng.randint(1, 3) if chance < 0.15 else rng.randint(5, 60)


def digital(title: Title, numbers: count[int]) -> dict[str, Any]:
    """One digital product as the seed reads it."""
    files = [f"renders/{title.slug}-{number}.webp" for number in (1, 2)]
    alts = (f"Cover of {title.title}: {title.subtitle}", f"{title.title}, seen from the side")
    return {
        "slug": kebab(title.title),
        "title": title.title,
        "brand": title.brand,
        "category": title.category,
        "kind": "digital",
        "status": "active",
        "description": title.copy,
        "attributes": {
            "format": title.contains,
            "file_size": f"{max(1, round((ASSETS / 'downloads' / title.file).stat().st_size / 1000))} kB",
            "delivery": "Download link by email, once paid",
        },
        "variants": [
            {
                "sku": f"{title.brand[:3].upper()}-{title.slug.upper()}",
                "options": {},
                "prices": prices(title.dollars, title.slug),
                "weight_grams": 0,
                "barcode": ean13(next(numbers)),
                "stock": 0,
            }
        ],
        "images": [{"file": f, "alt": alt} for f, alt in zip(files, alts, strict=True) if (ASSETS / f).exists()],
        "model": None,
        "rating": None,
        "reviews": reviews_of(title.slug, "digital"),
        "featured": title.featured,
        "digital_file": f"downloads/{title.file}",
    }


def categories_of(department: str, images: dict[str, str]) -> list[dict[str, Any]]:
    """A department and its leaves."""
    return [
        {
            "path": path,
            "name": name,
            "names": {"de": german, "fr": french},
            "description": description,
            "translations": {"de": {"description": in_german}, "fr": {"description": in_french}},
            "image": images[picture],
        }
        for path, (name, german, french), (description, in_german, in_french), picture in CATEGORIES
        if path.split("/")[0] == department
    ]


def main() -> None:
    """Write one file a department; products without any picture yet stay out."""
    numbers = count(1)
    made = [(goods.design, physical(goods, numbers)) for goods in GOODS]
    made += [(title.slug, digital(title, numbers)) for title in TITLES]
    images = {name: product["images"][0]["file"] for name, product in made if product["images"]}
    departments = [path for path, *_ in CATEGORIES if "/" not in path]
    for place, department in enumerate(departments, start=1):
        products = [p for _, p in made if p["category"].startswith(f"{department}/") and p["images"]]
        described = {"categories": categories_of(department, images), "products": products}
        path = HERE / f"catalog-{place}-{department}.json"
        path.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n")
        print(f"{len(products):3} products  {path.stat().st_size / 1000:4.0f} kB  {path.name}")


if __name__ == "__main__":
    main()
