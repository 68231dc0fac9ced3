"""One signed request to a program outside: its signature, and every way in which it can fail."""

from collections.abc import Sequence

import pytest
from patience import pass_by
from receiver import OK, Told, answering, receiving

from sufler.domain.errors import BadInput
from sufler.outbound.webhooks import Poster, PostLimits, new_secret, signature

LOCAL = frozenset({"127.0.0.1", "inside.test"})


def test_that_the_signature_is_that_of_the_published_vector() -> None:
    told = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_that_a_body_arrives_signed_with_both_secrets() -> None:
    one, two = new_secret(), new_secret()
    async with receiving() as receiver, Poster(LOCAL) as poster:
        body = '{"text":"где заказ?"}'.encode()
        posted = await poster.post(receiver.url, [one, two], "msg_1", 1_700_000_000, body)
        assert (posted.status, posted.error, posted.answer) == (200, None, "ok")
        [told] = receiver.got
    assert told.body == body
    assert told.id == "msg_1"
    assert told.headers["content-type"] == "application/json"
    assert told.signed_with(one)
    assert told.signed_with(two)
    assert not told.signed_with(new_secret())


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (answering("500 No", body="oh \x07 no"), 500, "answers 500"),
        (answering("404 No"), 404, "answers 404"),
        (
            answering("302 Go", "Location: http://169.254.169.254/\r\n"),
            302,
            "answers 302; redirects are not followed",
        ),
        (b"no http at all\r\n\r\n", None, "the connection failed (RemoteProtocolError)"),
        (b"", None, "the connection failed (RemoteProtocolError)"),
        (None, None, "no whole answer within 60 s"),
    ],
)
async def test_that_what_goes_wrong_is_said(
    answer: bytes | None, status: int | None, error: str
) -> None:
    async with (
        receiving() as receiver,
        Poster(LOCAL, limits=PostLimits(connect_s=60, whole_s=60)) as poster,
    ):

        def answered(told: Told) -> bytes | None:
            if answer is None:
                pass_by(60)
            return answer

        receiver.answer = answered
        posted = await poster.post(receiver.url, [new_secret()], "msg_1", 1, b"{}")
        assert len(receiver.got) == 1  # not asked again, nor sent elsewhere
    assert (posted.status, posted.error) == (status, error)
    if status == 500:
        assert posted.answer == "oh   no"


async def test_that_a_long_answer_is_cut_and_a_lying_length_harms_nobody() -> None:
    long = answering("200 OK", body="x" * 5_000_000)
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nfew"
    async with receiving() as receiver, Poster(LOCAL) as poster:
        receiver.answer = lambda told: long
        posted = await poster.post(receiver.url, [new_secret()], "msg_1", 1, b"{}")
        assert (posted.error, len(posted.answer)) == (None, 300)
        receiver.answer = lambda told: short
        posted = await poster.post(receiver.url, [new_secret()], "msg_1", 1, b"{}")
        assert posted.error == "the connection failed (RemoteProtocolError)"
        receiver.answer = lambda told: OK
        assert (await poster.post(receiver.url, [], "msg_1", 1, b"{}")).error is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://93.184.216.34/", "needs https"),
        ("https://127.0.0.2/", "private address"),
        ("https://[::1]/", "private address"),
        ("https://metadata.test/", "private address"),
        ("http://inside.test/", "private address"),  # link-local, though it is allowed by name
        ("https://unknown.test/", "cannot be resolved"),
        ("https://me:secret@shop.test/", "holds a login"),
        ("ftp://shop.test/", "not an address of http or https"),
        ("words", "not an address of http or https"),
    ],
)
async def test_that_addresses_inside_the_house_are_refused(url: str, words: str) -> None:
    async def found(host: str, port: int) -> Sequence[str]:
        known = {"metadata.test": ["10.0.0.5"], "inside.test": ["169.254.169.254"]}
        if host not in known:
            raise OSError
        return known[host]

    async with Poster(LOCAL, resolver=found) as poster:
        with pytest.raises(BadInput, match=words) as refused:
            await poster.check(url)
        assert refused.value.field == "url"
        posted = await poster.post(url, [new_secret()], "msg_1", 1, b"{}")
    assert posted.status is None
    assert posted.error is not None
    assert words in posted.error
    assert "secret@" not in posted.error
