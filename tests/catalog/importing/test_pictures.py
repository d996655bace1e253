"""Pictures that a file names come into the shop with the products, each once; one that does not come is reported."""

import json
import threading
import time
from collections import Counter
from io import BytesIO

import pytest

from catalog import queries
from catalog.domain import Freshness
from catalog.exporting import files
from catalog.importing import background, imports
from catalog.importing.bringing import AT_ONCE, GIVE_UP_AFTER, OF_ONE_HOST
from catalog.importing.changes import changes_of
from catalog.importing.importer import read_file, save_parsed
from catalog.models import KnownPicture, ProductImport
from catalog.records import editorial_record
from media import services as media
from orders.queries import sku_owners
from shopcloud.lib import clock
from shopcloud.wiring.product_imports import go_on
from tests.catalog.importing.conftest import diff_made_for
from tests.media.pictures import picture
from tests.web_server import leads_to, says, web_server

pytestmark = pytest.mark.django_db
MAPPING = {
    "product": {"id": "{id}", "title": "{name}", "sku": "P-{id}"},
    "category": {"default": "lighting"},
    "price": {"column": "price", "currency": "EUR"},
    "images": {"columns": ["photos", "more"]},
}


@pytest.fixture
def web(settings):
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    with web_server() as pages:
        for number in range(1, 5):
            pages[f"/{number}.jpg"] = says(picture(400 + number, 300, colour=(number, 90, 40)))
        yield pages


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("catalog.importing.bringing.PAUSE", 0)


def started(content: bytes, name="lamps.csv", mapping=None) -> ProductImport:
    row = imports.upload(file=BytesIO(content), name=name, author_id=None, now=clock.now())
    if mapping is not None:
        imports.set_mapping(import_id=row.pk, mapping=mapping)
    imports.confirm(import_id=row.pk, now=clock.now())
    return row


def imported(content: bytes, name="lamps.csv", mapping=None) -> ProductImport:
    row = started(content, name, mapping)
    assert go_on(row.pk)
    row.refresh_from_db()
    return row


def table(*rows: str) -> bytes:
    return "\n".join(["id,name,price,photos,more", *rows]).encode()


def lamp(product_id: str):
    return queries.product(product_id, freshness=Freshness.STRONG)


def problems(row: ProductImport) -> list[tuple[int, str, str]]:
    return list(row.problems.values_list("line", "field", "reason"))


def test_pictures_by_url_and_by_key_are_shown_in_the_order_of_the_file(web):
    key = media.store_image(picture(500, 200)).key
    row = imported(table(f"pic1,Lamp,10,{web.at}/1.jpg {key}|{web.at}/2.jpg,{web.at}/3.jpg"), mapping=MAPPING)
    shown = lamp("pic1").images
    assert ([i.width for i in shown], shown[1].key, problems(row)) == ([401, 500, 402, 403], key, [])
    assert {i.height for i in shown} == {200, 300}


def test_what_is_wrong_with_a_picture_is_reported_and_the_product_and_its_other_pictures_land(web):
    web |= {
        "/page": says(b"<html>"),
        "/inside": leads_to("http://127.0.0.2/"),
        "/bomb": says(picture(9000, 9000, form="PNG")),
    }
    absent = "images/" + "0" * 32 + "/640.webp"
    named = [f"{web.at}/page", f"{web.at}/none", "http://169.254.169.254/x", f"{web.at}/inside", absent,
             f"{web.at}/bomb", f"{web.at}/1.jpg", "ftp://a/b", "lamp.jpg"]  # fmt: skip
    row = imported(table(f"wrong1,Lamp,10,{' '.join(named)},"), mapping=MAPPING)
    said = {field: reason for line, field, reason in problems(row) if line == 2}
    for number, words in enumerate(
        ["not a readable JPEG", "answers 404", "no public address", "no public address", "No file is called", "pixel"],
        1,
    ):
        assert words in said[f"image {number}"]
        assert named[number - 1] in said[f"image {number}"]
    assert "must begin with" in said["image 8"]
    assert "neither an address nor the key" in said["image 9"]
    assert len(said) == 8
    assert [i.width for i in lamp("wrong1").images] == [401]
    assert (row.state, row.created, row.failed) == ("finished", 1, 0)


