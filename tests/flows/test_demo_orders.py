"""The demo shop's order service, by itself and under its flows with real calls in between."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from patience import PATIENCE_S

from demo.orders.__main__ import HOST, KEY, PORT
from demo.orders.service import create_app
from sufler.app.calling import DEMO_HOST, DEMO_SECRETS
from sufler.flows import run
from sufler.flows.calls import CallHosts
from sufler.flows.load import load_flow
from sufler.flows.state import Answer, Call, Input
from sufler.flows.talks import written
from sufler.outbound.flow_calls import FlowCalls

TODAY = date(2026, 11, 24)
NOW = datetime.fromisoformat("2026-11-24T12:00:00+03:00")
FLOWS = Path(__file__).parents[2] / "demo" / "flows"
RETURN = {"order": "4530", "reason": "size", "email": "anna@mail.ru"}


@pytest.fixture
async def shop() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(KEY, lambda: TODAY)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://shop",
        headers={"Authorization": f"Bearer {KEY}"},
    ) as client:
        yield client


async def test_that_nobody_without_the_key_sees_an_order(shop: httpx.AsyncClient) -> None:
    for given in ("", "Bearer no", f"Bearer {KEY}x", f"Basic {KEY}"):
        refused = await shop.get("/orders/4512", headers={"Authorization": given})
        assert refused.status_code == 401
        assert "4512" not in refused.text
    assert (await shop.get("/promo/spoon25", headers={"Authorization": ""})).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("orders/4512", 200, {"status": "sent", "due": "2026-11-27", "total": 3450}),
        ("orders/4560", 200, {"status": "sent", "due": "2026-11-22"}),
        ("orders/1111", 404, {"error": "no such order"}),
        ("orders/4530/return", 200, {"days_left": 9, "refund": 2990}),
        ("orders/4512/return", 200, {"days_left": 14}),
        ("orders/4550/return", 409, {}),
        ("orders/4530/warranty", 200, {"covered": True, "until": "2028-11-14"}),
        ("orders/4540/warranty", 200, {"covered": False}),
        ("promo/ложка25", 200, {"state": "active", "uses_left": 2, "least_sum": 3000}),
        ("promo/ВЕСНА10", 200, {"state": "expired"}),
        ("promo/NONE1", 404, {"error": "no such code"}),
    ],
)
async def test_that_the_shop_knows_its_orders(
    shop: httpx.AsyncClient, path: str, status: int, told: dict[str, Any]
) -> None:
    answer = await shop.get(f"/{path}")
    assert answer.status_code == status
    assert told.items() <= answer.json().items()


async def test_that_a_change_is_done_once_for_its_key(shop: httpx.AsyncClient) -> None:
    assert (await shop.post("/returns", json=RETURN)).status_code == 400
    first = await shop.post("/returns", json=RETURN, headers={"Idempotency-Key": "a"})
    again = await shop.post("/returns", json=RETURN, headers={"Idempotency-Key": "a"})
    assert (first.status_code, first.json()) == (201, {"number": "В-1", "refund": 2990})
    assert (again.status_code, again.json()) == (201, first.json())
    other = {**RETURN, "order": "4512"}
    used = await shop.post("/returns", json=other, headers={"Idempotency-Key": "a"})
    assert used.status_code == 422
    twice = await shop.post("/returns", json=RETURN, headers={"Idempotency-Key": "b"})
    assert twice.status_code == 409


async def test_that_an_address_is_changed_until_the_order_leaves(shop: httpx.AsyncClient) -> None:
    async def to(order: str, days: int, key: str) -> httpx.Response:
        day = (TODAY + timedelta(days)).isoformat()
        body = {"address": "Тверь, Советская 5", "day": day}
        return await shop.put(
            f"/orders/{order}/address", json=body, headers={"Idempotency-Key": key}
        )

    assert (await to("4521", 2, "a")).json() == {"fee": 290, "due": "2026-11-26"}
    assert (await to("4521", 2, "b")).json() == {"fee": 0, "due": "2026-11-26"}
    assert (await shop.get("/orders/4521")).json()["address"] == "Тверь, Советская 5"
    assert (await to("4521", 31, "c")).status_code == 422
    assert (await to("4512", 2, "d")).status_code == 409


async def test_that_it_fails_as_often_as_it_was_asked_to(shop: httpx.AsyncClient) -> None:
    await shop.put("/failures", json={"kind": "busy", "times": 2})
    await shop.put("/failures", json={"kind": "delay", "seconds": 0})
    codes = [(await shop.get("/orders/4512")).status_code for _ in range(4)]
    assert codes == [503, 503, 200, 200]
    await shop.put("/failures", json={"kind": "html", "times": 9})
    await shop.delete("/failures")
    assert (await shop.get("/orders/4512")).json()["status"] == "sent"
    assert (await shop.put("/failures", json={"kind": "fire"})).status_code == 422


def test_that_sufler_with_the_demo_knows_where_the_service_is_and_its_key() -> None:
    assert f"{HOST}:{PORT}" == DEMO_HOST
    assert DEMO_SECRETS == {"ORDERS_KEY": KEY}
    texts = [file.read_text("utf-8") for file in FLOWS.glob("*.yaml")]
    urls = [line for text in texts for line in text.splitlines() if "url: " in line]
    assert len(urls) == 6
    assert all(f"url: http://{DEMO_HOST}/" in line for line in urls)


class Server(uvicorn.Server):
    """Says when it is up, and leaves signals to pytest."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class Talking:
    """A customer of the demo shop: flows with real calls to its real service."""

    def __init__(self, port: int) -> None:
        self.here = f"{HOST}:{port}"
        texts = [f for f in FLOWS.glob("*.yaml") if not f.name.endswith(".test.yaml")]
        loaded = [load_flow(f.read_text("utf-8").replace(DEMO_HOST, self.here)) for f in texts]
        self.flows = {flow.flow: flow for flow in loaded}
        hosts = CallHosts(private={self.here})
        self.calls = FlowCalls(hosts, {"ORDERS_KEY": KEY}, pause_s=0.0)
        self.runs = 0

    async def says(self, flow: str, *words: str) -> list[str]:
        """All that the bot does in this talk, one line an act."""
        self.runs += 1
        first = Input("0", words[0])
        state, acts = run.start(self.flows, flow, f"r{self.runs}", "ru", NOW, first)
        told = []
        for number, more in enumerate([*words[1:], ""], 1):
            while True:
                told += [written(act) for act in acts if not isinstance(act, Call)]
                called = [act for act in acts if isinstance(act, Call)]
                if not called:
                    break
                answer = await self.calls.perform(replace(called[0], timeout_s=30.0))
                state, acts = run.answered(self.flows, state, called[0].key, answer, NOW)
            if more:
                state, acts = run.take(self.flows, state, Input(str(number), more), NOW)
        return told

    async def fails(self, kind: str, times: int = 1, seconds: float = 0.0) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
            demand = {"kind": kind, "times": times, "seconds": seconds}
            headers = {"Authorization": f"Bearer {KEY}"}
            await client.put(f"http://{self.here}/failures", json=demand, headers=headers)


