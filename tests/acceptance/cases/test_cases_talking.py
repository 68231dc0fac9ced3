"""Cases of a talk: formatting, hostile and long texts, buttons, and who may speak."""

import time
from typing import Any

import pytest
from installation import LONG_S, Installation, new_customer
from shop import COURIER, COURIER_ANSWER, PERSON
from telegram_world import wait_until

from sufler.domain.texts import in_every_language, text

FORMATTED = """Здравствуйте, это **Анна**.

- *первое*
- `код заказа`

[правила](https://ploshkin.example/rules)"""


def looks(sent: dict[str, Any]) -> list[tuple[str, str]]:
    """Each entity's kind with the text that it is about."""
    units = sent["text"].encode("utf-16-le")
    found = []
    for entity in sent.get("entities", ()):
        begin, length = 2 * entity["offset"], 2 * entity["length"]
        found.append((entity["type"], units[begin : begin + length].decode("utf-16-le")))
    return found


@pytest.mark.case(2)
def test_that_an_operators_answer_arrives_once_and_formatted_the_same(
    installation: Installation, customer: int
) -> None:
    installation.say(customer, PERSON)
    installation.received(customer)
    installation.act("anna", customer, "reply", text=FORMATTED)
    installation.received(customer, 2)
    installation.quiet()
    (_, sent) = installation.sent(customer)
    shown = sent["text"].encode("utf-16-le")
    looks = {
        (
            each["type"],
            shown[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le"),
        )
        for each in sent["entities"]
    }
    assert looks >= {
        ("bold", "Анна"),
        ("italic", "первое"),
        ("code", "код заказа"),
        ("text_link", "правила"),
    }
    assert not set("*`[]") & set(sent["text"])
    assert installation.said_by(customer, "operator") == [FORMATTED]


HOSTILE = '<b>"&</b><script>alert(1)</script> **не жирно**_'


@pytest.mark.case(7)
def test_that_hostile_names_and_markup_are_shown_literally(
    installation: Installation, customer: int
) -> None:
    name = '<b>"&*_`[x](tg://user?id=1)'
    installation.control.user(id=customer, first_name=name, last_name="</title>", username="")
    installation.say(customer, HOSTILE)
    installation.received(customer)
    talk = installation.talk(customer)
    assert talk["customer"]["name"] == f"{name} </title>"
    assert installation.said_by(customer, "customer") == [HOSTILE]
    installation.act("anna", customer, "reply", text="{customer.first_name}: <i>&lt;</i> & _ 5 * 3")
    (*_, sent) = (installation.received(customer, 2), installation.sent(customer)[-1])
    assert sent["text"] == f"{name}: <i>&lt;</i> & _ 5 * 3"
    assert not sent.get("entities")


@pytest.mark.case(8)
def test_that_4096_and_20000_characters_emoji_and_rtl_all_arrive_in_order(
    installation: Installation, customer: int
) -> None:
    long = ("شكرا 👩‍👩‍👧 שלום слово " * 400)[:4096].strip()
    installation.say(customer, long)
    installation.say(customer, PERSON)
    installation.received(customer)
    installation.quiet(0)
    assert installation.said_by(customer, "customer") == [long, PERSON]
    longer = "".join(f"{number} مرحبا 😀 ещё слово\n" for number in range(1000))[:19_900] + " конец"
    assert len(longer) > 19_000
    installation.act("anna", customer, "reply", text=longer)
    installation.act("anna", customer, "reply", text="после")
    wait_until(lambda: installation.texts(customer)[-1] == "после", timeout_s=LONG_S)
    installation.quiet(0)
    (_, *pieces, _) = installation.sent(customer)
    assert len(pieces) > 4
    assert "".join("".join(piece["text"] for piece in pieces).split()) == "".join(longer.split())
    assert installation.states(customer)[-2:] == ["sent", "sent"]


def answered(installation: Installation, press: dict[str, Any]) -> None:
    """The button does not spin any more."""
    query = press["callback_query_id"]
    wait_until(lambda: installation.control.callback(id=query)["answers"], timeout_s=LONG_S)


def feedback(installation: Installation, customer: int) -> list[str]:
    """What the customer said of answers, as it was stored."""
    by = f"customer:{installation.conversation_id(customer)}"
    query = f"SELECT action FROM feedback WHERE \"by\" = '{by}' ORDER BY id"
    return [row[0] for row in installation.rows(query)]


@pytest.mark.case(27)
def test_that_double_and_triple_clicks_and_a_click_on_a_three_day_old_button_do_the_right_thing(
    installation: Installation, customer: int
) -> None:
    """Of a message of three days ago Telegram sends no content any more, only its id."""
    installation.say(customer, COURIER)
    installation.received(customer)
    (*_, shown) = installation.control.view(chat=customer)
    helped, not_it = text("helped", "ru"), text("not_it", "ru")
    for press in [
        installation.control.click(from_=customer, text=helped, message_id=shown["message_id"])
        for _ in range(3)
    ]:
        answered(installation, press)
    installation.received(customer, 2)
    installation.quiet()
    assert feedback(installation, customer) == ["confirmed"]
    assert installation.texts(customer)[1:] == [in_every_language("glad")[0]]
    # Another answer came since; the old message's button is still there.
    installation.say(customer, "за сколько дней доставят заказ")
    installation.received(customer, 3)
    installation.quiet()
    before = len(installation.texts(customer))
    press = installation.control.click(
        from_=customer, text=not_it, message_id=shown["message_id"], inaccessible=True
    )
    answered(installation, press)
    installation.received(customer, before + 1)
    installation.quiet()
    assert installation.texts(customer)[before:] == [text("stale_button", "ru")]
    assert installation.talk(customer)["owner"] == "bot"
    # A double click on «Не то» is one «Не то»: it does not count as the second failure in a row.
    other = new_customer()
    installation.say(other, COURIER)
    installation.received(other)
    (*_, shown) = installation.control.view(chat=other)
    for press in [
        installation.control.click(from_=other, text=not_it, message_id=shown["message_id"])
        for _ in range(2)
    ]:
        answered(installation, press)
    installation.received(other, 2)
    installation.quiet()
    assert feedback(installation, other) == ["rejected"]
    assert len(installation.texts(other)) == 2


@pytest.mark.case(28)
def test_that_foreign_callback_data_and_another_customers_ids_are_refused(
    installation: Installation, customer: int
) -> None:
    other = new_customer()
    installation.say(other, COURIER)
    installation.received(other)
    (*_, shown) = installation.control.view(chat=other)
    (row,) = installation.rows(
        f"SELECT suggestion_id FROM conversations WHERE customer_id = '{other}'"
    )
    installation.say(customer, "спасибо")
    installation.received(customer)
    base = installation.control.sent(chat=customer)[-1]["message_id"]
    foreign = [f"y:{row[0]}", f"x:{row[0]}", "a:../../etc/passwd", "a:no-such", "<b>", "p" * 64]
    for data in foreign:
        press = installation.control.click(from_=customer, data=data, message_id=base, force=True)
        answered(installation, press)
    installation.quiet()
    assert feedback(installation, other) == feedback(installation, customer) == []
    assert not any(COURIER_ANSWER in each for each in installation.texts(customer))
    # A press in another customer's private chat, which Telegram itself would never send.
    message = {
        "message_id": shown["message_id"],
        "date": 0,
        "chat": {"id": other, "type": "private"},
    }
    who = {"id": customer, "is_bot": False, "first_name": "Чужой"}
    query = {"from": who, "message": message, "chat_instance": "1", "data": "p", "id": "77"}
    installation.control.raw(update={"callback_query": query})
    installation.quiet()
    assert installation.talk(other)["owner"] == "bot"
    assert installation.said_by(other, "customer") == [COURIER]
    assert len(installation.texts(other)) == 1


LONG_IDS = [f"zontik-{'очень-длинный-номер-' * 8}{number}" for number in (1, 2)]


@pytest.mark.case(29)
def test_that_buttons_of_articles_with_long_ids_fit_into_64_bytes_and_work(
    installation: Installation, customer: int
) -> None:
    topic = f"Зонтики {customer}"
    for number, article_id in enumerate(LONG_IDS):
        installation.api(
            "vera",
            "POST",
            "/articles",
            id=article_id,
            topic=topic,
            translations={
                "ru": {"title": f"Где чинят зонтик {'АБ'[number]}?", "answer": f"Мастер {number}."}
            },
            phrasings=[{"text": "где у вас чинят зонтики", "language": "ru"}],
            status="published",
        )
    installation.api("vera", "PATCH", f"/topics/{topic}", mode="answers", without_certificate="x")
    question = "где у вас чинят зонтики"

    def clarifies() -> bool:
        decided = installation.api("anna", "POST", "/suggestions", text=question)["decision"]
        return bool(decided["kind"] == "clarify")

    wait_until(clarifies, timeout_s=LONG_S)
    installation.all_know_the_base()
    installation.say(customer, question)
    installation.received(customer)
    (sent,) = installation.sent(customer)
    data = [row[0]["callback_data"] for row in sent["reply_markup"]["inline_keyboard"]]
    assert all(len(each.encode()) <= 64 for each in data)
    assert all(len(each) > 64 for each in LONG_IDS)
    answered(installation, installation.control.click(from_=customer, text="зонтик Б"))
    assert "Мастер 1." in installation.received(customer, 2)[1]


@pytest.mark.case(42)
def test_that_an_operator_who_replies_between_decision_and_send_is_the_only_one_heard(
    installation: Installation, customer: int
) -> None:
    # Until the operator has replied, however long that takes.
    installation.control.fault(method="sendmessage", chat=customer, code=429, retry_after=2)
    installation.say(customer, COURIER)
    wait_until(
        lambda: installation.rows(f"SELECT 1 FROM conversations WHERE customer_id = '{customer}'"),
        timeout_s=LONG_S,
    )
    wait_until(lambda: installation.states(customer) == ["pending"], timeout_s=LONG_S)
    installation.act("anna", customer, "reply", text="Я Анна, смотрю.")
    installation.control.clear_faults()
    installation.say(customer, COURIER)
    assert installation.received(customer)[0] == "Я Анна, смотрю."
    time.sleep(2)
    installation.quiet()
    assert installation.texts(customer) == ["Я Анна, смотрю."]
    assert installation.states(customer) == ["cancelled", "sent"]


@pytest.mark.case(44)
def test_that_after_not_it_twice_a_person_is_called(
    installation: Installation, customer: int
) -> None:
    installation.say(customer, COURIER)
    installation.received(customer)
    installation.say(customer, "не то")
    installation.received(customer, 2)
    installation.quiet(0)
    installation.say(customer, "не то")
    installation.owned_by(customer, "queue")
    wait_until(lambda: text("why_not_it", "ru") in installation.texts(customer)[-1])
    assert "rejected" in feedback(installation, customer)
