"""Texts of /admin/accuracy: how topics stand, the ladder, wrong answers; a part of the catalogue in
`texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

ACCURACY: Final[Mapping[str, Mapping[Language, str]]] = {
    "nav_accuracy": {"ru": "Точность", "en": "Accuracy"},
    "acc_title": {"ru": "Точность", "en": "Accuracy"},
    "acc_text": {
        "ru": "Для случайной доли вопросов мы проверяем, не показывая подсказку, был бы ответ бота "
        "верным. Тема может отвечать сама, когда сертификат доказал: «верны не меньше 95 %»; у "
        "негодной темы не больше 1 шанса из 20 его получить, как часто ни смотри. Потом проверки "
        "продолжаются: неверный ответ стоит 10 очков, верный возвращает 1, на 40 тема сама "
        "возвращается к подсказкам.",
        "en": "For a random share of questions we check, with the suggestion hidden, whether the "
        "bot’s answer would have been right. A topic may answer by itself when its certificate "
        "says “at least 95 % right”; an unfit topic has at most 1 chance in 20 of ever getting "
        "one, however often you look. Afterwards the checks go on: a wrong answer costs 10 points, "
        "a right one earns 1 back, and at 40 the topic returns to suggestions by itself.",
    },
    "acc_overall": {"ru": "Все темы вместе", "en": "All topics together"},
    "acc_pool": {"ru": "Остальные, малые темы", "en": "All other, small topics"},
    # one row
    "acc_head_topic": {"ru": "Тема", "en": "Topic"},
    "acc_head_standing": {"ru": "Что доказано", "en": "What is proved"},
    "acc_head_checks": {"ru": "Проверок", "en": "Checks"},
    "acc_head_coverage": {"ru": "Охват", "en": "Coverage"},
    "acc_head_trend": {"ru": "8 недель", "en": "8 weeks"},
    "acc_head_watch": {"ru": "Надзор", "en": "Watch"},
    "acc_head_last_wrong": {"ru": "Последняя ошибка", "en": "Last wrong"},
    "acc_trend": {
        "ru": "{topic}: доля верных проверок по неделям",
        "en": "{topic}: share of right checks, week by week",
    },
    "acc_certified": {
        "ru": "Доказано: верны ≥ {precision} при охвате {coverage} (порог {bar}).",
        "en": "Certified ≥ {precision} right at {coverage} coverage (bar {bar}).",
    },
    "acc_checks": {
        "ru": "{count} проверка|{count} проверки|{count} проверок",
        "en": "{count} check|{count} checks",
    },
    "acc_wrong": {
        "ru": "{count} неверная|{count} неверные|{count} неверных",
        "en": "{count} wrong|{count} wrong",
    },
    "acc_last_wrong": {
        "ru": "последняя ошибка {count} день назад|последняя ошибка {count} дня назад|"
        "последняя ошибка {count} дней назад",
        "en": "last wrong {count} day ago|last wrong {count} days ago",
    },
    "acc_wrong_today": {"ru": "последняя ошибка сегодня", "en": "last wrong today"},
    "acc_no_checks": {"ru": "Проверок ещё нет.", "en": "No checks yet."},
    "acc_only_history": {
        "ru": "Живых проверок {live}: одной историей тему не включить, нужно 30.",
        "en": "Live checks: {live}. History alone never switches a topic on; it takes 30.",
    },
    "acc_needed": {
        "ru": "Нужна ещё примерно {count} проверка, если нынешние {share} сохранятся.|"
        "Нужно ещё примерно {count} проверки, если нынешние {share} сохранятся.|"
        "Нужно ещё примерно {count} проверок, если нынешние {share} сохранятся.",
        "en": "About {count} more check if the present {share} holds.|"
        "About {count} more checks if the present {share} holds.",
    },
    "acc_needed_today": {
        "ru": "При нынешнем темпе это сегодня-завтра.",
        "en": "At the present rate that is today or tomorrow.",
    },
    "acc_needed_days": {
        "ru": "При нынешнем темпе это {count} день.|При нынешнем темпе это {count} дня.|"
        "При нынешнем темпе это {count} дней.",
        "en": "At the present rate that is {count} day.|At the present rate that is {count} days.",
    },
    "acc_needed_least": {
        "ru": "Нужна хотя бы {count} проверка, если ошибок не будет.|"
        "Нужно хотя бы {count} проверки, если ошибок не будет.|"
        "Нужно хотя бы {count} проверок, если ошибок не будет.",
        "en": "It takes at least {count} check, if none is wrong.|"
        "It takes at least {count} checks, if none is wrong.",
    },
    "acc_never_so": {
        "ru": "При нынешней доле верных цель {target} не будет доказана никогда: "
        "прочитайте неверные ответы и поправьте статьи.",
        "en": "At the present share of right ones the target of {target} will never be proved: "
        "read the wrong answers and mend the articles.",
    },
    "acc_done_of": {"ru": "{done} из примерно {all}", "en": "{done} of about {all}"},
    "acc_share_of": {"ru": "{share} из {whole}", "en": "{share} of {whole}"},
    "acc_compared": {
        "ru": "Согласие без подсказки: {agreement}; принято показанных: {acceptance}.",
        "en": "Hidden agreement: {agreement}; acceptance of what was shown: {acceptance}.",
    },
    "acc_tag_without": {"ru": "без сертификата", "en": "without a certificate"},
    "acc_tag_taken_back": {"ru": "возвращена надзором", "en": "taken back by the watch"},
    "acc_tag_ready": {"ru": "можно включать", "en": "may answer"},
    "acc_tag_pooled": {"ru": "вместе с малыми", "en": "with the small ones"},
    "acc_tag_unwatched": {
        "ru": "{count} ответ никто не проверил|{count} ответа никто не проверил|"
        "{count} ответов никто не проверил",
        "en": "{count} answer nobody checked|{count} answers nobody checked",
    },
    # what to do next
    "acc_nothing_asked": {
        "ru": "Пока никто ничего не спросил. Проверки начнутся сами с первых вопросов клиентов; "
        "на прошлых переписках можно посмотреть уже сейчас: sufler replay ФАЙЛ.",
        "en": "Nobody has asked anything yet. Checks begin by themselves with the customers’ first "
        "questions; past conversations can be tried right now: sufler replay FILE.",
    },
    "acc_asked": {
        "ru": "За 30 дней {count} вопрос.|За 30 дней {count} вопроса.|За 30 дней {count} вопросов.",
        "en": "{count} question in 30 days.|{count} questions in 30 days.",
    },
    "acc_little": {
        "ru": "Если их меньше {least} в месяц, автоматизация редко окупает проверки: подсказки "
        "операторам помогают и так.",
        "en": "With fewer than {least} a month automation rarely repays its checks: suggestions "
        "help operators all the same.",
    },
    "acc_scattered": {
        "ru": "Только {share} вопросов за 30 дней повторяются. Если меньше половины, сначала "
        "стоит дописать базу, а не включать автоответы.",
        "en": "Only {share} of the questions of 30 days repeat. With less than half, write the "
        "missing articles first and let the bot answer later.",
    },
    "acc_next_ready": {
        "ru": "Что дальше: сертификат позволяет отвечать темам: {topics}.",
        "en": "What to do next: the certificate allows these topics to answer: {topics}.",
    },
    "acc_next_near": {
        "ru": "Что дальше: ближе всех «{topic}», ещё примерно {count} проверка. "
        "Спринт на странице «Проверка вслепую» соберёт их быстрее.|"
        "Что дальше: ближе всех «{topic}», ещё примерно {count} проверки. "
        "Спринт на странице «Проверка вслепую» соберёт их быстрее.|"
        "Что дальше: ближе всех «{topic}», ещё примерно {count} проверок. "
        "Спринт на странице «Проверка вслепую» соберёт их быстрее.",
        "en": "What to do next: “{topic}” is the nearest, about {count} more check. A sprint of "
        "blind review collects them sooner.|"
        "What to do next: “{topic}” is the nearest, about {count} more checks. A sprint of "
        "blind review collects them sooner.",
    },
    # a topic's page
    "acc_topic_title": {"ru": "Тема «{topic}»", "en": "Topic “{topic}”"},
    "acc_back": {"ru": "Все темы", "en": "All topics"},
    "acc_no_topic": {"ru": "Такой темы нет.", "en": "There is no such topic."},
    "acc_no_figure": {"ru": "Такого показателя нет.", "en": "There is no such figure."},
    "acc_watch": {"ru": "Надзор", "en": "Watch"},
    "acc_fast": {
        "ru": "Что делают клиенты после ответов бота: {level} (плохих знаков {bad} после {answers} "
        "ответов; у операторов обычно {usual})",
        "en": "What customers do after the bot’s answers: {level} (bad signs {bad} after {answers} "
        "answers; after operators’ usually {usual})",
    },
    "acc_fast_none": {
        "ru": "Что делают клиенты после ответов бота: сравнить пока не с чем (ответов операторов "
        "{known} из {least})",
        "en": "What customers do after the bot’s answers: nothing to compare with yet (operators’ "
        "answers {known} of {least})",
    },
    "acc_since_observes": {"ru": "Наблюдает с", "en": "Observes since"},
    "acc_since_suggests": {"ru": "Подсказывает с", "en": "Suggests since"},
    "acc_since_answers": {"ru": "Отвечает с", "en": "Answers since"},
    "acc_promise": {
        "ru": "Что обещает сертификат: бот ответит сам примерно на {coverage} вопросов этой темы, "
        "и из 100 таких ответов неверны в среднем не больше {wrong} (верны ≥ {precision}). "
        "Ложно такое обещание не чаще, чем у одной негодной темы из 20.",
        "en": "What the certificate promises: the bot answers about {coverage} of this topic’s "
        "questions by itself, and of 100 such answers at most {wrong} are wrong on average "
        "(≥ {precision} right). Such a promise is false for at most one unfit topic in 20.",
    },
    "acc_promise_none": {
        "ru": "Сертификата нет: пока не доказано, что верны хотя бы {target} ответов. Сама тема "
        "отвечать не начнёт.",
        "en": "There is no certificate: it is not proved yet that at least {target} of the answers "
        "are right. The topic does not begin to answer by itself.",
    },
    "acc_ladder": {"ru": "Что делать с вопросами", "en": "What to do with questions"},
    "acc_here": {"ru": "сейчас", "en": "now"},
    "acc_answers_do": {"ru": "Отвечать по сертификату", "en": "Answer by the certificate"},
    "acc_same_mode": {
        "ru": "Тема уже в этом режиме.",
        "en": "The topic is in this mode already.",
    },
    "acc_unproved": {
        "ru": "Тема отвечает, а сертификат этой цели не доказывает.",
        "en": "The topic answers, and its certificate does not prove this target.",
    },
    "acc_will_watch": {
        "ru": "Первые {first} автоматических ответов проверит человек, потом часть их. Неверный "
        "стоит {costs} очков, верный возвращает одно; на {limit} тема сама вернётся к подсказкам, "
        "и администраторы узнают об этом.",
        "en": "A person checks the first {first} automatic answers, then a share of them. A wrong "
        "one costs {costs} points, a right one earns one back; at {limit} the topic goes back to "
        "suggestions by itself, and administrators are told.",
    },
    "acc_target": {"ru": "Какую точность доказать", "en": "The precision to prove"},
    "acc_hold": {
        "ru": "Сколько ответ ждёт на столе оператора",
        "en": "How long an answer waits on the desk",
    },
    "acc_hold_0": {"ru": "не ждёт", "en": "not at all"},
    "acc_hold_s": {
        "ru": "{count} секунду|{count} секунды|{count} секунд",
        "en": "{count} second|{count} seconds",
    },
    "acc_choices_text": {
        "ru": "80 % для безобидных вопросов, 98 % для денег. Пока ответ ждёт, оператор может его "
        "остановить или поправить.",
        "en": "80 % for harmless questions, 98 % for money. While an answer waits, an operator can "
        "stop or edit it.",
    },
    "acc_kept": {"ru": "Сохранено", "en": "Kept"},
    "acc_by_watch": {"ru": "надзор", "en": "the watch"},
    # wrong answers
    "acc_wrong_none": {
        "ru": "Ни одной неверной проверки.",
        "en": "Not one wrong check.",
    },
    "acc_open_talk": {"ru": "Открыть разговор", "en": "Open the conversation"},
    "acc_open_article": {"ru": "Открыть статью", "en": "Open the article"},
    "acc_text_gone": {
        "ru": "Текст уже удалён: срок хранения вышел.",
        "en": "The text is gone: it was kept as long as it is to be.",
    },
    "acc_would_say": {"ru": "Бот выбрал бы", "en": "The bot would have picked"},
    "acc_answer": {"ru": "и ответил бы", "en": "and answered"},
    "acc_person_said": {"ru": "Человек написал", "en": "A person wrote"},
    "acc_sure": {"ru": "Уверенность", "en": "Confidence"},
    "acc_because": {"ru": "Из чего она", "en": "Made of"},
    "acc_why_head": {"ru": "обученная голова", "en": "the trained head"},
    "acc_why_similarity": {"ru": "близость формулировок", "en": "similar phrasings"},
    "acc_why_passage": {"ru": "близость текста ответа", "en": "similar answer"},
    "acc_why_letters": {"ru": "общие слова с вопросами", "en": "words shared with questions"},
    "acc_why_letters_of_answer": {
        "ru": "общие слова с ответом",
        "en": "words shared with the answer",
    },
    "acc_kind_hidden": {"ru": "без подсказки", "en": "hidden"},
    "acc_kind_history": {"ru": "история", "en": "history"},
    "acc_kind_review": {"ru": "вслепую", "en": "blind review"},
    "acc_kind_audit": {"ru": "после ответа", "en": "audit"},
    # history of the mode
    "acc_history_none": {"ru": "Режим ещё не меняли.", "en": "The mode was never changed."},
    "acc_reason_chosen": {"ru": "так решили", "en": "chosen"},
    "acc_reason_certified": {"ru": "по сертификату", "en": "by its certificate"},
    "acc_reason_without_certificate": {"ru": "без сертификата", "en": "without a certificate"},
    "acc_reason_wrong_answers": {"ru": "неверные ответы", "en": "wrong answers"},
    "acc_reason_two_operators": {
        "ru": "два оператора за день сказали «неверно»",
        "en": "two operators said “wrong” within a day",
    },
    "acc_reason_new_encoder": {"ru": "сменилась модель", "en": "the encoder changed"},
    "acc_reason_drift": {
        "ru": "спрашивать стали о другом",
        "en": "other things are asked now",
    },
    "acc_reason_nobody_checks": {"ru": "никто не проверяет", "en": "nobody checks"},
    "acc_reason_expired": {
        "ru": "сертификат истёк и не подтвердился",
        "en": "the certificate expired and was not renewed",
    },
    "acc_reason_alarm": {
        "ru": "тревога по знакам от клиентов: проверяется каждый ответ",
        "en": "an alarm by customers’ signs: every answer is checked",
    },
    "acc_number_level": {"ru": "надзор", "en": "watch"},
    "acc_number_audits": {"ru": "ответов к проверке", "en": "audits"},
    "acc_number_unwatched": {"ru": "без проверки", "en": "unwatched"},
    "acc_number_checks": {"ru": "проверок", "en": "checks"},
    "acc_number_wrong": {"ru": "неверных", "en": "wrong"},
    "acc_number_precision": {"ru": "доказано", "en": "proved"},
    "acc_number_bar": {"ru": "порог", "en": "bar"},
    "acc_number_operators": {"ru": "операторов", "en": "operators"},
    "acc_number_before": {"ru": "далёких раньше", "en": "far off before"},
    "acc_number_lately": {"ru": "далёких теперь", "en": "far off lately"},
    "acc_number_turns": {"ru": "вопросов", "en": "turns"},
    "acc_number_bad": {"ru": "плохих знаков", "en": "bad signs"},
    "acc_number_answers": {"ru": "ответов", "en": "answers"},
    "acc_number_usual": {"ru": "обычно плохих", "en": "usually bad"},
    "acc_number_pool": {"ru": "вместе с малыми темами", "en": "with the small topics"},
}
