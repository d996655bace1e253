"""Money as integer minor units with a currency, and the one rounding rule (half up, per line)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_percent
from moneyed import CURRENCIES

_MOST_DIGITS = 18
CURRENCY_CODES = frozenset(code for code, c in CURRENCIES.items() if len(code) == 3 and c.sub_unit)


class BadMoney(ValueError):
    """The amount or the currency cannot be money; the message says why."""


@lru_cache(maxsize=256)
def decimals(currency: str) -> int:
    """Decimal places of a currency: 2 for USD, 0 for JPY, 3 for KWD."""
    if currency not in CURRENCY_CODES:
        raise BadMoney(f"{currency!r} is not an ISO 4217 currency.")
    sub_unit = CURRENCIES[currency].sub_unit
    return len(str(sub_unit)) - 1


def round_half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` minor units (cents, yen) of `currency` (ISO 4217). Never a float."""

    amount: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """`Money.parse("12.99", "USD")`; raises BadMoney on anything but a plain decimal that fits."""
        try:
            major = Decimal(text)
        except InvalidOperation:
            raise BadMoney(f"{text[:40]!r} is not an amount.") from None
        # Before anything is worked out: a few characters can write a number of a million digits.
        if not major.is_finite() or abs(major.adjusted()) > _MOST_DIGITS:
            raise BadMoney(f"{text[:40]!r} is not an amount.")
        minor = major.scaleb(decimals(currency))
        if minor != minor.to_integral_value():
            raise BadMoney(f"{text[:40]!r} has more decimals than {currency} knows.")
        return cls(int(minor), currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise BadMoney(f"Cannot combine {self.currency} with {other.currency}.")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.amount * quantity, self.currency)

    def share(self, rate: Decimal) -> "Money":
        """`rate` of this amount, rounded half up to the minor unit."""
        return Money(round_half_up(self.amount * rate), self.currency)

    @property
    def major(self) -> Decimal:
        return Decimal(self.amount).scaleb(-decimals(self.currency))

    def format(self, language: str = "en") -> str:
        """As people write it in `language` (`en-gb`, `de`): "$12.99", "12,99 €"."""
        return _written(self, language)

    def format_whole(self, language: str = "en") -> str:
        """Without the minor units, for round figures such as the ends of a price range: "$25", "25 €"."""
        return _written_whole(self, language)

    def as_json(self) -> dict[str, int | str]:
        return {"amount": self.amount, "currency": self.currency}

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"


def format_rate(rate: Decimal, language: str = "en") -> str:
    """A rate as people write it: Decimal("0.075") is "7.5%", in German "7,5 %"."""
    locale = _locale(language)
    pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0.####")
    return format_percent(rate, format=pattern, locale=locale)


# A shop's prices are few and its pages many: writing them out was a tenth of a search page's work.
@lru_cache(maxsize=8192)
def _written(money: Money, language: str) -> str:
    return format_currency(money.major, money.currency, locale=_locale(language))


@lru_cache(maxsize=256)
def _written_whole(money: Money, language: str) -> str:
    locale = _locale(language)
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(money.major, money.currency, pattern, locale=locale, currency_digits=False)


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse({"en": "en_US"}.get(language, language.replace("-", "_")), sep="_")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "US")
