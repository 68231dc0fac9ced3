"""What a customer hears for what they write: whole turns over a real database."""

from datetime import timedelta

import pytest
from conversation_world import ANNA, World

from sufler.conversation.buttons import CALL_PERSON, HELPED, NONE_OF_THESE, NOT_IT, article_data
from sufler.domain.conversation import Author, IncomingKind, Owner, SendState
from sufler.domain.decisions import DecisionKind, Reason
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import ArticleStatus
from sufler.domain.texts import text


async def test_that_a_sure_answer_goes_out_as_written_with_a_way_to_a_person(world: World) -> None:
    assert await world.say("где заказ") == ["Привезём за 2 дня."]
    _, _, buttons = world.ears.heard[0]
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.suggestion is not None
    about = told.suggestion.id
    assert [button.data for button in buttons] == [HELPED + about, NOT_IT + about, CALL_PERSON]
    assert told.decision.kind is DecisionKind.ANSWER
    assert told.suggestion is not None
    assert told.suggestion.versions.policy == f"unset {world.policy.version}"
    conversation = await world.conversation()
    assert conversation.last_article_id == "delivery"
    assert conversation.owner is Owner.BOT
    asked, answered = await world.history()
    assert (asked.author, asked.text, asked.state) == (Author.CUSTOMER, "где заказ", None)
    assert (answered.author, answered.state) == (Author.BOT, SendState.SENT)
    assert answered.external_id == "m1"


async def test_that_a_question_in_english_gets_the_english_text(world: World) -> None:
    assert await world.say("where is it") == ["We deliver in 2 days."]
    assert (await world.conversation()).language == "en"


async def test_that_an_article_without_the_customers_language_goes_to_a_person(
    world: World,
) -> None:
    [heard] = await world.say("money")
    assert heard.startswith(text("why_no_answer", "en"))
    assert (await world.conversation()).hand_off_reason == Reason.OTHER_LANGUAGE


async def test_that_a_message_is_received_once(world: World) -> None:
    assert await world.send("где заказ", external_id="same")
    assert not await world.send("где заказ", external_id="same")
    await world.turns.drain()
    assert not await world.send("где заказ", external_id="same")
    await world.turns.drain()
    assert world.ears.texts() == ["Привезём за 2 дня."]


async def test_that_a_message_without_an_id_is_refused(world: World) -> None:
    with pytest.raises(BadInput):
        await world.send("где заказ", external_id="\x00")


async def test_that_variables_are_filled_and_a_hostile_name_stays_literal(world: World) -> None:
    assert await world.say("деньги") == ["Вернём деньги, Оля."]
    heard = await world.say("деньги", customer="c2", first_name="{today} *[x](http://e.vil)*")
    assert heard == [r"Вернём деньги, \{today\} \*\[x\]\(http://e.vil\)\*."]
    assert await world.say("деньги", customer="c3", first_name="") == ["Вернём деньги, друг."]


async def test_that_close_candidates_are_offered_and_a_button_answers(world: World) -> None:
    assert await world.say("неясно") == [text("clarify", "ru")]
    _, _, buttons = world.ears.heard[-1]
    assert [(button.label, button.data) for button in buttons] == [
        ("О чём delivery", "a:delivery"),
        ("О чём returns", "a:returns"),
        ("Ничего из этого", NONE_OF_THESE),
        ("Позвать человека", CALL_PERSON),
    ]
    assert await world.say(button="a:returns") == ["Вернём деньги, Оля."]
    assert [message.text for message in await world.history()][-2] == "О чём returns"
    told = await world.turns.last_told("test", "c1")
    assert told is not None
    assert told.decision.reason is Reason.CHOSEN


async def test_that_none_of_these_hands_off_and_keeps_the_suggestion(world: World) -> None:
    await world.say("неясно")
    [heard] = await world.say(button=NONE_OF_THESE)
    assert heard.startswith(text("why_not_it", "ru"))
    conversation = await world.conversation()
    assert conversation.owner is Owner.QUEUE
    suggestion = await world.desk.current_suggestion(conversation.id)
    assert suggestion is not None
    assert suggestion.text == "неясно"


async def test_that_the_button_of_a_long_id_fits_and_works(world: World) -> None:
    long = "очень-длинное-имя-статьи-" * 4
    world.shelf.put(long, "Длинный ответ.")
    world.prompter.fits["двоякое"] = [(long, 0.4), ("delivery", 0.4)]
    await world.say("двоякое")
    data = article_data(long)
    assert data.startswith("h:")
    assert len(data.encode()) <= 64
    assert await world.say(button=data) == ["Длинный ответ."]


