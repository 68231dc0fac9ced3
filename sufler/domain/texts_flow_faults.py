"""Texts of what keeps a text from being a flow: its YAML, its shape, its expressions, a change."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

FLOW_FAULTS: Final[Mapping[str, Mapping[Language, str]]] = {
    # its YAML
    "flow_check_yaml_size": {
        "ru": "больше {count} КБ",
        "en": "larger than {count} KB",
    },
    "flow_check_yaml_syntax": {
        "ru": "это не читается как YAML: {name}",
        "en": "not YAML: {name}",
    },
    "flow_check_yaml_quotes": {
        "ru": "это не читается как YAML: {name}; текст или выражение с , : ? [ ] {{ }} или "
        "кавычками ставят в одинарные кавычки",
        "en": "not YAML: {name}; a text or an expression with , : ? [ ] {{ }} or quotes must "
        "stand in single quotes",
    },
    "flow_check_yaml_alias": {
        "ru": "ссылки (*имя) здесь не принимаются",
        "en": "aliases (*name) are not taken",
    },
    "flow_check_yaml_large": {
        "ru": "вложено слишком глубоко или слишком много",
        "en": "too deep or too large",
    },
    "flow_check_yaml_key": {
        "ru": "имя должно быть простым текстом",
        "en": "a name must be plain text",
    },
    "flow_check_yaml_twice": {
        "ru": "«{name}» стоит дважды",
        "en": "“{name}” stands twice",
    },
    # its shape
    "flow_check_shape_map": {
        "ru": "сценарий начинается с `flow:` и состоит из частей с именами",
        "en": "a flow is a map that begins with `flow:`",
    },
    "flow_check_shape_missing": {"ru": "{name}: не указано", "en": "{name}: is missing"},
    "flow_check_shape_unknown": {
        "ru": "{name}: такого здесь нет",
        "en": "{name}: is not known here",
    },
    "flow_check_shape_meant": {
        "ru": "{name}: такого здесь нет; может быть, «{what}»?",
        "en": "{name}: is not known here; is “{what}” meant?",
    },
    "flow_check_shape_known": {
        "ru": "{name}: такого здесь нет; есть: {what}",
        "en": "{name}: is not known here; known: {what}",
    },
    "flow_check_shape_step": {
        "ru": "do: «{name}» не бывает; бывают {what}",
        "en": "do: there is no “{name}”; there are {what}",
    },
    "flow_check_shape_only": {
        "ru": "{name}: подходит только {what}",
        "en": "{name}: takes only {what}",
    },
    "flow_check_shape_text": {
        "ru": "{name}: нужен текст; поставьте его в одинарные кавычки",
        "en": "{name}: must be a text; put it in single quotes",
    },
    "flow_check_shape_whole": {
        "ru": "{name}: нужно целое число",
        "en": "{name}: must be a whole number",
    },
    "flow_check_shape_number": {
        "ru": "{name}: нужно число",
        "en": "{name}: must be a number",
    },
    "flow_check_shape_flag": {
        "ru": "{name}: подходит только true или false",
        "en": "{name}: takes only true or false",
    },
    "flow_check_shape_list": {
        "ru": "{name}: нужен список, например [один, два]",
        "en": "{name}: must be a list, such as [one, two]",
    },
    "flow_check_shape_form": {
        "ru": "{name}: должно иметь вид {what}",
        "en": "{name}: must be of the form {what}",
    },
    "flow_check_shape_few": {
        "ru": "{name}: частей должно быть не меньше {what}",
        "en": "{name}: must have at least {what}",
    },
    "flow_check_shape_many": {
        "ru": "{name}: частей больше {what}",
        "en": "{name}: has more than {what}",
    },
    "flow_check_shape_empty": {
        "ru": "{name}: не может быть пустым",
        "en": "{name}: must not be empty",
    },
    "flow_check_shape_long": {
        "ru": "{name}: длиннее {what} знаков",
        "en": "{name}: is longer than {what} characters",
    },
    "flow_check_shape_least": {
        "ru": "{name}: не меньше {what}",
        "en": "{name}: must be at least {what}",
    },
    "flow_check_shape_more_than": {
        "ru": "{name}: должно быть больше {what}",
        "en": "{name}: must be more than {what}",
    },
    "flow_check_shape_most": {
        "ru": "{name}: не больше {what}",
        "en": "{name}: must be at most {what}",
    },
    "flow_check_shape_name": {
        "ru": "{name}: имя — до 30 знаков a-z, 0-9 и _, первой стоит буква",
        "en": "{name}: a name is up to 30 of a-z, 0-9 and _, and begins with a letter",
    },
    "flow_check_shape_status": {
        "ru": "{name}: статус ответа — три цифры, например '404'",
        "en": "{name}: a status is of three digits, such as '404'",
    },
    "flow_check_shape_pattern": {
        "ru": "{name}: не подходит к образцу {what}",
        "en": "{name}: does not match the pattern {what}",
    },
    "flow_check_shape_other": {"ru": "{name}: {what}", "en": "{name}: {what}"},
    "flow_check_shape_others": {"ru": "и ещё ошибок: {count}", "en": "and {count} more"},
    "flow_check_shape_twice": {
        "ru": "имена шагов повторяются: {name}",
        "en": "step ids stand twice: {name}",
    },
    "flow_check_shape_slots": {
        "ru": "слотов больше {count}",
        "en": "more than {count} slots",
    },
    # its expressions
    "flow_check_expression_size": {
        "ru": "выражение длиннее {count} знаков",
        "en": "an expression of more than {count} characters",
    },
    "flow_check_expression_strange": {
        "ru": "в выражении `{what}`: непонятно «{name}»",
        "en": "in the expression `{what}`: “{name}” makes no sense",
    },
    "flow_check_expression_equal": {
        "ru": "в выражении `{what}`: непонятно «{name}»; равенство пишут ==",
        "en": "in the expression `{what}`: “{name}” makes no sense; equal is written ==",
    },
    "flow_check_expression_unexpected": {
        "ru": "в выражении `{what}`: «{name}» стоит не на месте",
        "en": "in the expression `{what}`: “{name}” is not expected there",
    },
    "flow_check_expression_missing": {
        "ru": "в выражении `{what}`: не хватает «{name}»",
        "en": "in the expression `{what}`: “{name}” is missing",
    },
    "flow_check_expression_ends": {
        "ru": "в выражении `{what}`: в конце чего-то не хватает",
        "en": "in the expression `{what}`: something is missing at the end",
    },
    "flow_check_expression_function": {
        "ru": "в выражении `{what}`: функции {name} нет",
        "en": "in the expression `{what}`: there is no function {name}",
    },
    "flow_check_expression_takes": {
        "ru": "в выражении `{what}`: у {name}() другое число значений",
        "en": "in the expression `{what}`: {name}() takes another number of values",
    },
    "flow_check_expression_minuses": {
        "ru": "в выражении `{what}`: два минуса подряд",
        "en": "in the expression `{what}`: two minuses",
    },
    "flow_check_expression_deep": {
        "ru": "в выражении `{what}`: слишком много скобок",
        "en": "in the expression `{what}`: too deep",
    },
    "flow_check_expression_long": {
        "ru": "выражение слишком длинное: `{what}`",
        "en": "in the expression `{what}`: too long",
    },
    # a change of one place
    "flow_check_edit_place": {"ru": "места {name} нет", "en": "there is no place {name}"},
    "flow_check_edit_yaml_only": {
        "ru": "это место записано так, что изменить его можно только в самом YAML",
        "en": "this place is written in a way that only the YAML itself can change",
    },
}
