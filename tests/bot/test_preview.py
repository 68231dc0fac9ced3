"""An answer as each channel shows it: safe in a page, and cut where Telegram cuts."""

from sufler.bot.preview import preview

TEXT = "**Курьер** за _290_ ₽\n\n- [сайт](https://p.example/?a=1&b=2)\n- `код` <b>x</b>"


def test_that_telegram_shows_styles_and_bullets_and_no_markup_of_the_text() -> None:
    (message,) = preview(TEXT).telegram
    assert "<b>Курьер</b> за <i>290</i> ₽" in message
    assert '• <a href="https://p.example/?a=1&amp;b=2"' in message
    assert "• <code>код</code> &lt;b&gt;x&lt;/b&gt;" in message


def test_that_plain_text_has_no_markup() -> None:
    assert preview(TEXT).plain == "Курьер за 290 ₽\n\n• сайт\n• код <b>x</b>"


def test_that_a_long_answer_is_shown_as_the_messages_it_becomes() -> None:
    made = preview("слово " * 1000)
    assert made.telegram_units == 5999
    assert [len(each) for each in made.telegram] == [4092, 1907]


def test_that_hostile_text_is_inert_everywhere() -> None:
    made = preview('<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror="y">')
    for html in (*made.telegram, made.web):
        assert "<script" not in html
        assert "<img" not in html
        assert "href" not in html


def test_that_an_empty_answer_is_no_message() -> None:
    assert preview(" \n ").telegram == ()
