"""What a browser would send of a form that it was shown, as it stands."""

from html.parser import HTMLParser

_NOT_SENT = {"submit", "button", "image", "reset", "file"}


def filled(page: str, *, holding: str) -> dict[str, list[str]]:
    """Each field of the form that has one of this name; disabled ones, and boxes that are not ticked, are not sent."""
    reader = _Reader()
    reader.feed(page)
    found = [form for form in reader.forms if holding in form]
    assert found, f"no form with {holding}"
    return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.sent: dict[str, list[str]] = {}
        self._inside = False
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None
        self._templates = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._templates += 1
        if tag == "form":
            self._inside, self.sent = True, {}
            self.forms.append(self.sent)
        elif self._inside and not self._templates:
            self._field(tag, said)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        name = "" if "disabled" in said else said.get("name", "")
        if tag == "input" and name and said.get("type", "text") not in _NOT_SENT:
            if said.get("type") not in {"checkbox", "radio"} or "checked" in said:
                self.sent.setdefault(name, []).append(said.get("value", "on" if said.get("type") == "checkbox" else ""))
        elif tag == "textarea" and name:
            self._area = name
            self.sent[name] = [""]
        elif tag == "select" and name:
            self._select, self._options = (name, "multiple" in said), []
        elif tag == "option":
            self._options.append((said.get("value", ""), "selected" in said))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif tag == "textarea":
            # The line break after the tag is not part of the text.
            if self._area:
                self.sent[self._area][0] = self.sent[self._area][0].removeprefix("\r\n").removeprefix("\n")
            self._area = None
        elif tag == "select" and self._select:
            self._choose(*self._select)
            self._select = None
        elif tag == "form":
            self._inside = False

    def _choose(self, name: str, many: bool) -> None:
        chosen = [value for value, is_chosen in self._options if is_chosen]
        if not chosen and not many and self._options:
            chosen = [self._options[0][0]]
        if chosen:
            self.sent[name] = chosen