@pytest.mark.parametrize("data", ["a:nothing", "h:000000000000", "x", "a:", "\ud800"])
async def test_that_a_forged_button_goes_to_a_person(world: World, data: str) -> None:
    await world.say(button=data)
    conversation = await world.conversation()
    assert conversation.owner is Owner.QUEUE
    assert conversation.hand_off_reason == Reason.GONE


@pytest.mark.parametrize(
    ("article_id", "reason"),
    [("secret", Reason.TOPIC_OBSERVES), ("draft", Reason.TOPIC_SUGGESTS)],
)
async def test_that_a_pressed_article_whose_topic_does_not_answer_is_not_sent(
    world: World, article_id: str, reason: Reason
) -> None:
    [heard] = await world.say(button=f"a:{article_id}")
    assert "Тайна" not in heard
    assert (await world.conversation()).hand_off_reason == reason
    shown = (await world.history())[0].text
    assert (article_id in shown) == (reason is Reason.TOPIC_SUGGESTS)


async def test_that_an_expired_or_archived_article_is_not_sent_by_its_old_button(
    world: World,
) -> None:
    from dataclasses import replace

    await world.say("неясно")
    article = world.shelf.articles["delivery"]
    world.shelf.articles["delivery"] = replace(
        article, valid_until=world.clock.now() - timedelta(days=1)
    )
    await world.say(button="a:delivery")
    assert (await world.conversation()).hand_off_reason == Reason.GONE
    world.shelf.articles["delivery"] = replace(article, status=ArticleStatus.ARCHIVED)
    await world.say(button="a:delivery", customer="c2")
    assert (await world.conversation("c2")).hand_off_reason == Reason.GONE


async def test_that_thanks_get_a_courtesy_and_hand_nothing_off(world: World) -> None:
    await world.say("где заказ")
    assert await world.say("спасибо") == [text("thanks", "ru")]
    assert await world.say("ok") == []
    assert (await world.conversation()).owner is Owner.BOT
    assert (await world.conversation()).language == "ru"


async def test_that_a_first_ok_is_not_met_with_silence(world: World) -> None:
    assert await world.say("ok") == [text("greeting", "en")]


async def test_that_start_and_help_are_answered_in_the_customers_language(world: World) -> None:
    assert await world.say(kind=IncomingKind.START) == [text("greeting", "ru")]
    assert await world.say(kind=IncomingKind.HELP) == [text("help", "ru")]


async def test_that_an_unreadable_message_is_named_and_a_person_offered(world: World) -> None:
    [heard] = await world.say("voice", kind=IncomingKind.UNREADABLE)
    assert "голосовое сообщение" in heard
    assert [button.data for button in world.ears.heard[-1][2]] == [CALL_PERSON]
    assert (await world.conversation()).owner is Owner.BOT
    assert await world.say("sticker", kind=IncomingKind.UNREADABLE) == []


async def test_that_a_weak_match_is_handed_off_and_the_customer_is_told_the_truth(
    world: World,
) -> None:
    [nobody] = await world.say("странное")
    assert text("nobody_exists", "ru") in nobody
    await world.hire(ANNA)
    [absent] = await world.say("странное", customer="c2")
    assert text("nobody_here", "ru") in absent
    await world.desk.heartbeat(ANNA)
    [present] = await world.say("странное", customer="c3")
    assert text("person_will_look", "ru") in present
    world.clock.move(200)
    [gone] = await world.say("странное", customer="c4")
    assert text("nobody_here", "ru") in gone


async def test_that_asking_for_a_person_works_by_word_and_by_button(world: World) -> None:
    await world.say("оператор")
    assert (await world.conversation()).hand_off_reason == Reason.ASKS_FOR_PERSON
    await world.say(button=CALL_PERSON, customer="c2")
    assert (await world.conversation("c2")).hand_off_reason == Reason.ASKS_FOR_PERSON


async def test_that_in_the_queue_the_bot_gives_status_only_and_renews_the_suggestions(
    world: World,
) -> None:
    await world.say("странное")
    first = (await world.conversation()).waiting_since
    world.clock.move(60)
    assert await world.say("где заказ") == []  # it joins the waiting turn
    conversation = await world.conversation()
    assert conversation.waiting_since == first
    suggestion = await world.desk.current_suggestion(conversation.id)
    assert suggestion is not None
    assert suggestion.items[0].article_id == "delivery"
    assert await world.say("деньги") == []
    [status] = await world.say("долго ждать?")
    assert status.startswith(text("still_waiting", "ru"))
    assert await world.say("спасибо") == []
    renewed = await world.desk.current_suggestion(conversation.id)
    assert renewed is not None
    assert renewed.text == "деньги"  # thanks take nothing away


