"""Expressions as the client sends them to DAX, a tree in CBOR, written out again as DynamoDB takes them."""

from amazondax import AttributeValueDecoder
from amazondax.CborSExprGenerator import FUNCS, OPERATORS, Func
from amazondax.DaxCborTypes import DocumentPathOrdinal

INFIX = {OPERATORS[sign]: sign.upper() for sign in ("=", "<>", "<", "<=", ">", ">=", "and", "or", "+", "-")}
FUNCTION = {number: name for name, number in FUNCS.items()}
ACTION = {
    Func.SetAction: "SET",
    Func.RemoveAction: "REMOVE",
    Func.AddAction: "ADD",
    Func.DeleteAction: "DELETE",
}


class Written:
    """The expressions of one request: they share their placeholders for names and values."""

    def __init__(self):
        self.names = {}
        self.values = {}

    def condition(self, dec):
        tree, values = self._opened(dec)
        return self._term(tree, values)

    def update(self, dec):
        tree, values = self._opened(dec)
        clauses = {}
        for action, path, *operand in tree:
            sign = " = " if action == Func.SetAction else " "
            written = sign.join(self._term(part, values) for part in (path, *operand))
            clauses.setdefault(ACTION[action], []).append(written)
        return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items())

    def placeholders(self):
        found = {"ExpressionAttributeNames": self.names, "ExpressionAttributeValues": self.values}
        return {name: held for name, held in found.items() if held}

    def _opened(self, dec):
        """The tree, and the placeholders of its values by number."""
        size, encoding = dec._decode_array_header(), dec.decode_int()
        assert (size, encoding) == (3, 1), "an expression is its encoding, a tree and values"
        tree = dec.decode_object()
        values = [AttributeValueDecoder._decode_attribute_value(one) for one in dec.decode_array_iter()]
        return tree, [self._placeholder(self.values, ":v", value) for value in values]

    def _term(self, tree, values):
        kind, *parts = tree
        if kind == Func.Variable:
            return values[parts[0]]
        if kind == Func.DocumentPath:
            return self._path(parts)
        written = [self._term(part, values) for part in parts]
        if kind in INFIX:
            return f"{written[0]} {INFIX[kind]} {written[1]}"
        return f"{FUNCTION[kind]}({', '.join(written)})"

    def _path(self, parts):
        path = ""
        for part in parts:
            if isinstance(part, DocumentPathOrdinal):
                path += f"[{part.ordinal}]"
            else:
                path += f"{'.' if path else ''}{self._placeholder(self.names, '#n', part)}"
        return path

    def _placeholder(self, kept, prefix, held):
        name = f"{prefix}{len(kept)}"
        kept[name] = held
        return name
