"""Calls of flows to a real server: what is sent, what is kept, and all that is refused or fails."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import structlog
from patience import pass_by
from receiver import Answer as Bytes
from receiver import Receiver, Told, answering, receiving

from sufler.app.logs import set_up_logs
from sufler.flows import run
from sufler.flows.calls import CallHosts, host_entry, named_host
from sufler.flows.load import load_flow
from sufler.flows.state import Answer, Call, HandOff, Input, State
from sufler.outbound.flow_calls import MAX_ANSWER_BYTES, FlowCalls

SECRETS = {"ORDERS_KEY": "s3cr3t-of-orders"}
NOW = datetime.fromisoformat("2026-11-24T12:00:00+03:00")
NO_TIME = 0.0  # between tries
PATIENT_S = 25.0  # a flow may say 30


def call_of(url: str, method: str = "GET", **more: Any) -> Call:
    usual = {"headers": {}, "body": None, "timeout_s": PATIENT_S, "retries": 0}
    return Call(key="run:step:1", method=method, url=url, **{**usual, **more})


def silence(told: Told) -> None:
    """No answer until the call is given up, which is at once."""
    pass_by(PATIENT_S)


def good(body: str) -> Bytes:
    return answering("200 OK", "Content-Type: application/json\r\n", body)


def calls_to(
    receiver: Receiver, names: str = "127.0.0.1", leading_to: Sequence[str] | None = None
) -> FlowCalls:
    """Calls that may go to the receiver, as an address of the own network."""

    async def found(host: str, port: int) -> Sequence[str]:
        if leading_to is None:
            raise OSError
        return leading_to

    private = frozenset(f"{name}:{receiver.port}" for name in names.split())
    return FlowCalls(CallHosts(private=private), SECRETS, resolver=found, pause_s=NO_TIME)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def calls(receiver: Receiver) -> AsyncIterator[FlowCalls]:
    made = calls_to(receiver)
    yield made
    await made.close()


@pytest.fixture
def here(receiver: Receiver) -> str:
    return f"http://127.0.0.1:{receiver.port}"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that a Sufler logs, at the level that tells most."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs("debug", "json", (), stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def test_that_a_change_is_sent_whole_with_its_key_and_its_secret(
    receiver: Receiver, calls: FlowCalls, here: str
) -> None:
    receiver.answer = lambda told: good('{"number": "В-77"}')
    call = call_of(
        f"{here}/returns?by=%D0%90",
        "POST",
        headers={"Authorization": "Bearer {secret.ORDERS_KEY}", "X-Name": "Анна"},
        body={"order": "4512", "comment": 'не\r\nто "', "sum": 12.5},
    )
    assert await calls.perform(call) == Answer(200, {"number": "В-77"})
    [told] = receiver.got
    assert told.line == "POST /returns?by=%D0%90 HTTP/1.1"
    assert json.loads(told.body) == call.body
    wanted = {
        "host": here.removeprefix("http://"),
        "authorization": "Bearer s3cr3t-of-orders",
        "idempotency-key": "run:step:1",
        "content-type": "application/json",
        "accept": "application/json",
    }
    assert {name: told.headers[name] for name in wanted} == wanted
    assert told.headers["x-name"] == "Анна"


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        (good('{"a": [1, null]}'), Answer(200, {"a": [1, None]})),
        (good('\ufeff {"a": 1}'), Answer(200, {"a": 1})),
        (answering("204 No Content"), Answer(204)),
        (answering("404 Not Found", body="<html>no</html>"), Answer(404)),
        (answering("503 Later", body="{}"), Answer(503)),
        (answering("302 Go", "Location: http://169.254.169.254/\r\n"), Answer(302)),
        (good("<!doctype html><p>Log in"), Answer(0)),
        (good("NaN"), Answer(0)),
        (good('"\\ud800"'), Answer(0)),
        (good("[" * 200_000), Answer(0)),
        (good('{"a":' * 5_000 + "1" + "}" * 5_000), Answer(0)),
        (answering("200 OK", "Content-Encoding: gzip\r\n", "{}"), Answer(0)),
        (b"no http at all\r\n\r\n", Answer(0)),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", Answer(0)),
        (b"", Answer(0)),
    ],
)
async def test_that_whatever_a_service_answers_is_an_answer(
    receiver: Receiver, calls: FlowCalls, here: str, answer: Bytes, came: Answer
) -> None:
    receiver.answer = lambda told: answer
    assert await calls.perform(call_of(f"{here}/orders/1")) == came
    assert len(receiver.got) == 1


async def test_that_an_answer_is_read_up_to_a_megabyte(
    receiver: Receiver, calls: FlowCalls, here: str
) -> None:
    for more, status in ((0, 200), (1, 0)):
        receiver.answer = lambda told, more=more: good(f'"{"x" * (MAX_ANSWER_BYTES - 2 + more)}"')
        assert (await calls.perform(call_of(here))).status == status


async def test_that_the_time_is_that_of_all_tries_together(
    receiver: Receiver, calls: FlowCalls, here: str
) -> None:
    receiver.answer = silence
    assert await calls.perform(call_of(here, retries=5)) == Answer(0)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("fails", [answering("502 Bad"), b""])
async def test_that_a_question_is_asked_again_and_a_change_is_not(
    receiver: Receiver, calls: FlowCalls, here: str, fails: Bytes
) -> None:
    receiver.answer = lambda told: fails if len(receiver.got) < 3 else good("7")
    assert await calls.perform(call_of(here, retries=2)) == Answer(200, 7)
    assert len(receiver.got) == 3
    receiver.got.clear()
    assert (await calls.perform(call_of(here, "PUT", body={}, retries=5))).status in (0, 502)
    assert len(receiver.got) == 1
    receiver.got.clear()
    receiver.answer = lambda told: answering("404 No")
    assert await calls.perform(call_of(here, retries=2)) == Answer(404)
    assert len(receiver.got) == 1


async def test_that_cookies_of_one_customer_are_not_the_next_ones(
    receiver: Receiver, calls: FlowCalls, here: str
) -> None:
    receiver.answer = lambda told: answering("200 OK", "Set-Cookie: who=anna\r\n", "1")
    for _ in range(2):
        assert await calls.perform(call_of(here)) == Answer(200, 1)
    assert not any("cookie" in told.headers for told in receiver.got)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/",
        "https://[::1]:{port}/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "https://2130706433:{port}/",
        "https://0x7f.1:{port}/",
        "https://localhost:{port}/",
        "https://inside.test:{port}/",
        "https://169.254.169.254/latest/meta-data/",
        "https://me:pass@inside.test:{port}/",
        "https://inside.test:{port}\\@elsewhere.test/",
        "https://inside.test:99999/",
        "https:///x",
        "file:///etc/passwd",
        "words",
        "",
    ],
)
async def test_that_the_own_network_cannot_be_called_though_its_host_is_listed_as_a_public_one(
    receiver: Receiver, url: str
) -> None:
    async def found(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]  # what a resolver makes of decimal and hexadecimal forms too

    names = "127.0.0.1 [::1] [::ffff:127.0.0.1] 2130706433 0x7f.1 localhost inside.test"
    listed = {f"{host_entry(name)}:{receiver.port}" for name in names.split()}
    calls = FlowCalls(CallHosts(listed | {"169.254.169.254"}), SECRETS, resolver=found)
    assert await calls.perform(call_of(url.format(port=receiver.port))) == Answer(0)
    assert receiver.got == []


async def test_that_a_host_on_no_list_is_not_even_looked_up(receiver: Receiver) -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        pytest.fail("the name was resolved")

    calls = FlowCalls(CallHosts({"orders.test"}, {"inside.test:8080"}), SECRETS, resolver=never)
    for url in (
        "https://elsewhere.test/",
        "https://orders.test.elsewhere.test/",
        "https://orders.test:8443/",
        "http://orders.test/",  # customers' words do not go over plain HTTP
        "http://inside.test/",
    ):
        assert await calls.perform(call_of(url)) == Answer(0)


async def test_that_a_name_is_asked_at_the_address_that_was_checked(receiver: Receiver) -> None:
    """DNS that answers something else the second time gains nothing: a retry does not ask it."""
    answers = iter([["127.0.0.1"]])

    async def turning(host: str, port: int) -> Sequence[str]:
        return next(answers, ["169.254.169.254"])

    private = CallHosts(private={f"inside.test:{receiver.port}"})
    calls = FlowCalls(private, SECRETS, resolver=turning, pause_s=NO_TIME)
    receiver.answer = lambda told: good("1") if len(receiver.got) > 1 else answering("503 No")
    call = call_of(f"http://inside.test:{receiver.port}/a", retries=1)
    assert await calls.perform(call) == Answer(200, 1)
    assert [told.headers["host"] for told in receiver.got] == [f"inside.test:{receiver.port}"] * 2
    # The cloud's own address is refused even to a host that may be private.
    assert await calls.perform(call) == Answer(0)
    assert len(receiver.got) == 2
    await calls.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Comment", "a\r\nX-Evil: 1"),
        ("X-Comment", "a\nb"),
        ("X-Comment", "a\0b"),
        ("X-Evil: 1\r\nX", "a"),
        ("X Comment", "a"),
        ("", "a"),
        ("Host", "inside.test"),
        ("Transfer-Encoding", "chunked"),
        ("content-length", "0"),
        ("Idempotency-Key", "mine"),
        ("X-Key", "{secret.NOT_SET}"),
    ],
)
async def test_that_no_header_breaks_out_of_its_line(
    receiver: Receiver, calls: FlowCalls, here: str, name: str, value: str
) -> None:
    call = call_of(here, "POST", headers={name: value})
    assert await calls.perform(call) == Answer(0)
    assert receiver.got == []


@pytest.mark.parametrize(
    "path", ["/orders/../admin", "/orders/%2e%2E/admin", "/orders/4512%2Freturn", "/a%5c..%5cb"]
)
async def test_that_no_value_leads_to_another_path(
    receiver: Receiver, calls: FlowCalls, here: str, path: str
) -> None:
    assert await calls.perform(call_of(here + path)) == Answer(0)
    assert receiver.got == []
    receiver.answer = lambda told: good("1")
    assert await calls.perform(call_of(f"{here}/find?what=..%2F..%2Fadmin")) == Answer(200, 1)


@pytest.mark.parametrize("body", [{"a": float("nan")}, {"a": {1, 2}}])
async def test_that_a_body_that_is_no_json_is_not_sent(
    receiver: Receiver, calls: FlowCalls, here: str, body: Any
) -> None:
    assert await calls.perform(call_of(here, "POST", body=body)) == Answer(0)
    assert receiver.got == []


async def test_that_logs_name_the_host_and_nothing_of_a_customer_or_a_secret(
    receiver: Receiver, calls: FlowCalls, here: str, logged: io.StringIO
) -> None:
    headers = {"Authorization": "Bearer {secret.ORDERS_KEY}", "X-Name": "Анна"}
    for answer in (good('{"said": 1}'), answering("500 said"), b"said", b"", None):
        receiver.answer = silence if answer is None else lambda told, answer=answer: answer
        for url in (f"{here}/orders/Иванова?mail=anna", f"https://no.test:{receiver.port}/Иванова"):
            changing = call_of(url, "PUT", headers=headers, body={"a": "Тверская"})
            await calls.perform(changing)
    told = logged.getvalue()
    assert "127.0.0.1" in told
    assert "no.test" in told
    for hidden in ("s3cr3t", "Анна", "Иванова", "%D0", "anna", "Тверская", "said", "orders"):
        assert hidden not in told


FLOW = load_flow(
    """
