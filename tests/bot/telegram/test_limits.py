"""Our own limits: what may go out when, and what is asked of us."""

from sufler.bot.telegram.limits import GROUP, OVER_ALL, Limits


class Time:
    """Goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def limits(time: Time, *, own: bool = True) -> Limits:
    return Limits(own=own, clock=time, sleep=time.sleep)


async def sent_in(time: Time, keeper: Limits, chat_id: int, count: int) -> list[float]:
    """The moments at which `count` messages went out, from the first on."""
    begun, moments = time.now, []
    for _ in range(count):
        await keeper.turn(chat_id)
        moments.append(time.now - begun)
    return moments


async def test_that_a_person_gets_a_few_at_once_and_then_one_a_second() -> None:
    time = Time()
    moments = await sent_in(time, limits(time), 7, 10)
    assert moments[3] == 0
    assert 1.0 <= moments[4] < 1.2
    assert 6.0 <= moments[9] < 6.5


async def test_that_a_group_gets_twenty_a_minute() -> None:
    time = Time()
    moments = await sent_in(time, limits(time), -5, 60)
    for begin in range(60):
        within = [each for each in moments if moments[begin] <= each < moments[begin] + 60]
        assert len(within) <= GROUP[0]
    assert 120 <= moments[-1] < 130


async def test_that_what_goes_to_a_group_counts_from_its_answer() -> None:
    time = Time()
    keeper = limits(time)
    for _ in range(GROUP[0]):
        await keeper.turn(-5)
    time.now += 10  # a slow line: Telegram may have counted the last of them only now
    keeper.answered(-5, GROUP[0] - 1)
    assert keeper.wait(-5) == GROUP[1] - 10  # for the one that has no answer yet
    keeper.answered(-5, 3)
    assert keeper.wait(-5) == GROUP[1]
    time.now += GROUP[1]
    assert keeper.wait(-5) == 0


async def test_that_all_together_stay_below_thirty_a_second() -> None:
    time = Time()
    keeper = limits(time)
    moments = [(await sent_in(time, keeper, chat, 1))[0] + time.now for chat in range(1, 101)]
    for begin in moments:
        assert sum(begin <= each < begin + 1 for each in moments) <= 30
    assert time.now - 1000 < 5


async def test_that_a_busy_group_does_not_hold_others_back() -> None:
    time = Time()
    keeper = limits(time)
    keeper.take(-5, 20)
    assert keeper.wait(-5) > 50
    time.now += 1
    assert keeper.wait(7) == 0


async def test_that_what_telegram_asks_for_holds_its_chat_only() -> None:
    time = Time()
    for keeper in (limits(time), limits(time, own=False)):
        keeper.refused(7, 7.0)
        assert keeper.wait(7) == 7.0
        assert keeper.wait(8) == 0.0
        time.now += 7
        assert keeper.wait(7) == 0.0


async def test_that_chat_after_chat_refused_at_once_holds_everything() -> None:
    time = Time()
    keeper = limits(time)
    for chat, seconds in ((1, 9.0), (2, 5.0), (3, 8.0)):
        keeper.refused(chat, seconds)
    assert keeper.wait(99) == 5.0
    time.now += 5
    assert keeper.wait(99) == 0.0
    assert keeper.wait(1) == 4.0


async def test_that_without_limits_of_our_own_nothing_waits() -> None:
    time = Time()
    assert (await sent_in(time, limits(time, own=False), -5, 500))[-1] == 0


def test_that_what_is_no_reply_leaves_most_of_the_room_to_replies() -> None:
    time = Time()
    keeper, sent = limits(time), 0
    for chat in range(100, 130):
        if keeper.spare(chat) == 0.0:
            keeper.take(chat)
            sent += 1
    assert sent == OVER_ALL[0] // 3
    replies = 0
    for chat in range(200, 230):
        if keeper.wait(chat) == 0.0:
            keeper.take(chat)
            replies += 1
    assert replies == OVER_ALL[0] - sent


def test_that_what_another_process_sent_to_a_group_counts_as_if_it_were_now() -> None:
    time = Time()
    keeper = limits(time)
    keeper.sent_before(-5, 500)
    keeper.sent_before(7, 500)  # a person's chat has no minute
    assert keeper.wait(-5) == GROUP[1]
    assert keeper.wait(7) == 0.0
    time.now += GROUP[1]
    assert keeper.wait(-5) == 0.0
