"""Values of messages as records: the same event whatever its form, and nothing that a message could abuse."""

import contextlib
import csv
import io
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.stream.kafka import registry as registries
from core.stream.kafka.payloads import Payloads
from core.stream.kafka.reach import Reach
from core.stream.kafka.registry import Registry
from core.stream.layout import Layout
from core.stream.source import records_of

COLUMNS = ("user_id", "item_id", "timestamp", "event")
EVENT = fastavro.parse_schema(
    {"type": "record", "name": "Event", "fields": [{"name": name, "type": ["null", "string"]} for name in COLUMNS]}
)
CLICK = {
    "type": "record",
    "name": "Click",
    "fields": [
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "by", "type": "Who"},
    ],
}
WHO = {"type": "record", "name": "Who", "fields": [{"name": "id", "type": "bytes"}]}
TREE = {"type": "record", "name": "Tree", "fields": [{"name": "next", "type": ["null", "Tree"]}]}
SCHEMAS = {
    "/schemas/ids/1": {"schema": json.dumps(EVENT)},
    "/schemas/ids/2": {"schema": json.dumps(CLICK), "references": [{"name": "Who", "subject": "a/who", "version": 3}]},
    "/subjects/a%2Fwho/versions/3": {"schema": json.dumps(WHO)},
    "/schemas/ids/3": {"schema": "{}", "schemaType": "JSON"},
    "/schemas/ids/4": {"schema": "", "schemaType": "PROTOBUF"},
    "/schemas/ids/5": {"schema": json.dumps(TREE)},
}
WORDS = st.text("ab 7,;'\"{é用\n", min_size=1, max_size=6).map(lambda text: f"u{text}u")


@pytest.fixture(scope="module")
def registry():
    """A schema registry on this machine; how often it was asked."""
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Authorization")))
            found = SCHEMAS.get(self.path)
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(found or {"error_code": 40403}).encode())

        def log_message(self, *_):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = Registry(f"http://127.0.0.1:{server.server_port}/", {"registry.username": "ann", "registry.password": "x"})
    yield found, asked
    found.close()
    server.shutdown()
    server.server_close()


def container(schema, *rows, codec="null") -> bytes:
    """Rows as a file of Avro."""
    out = io.BytesIO()
    fastavro.writer(out, schema, rows, codec=codec)
    return out.getvalue()