def test_the_same_address_is_fetched_once_whichever_import_names_it(web):
    content = table(f"once1,Lamp,10,{web.at}/1.jpg,", f"once2,Shade,10,{web.at}/1.jpg {web.at}/2.jpg,")
    imported(content, mapping=MAPPING)
    again = imported(content, mapping=MAPPING)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    imported(content.replace(b"10", b"12"), mapping=MAPPING)
    assert sorted(web.asked) == ["/1.jpg", "/2.jpg"]


def test_an_export_with_pictures_imports_again_without_a_difference_and_nothing_is_fetched(web, tmp_path):
    imported(table(f"out1,Lamp,10,{web.at}/1.jpg {web.at}/2.jpg,"), mapping=MAPPING)
    asked = len(web.asked)
    for kind in files.FORMATS:
        path = tmp_path / f"out.{kind}"
        with path.open("w+b") as file:
            files.write(kind, [lamp("out1")], file)
        row = imported(path.read_bytes(), path.name)
        assert (row.unchanged, row.products, problems(row)) == (1, 1, [])
    assert len(web.asked) == asked


@pytest.mark.parametrize("written", ["json", "plain"])
def test_our_own_format_takes_addresses_and_keys_beside_its_own_pictures(web, tmp_path, written):
    imported(table(f"own1,Lamp,10,{web.at}/1.jpg,"), mapping=MAPPING)
    before = lamp("own1")
    path = tmp_path / "out.jsonl"
    with path.open("w+b") as file:
        files.write("jsonl", [before], file)
    said = json.loads(path.read_bytes())
    said["images"] = (
        [{"url": f"{web.at}/2.jpg", "alt": "Two"}, {"key": before.images[0].key}, *said["images"]]
        if written == "json" else f"{web.at}/2.jpg {before.images[0].key}".split()
    )  # fmt: skip
    said["variants"][0]["variant_image"] = 1
    row = imported(json.dumps(said).encode(), "out.jsonl")
    after = lamp("own1")
    assert (row.updated, problems(row)) == (1, [])
    assert [i.width for i in after.images][:2] == [402, 401]
    assert after.images[0].alt == ("Two" if written == "json" else "")
    assert after.variants[0].image == 0


def test_an_empty_cell_and_pictures_that_do_not_come_leave_those_a_product_has(web):
    imported(table(f"keep1,Lamp,10,{web.at}/1.jpg,"), mapping=MAPPING)
    before = lamp("keep1")
    imported(table("keep1,Lamp,10,,"), mapping=MAPPING)
    row = imported(table(f"keep1,Lamp,10,{web.at}/none.jpg,"), mapping=MAPPING)
    assert (editorial_record(lamp("keep1")), row.unchanged) == (editorial_record(before), 1)


SHOPIFY = (
    "Handle,Title,Option1 Name,Option1 Value,Variant Price,Type,Image Src,Image Position,Image Alt Text,Variant Image\n"
    "{1},Jug,Colour,Red,10,Jugs,{0}/2.jpg,2,Behind,{0}/1.jpg\n"
    "{1},,,Blue,11,,{0}/1.jpg,1,In front,{0}/4.jpg\n"
    "{1},,,,,,{0}/gone.jpg,3,,\n"
    "{1},,,,,,{0}/3.jpg,4,,\n"
)


def test_pictures_of_a_shopify_file_stand_by_their_position_with_their_texts_and_variants(web):
    content = SHOPIFY.format(web.at, "jug14").encode()
    row = imported(content)
    jug = lamp("shopifyjug14")
    assert [(i.width, i.alt) for i in jug.images] == [(401, "In front"), (402, "Behind"), (403, ""), (404, "")]
    assert [v.image for v in jug.variants] == [0, 3]
    assert [(line, field) for line, field, _ in problems(row)] == [(4, "image 3")]
    again = imported(content)
    assert (again.unchanged, web.asked.count("/1.jpg")) == (1, 1)


