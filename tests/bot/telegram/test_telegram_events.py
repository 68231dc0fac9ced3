"""Edits, reactions, quotes, blocks, groups and business accounts: what an update says of them."""

from typing import Any

import pytest
from aiogram.types import Update

from sufler.bot.telegram.groups import Me
from sufler.bot.telegram.receive import Reader, Taken
from sufler.domain.conversation import Incoming, IncomingKind

ANNA = {"id": 7, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
BOT = {"id": 123456, "is_bot": True, "first_name": "Помощник", "username": "help_bot"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Анна"}
GROUP = {"id": -5, "type": "group", "title": "Двор"}
SHOP = {"id": 70, "is_bot": False, "first_name": "Хозяйка"}
READER = Reader(Me(123456, "help_bot"), first_chat=lambda chat: {-100: -5}.get(chat, chat))


def taken(sort: str, said: dict[str, Any]) -> list[Taken]:
    return list(READER.read(Update.model_validate({"update_id": 9, sort: said})))


def message(sort: str = "message", **said: Any) -> Incoming | None:
    whole = {"message_id": 42, "date": 1_760_000_000, "chat": PRIVATE, "from": ANNA, **said}
    found = taken(sort, whole)
    return found[0].incoming if found else None


def of(incoming: Incoming | None) -> Incoming:
    assert incoming is not None
    return incoming


def by_bot(chat: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": chat, "from": BOT, "text": "ответ", **more}


def test_that_a_quote_names_the_message() -> None:
    assert of(message(text="это", reply_to_message=by_bot(PRIVATE))).quotes == "u:7:5"


def test_that_an_edit_is_about_its_message_and_each_is_one_of_its_own() -> None:
    incoming = of(message("edited_message", text="новое", edit_date=2))
    assert (incoming.kind, incoming.about, incoming.text) == (IncomingKind.EDIT, "u:7:42", "новое")
    assert incoming.external_id == "e:u:7:42:9"
    assert of(message("edited_message", caption="подпись", edit_date=2)).text == "подпись"


def test_that_a_place_that_moves_is_no_edit() -> None:
    place = {"latitude": 1.0, "longitude": 2.0}
    assert message("edited_message", location=place, edit_date=2) is None


def reaction(new: list[dict[str, Any]], **more: Any) -> list[Taken]:
    said = {"chat": PRIVATE, "message_id": 5, "user": ANNA, "date": 1, "old_reaction": [], **more}
    return taken("message_reaction", {**said, "new_reaction": new})


def test_that_a_reaction_is_its_emoji_and_a_withdrawn_one_is_empty() -> None:
    (found,) = reaction([{"type": "emoji", "emoji": "👎"}])
    incoming = found.incoming
    assert (incoming.kind, incoming.about, incoming.text) == (IncomingKind.REACTION, "u:7:5", "👎")
    assert reaction([])[0].incoming.text == ""
    assert reaction([{"type": "custom_emoji", "custom_emoji_id": "1"}])[0].incoming.text == ""


def test_that_an_anonymous_reaction_is_nobodys() -> None:
    assert reaction([{"type": "emoji", "emoji": "👎"}], user=None, actor_chat=GROUP) == []


@pytest.mark.parametrize(("status", "reach"), [("kicked", "blocked"), ("member", "open")])
def test_that_blocking_and_unblocking_are_heard(status: str, reach: str) -> None:
    member = {"user": BOT, "status": status, "until_date": 0}
    said = {"chat": PRIVATE, "from": ANNA, "date": 1}
    old = {"user": BOT, "status": "member"}
    (found,) = taken("my_chat_member", {**said, "old_chat_member": old, "new_chat_member": member})
    assert (found.incoming.kind, found.incoming.text) == (IncomingKind.REACH, reach)
    group = {**said, "chat": GROUP, "old_chat_member": old, "new_chat_member": member}
    assert taken("my_chat_member", group) == []


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("/help@help_bot", IncomingKind.HELP, ""),
        ("/START@Help_Bot promo", IncomingKind.START, "promo"),
        ("/ask@help_bot сколько стоит доставка?", IncomingKind.TEXT, "сколько стоит доставка?"),
        ("/ask@help_bot", IncomingKind.HELP, ""),
        ("@help_bot, сколько стоит доставка?", IncomingKind.TEXT, "сколько стоит доставка?"),
        ("скажи @HELP_BOT где заказ", IncomingKind.TEXT, "скажи  где заказ"),
        ("@help_bot", IncomingKind.HELP, ""),
    ],
)
def test_that_a_member_who_calls_the_bot_is_heard(text: str, kind: IncomingKind, said: str) -> None:
    incoming = of(message(text=text, chat=GROUP))
    assert (incoming.kind, incoming.text) == (kind, said)
    assert incoming.customer.external_id == "g:-5:7"
    assert incoming.external_id == "u:-5:42"


@pytest.mark.parametrize(
    "said",
    [
        {"text": "всем привет"},
        {"text": "/help"},
        {"text": "/help@other_bot"},
        {"text": "/help@other_bot", "reply_to_message": by_bot(GROUP)},
        {"text": "@help_bot_2 ты тут?"},
        {"text": "anna@help_bot.example"},
        {"text": "да", "reply_to_message": {**by_bot(GROUP), "from": ANNA}},
        {
            "text": "в теме",
            "reply_to_message": by_bot(
                GROUP, text=None, forum_topic_created={"name": "Т", "icon_color": 1}
            ),
        },
        {"text": "@help_bot", "sender_chat": GROUP},
        {"new_chat_members": [ANNA]},
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
    ],
)
def test_that_talk_that_is_not_with_the_bot_is_left_alone(said: dict[str, Any]) -> None:
    assert message(chat=GROUP, **said) is None


def test_that_a_reply_to_the_bot_is_heard_and_a_group_that_moved_keeps_its_members() -> None:
    moved = {"id": -100, "type": "supergroup", "title": "Двор"}
    incoming = of(message(text="а дальше?", chat=moved, reply_to_message=by_bot(moved)))
    assert incoming.customer.external_id == "g:-5:7"
    assert (incoming.external_id, incoming.quotes) == ("u:-100:42", "u:-100:5")


def business(
    sort: str = "business_message", sender: dict[str, Any] = ANNA, **said: Any
) -> Incoming | None:
    return message(sort, business_connection_id="CN", **{"from": sender}, **said)


def test_that_a_customer_of_a_business_account_is_known_by_both() -> None:
    incoming = of(business(text="есть чашки?"))
    assert (incoming.kind, incoming.customer.external_id) == (IncomingKind.TEXT, "b:CN:7")
    assert incoming.external_id == "b:CN:7:42"


def test_that_the_owners_own_words_are_staffs() -> None:
    incoming = of(business(text="я сама отвечу", sender=SHOP))
    assert (incoming.kind, incoming.text) == (IncomingKind.FROM_STAFF, "я сама отвечу")
    assert (incoming.customer.external_id, incoming.customer.first_name) == ("b:CN:7", "Анна")


def test_that_what_the_bot_wrote_comes_back_as_nothing() -> None:
    assert business(text="ответ", sender_business_bot=BOT, sender=SHOP) is None
    assert business(text="мы закрыты", is_from_offline=True, sender=SHOP) is None


def test_that_edited_and_deleted_business_messages_are_heard() -> None:
    edit = of(business("edited_business_message", text="две чашки", edit_date=2))
    assert (edit.kind, edit.about) == (IncomingKind.EDIT, "b:CN:7:42")
    assert business("edited_business_message", text="x", edit_date=2, sender=SHOP) is None
    gone = taken(
        "deleted_business_messages",
        {"business_connection_id": "CN", "chat": PRIVATE, "message_ids": [42, 43]},
    )
    assert [each.incoming.about for each in gone] == ["b:CN:7:42", "b:CN:7:43"]
    assert gone[0].incoming.customer.external_id == "b:CN:7"
    assert gone[0].incoming.kind is IncomingKind.EDIT
