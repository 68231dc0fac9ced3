"""A flow at work: questions, corrections, back and away, calls once and only when agreed."""

import pytest
from flow_world import NOW, Customer, flow_of

from sufler.flows import run
from sufler.flows.state import Answer, Aside, Attachment, Call, End, HandOff, Input, Say
from sufler.flows.wishes import Wish, wish_of

TRIP = flow_of(
    """
  - id: where
    do: ask
    slot: order
    text: {ru: 'Номер?'}
    again: {ru: 'Цифры!'}
    help: {ru: 'Он в письме.'}
  - {id: day, do: ask, slot: day, text: {ru: 'День?'}}
  - {id: note, do: ask, slot: note, optional: true, text: {ru: 'Заметка?'}}
  - id: change
    do: call
    method: POST
    url: 'https://shop.example/{order}/x'
    headers: {Authorization: 'Bearer {secret.KEY}', X-Note: '{note}'}
    body: {order: '{order}', n: '{n}', list: ['{day}'], text: 'day {day}'}
    confirm: {ru: 'Меняю {order} на {day}?'}
    save: {n: 'deep.n'}
    on: {'409': taken}
  - {id: fine, do: end, text: {ru: 'Готово, {n|plural:день,дня,дней}.'}}
  - {id: taken, do: say, text: {ru: 'Занято.'}, next: person}
  - {id: person, do: hand_off, queue: q}
""",
    "{order: {kind: order_number, pattern: '\\d{4}', label: {ru: Заказ}}, day: {kind: date},"
    " note: {kind: text}, n: {kind: data}}",
)


def _agreed() -> Customer:
    customer = Customer(TRIP, first="заказ 4512 на 5 декабря")
    customer.says("пропустить")
    customer.says("да")
    return customer


def test_that_several_slots_of_one_message_are_not_asked_again() -> None:
    customer = Customer(TRIP, first="заказ 4512 на 5 декабря")
    assert customer.said == "Заметка?"
    assert customer.state.values == {"order": "4512", "day": "2026-12-05"}


def test_that_a_changing_call_waits_for_a_yes_and_carries_one_key() -> None:
    customer = Customer(TRIP, first="заказ 4512 на 5 декабря")
    customer.presses("Пропустить")
    assert customer.said == "Меняю 4512 на 5 декабря 2026?"
    assert not any(isinstance(act, Call) for act in customer.acts)
    customer.presses("Да")
    call = customer.call
    assert (call.key, call.method, call.retries) == ("r1:change:1", "POST", 0)
    assert call.headers == {"Authorization": "Bearer {secret.KEY}", "X-Note": ""}
    assert call.body == {
        "order": "4512", "n": None, "list": ["2026-12-05"], "text": "day 2026-12-05",
    }  # fmt: skip
    again, acts = run.answered(customer.flows, customer.state, "r1:change:0", Answer(200, {}), NOW)
    assert acts == []
    assert again == customer.state
    customer.service(200, {"deep": {"n": 2}})
    assert customer.said == "Готово, 2 дня."
    assert customer.acts[-1] == End("finished")
    assert customer.service(200, {"deep": {"n": 9}}) == []  # the same answer a second time


def test_that_the_same_step_called_again_for_something_else_has_another_key() -> None:
    flow = flow_of(
        """
  - {id: a, do: ask, slot: order, always: true, text: {ru: 'Номер?'}}
  - {id: c, do: call, url: 'https://s.example/{order}', on: {'404': a}}
  - {id: z, do: end}
""",
        "{order: {kind: order_number}}",
    )
    customer = Customer(flow)
    customer.says("4512")
    first = customer.call.key
    customer.service(404)
    customer.says("4521")
    assert customer.call.url == "https://s.example/4521"
    assert customer.call.key != first
    before = customer.state
    assert run.answered(customer.flows, before, first, Answer(200), NOW) == (before, [])


def test_that_a_no_changes_nothing() -> None:
    customer = Customer(TRIP, first="заказ 4512 на 5 декабря")
    customer.says("пропустить")
    assert customer.says("нет")[-1] == End("cancelled")


@pytest.mark.parametrize(
    ("status", "outcome"), [(409, "Занято."), (500, "не получается"), (0, "не получается")]
)
def test_that_a_failing_service_leads_on_or_to_a_person(status: int, outcome: str) -> None:
    customer = _agreed()
    customer.service(status, {"deep": {"n": 2}})
    assert outcome in customer.said
    assert isinstance(customer.acts[-2], HandOff)
    assert customer.acts[-2].summary["Заказ"] == "4512"
    assert "n" not in customer.state.values