def test_a_variant_keeps_its_picture_where_the_file_puts_another_before_it(web):
    imported(SHOPIFY.format(web.at, "jug15").encode())
    fewer = SHOPIFY.format(web.at, "jug15").replace(",Variant Image", ",X").replace("Position", "Place").encode()
    imported(fewer)
    jug = lamp("shopifyjug15")
    assert [i.width for i in jug.images] == [402, 401, 403]
    assert [v.image for v in jug.variants] == [1, None]


def test_a_look_at_the_changes_shows_the_pictures_and_fetches_none(web):
    row = imports.upload(
        file=BytesIO(table(f"look1,Lamp,10,{web.at}/1.jpg http://u:p@x/a,")),
        name="l.csv",
        author_id=None,
        now=clock.now(),
    )
    imports.set_mapping(import_id=row.pk, mapping=MAPPING)
    row.refresh_from_db()
    diff = diff_made_for(row)
    assert diff.changes[0].new_pictures == (f"{web.at}/1.jpg",)
    assert [(r.field, "user name" in r.reason) for r in diff.refused] == [("image 2", True)]
    assert (web.asked, KnownPicture.objects.count()) == ([], 0)
    imports.confirm(import_id=row.pk, now=clock.now())
    go_on(row.pk)
    row.refresh_from_db()
    assert diff_made_for(row).changes[0].new_pictures == ()


def test_a_worker_whose_turn_ends_among_pictures_loses_none_and_the_next_fetches_the_rest(web, monkeypatch):
    row = started(
        table(*(f"turn{n},Lamp,10,{web.at}/{n}.jpg {web.at}/none{n},more" for n in (1, 2, 3))), mapping=MAPPING
    )
    left = iter([True, True, True, False])
    monkeypatch.setattr(background, "_may_go_on", lambda *_: next(left))
    assert not go_on(row.pk)
    assert sorted(web.asked) == ["/1.jpg", "/2.jpg", "/none1"]
    monkeypatch.undo()
    monkeypatch.setattr("catalog.importing.bringing.PAUSE", 0)
    assert go_on(row.pk)
    assert sorted(web.asked) == ["/1.jpg", "/2.jpg", "/3.jpg", "/none1", "/none2", "/none3"]
    row.refresh_from_db()
    assert (row.created, [len(lamp(f"turn{n}").images) for n in (1, 2, 3)]) == (3, [1, 1, 1])


def test_a_cancelled_import_fetches_no_more(web, monkeypatch):
    many = " ".join(f"{web.at}/{n}.jpg" for n in range(1, 21))
    row = started(table(f"stop1,Lamp,10,{many},"), mapping=MAPPING)
    go_on_with, asked = background._may_go_on, []

    def cancelled_meanwhile(*given):
        asked.append(given)
        if len(asked) == 3:
            imports.cancel(import_id=row.pk, now=clock.now())
        return go_on_with(*given)

    monkeypatch.setattr(background, "_may_go_on", cancelled_meanwhile)
    assert not go_on(row.pk)
    assert sorted(web.asked) == ["/1.jpg", "/2.jpg"]
    assert KnownPicture.objects.count() == 2


def test_a_host_that_does_not_answer_is_left_alone_after_a_few_times_and_others_are_not(web):
    dead = " ".join(f"http://127.0.0.1:1026/{n}.jpg" for n in range(8))
    row = imported(table(f"dead1,Lamp,10,{dead} {web.at}/1.jpg,"), mapping=MAPPING)
    reasons = [reason for _line, _field, reason in problems(row)]
    assert ["left alone" in reason for reason in reasons] == [False] * GIVE_UP_AFTER + [True] * (8 - GIVE_UP_AFTER)
    assert [i.width for i in lamp("dead1").images] == [401]