flow: track
version: 1
title: {ru: Т, en: T}
triggers: {commands: [track]}
slots:
  order: {kind: text}
  status: {kind: data}
  comment: {kind: text}
steps:
  - {id: a, do: ask, slot: order, text: {ru: 'Номер?', en: 'Number?'}}
  - {id: b, do: ask, slot: comment, text: {ru: 'Что?', en: 'What?'}}
  - id: c
    do: call
    url: BASE/orders/{order}
    headers: {Authorization: 'Bearer {secret.ORDERS_KEY}', X-Comment: '{comment}'}
    save: {status: status}
    failed: p
  - {id: z, do: end, text: {ru: 'Статус: {status}.', en: '{status}.'}}
  - {id: p, do: hand_off}
"""
)


async def _talked(calls: FlowCalls, here: str, order: str, comment: str) -> tuple[State, list[Any]]:
    """A customer's whole talk with the flow, and a real call in it."""
    steps = [replace(s, url=s.url.replace("BASE", here)) if s.id == "c" else s for s in FLOW.steps]
    flows = {"track": replace(FLOW, steps=steps)}
    state, acts = run.start(flows, "track", "r1", "ru", NOW)
    for number, words in enumerate((order, comment)):
        state, acts = run.take(flows, state, Input(str(number), words), NOW)
    [call] = [act for act in acts if isinstance(act, Call)]
    state, acts = run.answered(flows, state, call.key, await calls.perform(call), NOW)
    return State.from_plain(json.loads(json.dumps(state.to_plain()))), acts


