"""Two flows in conversations, and what tests ask about them."""

from conversation_world import ANNA, World
from sqlalchemy import select

from sufler.domain.flows import FlowRun
from sufler.domain.people import Caller, Role
from sufler.storage.flow_rows import run_from
from sufler.storage.tables.flows import flow_runs

BOSS = Caller("person:boss", "Вера", Role.SUPERVISOR, "boss")

RETURN = """
flow: give_back
version: 1
title: {ru: Возврат, en: Return}
triggers: {commands: [return]}
slots:
  order: {kind: order_number, pattern: '\\d{4}', label: {ru: Заказ, en: Order}}
  size:
    kind: choice
    choices: {big: {label: {ru: Велик, en: Big}}, small: {label: {ru: Мал, en: Small}}}
  number: {kind: data}
steps:
  - {id: which, do: ask, slot: order, text: {ru: 'Какой заказ?', en: 'Which order?'}}
  - {id: why, do: ask, slot: size, text: {ru: 'Что не так?', en: 'What is wrong?'}}
  - id: post
    do: call
    method: POST
    url: https://shop.example/returns
    body: {order: '{order}'}
    confirm: {ru: 'Вернуть {order}?', en: 'Return {order}?'}
    save: {number: number}
    failed: person
  - {id: done, do: end, text: {ru: 'Возврат {number} оформлен.', en: 'Return {number} is made.'}}
  - {id: person, do: hand_off}
"""
CALLBACK = """
flow: callback
version: 1
title: {ru: Звонок, en: Callback}
triggers: {commands: [callback]}
slots: {phone: {kind: phone, label: {ru: Телефон, en: Phone}}, ticket: {kind: data}}
steps:
  - {id: phone, do: ask, slot: phone, text: {ru: 'Какой номер?', en: 'Which number?'}}
  - id: make
    do: create_request
    title: {ru: 'Перезвонить {phone}', en: 'Call {phone}'}
    number: ticket
  - {id: done, do: end, text: {ru: 'Заявка {ticket}: перезвоним.', en: 'Request {ticket}.'}}
"""


async def runs(world: World) -> list[FlowRun]:
    query = select(flow_runs).order_by(flow_runs.c.started_at, flow_runs.c.id)
    async with world.database.read() as connection:
        return [run_from(row) for row in (await connection.execute(query)).mappings()]


async def notes(world: World) -> list[str]:
    talk = await world.conversation()
    return [note.text for note in await world.desk.lines.transfers.notes(ANNA, talk.id)]


def button(world: World, label: str) -> str:
    buttons = (each for _, _, every in reversed(world.ears.heard) for each in every)
    return next(each.data for each in buttons if each.label == label)


async def begin(world: World) -> None:
    assert await world.say("/return") == ["Какой заказ?"]