def test_that_one_turn_counts_once() -> None:
    customer = Customer(TRIP)
    turn = Input("same", "4512")
    once, acts = run.take(customer.flows, customer.state, turn, NOW)
    twice, none = run.take(customer.flows, once, turn, NOW)
    assert acts
    assert none == []
    assert twice == once


def test_that_a_correction_changes_what_was_said_before() -> None:
    customer = Customer(TRIP, first="заказ 4512")
    customer.says("завтра")
    assert customer.said == "Заметка?"
    customer.says("ой, 4521")
    assert customer.state.values["order"] == "4521"
    assert customer.said == "Заметка?"
    customer.says("пропустить")
    customer.says("нет, на послезавтра")
    assert customer.said == "Меняю 4521 на 26 ноября 2026?"


def test_that_back_asks_the_question_before_and_stops_at_the_first() -> None:
    customer = Customer(TRIP)
    customer.says("4512")
    customer.says("назад")
    assert customer.said == "Номер?"
    assert "order" not in customer.state.values
    customer.says("назад")
    assert customer.said == "Дальше назад не вернуться. Номер?"


def test_that_nothing_goes_back_behind_a_change() -> None:
    flow = flow_of(
        """
  - {id: a, do: ask, slot: order, text: {ru: 'Номер?'}}
  - {id: c, do: call, method: POST, url: 'https://s.example/', confirm: {ru: 'Да?'}}
  - {id: b, do: ask, slot: b, text: {ru: 'Ещё?'}}
  - {id: z, do: end}
""",
        "{order: {kind: order_number}, b: {kind: yes_no}}",
    )
    customer = Customer(flow)
    customer.says("4512")
    customer.says("да")
    customer.service(201, {})
    customer.says("назад")
    assert customer.said == "Дальше назад не вернуться. Ещё?"
    customer.says("нет, 4521")
    assert customer.state.values["order"] == "4512"


def test_that_attempts_end_at_a_person_and_questions_cost_none() -> None:
    customer = Customer(TRIP)
    for _ in range(5):
        acts = customer.says("а сколько стоит доставка?")
        assert acts[0] == Aside("а сколько стоит доставка?")
        assert customer.said == "Вернёмся к нашему делу. Номер?"
    customer.says("абв")
    assert customer.said == "Цифры!"
    customer.says("абв где")
    assert customer.says("эээ") == [HandOff("", "attempts", {}), End("handed_off")]


def test_that_a_person_a_way_out_and_help_are_there_at_any_question() -> None:
    assert Customer(TRIP).says("соедините с оператором")[0] == HandOff("", "asked", {})
    assert Customer(TRIP).says("отмена")[-1] == End("cancelled")
    customer = Customer(TRIP)
    customer.says("помощь")
    assert customer.said == "Он в письме. | Номер?"
    waiting = _agreed()
    waiting.says("ну что там")
    assert waiting.said == "Секунду, ещё узнаю."
    assert isinstance(waiting.says("оператор")[0], HandOff)
    assert waiting.service(200, {}) == []  # too late: a person has it


def test_that_a_button_of_an_earlier_question_is_stale() -> None:
    customer = Customer(TRIP, first="заказ 4512 на завтра")
    skip = customer.buttons["Пропустить"]
    customer.presses("Пропустить")
    customer.says(button=skip)
    assert customer.said.startswith("Эта кнопка от прошлого вопроса. Меняю")
    customer.says(button="f:junk:yes")
    assert customer.state.waiting == "confirm"


def test_that_a_changed_flow_begins_again_with_what_is_still_good() -> None:
    customer = Customer(TRIP, first="заказ 4512")
    newer = flow_of(
        "  - {id: other, do: ask, slot: order, text: {ru: 'Номер?'}}\n"
        "  - {id: more, do: ask, slot: more, text: {ru: 'Сколько?'}}\n  - {id: z, do: end}",
        "{order: {kind: order_number}, more: {kind: number}}",
        version=2,
    )
    customer.flows = {"small": newer}
    customer.says("завтра")
    assert customer.said.endswith("Сколько?")
    assert "порядок изменился" in customer.said
    assert customer.state.values == {"order": "4512"}
    customer.flows = {}
    assert [type(act) for act in customer.says("5")] == [HandOff, End]


