"""The phrases by which a customer says that the matter is over and may be closed; see
`turn_phrases.py` for their form. Infinitives count only behind «можете»: «как закрыть чат» asks."""

# Whole words: `turn_kind.py` reads from here which words it knows.
_RU_MATTER = (
    r"(?:вопрос|вопросы|проблема|проблему|проблемы|задача|задачу|обращение|тикет|тема|тему|чат"
    r"|диалог|разговор|переписка|переписку|беседа|беседу)"
)
_RU_DONE = (
    r"(?:решен|решена|решено|решены|снят|снята|закрыт|закрыта|закрыто|исчерпан|устранена"
    r"|решился|решилась|решилось|решились)"
)
_EN_MATTER = r"(?:chat|conversation|ticket|case|issue|request|question|dialog(?:ue)?|thread|matter)"

CLOSING = (
    rf"(?:мой |моя |мое |наш |наша |этот |эта |все |весь )*{_RU_MATTER}"
    rf" (?:у меня |уже |полностью |теперь |окончательно )*{_RU_DONE}",
    r"(?:уже )?решил[аи]? (?:этот |эту |свой |свою |сам |сама |сами )*(?:вопрос|проблему)"
    r"(?: сам[аи]?)?",
    r"(?:(?:можете|можно|прошу) (?:уже |теперь |смело )*(?:закрыть|закрывать)"
    r"|закройте|закрывайте|закрывай)"
    rf" (?:пожалуйста )?(?:этот |эту |это |мой |мою |мое |данный |наш )*{_RU_MATTER}",
    r"(?:можете|можно) (?:уже |теперь |смело )*закрывать",
    # Alone this could be about anything, such as an account.
    r"спасибо (?:большое |огромное |вам )*(?:можете |можно )?(?:закрыть|закрывать)",
    r"спасибо (?:большое |огромное |вам )*(?:закройте|закрывайте)"
    r"|(?:закройте|закрывайте) спасибо",
    rf"(?:(?:my|the|this|our|your|all) )*(?:{_EN_MATTER}|problem|query|it|everything)"
    r"(?: is| has been| have been| was| got|s)? (?:now |already |all |fully |completely )*"
    r"(?:solved|resolved|sorted(?: out)?)(?: now| already)?",
    r"(?:you|u|we) (?:can|may|could) (?:now |please |go ahead and )*close"
    rf" (?:this|it|the|my|our)(?: {_EN_MATTER})?(?: now)?",
    rf"(?:please |pls )?close (?:this|the|my|our) {_EN_MATTER}",
)
