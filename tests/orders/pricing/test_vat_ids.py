"""VAT ids: form, check digits and country here; the Commission's register where it is asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from orders.pricing.destination import Destination
from orders.pricing.tax import reverse_charge
from orders.pricing.tax.vat_ids import InvalidBusiness, business
from shopcloud.lib.resilience import breaker


def check(vat_id: str, country: str = "AT", company: str = "Huber GmbH"):
    return business(company=company, vat_id=vat_id, country=country)


@pytest.mark.parametrize(
    ("typed", "country", "vat_id"),
    [
        (" at u 1358 5627 ", "AT", "ATU13585627"),
        ("FR 83 404 833 048", "FR", "FR83404833048"),
        ("FR83404833048", "MC", "FR83404833048"),
        ("el 094259216", "GR", "EL094259216"),
    ],
)
def test_a_vat_id_is_kept_in_one_form(typed, country, vat_id):
    found = check(typed, country)
    assert (found.vat_id, found.check) == (vat_id, "format")


@pytest.mark.parametrize(
    ("vat_id", "country"),
    [("ATU13585628", "AT"), ("13585627", "AT"), ("FR83404833048", "AT"), ("GB980780684", "GB"), ("ATU13585627", "US"),
     ("EU123456789", "AT"), ("\x00", "AT")],
)  # fmt: skip
def test_what_is_no_vat_id_of_the_country_is_refused(vat_id, country):
    with pytest.raises(InvalidBusiness) as refusal:
        check(vat_id, country)
    assert list(refusal.value.errors) == ["vat_id"]


def test_a_person_needs_neither_and_a_company_may_have_no_id():
    assert business(company="", vat_id=" ", country="DE").vat_id == ""
    assert business(company="  Huber\tGmbH ", vat_id="", country="US").company == "Huber GmbH"
    for company in ("", "x" * 121):
        with pytest.raises(InvalidBusiness):
            check("ATU13585627", company=company)


@pytest.mark.parametrize(
    ("country", "postal_code", "vat_id", "applies"),
    [("AT", "1010", "ATU13585627", True), ("DE", "10115", "DE136695976", False), ("AT", "1010", "", False),
     ("ES", "35001", "ESB58378431", False), ("GB", "", "XI110305878", False)],
)  # fmt: skip
def test_only_a_business_in_another_state_owes_the_vat_itself(country, postal_code, vat_id, applies):
    to = Destination(country=country, postal_code=postal_code, vat_id=vat_id)
    assert reverse_charge.applies(to, seller="DE") is applies


class Register(BaseHTTPRequestHandler):
    """Plays VIES: answers for one id, denies another, and is partly away."""

    ANSWERS = {
        "/ms/AT/vat/U13585627": {"isValid": True, "userError": "VALID"},
        "/ms/FR/vat/83404833048": {"isValid": False, "userError": "INVALID"},
        "/ms/DE/vat/136695976": {"isValid": False, "userError": "MS_UNAVAILABLE"},
    }

    def do_GET(self):
        answer = self.ANSWERS.get(self.path)
        self.send_response(200 if answer else 500)
        self.end_headers()
        self.wfile.write(json.dumps(answer or {}).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def register(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Register)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.VIES_URL = f"http://127.0.0.1:{server.server_port}"
    settings.VAT_ID_CHECK = "vies"
    breaker("vies").close()
    yield server
    server.shutdown()
    server.server_close()


def test_the_register_confirms_or_denies_an_id(register):
    assert check("ATU13585627").check == "vies"
    with pytest.raises(InvalidBusiness, match="do not know"):
        check("FR83404833048", "FR")


@pytest.mark.parametrize(("vat_id", "country"), [("DE136695976", "DE"), ("EL094259216", "GR")])
def test_without_an_answer_the_form_decides_unless_the_shop_is_strict(register, settings, vat_id, country):
    assert check(vat_id, country).check == "unanswered"
    settings.VAT_ID_CHECK = "vies-strict"
    with pytest.raises(InvalidBusiness, match="just now"):
        check(vat_id, country)


def test_a_register_that_is_away_is_left_alone(register, settings):
    settings.VIES_URL = "http://127.0.0.1:1"
    assert {check("ATU13585627").check for _ in range(8)} == {"unanswered"}
    breaker("vies").close()
