"""What goes out: immutable public URLs, and pre-signed downloads that end."""

import hashlib
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import boto3
import pytest
from django.template import Context, Template

from media import delivery
from media.services import MediaUnavailable, store_download, store_image, store_model
from shopcloud.lib import aws
from shopcloud.lib.resilience import breaker
from tests.media.pictures import glb, picture

KEY = "images/" + "a" * 32 + "/960.webp"


@dataclass
class Shown:
    key: str
    width: int = 960
    height: int = 640
    alt: str = 'A "fine" lamp'


@pytest.fixture(scope="module")
def stored():
    return store_image(picture(960, 640))


@pytest.mark.parametrize(
    ("width", "name"), [(None, "960"), (1, "320"), (320, "320"), (321, "480"), (700, "960"), (5000, "960")]
)
def test_a_width_is_answered_by_the_smallest_kept_one_that_fills_it(width, name):
    assert delivery.image_url(KEY, width) == f"/media/{KEY.replace('960', name)}"


def test_every_url_of_a_srcset_answers(stored, guest):
    entries = [entry.split() for entry in delivery.srcset(stored.key).split(", ")]
    assert [width for _, width in entries] == ["320w", "480w", "640w", "960w"]
    for url, _ in entries:
        assert guest.get(url).status_code == 200


def test_a_picture_may_be_kept_forever_and_is_not_sent_twice(stored, guest):
    first = guest.get(delivery.image_url(stored.key))
    assert first["Content-Type"] == "image/webp"
    assert first["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(first.getvalue()) == int(first["Content-Length"])
    assert not first.cookies
    again = guest.get(delivery.image_url(stored.key), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_model_is_delivered_as_one(guest):
    content = glb(padding=128)
    answer = guest.get(delivery.file_url(store_model(content).key))
    assert (answer["Content-Type"], answer.getvalue()) == ("model/gltf-binary", content)


@pytest.mark.parametrize(
    "path",
    [
        "images/" + "0" * 32 + "/640.webp",
        "images/../files/secret.zip",
        "images/%2e%2e/%2e%2e/etc/passwd",
        "../../etc/passwd",
        "files/abc/guide.zip",
        "models/nope.glb",
    ],
)
def test_anything_else_is_not_there(path, guest):
    assert guest.get(f"/media/{path}").status_code == 404


def test_a_download_is_never_served_as_public_media(guest):
    key = store_download(b"the book", filename="book.pdf")
    assert guest.get(f"/media/{key}").status_code == 404


def test_nothing_can_be_written_through_the_public_url(stored, guest):
    assert guest.post(delivery.image_url(stored.key), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 405


def test_a_presigned_download_delivers_under_its_name():
    key = store_download(b"the book", filename="book.pdf")
    with urllib.request.urlopen(delivery.download_url(key, filename='Bücher "1".pdf'), timeout=5) as answer:
        assert answer.read() == b"the book"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "filename*=UTF-8''B%C3%BCcher%20%221%22.pdf" in answer.headers["Content-Disposition"]


def test_a_presigned_download_ends():
    key = store_download(b"the book", filename="book.pdf")
    url = delivery.download_url(key, filename="book.pdf", seconds=1)
    time.sleep(2.1)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url, timeout=5)
    assert refused.value.code in {400, 403}


def test_a_presigned_download_opens_no_other_file():
    key, other = store_download(b"mine", filename="a.pdf"), store_download(b"theirs", filename="b.pdf")
    url = delivery.download_url(key, filename="a.pdf").replace(key, other)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url, timeout=5)
    assert refused.value.code == 403


def rendered(source: str, **context) -> str:
    return Template("{% load media %}" + source).render(Context(context))


def test_a_picture_reserves_its_place_and_offers_its_widths():
    html = rendered(
        '{% picture image sizes="50vw" loading="eager" fetchpriority="high" class="card" %}', image=Shown(KEY)
    )
    assert 'width="960" height="640"' in html and 'sizes="50vw"' in html
    assert html.count(".webp ") == 4 and f'src="/media/{KEY.replace("960", "640")}"' in html
    assert 'alt="A &quot;fine&quot; lamp"' in html
    assert 'loading="eager"' in html and 'fetchpriority="high"' in html and 'class="card"' in html


def test_a_decoration_keeps_its_empty_alt_and_no_picture_draws_nothing():
    assert 'alt=""' in rendered('{% picture image alt="" %}', image=Shown(KEY))
    assert rendered("{% picture image %}", image=None) == ""


@pytest.fixture
def no_s3(monkeypatch):
    """S3 refuses every connection, as a store that is down does."""
    gone = boto3.client("s3", endpoint_url="http://127.0.0.1:9", config=aws.s3().meta.config)
    breaker("s3").close()
    monkeypatch.setattr(aws, "s3", lambda: gone)
    yield
    breaker("s3").close()


def test_while_s3_is_down_a_picture_is_a_placeholder_that_nobody_keeps(stored, guest, no_s3):
    started = time.perf_counter()
    for _ in range(10):
        answer = guest.get(delivery.image_url(stored.key))
        assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
            503,
            "image/svg+xml",
            "no-store",
        )
        assert answer["Retry-After"] and answer.content.startswith(b"<svg")
    assert time.perf_counter() - started < 5


def test_while_s3_is_down_a_model_and_an_upload_are_refused_politely(guest, no_s3):
    assert guest.get("/media/models/" + "a" * 32 + ".glb").status_code == 503
    with pytest.raises(MediaUnavailable, match="Try again"):
        store_image(picture(321, 123))


def test_a_browser_that_has_the_picture_needs_no_s3(stored, guest, no_s3):
    url = delivery.image_url(stored.key)
    etag = f'"{hashlib.sha256(url.removeprefix("/media/").encode()).hexdigest()[:32]}"'
    assert guest.get(url, headers={"If-None-Match": etag}).status_code == 304
