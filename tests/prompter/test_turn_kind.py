"""What a text is before any article is looked at: courtesies, wishes for a person, questions."""

import pytest

from sufler.domain.decisions import TurnKind
from sufler.domain.knowledge import Language
from sufler.prompter.turn_kind import language_of, relayout, turn_kind

SAID: dict[TurnKind, str] = {
    TurnKind.GREETING: """
        привет|Здравствуйте!|здравствуйте, добрый день!!|Добрый вечер :)|привееееет
       |доброго времени суток|здраствуйте|Привет, Анна|хай 👋|ghbdtn|Ghbdtn!|privet
       |здравствуйте, у меня вопрос|Алло!|hi
       |Hello there|good morning sir|heyyyy|hi, how are you?
       |can you help me?|ДОБРЫЙ ДЕНЬ|hi Charlie|Можно вопрос?""",
    TurnKind.THANKS: """
        спасибо|Спасибо большое!!! 🙏|спс|благодарю за помощь|спасибо за быстрый ответ
       |ок спасибо|нет, спасибо|до свидания|всего доброго|хорошего дня!|пасиб
       |спаасибо|Спосибо|cgfcb,j|спасибо, вы очень помогли|спасибо, всё понятно|пока
       |thanks|thanks a lot, bye|Thank you so much!|ty|thx|thnks|ok thank you sir
       |no thanks|thanks for your help, have a nice day|goodbye|spasibo bolshoe
       |спасибо за доставку!|thank you for the refund|спокойной ночи|okthanks""",
    TurnKind.ACKNOWLEDGEMENT: """
        ок|Окей|ага|да|нет|Да!|угу|понятно|ясно|хорошо|ладно|понял|поняла 👍
       |да, конечно|нет, это всё|больше ничего|вопросов нет|всё работает|+
       |хорошо, жду|ок, я попробую|получилось!|lf|ytn|ok|yes|No|yep|that's all
       |no that's all|got it|nothing else|okaaay|all good|yes sir|sounds good
       |ok I will send the receipt|хорошо, пришлю чек завтра|пока нет
       |I don't need anything else""",
    TurnKind.EMOJI: "👍|😂😂😂|!!!|???|...|:)|)))|❤️|🤷‍♀️ 🤷‍♂️|—|хахаха|lol",
    TurnKind.DIGITS: """
        4788|ssn 8345|мой номер 12345|номер заказа 100500|заказ №45-8812
       |+7 912 345-67-89|ivan@mail.ru|my order number is 55512|меня зовут Иван Петров
       |my name is hendry|89123456789|моя почта ivan.petrov@example.com|order #123-456
       |да, 4788|12 34 56|AB123456""",
    TurnKind.MASH: "asdfgh|фывапр|"
    "йцукен|sdkjfhskdjf|ывлаоывдл|ззщшгзщш|qwerty|ааааааа|ъъъъъъ|ы|asdkjh sd fkjh",
    TurnKind.SWEARING: """
        бля|ну вы дебилы|сука|иди нахуй|тупой бот|Какого хрена!!!|да пошел ты нахер
       |fuck you|wtf|you are stupid|вы идиоты|stupid bot!!!""",
    TurnKind.NOT_IT: """
        не то|нет, не то|Это не то!|нет, другое|я не об этом|вы меня не поняли
       |не помогло|я не понял|это не то, что я спрашивал|я спрашивал о другом|not that
       |that's not what I asked|wrong answer|that didn't help|no, that's not it
       |none of these|не по теме|непонятно""",
    TurnKind.ASKS_FOR_PERSON: """
        оператор|Оператора!!!|позовите человека|живой человек|соедините с менеджером
       |хочу поговорить с человеком|переключите на оператора пожалуйста
       |есть тут живые люди?|нужен оператор|дайте человека|Опиратор
       |свяжите меня со специалистом|мне нужен живой оператор, а не бот|jgthfnjh
       |позови оператора|не могу оплатить заказ, соедините с оператором
       |тупой бот, позовите оператора|pozovite operatora|бот тупой, дайте живого человека
       |real person please|talk to an agent|human!!|I want to speak to a human|agent
       |connect me to a representative|can I talk to a real person?|get me a human
       |operator|my card is blocked, let me talk to a real person
       |здравствуйте, позовите оператора|техподдержка""",
    TurnKind.ASKS_STATUS: """
        когда ответят|Когда мне ответят?|долго ещё ждать?|сколько ждать|вы тут?|ВЫ ГДЕ?
       |какая я в очереди|какой я по счёту|где я в очереди|сколько человек передо мной?
       |моё место в очереди|когда моя очередь|большая очередь?|ну долго ждать-то?
       |сколько ещё ждать ответа|когда освободится оператор|скоро ли мне ответят?
       |почему никто не отвечает|ответьте кто-нибудь|куда все пропали
       |добрый день, есть кто-нибудь?|кагда ответят|скокльо ждать|долго еще ждатб
       |is anybody there|hello, anyone here?|are you still there?|how long is the wait
       |how much longer|where am i in the queue|what's my place in the queue?
       |how many people are ahead of me|when will someone answer|still waiting
       |why is nobody answering|how long until someone replies|is anybdy there""",
    TurnKind.QUESTION: """
        когда привезут?|сколько ждать посылку|долго ещё ждать заказ?|долго ждать возврат денег?
       |сколько идёт доставка|когда приедет курьер|почему не отвечает курьер
       |когда откроется магазин|есть кто дома чтобы принять?|how long does delivery take
       |when will my order come|how long will the refund take|where are you located
       |are you open on sunday|is anyone at the pickup point
       |доставка|возврат?|refund|где мой заказ|Здравствуйте, когда привезут заказ?
       |спасибо, а как вернуть товар?|привет, доставка|оператор связи
       |когда оператор мне перезвонит по заказу?|мне звонил оператор|где мой заказ, суки
       |какого хрена не пришла посылка|hello, where is my order
       |thanks, how do I return it?|ok i need a boarding pass|не работает оплата
       |не получилось оплатить|ошибка 404|error 500|iphone 15|вы живой человек?
       |are you a human?|не надо оператора|I don't want to talk to an agent|4g|ps5
       |html|https|vpn|RTX3060|ОСАГО|снилс|КБК|промокод|wi-fi|nvme ssd|размер 42
       |100 рублей|да, а сколько стоит?|нет в наличии?|чат с поддержкой не открывается
       |менеджер обещал скидку и пропал|номер заказа|имя пользователя
       |имя получателя изменить|my name is wrong on the card|не пришёл код
       |yes my card is lost|спасибо не нужно просто верните деньги|хороший телефон?
       |добрый день какие способы оплаты|kogda privezut zakaz|rjulf ghbdtpen pfrfp
       |вопрос по доставке|помогите вернуть товар|как сменить номер телефона""",
    TurnKind.EMPTY: "| |\u200b|\n\t",
}
CASES = [
    (kind, text.strip() if kind is not TurnKind.EMPTY else text)
    for kind, texts in SAID.items()
    for text in texts.split("|")
]


