"""What others name is fetched from the public internet only, in bounded size and time."""

import socket
import time

import pytest

from shopcloud.lib.fetching import Busy, NotFetched, Silent, fetch
from tests.web_server import leads_to, says, web_server

FEW = 1024 * 1024
INSIDE = [
    "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "10.1.2.3", "192.168.0.1", "172.16.0.1", "100.64.0.1",
    "100.100.100.200", "169.254.169.254", "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]",
    "[fe80::1%25lo]", "[fd00:ec2::254]", "[::]", "[ff02::1]", "2130706433", "0x7f.1", "127.1", "0177.0.0.1",
    "localhost.",
]  # fmt: skip


@pytest.fixture
def web(settings):
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    with web_server() as pages:
        yield pages


@pytest.mark.parametrize("host", INSIDE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nothing_inside_the_network_is_ever_reached(host, scheme, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises(NotFetched, match=r"no public address|has no address|not a valid address"):
        fetch(f"{scheme}://{host}:8123/latest/meta-data/", most_bytes=FEW, seconds=2)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/a", "file:///etc/passwd", "javascript:1", "//example.com/a", "example.com/a", "", "http://",
     "http://u:p@example.com/", "http://example.com:22/", "http://example.com:99999/", "http://[bad/",
     "http://a b/", "http://example.com/" + "x" * 2000, "gopher://127.0.0.1:6379/_FLUSHALL"],
)  # fmt: skip
def test_what_is_no_open_address_of_the_web_is_refused(url, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises(NotFetched):
        fetch(url, most_bytes=FEW, seconds=2)


def names(monkeypatch, *answers):
    """Have a name mean these addresses, one list after the other."""
    left = list(answers)

    def looked_up(_host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in left.pop(0)]

    monkeypatch.setattr("shopcloud.lib.public_addresses.socket.getaddrinfo", looked_up)
    return left


def test_one_address_inside_among_public_ones_is_enough_to_refuse(monkeypatch):
    names(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises(NotFetched, match="no public address"):
        fetch("http://pictures.example/a.jpg", most_bytes=FEW, seconds=2)


def test_the_connection_goes_to_the_address_that_was_looked_at(web, monkeypatch):
    web["/a"] = says(b"lamp")
    left = names(monkeypatch, ["127.0.0.1"], ["169.254.169.254"])
    url = web.at.replace("127.0.0.1", "rebound.example")
    assert fetch(f"{url}/a", most_bytes=FEW) == b"lamp"
    assert left == [["169.254.169.254"]]
    with pytest.raises(NotFetched, match="no public address"):
        fetch(f"{url}/a", most_bytes=FEW)
    assert web.asked == ["/a"]


def test_where_it_leads_is_looked_at_again_and_at_most_three_times(web):
    web |= {"/0": leads_to("/1"), "/1": leads_to(f"{web.at}/2"), "/2": leads_to("3"), "/3": says(b"lamp")}
    assert fetch(f"{web.at}/0", most_bytes=FEW) == b"lamp"
    web["/3"] = leads_to("/4")
    with pytest.raises(NotFetched, match="leads on more than 3"):
        fetch(f"{web.at}/0", most_bytes=FEW)
    assert "/4" not in web.asked


@pytest.mark.parametrize("url", ["http://127.0.0.2:8123/", "file:///etc/passwd", "http://[::1]/", "https://10.0.0.1/"])
def test_a_public_address_cannot_lead_inside(web, url):
    web["/a"] = leads_to(url)
    with pytest.raises(NotFetched, match=r"no public address|must begin with"):
        fetch(f"{web.at}/a", most_bytes=FEW)


def test_no_more_than_the_limit_is_read_whatever_the_host_says_of_it(web):
    sent = []

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        for _piece in range(400):
            handler.wfile.write(bytes(64 * 1024))
            sent.append(1)

    web |= {"/told": says(bytes(FEW + 1)), "/endless": endless, "/fits": says(bytes(FEW))}
    for path in ("/told", "/endless"):
        with pytest.raises(NotFetched, match="larger than 1 MB"):
            fetch(web.at + path, most_bytes=FEW)
    assert len(sent) < 400
    assert len(fetch(f"{web.at}/fits", most_bytes=FEW)) == FEW


def drips_a_body(handler):
    handler.send_response(200)
    handler.end_headers()
    for _byte in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.1)


def drips_a_head(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _byte in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize("drips", [drips_a_body, drips_a_head])
def test_a_host_that_speaks_slowly_is_cut_off_in_time(web, drips):
    web["/slow"] = drips
    began = time.monotonic()
    with pytest.raises(Silent, match="took too long"):
        fetch(f"{web.at}/slow", most_bytes=FEW, seconds=0.6)
    assert time.monotonic() - began < 3


def test_a_host_says_why_it_gives_nothing(web):
    web["/busy"] = says(b"", status=429, Retry_After="7")
    with pytest.raises(NotFetched, match="answers 404"):
        fetch(f"{web.at}/none", most_bytes=FEW)
    with pytest.raises(Busy) as busy:
        fetch(f"{web.at}/busy", most_bytes=FEW)
    assert busy.value.pause == 7.0


def test_a_host_that_is_not_there_or_breaks_off_says_so(web):
    def breaks_off(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"x")

    def speaks_nonsense(handler):
        handler.wfile.write(b"\0\0\0 nonsense\r\n\r\n")

    web |= {"/half": breaks_off, "/nonsense": speaks_nonsense}
    for url in (f"{web.at}/half", f"{web.at}/nonsense", "http://127.0.0.1:1025/"):
        with pytest.raises(Silent, match="cannot be reached"):
            fetch(url, most_bytes=FEW, seconds=5)