@pytest.fixture
async def customer() -> AsyncIterator[Talking]:
    app = create_app(KEY, lambda: TODAY)
    server = Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await server.up.wait()
    talking = Talking(server.servers[0].sockets[0].getsockname()[1])
    yield talking
    await talking.calls.close()
    server.should_exit = server.force_exit = True
    await serving


async def test_that_the_demo_flows_talk_with_the_real_service(customer: Talking) -> None:
    assert (await customer.says("order_status", "где заказ 4512?"))[:1] == [
        "Заказ 4512 на 3 450 ₽ в пути. Привезём 27 ноября 2026."
    ]
    late = await customer.says("order_status", "где заказ 1111?", "4560")
    assert late[0] == "Заказа 1111 не нахожу."
    assert "[hand off delivery: step]" in late
    returned = await customer.says(
        "return_item", "вернуть заказ 4530, не подошёл размер", "anna@mail.ru", "да"
    )
    assert returned[-2:] == ["Готово, возврат В-1. Вернём 2 990 ₽ за 10 дней.", "[end finished]"]
    again = await customer.says("return_item", "вернуть заказ 4530, не подошёл размер")
    assert "[hand off returns: step]" in again
    moved = await customer.says(
        "address_change", "новый адрес для заказа 4521", "Тверь, Советская 5", "26 ноября", "да"
    )
    assert moved[-2] == "Готово, адрес изменён. Доплата за доставку: 290 ₽."
    promo = await customer.says("promo", "проверить промокод ложка25", "2500")
    assert promo[-2] == "Код ЛОЖКА25 работает от 3 000 ₽, а в корзине 2 500 ₽."


@pytest.mark.parametrize("kind", ["error", "busy", "html", "reset", "large", "deep", "redirect"])
async def test_that_a_service_that_fails_leads_to_a_person(customer: Talking, kind: str) -> None:
    await customer.fails(kind, times=3)
    told = await customer.says("order_status", "где заказ 4512?")
    assert told[0] == "Сейчас не могу посмотреть заказ 4512."
    assert "[hand off delivery: step]" in told
    if kind in {"error", "busy", "reset"}:  # these are tried again, twice
        assert (await customer.says("order_status", "где заказ 4512?"))[0].endswith("2026.")
        await customer.fails(kind, times=2)
        assert (await customer.says("order_status", "где заказ 4512?"))[0].endswith("2026.")


async def test_that_a_slow_service_is_left_in_time(customer: Talking) -> None:
    await customer.fails("delay", seconds=60)
    url = f"http://{customer.here}/promo/spoon25"
    call = Call("k", "GET", url, {}, None, timeout_s=0.3, retries=3)
    assert await customer.calls.perform(call) == Answer(0)