def test_that_a_flow_runs_another_and_comes_back_with_its_slots() -> None:
    inner = flow_of(
        "  - {id: i, do: ask, slot: order, text: {ru: 'Номер?'}}\n  - {id: z, do: end}",
        "{order: {kind: order_number}}",
        name="inner",
    )
    outer = flow_of(
        "  - {id: r, do: run, flow: inner}\n  - {id: z, do: end, text: {ru: 'Заказ {order}.'}}",
        "{order: {kind: order_number}}",
    )
    customer = Customer(outer, inner)
    customer.says("4512")
    assert customer.said == "Заказ 4512."
    assert customer.acts[-1] == End("finished")


def test_that_a_circle_ends_at_a_person() -> None:
    flow = flow_of(
        "  - {id: a, do: say, text: {ru: 'раз'}, next: b}\n"
        "  - {id: b, do: branch, when: [{if: 'true', go: a}]}\n  - {id: z, do: end}"
    )
    customer = Customer(flow)
    assert customer.acts[-2:] == [HandOff("", "loop", {}), End("handed_off")]
    itself = flow_of("  - {id: a, do: run, flow: small}\n  - {id: z, do: end}")
    assert Customer(itself).acts[-2] == HandOff("", "loop", {})


def test_that_photos_contacts_and_places_fill_their_slots() -> None:
    flow = flow_of(
        """
  - {id: a, do: ask, slot: photo, text: {ru: 'Фото?'}}
  - {id: b, do: ask, slot: phone, text: {ru: 'Телефон?'}}
  - {id: c, do: ask, slot: place, text: {ru: 'Где?'}}
  - {id: d, do: create_request, title: {ru: 'Заявка {phone}'}, number: n}
  - {id: z, do: end, text: {ru: 'Номер {n}'}}
""",
        "{photo: {kind: photo}, phone: {kind: phone}, place: {kind: location}, n: {kind: data}}",
    )
    customer = Customer(flow)
    customer.says("вот фото")
    assert customer.said.startswith("Не понял ответ.")
    customer.says("", "", Attachment("photo", {"id": "p"}))
    customer.says("", "", Attachment("contact", {"phone": "89123456789"}))
    customer.says("", "", Attachment("location", {"latitude": 1.5, "longitude": 2.5}))
    assert customer.request.title == "Заявка +79123456789"
    assert customer.request.fields == {
        "photo": "фото",
        "phone": "+79123456789",
        "place": "1.5, 2.5",
    }
    customer.service(number="7\r\n8")
    assert customer.said == "Номер 7 8"


def test_that_what_customers_and_services_say_stays_words() -> None:
    flow = flow_of(
        """
  - {id: a, do: ask, slot: t, text: {ru: '?'}}
  - id: c
    do: call
    url: 'https://s.example/a/{t}/b'
    headers: {X: '{t}'}
    save: {d: d}
  - {id: z, do: end, text: {ru: 'Вот: {t} {d}'}}
""",
        "{t: {kind: text}, d: {kind: data}}",
    )
    customer = Customer(flow)
    customer.says("../../x?y=1#z\r\nEvil: 1 {t} {secret.KEY} [a](http://b) <b>")
    call = customer.call
    assert call.url.startswith("https://s.example/a/..%2F..%2Fx%3Fy%3D1%23z")
    assert call.url.endswith("/b")
    assert "\r" not in call.headers["X"]
    assert "\n" not in call.headers["X"]
    customer.service(200, {"d": "{t}" + "x" * 1_000_000})
    assert isinstance(customer.acts[0], Say)
    assert "\\[a\\]\\(http://b\\) \\<b\\>" in customer.acts[0].text
    assert "\\{t\\}" in customer.acts[0].text
    assert len(customer.acts[0].text) < 1500
    huge = Customer(flow)
    huge.says("x")
    huge.service(200, {"d": [["y" * 100] * 100]})
    assert "d" not in huge.state.values


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("оператор", Wish.OPERATOR),
        ("Позовите, пожалуйста, оператора!", Wish.OPERATOR),
        ("да позовите уже наконец живого человека, сколько можно", Wish.OPERATOR),
        ("I want to talk to a real person", Wish.OPERATOR),
        ("не надо оператора, сам разберусь", None),
        ("оператор сказал, что заказ 4512 потерян", None),
        ("дайте телефон поддержки", None),
        ("отмена", Wish.CANCEL),
        ("отменить заказ 4512", None),
        ("never mind", Wish.CANCEL),
        ("Назад!", Wish.BACK),
        ("привезите назад в магазин", None),
        ("/skip", Wish.SKIP),
        ("?", Wish.HELP),
        ("", None),
    ],
)
def test_that_a_wish_is_told_from_an_answer(text: str, wish: Wish | None) -> None:
    assert wish_of(text) is wish