@pytest.mark.parametrize(("kind", "text"), CASES)
def test_that_a_text_is_of_its_kind(kind: TurnKind, text: str) -> None:
    assert turn_kind(text) is kind


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("где мой заказ", "ru"),
        ("не работает wi-fi на iPhone", "ru"),
        ("kogda privezut zakaz", "ru"),
        ("spasibo", "ru"),
        ("kak vernut dengi", "ru"),
        ("rjulf ghbdtpen pfrfp", "ru"),
        ("where is my order", "en"),
        ("refund", "en"),
        ("i want my money back, net amount", "en"),
        ("что значит order pending", "ru"),
    ],
)
def test_that_a_language_is_read_whatever_the_default(text: str, language: Language) -> None:
    assert language_of(text, "ru") == language
    assert language_of(text, "en") == language


@pytest.mark.parametrize(
    "text",
    ["", "👍", "4788", "ok", "iPhone 15", "a@b.com", "dónde está mi pedido", "wo ist mein paket",
     "де моє замовлення і коли", "我的订单在哪里", "أين طلبي"],
)  # fmt: skip
def test_that_what_shows_neither_language_gets_the_default(text: str) -> None:
    assert language_of(text, "ru") == "ru"
    assert language_of(text, "en") == "en"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghbdtn", "привет"),
        ("Ghbdtn!", "Привет!"),
        ("rjulf ghbdtpen pfrfp", "когда привезут заказ"),
        ("cgfcb,j", "спасибо"),
        ("jgthfnjh", "оператор"),
        ("lf", "да"),
    ],
)
def test_that_russian_typed_in_the_english_layout_is_read(typed: str, meant: str) -> None:
    assert relayout(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["hello", "refund", "vpn", "https", "asdfgh", "where is my order", "привет", "", "html css"],
)
def test_that_other_texts_have_no_second_reading(text: str) -> None:
    assert relayout(text) is None


@pytest.mark.parametrize(
    "text", ["ﷺ" * 4096, "a" * 100_000, "да" * 300, "\x00", "\ud800", "\u202e", "да " * 5000]
)
def test_that_hostile_texts_get_some_kind(text: str) -> None:
    assert isinstance(turn_kind(text), TurnKind)
    assert language_of(text, "en") in {"ru", "en"}
