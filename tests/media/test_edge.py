"""Claims: a browser gets the best format it says it draws, from what is kept, and everything else is left alone."""

import io
import secrets

import pytest
from django.core.management import call_command
from PIL import Image

from media import edge
from media.delivery import image_url, srcset
from media.services import add_avif, store_image
from tests.media.pictures import picture

KEY = "images/" + "a" * 32 + "/960.webp"
CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
SAFARI_14 = "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (CHROME, "avif"),
        (SAFARI_14, "webp"),
        ("image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "webp"),
        ("IMAGE/AVIF ; q=0.9", "avif"),
        ("image/avif;q=0, image/webp", "webp"),
        ("image/avif;q=0.000", "webp"),
        ("image/avif;q=0.001", "avif"),
        ("*/*", "webp"),
        ("", "webp"),
        (",;,q=0", "webp"),
    ],
)
def test_the_best_format_that_a_browser_names_is_chosen(accept, form):
    assert edge.negotiated(f"/{KEY}", accept) == f"/{KEY}".replace("webp", form)


@pytest.mark.parametrize(
    "path",
    ["/models/" + "a" * 32 + ".glb", "/images/../secret.webp", "/images/" + "a" * 32 + "/0960.webp", "/x.webp", ""],
)
def test_what_is_no_picture_keeps_its_path(path):
    assert edge.negotiated(path, CHROME) == path


def test_a_picture_is_kept_and_sent_in_both_formats(guest, settings):
    settings.MEDIA_AVIF = True
    stored = store_image(picture(1000, 700, colour=(1, 90, 44)))
    for entry in srcset(stored.key).split(", "):
        url = entry.split()[0]
        modern, old = guest.get(url, headers={"Accept": CHROME}), guest.get(url, headers={"Accept": "*/*"})
        assert (modern["Content-Type"], old["Content-Type"]) == ("image/avif", "image/webp")
        assert modern["Vary"] == old["Vary"] == "Accept"
        assert modern["ETag"] != old["ETag"]
        shapes = [Image.open(io.BytesIO(answer.getvalue())) for answer in (modern, old)]
        assert [shape.format for shape in shapes] == ["AVIF", "WEBP"]
        assert shapes[0].size == shapes[1].size


def test_pictures_from_before_get_what_they_lack_and_no_more(guest, settings):
    stored = store_image(picture(500, 300, colour=tuple(secrets.token_bytes(3))))
    assert guest.get(image_url(stored.key), headers={"Accept": CHROME})["Content-Type"] == "image/webp"
    said = []
    assert add_avif(on_each=said.append) == len(said) >= 3
    assert stored.key in said
    settings.MEDIA_AVIF = True
    assert guest.get(image_url(stored.key), headers={"Accept": CHROME})["Content-Type"] == "image/avif"
    call_command("add_avif", verbosity=0)
    assert add_avif() == 0