async def test_that_one_who_waits_for_nobody_is_told_that_the_bot_is_there(world: World) -> None:
    assert await world.say("долго ждать?") == [text("not_waiting", "ru")]
    assert [button.data for button in world.ears.heard[-1][2]] == [CALL_PERSON]
    assert (await world.conversation()).owner is Owner.BOT


async def test_that_a_question_beside_one_about_the_queue_is_both_kept_and_answered(
    world: World,
) -> None:
    await world.say("странное")
    await world.send("деньги")
    await world.send("долго ждать?")
    before = len(world.ears.heard)
    await world.turns.drain()
    [(_, status, _)] = world.ears.heard[before:]
    assert status.startswith(text("still_waiting", "ru"))
    shown = await world.desk.current_suggestion((await world.conversation()).id)
    assert shown is not None
    assert shown.text == "деньги"


async def test_that_a_topic_that_observes_reaches_the_queue_bare(world: World) -> None:
    await world.say("про тайну")
    conversation = await world.conversation()
    assert conversation.hand_off_reason == Reason.TOPIC_OBSERVES
    shown = await world.desk.current_suggestion(conversation.id)
    assert shown is not None
    assert shown.items == ()
    assert len((await world.suggestions.get(shown.id)).items) == 1  # stored, though


async def test_that_conversations_do_not_wait_for_one_another(world: World) -> None:
    world.prompter.broken.add("беда")
    await world.send("беда", customer="c1")
    await world.send("где заказ", customer="c1")
    await world.send("где заказ", customer="c2")
    await world.turns.drain()
    assert world.ears.texts("c2") == ["Привезём за 2 дня."]
    assert world.ears.texts("c1") == []  # one turn: it fails, and is tried again, as a whole


async def test_that_a_failing_turn_is_retried_then_handed_over_and_others_go_on(
    world: World,
) -> None:
    world.prompter.broken.add("беда")
    await world.send("беда")
    await world.send("где заказ", customer="c2")
    for seconds in (1, 5, 30):
        await world.turns.drain()
        assert world.ears.texts("c1") == []
        world.clock.move(seconds)
    await world.turns.drain()
    assert world.prompter.asked.count("беда") == 4
    [said] = world.ears.texts("c1")
    assert said.startswith(text("why_failure", "ru"))
    assert world.ears.texts("c2") == ["Привезём за 2 дня."]
    assert (await world.conversation()).owner is Owner.QUEUE
    assert await world.inbox.counts() == {"done": 2}
    conversation = await world.conversation()
    await world.conversations.release(conversation.id, "anna", world.clock.now(), close=True)
    assert await world.say("где заказ") == ["Привезём за 2 дня."]  # the same customer goes on


async def test_that_a_passing_fault_costs_nothing_but_time(world: World) -> None:
    world.prompter.broken.add("где заказ")
    await world.send("где заказ")
    await world.turns.drain()
    world.prompter.broken.clear()
    world.clock.move(1)
    await world.turns.drain()
    assert world.ears.texts() == ["Привезём за 2 дня."]


async def test_that_a_clock_set_back_does_not_hold_a_postponed_row(world: World) -> None:
    world.prompter.broken.add("где заказ")
    await world.send("где заказ")
    await world.turns.drain()
    world.prompter.broken.clear()
    world.clock.move(-86_400)
    await world.turns.drain()
    assert world.ears.texts() == ["Привезём за 2 дня."]


@pytest.mark.parametrize(
    "said", ["\ud800", "\x00", "ﷺ" * 4096, "a" * 100_000, "\u202eнаоборот", "👍👍", "   "]
)
async def test_that_hostile_text_is_handled_like_any_other(world: World, said: str) -> None:
    await world.say(said, first_name="\ud800\x00\u202e")
    assert (await world.inbox.counts()) == {"done": 1}
    [shown, *_] = await world.history()
    assert len(shown.text) <= 8000
    shown.text.encode()


async def test_that_a_customer_sees_no_cancelled_or_failed_reply(world: World) -> None:
    await world.say("где заказ")
    seen = await world.turns.talk("test", "c1")
    assert [message.text for message in seen] == ["где заказ", "Привезём за 2 дня."]
    assert await world.turns.talk("test", "c1", after=seen[-1].id) == []
    assert await world.turns.talk("test", "stranger") == []