def numbered(number: int, schema, row) -> bytes:
    """A row behind the number of its schema."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, row)
    return b"\0" + number.to_bytes(4, "big") + out.getvalue()


def as_csv(*rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[row[name] or "" for name in COLUMNS] for row in rows])
    return out.getvalue().encode()


LINES = Layout.of('{"user_id": "a", "item_id": "b", "timestamp": 1709131638, "event": "view"}\n', "topic", {})
CELLS = Layout.of('user_id,item_id,timestamp,event\nann,"te,a",1709131638,view\nbob,milk,1709131639,buy\n', "topic", {})
ROWS = st.fixed_dictionaries(
    {"user_id": WORDS, "item_id": WORDS, "timestamp": st.just("1709131640"), "event": st.none() | WORDS}
)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=3))
def test_an_event_is_the_same_in_every_form(registry, rows):
    """JSON over lines, an array or spread out, CSV, Avro with its schema or by its number: it is read as one thing."""
    read = Payloads(registry=registry[0])
    wanted = [{name: text.strip() for name, text in row.items() if text} for row in rows]
    forms = [
        (LINES, ["\n".join(map(json.dumps, rows)).encode()]),
        (LINES, [json.dumps(rows).encode()]),
        (LINES, [json.dumps(row, indent=1).encode() for row in rows]),
        (CELLS, [as_csv(*rows)]),
        (LINES, [container(EVENT, *rows)]),
        (LINES, [numbered(1, EVENT, row) for row in rows]),
        (LINES, [b"\0\0\0\0\3" + json.dumps(row).encode() for row in rows]),
    ]
    for layout, values in forms:
        texts = [text for value in values for text in read.texts(value, layout.is_open)]
        assert [dict(layout.read(text)) for text in texts] == wanted


@settings(max_examples=60, deadline=None)
@given(
    value=st.lists(st.sampled_from([b"a", b'"', b" ", b"\r", b"{}", b",", b"\xff", "\ufeff\u6c34".encode()])).map(
        b"".join
    ),
    encoding=st.sampled_from(["utf-8", "cp1252", "gb18030"]),
)
def test_a_message_of_one_line_is_a_line_of_a_file(value, encoding):
    """The same text, or none, in any encoding, with a mark of byte order or an end of line as well."""
    expected, _ = records_of(value, 9, lambda _: False, (True, encoding))
    found: list[str | None] = [None]
    with contextlib.suppress(ValueError):
        found = [*Payloads(encoding).texts(value, lambda _: False)]
    assert found == [text for text in expected if text is None or text.strip()] or not value


@settings(max_examples=60, deadline=None)
@given(value=st.binary(max_size=60), before=st.sampled_from([b"", b"Obj\x01", b"\0\0\0\0\1", b"\0\0\0\0\2", b"{"]))
def test_no_value_breaks_anything(registry, value, before):
    """Whatever the bytes are: texts, or a reason."""
    texts = []
    with contextlib.suppress(ValueError):
        texts = Payloads(registry=registry[0]).texts(before + value, LINES.is_open)
    assert all(isinstance(text, str) for text in texts)


def test_what_avro_means_is_told_as_text(registry):
    """Times as ISO 8601, bytes as text; a schema that refers to another; each is asked for once, with rights."""
    found, asked = registry
    both = {**CLICK, "fields": [CLICK["fields"][0], {"name": "by", "type": WHO}]}
    moment = datetime(2024, 2, 28, 9, tzinfo=UTC)
    value = numbered(2, fastavro.parse_schema(both), {"at": moment, "by": {"id": b"ann"}})
    read = Payloads(registry=found)
    for _ in range(2):
        (text,) = read.texts(value, LINES.is_open)
    assert json.loads(text) == {"at": "2024-02-28T09:00:00+00:00", "by": {"id": "ann"}}
    assert [path for path, _ in asked].count("/schemas/ids/2") == 1
    assert {by for _, by in asked} == {"Basic YW5uOng="}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "message is empty"),
        (b"\xff\xff", "row is not UTF-8"),
        (b"\0\0\0\0\x09abc", "message names a schema that the registry does not know"),
        (b"\0\0\0\0\4abc", "message is written by a schema that is not read: PROTOBUF"),
        (b"\0\0\0\0\5\2\2\0", "message is written by a schema that is not read: RECURSIVE"),
        (numbered(1, EVENT, dict.fromkeys(COLUMNS)) + b"more", "message does not follow its schema of Avro"),
        (container(EVENT, dict.fromkeys(COLUMNS), codec="deflate"), "message holds a packed file of Avro"),
        (container(fastavro.parse_schema(TREE), {"next": None}), "message has a schema that holds itself"),
        (container({"type": "array", "items": "null"}, [None] * 9), "message has a schema that holds itself"),
    ],
)
def test_why_a_message_holds_no_event(registry, value, reason):
    """Each has its reason; what could fill the memory or the stack is not read."""
    with pytest.raises(ValueError, match=reason):
        Payloads(registry=registry[0]).texts(value, LINES.is_open)


def test_a_registry_that_is_silent_or_not_named(monkeypatch):
    """No message is passed over because the registry is away; without one they have a reason."""
    monkeypatch.setattr(registries, "PAUSE", 0.0)
    with pytest.raises(InputError, match=r"The schema registry http://127.0.0.1:1 gives no answer"):
        Payloads(registry=Registry("http://127.0.0.1:1")).texts(b"\0\0\0\0\1", LINES.is_open)
    with pytest.raises(ValueError, match="names a schema by number, and no registry is known"):
        Payloads().texts(b"\0\0\0\0\1", LINES.is_open)
    for url, said in (("http://ann:x@host", "must hold no user"), ("ftp://host", "is no address of a schema registry")):
        with pytest.raises(InputError, match=said):
            Registry(url)


def test_rights_come_from_the_environment_or_a_file(tmp_path):
    """The file goes first; a name that would run code or change what is promised is refused, values are not told."""
    file = tmp_path / "kafka.properties"
    file.write_text("# rights\nsasl.password = from=file\n\nsecurity.protocol=SASL_SSL\n")
    there = {"MEANDER_KAFKA_SASL_PASSWORD": "secret", "MEANDER_KAFKA_SASL_USERNAME": "ann", "MEANDER_WORKSPACE": "x"}
    reach = Reach.of(file, there)
    assert reach.settings == {
        "sasl.password": "from=file",
        "sasl.username": "ann",
        "security.protocol": "SASL_SSL",
    }
    assert "from" not in repr(reach)
    for name in ("plugin.library.paths", "enable.auto.commit", "sasl.kerberos.kinit.cmd"):
        file.write_text(f"{name}=secret")
        with pytest.raises(InputError, match=f"'{name}' is no setting of Kafka that may be given") as refused:
            Reach.of(file, {})
        assert "=secret" not in str(refused.value)
    with pytest.raises(InputError, match=r"No file '.*nowhere'"):
        Reach.of(tmp_path / "nowhere", {})
    with pytest.raises(InputError, match="Kafka at h:1 refuses: Invalid value"):
        Reach({"security.protocol": "nonsense"}).client("Consumer", "h:1", **{"group.id": "g"})


def test_without_the_package_it_is_said_what_to_install(monkeypatch):
    """One line."""
    monkeypatch.setitem(__import__("sys").modules, "confluent_kafka", None)
    with pytest.raises(InputError, match=r"Kafka needs the packages .* pip install -r requirements-scale.txt"):
        Reach({}).client("Consumer", "h:1")