async def test_that_what_customers_type_stays_one_part_of_the_call(
    receiver: Receiver, calls: FlowCalls, here: str
) -> None:
    receiver.answer = lambda told: good('{"status": "sent"}')
    state, _ = await _talked(
        calls, here, "1?a=b#c&d {secret.ORDERS_KEY}", "\r\nX-Evil: 1\r\n\r\n{secret.ORDERS_KEY}"
    )
    [told] = receiver.got
    assert state.outcome == "finished"
    assert told.line == "GET /orders/1%3Fa%3Db%23c%26d%20%7Bsecret.ORDERS_KEY%7D HTTP/1.1"
    assert told.headers["x-comment"] == "X-Evil: 1 secret.ORDERS_KEY"
    assert told.headers["authorization"] == "Bearer s3cr3t-of-orders"
    for up in ("../../admin", "..\\admin", "1/return"):
        receiver.got.clear()
        state, acts = await _talked(calls, here, up, "x")
        assert receiver.got == []
        assert any(isinstance(act, HandOff) for act in acts)


@pytest.mark.parametrize("depth", [19, 300, 900])
async def test_that_what_is_kept_of_an_answer_is_small_and_flat(
    receiver: Receiver, calls: FlowCalls, here: str, depth: int
) -> None:
    receiver.answer = lambda told: good('{"status": ' + "[" * depth + "]" * depth + "}")
    state, _ = await _talked(calls, here, "1", "x")
    assert (state.values.get("status") is not None) == (depth == 19)
    receiver.answer = lambda told: good(json.dumps({"status": "x" * 900_000}))
    state, _ = await _talked(calls, here, "1", "x")
    assert state.values["status"] == "x" * 500


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("https://orders.test/{order}", ""),
        ("https://ORDERS.test:443/", ""),
        ("https://orders.test:8443/", "not_allowed"),
        ("http://orders.test/", "https"),
        ("http://127.0.0.1:8010/orders/{order}", ""),
        ("http://127.0.0.1/", "not_allowed"),
        ("https://api.orders.test?x={order}", "not_allowed"),
    ],
)
def test_that_lists_name_hosts_with_their_usual_port_or_another(url: str, refusal: str) -> None:
    hosts = CallHosts({host_entry("Orders.test")}, {host_entry("127.0.0.1:8010")})
    assert hosts.refusal(url) == refusal


def test_that_a_host_is_told_without_what_stands_behind_it() -> None:
    assert named_host("http://127.0.0.1:8010/orders/1?a=b") == "127.0.0.1:8010"
    assert named_host("https://orders.test:443/x") == "orders.test"
    assert named_host("nothing") == named_host("https://a:b/") == ""
