"""What operators send beside what the article says, and what was done with it: written by hand
before the rules of `prompter/learning/uses.py` were, and not changed to please them."""

from typing import NamedTuple

from sufler.domain.learning import Use

# ruff: noqa: E501 - texts as they are sent
V, C, X, F, A = Use.VERBATIM, Use.COSMETIC, Use.EXTENDED, Use.FACTS, Use.ANEW

RU = {
    "refund": "Деньги вернутся на ту же карту в течение 10 рабочих дней. "
    "Если прошло больше, напишите нам номер заказа.",
    "cost": "Стоимость зависит от способа:\n\n- **Курьер** — 290 ₽, от **4 000 ₽** бесплатно.\n"
    "- **Пункт выдачи** — 190 ₽, от **2 500 ₽** бесплатно.",
    "time": "Доставим в Казань за 2–4 дня, в Москву за 1–2 дня.",
    "hours": "Магазин работает ежедневно с 10:00 до 21:00, без обеда.",
    "return": "Товар можно вернуть в течение 14 дней, если он не был в употреблении и сохранён чек.",
    "password": "Откройте [страницу входа](https://ploshkin.example/login), нажмите «Забыли пароль?» "
    "и следуйте письму.",
    "courier": "{customer.first_name|Друг}, курьер позвонит за час до приезда.",
    "cancel": "Отменить заказ можно, пока он не передан в доставку.",
    "promo": "Промокод ЛЕТО10 действует до 31 августа и не суммируется с другими скидками.",
    "shop": "Наш магазин на улице Свободы, 12, рядом с «Аурой».",
    "wash": "Эмалированную посуду мыть в посудомоечной машине нельзя.",
}
EN = {
    "refund": "The money will be back on the same card within 10 business days. "
    "If it takes longer, please send us your order number.",
    "cost": "It depends on the method:\n\n- **Courier** — 290 ₽, free from **4,000 ₽**.\n"
    "- **Pickup point** — 190 ₽, free from **2,500 ₽**.",
    "time": "We deliver to Kazan in 2–4 days and to Moscow in 1–2 days.",
    "hours": "The shop is open daily from 10:00 to 21:00 without a break.",
    "return": "You can return an item within 14 days if it has not been used and you kept the receipt.",
    "password": "Open the [sign-in page](https://ploshkin.example/login), press “Forgot password?” "
    "and follow the e-mail.",
    "courier": "{customer.first_name|Dear customer}, the courier will call an hour before arriving.",
    "cancel": "An order can be cancelled until it is handed to the courier.",
    "warranty": "The warranty on knives is 2 years from the date of purchase.",
    "wash": "Enamel cookware cannot be washed in a dishwasher.",
    "invoice": "The invoice is sent to your e-mail within an hour after payment.",
}


class Pair(NamedTuple):
    """`sent` by the operator who had the article `name` before them, and what that was."""

    language: str
    name: str
    sent: str
    use: Use