def test_a_host_that_is_busy_is_asked_once_more_after_the_pause_it_names(web, monkeypatch):
    monkeypatch.setattr("catalog.importing.bringing.LONGEST_PAUSE", 0.3)
    came: list[float] = []

    def busy_once(handler):
        came.append(time.monotonic())
        answer = says(b"", status=429, Retry_After="3") if web.asked.count("/busy") == 1 else says(picture())
        answer(handler)

    web |= {"/busy": busy_once, "/always": says(b"", status=503, Retry_After="900")}
    row = imported(table(f"busy1,Lamp,10,{web.at}/busy {web.at}/always,"), mapping=MAPPING)
    assert web.asked == ["/busy", "/busy", "/always", "/always"]
    assert came[1] - came[0] >= 0.3
    assert [field for _line, field, _reason in problems(row)] == ["image 2"]


def test_the_command_brings_pictures_and_reports_like_the_workers(web, tmp_path):
    path = tmp_path / "jug.csv"
    path.write_text(SHOPIFY.format(web.at, "jug21"))
    parsed = read_file(path, now=clock.now())
    assert save_parsed(parsed, owners=sku_owners, now=clock.now()).created == 1
    assert [(r.line, r.field) for r in parsed.rejected] == [(4, "image 3")]
    assert [i.width for i in lamp("shopifyjug21").images] == [401, 402, 403, 404]
    assert changes_of(read_file(path, now=clock.now()).products.values(), told=parsed.told)[0].fields == ()


class Crowd:
    """Answers after a moment, and remembers how many were asked at the same time, in all and of each host."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.lock, self.now, self.most = seconds, threading.Lock(), Counter(), Counter()

    def __call__(self, answer):
        def slowly(handler):
            names = ("all", handler.headers["Host"])
            with self.lock:
                self.now.update(names)
                self.most.update({name: max(self.now[name] - self.most[name], 0) for name in names})
            time.sleep(self.seconds)
            with self.lock:
                self.now.subtract(names)
            answer(handler)

        return slowly


def test_several_are_fetched_at_once_a_few_of_each_host_and_refusals_keep_the_order_of_the_file(web, settings):
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    crowd, port = Crowd(0.05), web.at.rpartition(":")[2]
    for number in range(1, 13):
        web[f"/s{number}.jpg"] = crowd(says(picture(40, 30, colour=(number, 1, 1)) if number % 4 else b"", status=200))
    hosts = [f"http://127.0.0.1:{port}", f"http://localhost:{port}", web.at.replace("127.0.0.1", "127.1")]
    rows = [f"c{n}{h},Lamp,10,{host}/s{n}.jpg,more" for n in range(1, 13) for h, host in enumerate(hosts)]
    row = imported(table(*rows), mapping=MAPPING)
    assert 1 < max(crowd.most[name] for name in crowd.most if name != "all") <= OF_ONE_HOST
    assert OF_ONE_HOST < crowd.most["all"] <= AT_ONCE
    assert len(web.asked) == len(rows)
    refused = [line for line, field, _reason in row.problems.order_by("pk").values_list("line", "field", "reason")
               if field == "image 1"]  # fmt: skip
    assert refused == sorted(refused)
    assert len(refused) == len(rows) // 4
    assert len(lamp("c10").images) == 1


def test_many_pictures_of_one_slow_host_come_several_times_as_fast_as_one_by_one(web):
    crowd = Crowd(0.1)
    for number in range(24):
        web[f"/d{number}.jpg"] = crowd(says(picture(40, 30, colour=(number, 2, 2))))
    began = time.monotonic()
    row = imported(table(*(f"d{n},Lamp,10,{web.at}/d{n}.jpg," for n in range(24))), mapping=MAPPING)
    took = time.monotonic() - began
    assert (problems(row), crowd.most["all"]) == ([], OF_ONE_HOST)
    assert took < 24 * 0.1


def test_addresses_of_our_own_network_are_refused_however_many_are_asked_for_at_once(web, settings):
    settings.FETCH_ALLOWED_NETWORKS = []
    named = " ".join(f"{web.at}/{n}.jpg" for n in range(1, 5))
    row = imported(table(f"own9,Lamp,10,{named},"), mapping=MAPPING)
    assert ["no public address" in reason for _line, _field, reason in problems(row)] == [True] * 4
    assert web.asked == []
