"""Texts of the desk about one conversation, the kill switch and alerts; a part of `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

TALK: Final[Mapping[str, Mapping[Language, str]]] = {
    # what became of a message
    "desk_state_pending": {"ru": "ждёт отправки", "en": "waiting to go out"},
    "desk_state_sending": {"ru": "отправляется", "en": "on its way"},
    "desk_state_retry": {
        "ru": "не ушло, пробуем снова: {error}",
        "en": "not sent yet, trying again: {error}",
    },
    "desk_state_sent": {"ru": "отправлено", "en": "sent"},
    "desk_state_failed": {"ru": "не доставлено: {error}", "en": "not delivered: {error}"},
    "desk_state_unknown": {
        "ru": "неизвестно, могло дойти: спросите клиента или отправьте ещё раз сами",
        "en": "may have arrived: ask the customer or send it again yourself",
    },
    "desk_state_cancelled": {
        "ru": "не отправлено: разговор взял человек",
        "en": "not sent: a person took the conversation",
    },
    "desk_state_held_back": {
        "ru": "не отправлено: ответы бота остановлены",
        "en": "not sent: the bot’s answers were stopped",
    },
    "desk_edit_pending": {
        "ru": "правка отправляется",
        "en": "the change is on its way",
    },
    "desk_edit_failed": {
        "ru": "правка не дошла, клиент видит прежний текст",
        "en": "the change did not arrive; the customer sees the text from before",
    },
    "desk_again": {"ru": "Отправить ещё раз", "en": "Send again"},
    "desk_again_sure": {
        "ru": "Клиент может получить это дважды. Отправить новым сообщением?",
        "en": "The customer may get it twice. Send it as a new message?",
    },
    "desk_again_yes": {"ru": "Да, новым сообщением", "en": "Yes, as a new message"},
    "desk_no": {"ru": "Отмена", "en": "Cancel"},
    "desk_pressed": {"ru": "нажал кнопку", "en": "pressed a button"},
    "desk_from_elsewhere": {
        "ru": "Сотрудник, из другой программы",
        "en": "Staff, from another program",
    },
    "desk_edited": {"ru": "изменено", "en": "edited"},
    "desk_versions": {"ru": "Показать, что было раньше", "en": "Show what it said before"},
    "desk_version": {"ru": "раньше: {words}", "en": "before: {words}"},
    "desk_quote_gone": {
        "ru": "ответ на сообщение, которого здесь нет",
        "en": "in answer to a message that is not here",
    },
    # writing
    "desk_edit": {"ru": "Изменить этот ответ", "en": "Change this reply"},
    "desk_quote": {"ru": "Ответить на это сообщение", "en": "Answer this message"},
    "desk_editing": {"ru": "Правка: {words}", "en": "Changing: {words}"},
    "desk_quoting": {"ru": "В ответ на: {words}", "en": "In answer to: {words}"},
    "desk_save_edit": {"ru": "Сохранить правку", "en": "Save the change"},
    "desk_attach": {"ru": "Приложить файл", "en": "Attach a file"},
    "desk_file": {"ru": "Файл", "en": "File"},
    "desk_detach": {"ru": "Убрать: {name}", "en": "Remove: {name}"},
    "desk_files_many": {
        "ru": "К ответу можно приложить не больше {most} файлов.",
        "en": "At most {most} files go with one reply.",
    },
    "desk_edit_refused": {
        "ru": "Это сообщение изменить нельзя: оно не ваше или не дошло.",
        "en": "This message cannot be changed: it is not yours, or it did not arrive.",
    },
    "desk_taken_by": {
        "ru": "{name} уже ведёт этот разговор.",
        "en": "{name} already has this conversation.",
    },
    "desk_just_released": {
        "ru": "Разговор изменился, пока вы нажимали. Посмотрите ещё раз.",
        "en": "The conversation changed at that moment. Look again.",
    },
    # what will happen
    "desk_return_means": {
        "ru": "Бот ответит на следующее сообщение клиента. Обращение останется открытым.",
        "en": "The bot answers the customer’s next message. The matter stays open.",
    },
    "desk_close_means": {
        "ru": "Обращение закончится. Следующее сообщение откроет новое, и его встретит бот.",
        "en": "The matter ends. The next message opens a new one, with the bot.",
    },
    "desk_returned": {
        "ru": "Возвращено боту: он ответит на следующее сообщение.",
        "en": "Returned to the bot: it answers the next message.",
    },
    "desk_closed_by_customer": {"ru": "Закрыл клиент", "en": "Closed by the customer"},
    "desk_closed_now": {
        "ru": "Обращение закрыто. Следующее сообщение откроет новое.",
        "en": "The matter is closed. The next message opens a new one.",
    },
    # what came before
    "desk_before": {"ru": "Что было до вас", "en": "What came before you"},
    "desk_handed": {
        "ru": "Передано человеку: {reason}",
        "en": "Handed to a person: {reason}",
    },
    "desk_waiting_words": {
        "ru": "Клиент ждёт ответа на это:",
        "en": "The customer waits for an answer to this:",
    },
    "desk_tried_answer": {"ru": "Бот ответил: «{titles}»", "en": "The bot answered: “{titles}”"},
    "desk_tried_clarify": {
        "ru": "Бот предложил выбрать: {titles}",
        "en": "The bot offered a choice: {titles}",
    },
    "desk_tried_flow": {"ru": "Бот вёл по шагам", "en": "The bot went through steps"},
    "desk_tried_hand_off": {
        "ru": "Бот передал человеку: {reason}",
        "en": "The bot handed over: {reason}",
    },
    "desk_nearest": {
        "ru": "ближе всего было «{title}», {percent} %",
        "en": "the nearest was “{title}”, {percent} %",
    },
    "desk_verdict_wrong": {"ru": "клиент: не то", "en": "customer: not it"},
    "desk_verdict_right": {"ru": "клиент: помогло", "en": "customer: that helped"},
    "desk_reach_blocked": {
        "ru": "Клиент заблокировал бота: ответы до него не дойдут, пока он не напишет сам.",
        "en": "The customer blocked the bot: replies do not arrive until they write themselves.",
    },
    "desk_reach_gone": {
        "ru": "Этого чата больше нет: ответы клиенту не дойдут.",
        "en": "This chat is gone: replies do not reach the customer.",
    },
    "desk_delay_trouble": {
        "ru": "Канал «{channel}» не принимает сообщения: {words}. Ответы ждут и уйдут сами.",
        "en": "The channel “{channel}” takes no messages: {words}. "
        "Replies wait and go out by themselves.",
    },
    "desk_delay_backlog": {
        "ru": "Канал «{channel}»: {count} сообщение ждёт отправки дольше обычного."
        "|Канал «{channel}»: {count} сообщения ждут отправки дольше обычного."
        "|Канал «{channel}»: {count} сообщений ждут отправки дольше обычного.",
        "en": "The channel “{channel}”: {count} message waits longer than usual."
        "|The channel “{channel}”: {count} messages wait longer than usual.",
    },
    # the kill switch
    "stop_answers": {"ru": "Остановить ответы бота", "en": "Stop the bot’s answers"},
    "stop_short": {"ru": "Стоп", "en": "Stop"},
    "stop_title": {"ru": "Остановить ответы бота?", "en": "Stop the bot’s answers?"},
    "stop_text": {
        "ru": "Бот перестанет отвечать сам сразу же. Клиентов примут люди, с подсказками.",
        "en": "The bot stops answering by itself at once. People take over, with suggestions.",
    },
    "stop_where": {"ru": "Где", "en": "Where"},
    "stop_all": {"ru": "Везде", "en": "Everywhere"},
    "stop_topic": {"ru": "Тема «{topic}»", "en": "Topic “{topic}”"},
    "stop_conversation": {"ru": "Только этот разговор", "en": "This conversation only"},
    "stop_why": {"ru": "Почему", "en": "Why"},
    "stop_why_needed": {
        "ru": "Напишите, почему: это увидят все.",
        "en": "Say why: everybody will see it.",
    },
    "stop_next": {"ru": "Дальше", "en": "Next"},
    "stop_sure": {
        "ru": "Бот замолчит: {where}. Неотправленные ответы задержатся, эти разговоры уйдут "
        "в очередь. Причина: {reason}",
        "en": "The bot falls silent: {where}. Answers not sent yet are held back, and those "
        "conversations go to the queue. Reason: {reason}",
    },
    "stop_now": {"ru": "Остановить сейчас", "en": "Stop now"},
    "stop_back": {"ru": "Назад", "en": "Back"},
    "stop_banner_all": {
        "ru": "Ответы бота остановлены везде",
        "en": "The bot’s answers are stopped everywhere",
    },
    "stop_banner_topic": {
        "ru": "Ответы бота остановлены в теме «{topic}»",
        "en": "The bot’s answers are stopped in “{topic}”",
    },
    "stop_banner_conversation": {
        "ru": "Ответы бота остановлены в одном разговоре",
        "en": "The bot’s answers are stopped in one conversation",
    },
    "stop_banner_why": {"ru": "{by}: {reason}", "en": "{by}: {reason}"},
    "stop_open_conversation": {"ru": "Открыть разговор", "en": "Open the conversation"},
    "stop_more": {"ru": "Ещё остановлено: {count}", "en": "Also stopped: {count}"},
    "stop_resume": {"ru": "Пусть отвечает", "en": "Let it go on"},
    "stop_resume_sure": {"ru": "Точно? Бот снова ответит", "en": "Sure? It answers again"},
    "stop_here": {"ru": "Стоп бота здесь", "en": "Stop the bot here"},
    "stop_gone": {"ru": "Здесь бот уже не остановлен.", "en": "It is not stopped there any more."},
    # alerts
    "alerts_menu": {"ru": "Сигналы", "en": "Alerts"},
    "alerts_sound": {"ru": "Звук", "en": "Sound"},
    "alerts_browser": {"ru": "Уведомления браузера", "en": "Browser notifications"},
    "alerts_quiet": {"ru": "Тихий режим", "en": "Quiet mode"},
    "alerts_refused": {
        "ru": "Браузер не разрешает уведомления: их включают в его настройках.",
        "en": "The browser does not allow notifications: turn them on in its settings.",
    },
    "alert_waiting": {"ru": "{name} ждёт человека", "en": "{name} waits for a person"},
    "alert_escalated": {
        "ru": "{name} ждёт уже долго: {time}",
        "en": "{name} has been waiting for long: {time}",
    },
    "alert_mine": {"ru": "{name} пишет вам", "en": "{name} writes to you"},
}