PAIRS = [
    # Russian
    Pair("ru", "refund", RU["refund"], V),
    Pair("ru", "refund", "Здравствуйте, Мария! " + RU["refund"], V),
    Pair("ru", "refund", "Добрый день!\n" + RU["refund"] + "\n\nС уважением, Анна", V),
    Pair("ru", "cost", RU["cost"].replace("**", ""), V),
    Pair("ru", "courier", "Мария, курьер позвонит за час до приезда.", V),
    Pair(
        "ru", "courier", "Мария, добрый вечер! Курьер позвонит за час до приезда. Хорошего дня!", V
    ),
    Pair(
        "ru",
        "refund",
        "деньги вернутся на ту же карту в течение 10 рабочих дней, если прошло больше - "
        "напишите нам номер заказа",
        C,
    ),
    Pair(
        "ru",
        "refund",
        "Деньги, пожалуйста, ожидайте: вернутся на ту же карту в течение 10 рабочих дней. "
        "Если прошло больше, напишите нам, пожалуйста, номер заказа 🙂",
        C,
    ),
    Pair("ru", "hours", "Магазин работает ежедневно, с 10 до 21, без обеда!", C),
    Pair("ru", "time", "Доставим в казань за 2-4 дня, в москву за 1-2 дня", C),
    Pair("ru", "time", "Мы доставим в Казань за 2–4 дня, а в Москву за 1–2 дня.", C),
    Pair("ru", "cancel", "Отменить заказ возможно, пока он не передан в доставку.", C),
    Pair(
        "ru",
        "return",
        "Товар можно вернуть в течение четырнадцати дней, если он не был в "
        "употреблении и сохранён чек.",
        C,
    ),
    Pair("ru", "wash", "Эмалированую посуду мыть в посудомоечной машине нельзя", C),
    Pair(
        "ru",
        "promo",
        "Промокод лето10 действует до 31 августа и не суммируется с другими скидками))",
        C,
    ),
    Pair("ru", "refund", RU["refund"] + " Ваш возврат уже передан в банк, сегодня проверила.", X),
    Pair("ru", "hours", "Да, конечно. " + RU["hours"] + " На входе есть пандус.", X),
    Pair("ru", "time", RU["time"] + "\n\nА ещё у нас сейчас скидка 10 % на самовывоз.", X),
    Pair("ru", "shop", RU["shop"] + " Парковка бесплатная, вход со двора.", X),
    Pair("ru", "wash", RU["wash"] + " Лучше губкой и тёплой водой, без абразива.", X),
    Pair("ru", "cancel", RU["cancel"] + " Ваш заказ 48151 я уже отменила, деньги придут сами.", X),
    Pair("ru", "refund", RU["refund"].replace("10 рабочих", "5 рабочих"), F),
    Pair("ru", "refund", RU["refund"].replace("10 рабочих дней", "10 дней"), F),
    Pair("ru", "cost", RU["cost"].replace("290 ₽", "350 ₽"), F),
    Pair("ru", "time", RU["time"].replace("Казань", "Самару"), F),
    Pair("ru", "hours", "Магазин работает ежедневно с 10:00 до 20:00, без обеда.", F),
    Pair(
        "ru",
        "hours",
        "Магазин работает ежедневно, кроме понедельника, с 10:00 до 21:00, без обеда.",
        F,
    ),
    Pair("ru", "return", RU["return"].replace("можно", "нельзя"), F),
    Pair("ru", "wash", "Эмалированную посуду мыть в посудомоечной машине можно.", F),
    Pair("ru", "password", RU["password"].replace("/login", "/account"), F),
    Pair("ru", "promo", RU["promo"].replace("31 августа", "30 сентября"), F),
    Pair("ru", "promo", RU["promo"].replace("не суммируется", "суммируется"), F),
    Pair("ru", "shop", RU["shop"].replace("Свободы, 12", "Свободы, 14"), F),
    Pair("ru", "refund", RU["refund"].replace("10 рабочих дней", "10 рабочих часов"), F),
    Pair("ru", "cancel", "Отменить заказ можно, пока он передан в доставку.", F),
    Pair("ru", "refund", "Передам ваш вопрос бухгалтерии и напишу, как только они ответят.", A),
    Pair("ru", "cost", "Подскажите, пожалуйста, номер заказа?", A),
    Pair("ru", "hours", "К сожалению, по этому вопросу мы не консультируем.", A),
    Pair("ru", "wash", "Попробуйте замочить кастрюлю в растворе соды на ночь, должно отойти.", A),
    Pair("ru", "time", "Ваш заказ уже в пути, курьер Олег будет у вас после обеда.", A),
    Pair("ru", "cost", "Курьер стоит 290 ₽.", A),
    # English
    Pair("en", "refund", EN["refund"], V),
    Pair("en", "refund", "Hi Maria,\n\n" + EN["refund"] + "\n\nBest regards,\nAnna", V),
    Pair("en", "hours", "Hello! " + EN["hours"] + " Have a nice day!", V),
    Pair("en", "cost", EN["cost"].replace("**", "").replace("- ", "• "), V),
    Pair("en", "courier", "Maria, the courier will call an hour before arriving.", V),
    Pair(
        "en",
        "refund",
        "the money will be back on the same card within 10 business days, if it "
        "takes longer send us your order number",
        C,
    ),
    Pair("en", "time", "We deliver to Kazan in 2-4 days, and to Moscow in 1-2 days :)", C),
    Pair("en", "cancel", "Sure! An order can be canceled until it is handed to the courier.", C),
    Pair(
        "en",
        "return",
        "You can return an item within fourteen days if it hasn't been used and "
        "you kept the receipt.",
        C,
    ),
    Pair("en", "hours", "The shop is open daily, from 10 to 21, without a break", C),
    Pair("en", "wash", "Unfortunately enamel cookware can't be washed in a dishwasher.", C),
    Pair(
        "en", "invoice", "The invoice will be sent to your e-mail within an hour after payment.", C
    ),
    Pair("en", "warranty", "The warranty for knives is two years from the date of purchase.", C),
    Pair("en", "refund", EN["refund"] + " I have just checked: yours left us on Monday.", X),
    Pair("en", "hours", "Yes, we are! " + EN["hours"] + " The entrance is from the yard.", X),
    Pair("en", "warranty", EN["warranty"] + " Scissors have 1 year.", X),
    Pair("en", "wash", EN["wash"] + " Use a soft sponge and warm water instead.", X),
    Pair("en", "invoice", EN["invoice"] + " If it is not there, look into the spam folder.", X),
    Pair("en", "refund", EN["refund"].replace("10 business", "5 business"), F),
    Pair("en", "refund", EN["refund"].replace("business days", "calendar days"), F),
    Pair("en", "cost", EN["cost"].replace("4,000", "5,000"), F),
    Pair("en", "time", EN["time"].replace("Moscow", "Tver"), F),
    Pair("en", "hours", EN["hours"].replace("21:00", "20:00"), F),
    Pair("en", "return", EN["return"].replace("You can return", "You cannot return"), F),
    Pair("en", "password", EN["password"].replace("ploshkin.example", "my.ploshkin.example"), F),
    Pair("en", "warranty", EN["warranty"].replace("2 years", "2 months"), F),
    Pair("en", "wash", "Enamel cookware can be washed in a dishwasher.", F),
    Pair(
        "en", "invoice", "The invoice is not sent to your e-mail within an hour after payment.", F
    ),
    Pair(
        "en",
        "cancel",
        "An order can be cancelled until it is handed to the courier, but not on Sundays.",
        F,
    ),
    Pair("en", "refund", "Let me ask the accountants, I will get back to you.", A),
    Pair("en", "cost", "Could you tell me your order number, please?", A),
    Pair("en", "hours", "We are a web shop, there is nowhere to come to.", A),
    Pair("en", "time", "Your parcel is on its way, Oleg will bring it this afternoon.", A),
    Pair("en", "wash", "Soak it in soda overnight and it should come off.", A),
]
