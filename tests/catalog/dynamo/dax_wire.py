"""DAX's protocol from the cluster's side, learnt from the client: how calls are read, and how answers are written."""

from amazondax import AttributeValueDecoder, AttributeValueEncoder
from amazondax.CborDecoder import CborDecoder
from amazondax.CborEncoder import CborEncoder
from amazondax.Constants import DaxDataRequestParam, DaxMethodIds, DaxResponseParam, Role
from amazondax.DaxCborDecoder import DaxCborDecoder

MAGIC = "J7yne5G"
SERVICE = 1
METHODS = {number: name.split("_")[0] for name, number in vars(DaxMethodIds).items() if name.endswith("_Id")}
WRITERS = {int: CborEncoder.append_int, str: CborEncoder.append_string, bytes: CborEncoder.append_binary}
OPTIONS = {number: name for name, number in vars(DaxDataRequestParam).items() if not name.startswith("_")}
# The numbers that stand for DynamoDB's own refusals.
REFUSALS = {
    "ProvisionedThroughputExceededException": [4, 37, 38, 39, 40],
    "ResourceNotFoundException": [4, 37, 38, 39, 41],
    "ConditionalCheckFailedException": [4, 37, 38, 39, 43],
    "ValidationException": [4, 37, 38, 39, 46],
    "InternalServerErrorException": [4, 37, 38, 39, 47],
    "ThrottlingException": [4, 37, 38, 39, 50],
    "AccessDeniedException": [4, 37, 38, 42],
}
# What a node says of itself: that the client has to sign in, and that the cluster is recovering.
OF_ITSELF = {"unauthorized": [4, 23, 31, 33], "recovering": [2, 5]}


def decoder(data):
    """A decoder of bytes that are all there."""
    dec = DaxCborDecoder(lambda _buffer, _wanted: -1)
    dec.buffer += data
    return dec


def read_greeting(dec):
    """What opens a connection. Returns the client's name for itself."""
    assert dec.decode_string() == MAGIC
    assert dec.decode_int() == 0, "no layers"
    dec.decode_object()  # the session
    about = dec.decode_map()
    assert dec.decode_int() == 0, "no types"
    return about["UserAgent"]


def read_call(dec):
    """The method and its arguments."""
    assert dec.decode_int() == SERVICE
    method = METHODS[dec.decode_int()]
    return method, [read(dec) for read in ARGUMENTS[method]]


def _options(dec):
    """By name. The client sends a condition twice, as text and then as a tree: the tree stays."""
    if dec.try_decode_null():
        return {}
    return {OPTIONS[entry.decode_int()]: entry.decode_object() for entry in dec.decode_map_iter()}


_text, _raw, _number, _any = (
    CborDecoder.decode_string,
    CborDecoder.decode_binary,
    CborDecoder.decode_int,
    CborDecoder.decode_object,
)
ARGUMENTS = {
    "authorizeConnection": (_text, _text, _raw, _any, _any),
    "endpoints": (),
    "defineKeySchema": (_raw,),
    "defineAttributeList": (_number,),
    "defineAttributeListId": (_any,),
    "getItem": (_raw, _raw, _options),
    "putItem": (_raw, _raw, _raw, _options),
    "updateItem": (_raw, _raw, _options),
    "query": (_raw, _raw, _options),
    "batchGetItem": (_any, _any),
}


def key_of(data, schema):
    return AttributeValueDecoder._decode_key_bytes(decoder(CborEncoder().append_binary(data).as_bytes()), schema)


def start_key_of(data):
    return AttributeValueDecoder._decode_compound_key(decoder(data))


def item_of(data, lists):
    """The attributes of an item without its key."""
    item = AttributeValueDecoder._decode_stream_item(decoder(data))
    return AttributeValueDecoder.deanonymize_attribute_values(item, lists.names(item["_attr_list_id"]))


def item_bytes(item, schema, lists):
    names = AttributeValueEncoder._get_canonical_attribute_list(item, schema)
    return AttributeValueEncoder.encode_values(item, schema, names, lists.number(names))


def key_bytes(item, schema):
    return AttributeValueEncoder.encode_key(item, schema)


# -- answers: each is what follows the empty list that says "well" ------------------------------------------------


def endpoints(host, ports):
    """The nodes; the first leads."""
    enc = CborEncoder().append_array_header(len(ports))
    address = bytes(map(int, host.split(".")))
    for number, port in enumerate(ports):
        role = Role.REPLICA if number else Role.LEADER
        node = (number, host, address, port, int(role), "az1", 7)
        enc.append_map_header(len(node))
        for place, value in enumerate(node):
            enc.append_int(place)
            WRITERS[type(value)](enc, value)
    return enc.as_bytes()


def key_schema(schema):
    enc = CborEncoder().append_map_header(len(schema))
    for part in schema:
        enc.append_string(part["AttributeName"]).append_string(part["AttributeType"])
    return enc.as_bytes()


def attribute_list(names):
    enc = CborEncoder().append_array_header(len(names))
    for name in names:
        enc.append_string(name)
    return enc.as_bytes()


def list_number(value):
    return CborEncoder().append_int(value).as_bytes()


def one(item, *, param=DaxResponseParam.Item):
    """An item's bytes; None where there is none."""
    if item is None:
        return CborEncoder().append_null().as_bytes()
    return CborEncoder().append_map_header(1).append_int(param).append_binary(item).as_bytes()


def page(items, *, last):
    """Pairs of key and item, and the key to go on from."""
    enc = CborEncoder().append_map_stream_header().append_int(DaxResponseParam.Items).append_array_header(len(items))
    for key, item in items:
        enc.append_array_header(2).append_binary(key).append_binary(item)
    enc.append_int(DaxResponseParam.Count).append_int(len(items))
    enc.append_int(DaxResponseParam.ScannedCount).append_int(len(items))
    if last:
        enc.append_int(DaxResponseParam.LastEvaluatedKey).append_binary(AttributeValueEncoder.encode_compound_key(last))
    return enc.append_break().as_bytes()


def batch(found, left):
    """By table: pairs of key and item, and the keys that were not read."""
    enc = CborEncoder().append_array_header(2).append_map_header(len(found))
    for table, items in found.items():
        enc.append_string(table).append_array_header(2 * len(items))
        for key, item in items:
            enc.append_binary(key).append_binary(item)
    enc.append_map_header(len(left))
    for table, keys in left.items():
        enc.append_string(table).append_array_header(len(keys))
        for key in keys:
            enc.append_binary(key)
    return enc.append_array_header(0).as_bytes()


def well(body):
    return CborEncoder().append_array_header(0).as_bytes() + body


def refused(code, message):
    enc = CborEncoder()
    numbers = REFUSALS.get(code) or OF_ITSELF[code]
    enc.append_array_header(len(numbers))
    for number in numbers:
        enc.append_int(number)
    enc.append_string(message)
    if code in OF_ITSELF:
        return enc.append_null().as_bytes()
    return enc.append_array_header(3).append_string("request").append_string(code).append_int(400).as_bytes()
