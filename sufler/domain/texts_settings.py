"""Texts of /admin/settings; a part of the catalogue in `texts.py`."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

SETTINGS: Final[Mapping[str, Mapping[Language, str]]] = {
    "settings_title": {"ru": "Настройки", "en": "Settings"},
    "settings_save": {"ru": "Сохранить", "en": "Save"},
    "settings_saved": {
        "ru": "Сохранено и уже действует.",
        "en": "Saved, and in force already.",
    },
    "settings_back": {"ru": "Вернуть исходное", "en": "Back to the original"},
    "settings_fixed": {
        "ru": "Задано в {source}, и это важнее страницы: меняйте {variable} там.",
        "en": "Set in {source}, which wins over this page: change {variable} there.",
    },
    "settings_chosen": {"ru": "изменено здесь", "en": "changed here"},
    # what may be chosen
    "choose_title": {"ru": "Меняется здесь, без перезапуска", "en": "Changed here, no restart"},
    "choose_language": {"ru": "Язык по умолчанию", "en": "Language by default"},
    "choose_language_text": {
        "ru": "На нём говорим, когда язык клиента или браузера неизвестен.",
        "en": "Spoken where a customer’s or a browser’s language is not known.",
    },
    "language_ru": {"ru": "русский", "en": "Russian"},
    "language_en": {"ru": "английский", "en": "English"},
    "choose_answer_bar": {
        "ru": "Насколько уверенным должен быть бот, %",
        "en": "How sure the bot must be, %",
    },
    "choose_answer_bar_text": {
        "ru": "Бот отвечает сам, когда вероятность верного ответа не ниже этой. Выше число: меньше "
        "ответов без человека и меньше ошибок. Действует в темах, где бот отвечает сам.",
        "en": "The bot answers by itself when its answer is at least this likely to be right. A "
        "higher number: fewer answers without a person, and fewer mistakes. It counts in topics "
        "that answer.",
    },
    "choose_hidden_share": {
        "ru": "Сколько обращений проверять без подсказки, %",
        "en": "How many turns to check without a suggestion, %",
    },
    "choose_hidden_share_text": {
        "ru": "В этой случайной доле оператор отвечает сам, не видя подсказки: только так видно, "
        "как часто она верна. В темах с подтверждённой точностью доля вдвое меньше. 0: проверок "
        "нет, и темы не смогут заслужить право отвечать сами.",
        "en": "In this random share the operator answers without seeing a suggestion: the only way "
        "to see how often it is right. Half of it in topics with a certificate. 0: nothing is "
        "checked, and no topic can earn the right to answer.",
    },
    "choose_name": {"ru": "Название в чате", "en": "Name over the chat"},
    "choose_name_ru": {"ru": "По-русски", "en": "In Russian"},
    "choose_name_en": {"ru": "По-английски", "en": "In English"},
    "choose_examples": {
        "ru": "Примеры вопросов в чате",
        "en": "Questions to begin with in the chat",
    },
    "choose_examples_text": {
        "ru": "По одному в строке, не больше {most}.",
        "en": "One on a line, {most} at most.",
    },
    # texts of the bot
    "own_title": {"ru": "Слова бота", "en": "What the bot says"},
    "own_text": {
        "ru": "Что бот говорит сам, без базы знаний. Обещайте только то, что будет: когда на "
        "посту никого, клиент должен об этом узнать.",
        "en": "What the bot says by itself, without the knowledge base. Promise only what will "
        "happen: when nobody is on duty, the customer must learn it.",
    },
    "own_greeting": {"ru": "Приветствие", "en": "Greeting"},
    "own_help": {"ru": "Что умеет бот (/help)", "en": "What the bot can do (/help)"},
    "own_thanks": {"ru": "В ответ на «спасибо»", "en": "After “thank you”"},
    "own_swearing": {"ru": "В ответ на ругань", "en": "After swearing"},
    "own_say_it_in_words": {"ru": "Когда вопрос не понять", "en": "When a question is not one"},
    "own_unreadable": {
        "ru": "Когда прислали не текст; {what}: что именно",
        "en": "When it is not text; {what}: what it is",
    },
    "own_clarify": {"ru": "Уточнение, над кнопками", "en": "Asking which, over the buttons"},
    "own_why_no_answer": {
        "ru": "Почему зовём человека: ответа нет",
        "en": "Why a person is called: no answer",
    },
    "own_why_not_it": {
        "ru": "Почему зовём человека: это не то",
        "en": "Why a person is called: that was not it",
    },
    "own_why_failure": {
        "ru": "Почему зовём человека: сбой",
        "en": "Why a person is called: a failure",
    },
    "own_person_will_look": {
        "ru": "Передаём человеку, кто-то на посту",
        "en": "Passed on, somebody is on duty",
    },
    "own_nobody_here": {
        "ru": "Передаём человеку, на посту никого",
        "en": "Passed on, nobody is on duty",
    },
    "own_nobody_exists": {
        "ru": "Передаём человеку, операторов нет вовсе",
        "en": "Passed on, there are no operators at all",
    },
    "own_still_waiting": {
        "ru": "Клиент пишет, пока ждёт",
        "en": "The customer writes while waiting",
    },
    "own_waiting_on_duty": {
        "ru": "…и кто-то на посту",
        "en": "…and somebody is on duty",
    },
    # refusals
    "admin_bad_language": {"ru": "Такого языка нет.", "en": "There is no such language."},
    "admin_bad_answer_bar": {
        "ru": "Нужно число от 1 до 100.",
        "en": "It must be a number from 1 to 100.",
    },
    "admin_bad_hidden_share": {
        "ru": "Нужно число от 0 до 100.",
        "en": "It must be a number from 0 to 100.",
    },
    "admin_bad_examples": {
        "ru": "Не больше 4 примеров, каждый до 120 знаков.",
        "en": "At most 4 questions of up to 120 characters.",
    },
    "admin_bad_text": {
        "ru": "От 1 до 1000 знаков; в фигурных скобках только то, что было в исходном тексте.",
        "en": "1 to 1000 characters; braces hold only what they held in the original.",
    },
    # findings
    "checks_title": {"ru": "Всё ли в порядке", "en": "Is everything well"},
    "checks_running": {"ru": "Проверяем…", "en": "Checking…"},
    "checks_again": {"ru": "Проверить ещё раз", "en": "Check again"},
    "check_database": {"ru": "База данных", "en": "Database"},
    "check_operators": {"ru": "Операторы", "en": "Operators"},
    "check_telegram": {"ru": "Telegram", "en": "Telegram"},
    "check_webhook": {"ru": "Webhook Telegram", "en": "Telegram’s webhook"},
    # what a finding means, by its check and health; its details stay as `sufler doctor` says them
    "check_database_broken": {
        "ru": "Суфлёр не может писать в базу данных. Освободите место на диске или дайте процессу "
        "право писать в её файл и папку.",
        "en": "Sufler cannot write the database. Free the disk, or give the process the right to "
        "write its file and folder.",
    },
    "check_operators_broken": {
        "ru": "Ответить клиенту некому, и клиентам так и говорят. Добавьте оператора на странице "
        "«Сотрудники».",
        "en": "Nobody could answer a customer, and customers are told so. Add an operator on the "
        "page People.",
    },
    "check_telegram_off": {
        "ru": "Не подключён. Как подключить, сказано на странице «Каналы».",
        "en": "Not connected. The page Channels says how to connect it.",
    },
    "check_telegram_broken": {
        "ru": "Telegram не отвечает или не принимает токен. Проверьте сеть и "
        "SUFLER_TELEGRAM_TOKEN.",
        "en": "Telegram does not answer, or refuses the token. Check the network and "
        "SUFLER_TELEGRAM_TOKEN.",
    },
    "check_webhook_warning": {
        "ru": "Сообщения из Telegram могут не доходить. Проверьте прокси перед Суфлёром.",
        "en": "Messages from Telegram may not arrive. Check the proxy before Sufler.",
    },
    "check_webhook_broken": {
        "ru": "Telegram не достучится до этого сервера. Проверьте SUFLER_PUBLIC_URL и прокси.",
        "en": "Telegram cannot reach this server. Check SUFLER_PUBLIC_URL and the proxy.",
    },
    "check_disk_warning": {
        "ru": "На диске мало места. Освободите его или перенесите SUFLER_DATA_DIR.",
        "en": "Little space is left on the disk. Free some, or move SUFLER_DATA_DIR.",
    },
    "check_disk_broken": {
        "ru": "На диске нет места, или писать туда нельзя. Освободите его или перенесите "
        "SUFLER_DATA_DIR.",
        "en": "The disk is full or cannot be written. Free some space, or move SUFLER_DATA_DIR.",
    },
    "check_inbox": {"ru": "Входящие", "en": "Incoming messages"},
    "check_inbox_warning": {
        "ru": "Есть сообщения клиентов, которые не удалось обработать. Они на странице «Каналы».",
        "en": "Some customers’ messages could not be handled. The page Channels shows them.",
    },
    "check_clock_broken": {
        "ru": "Часы сервера отстают. Включите их настройку по сети: timedatectl set-ntp true",
        "en": "The server’s clock is slow. Set it by the network: timedatectl set-ntp true",
    },
    "check_disk": {"ru": "Диск", "en": "Disk"},
    "check_clock": {"ru": "Часы", "en": "Clock"},
    "health_ok": {"ru": "хорошо", "en": "well"},
    "health_off": {"ru": "выключено", "en": "off"},
    "health_warning": {"ru": "внимание", "en": "warning"},
    "health_broken": {"ru": "сломано", "en": "broken"},
    # settings of the process
    "force_title": {"ru": "Настройки процесса", "en": "Settings of the process"},
    "force_text": {
        "ru": "Заданы при запуске; изменение требует перезапуска. Секреты здесь не показываются.",
        "en": "Set at the start; a change needs a restart. Secrets are not shown here.",
    },
    "force_variable": {"ru": "Переменная", "en": "Variable"},
    "force_value": {"ru": "Значение", "en": "Value"},
    "force_source": {"ru": "Откуда", "en": "From"},
    "force_meaning": {"ru": "Что это", "en": "Meaning"},
    "force_secret": {"ru": "задано", "en": "set"},
    "force_none": {"ru": "не задано", "en": "not set"},
    "source_environment": {"ru": "окружении", "en": "the environment"},
    "source_default": {"ru": "по умолчанию", "en": "default"},
    "from_environment": {"ru": "окружение", "en": "environment"},
    "setting_data_dir": {
        "ru": "Папка базы данных, модели и файлов.",
        "en": "Folder of the database, the model and files.",
    },
    "setting_host": {"ru": "Адрес, на котором слушает сервер.", "en": "Address to serve on."},
    "setting_port": {"ru": "Порт; 0: любой свободный.", "en": "TCP port; 0 takes a free one."},
    "setting_public_url": {
        "ru": "Где Суфлёр виден клиентам и сотрудникам.",
        "en": "Where customers and staff reach it.",
    },
    "setting_database_url": {
        "ru": "База данных; по умолчанию файл sufler.db.",
        "en": "The database; by default the file sufler.db.",
    },
    "setting_telegram_token": {
        "ru": "Токен бота от @BotFather.",
        "en": "The bot’s token from @BotFather.",
    },
    "setting_telegram_api": {
        "ru": "Свой сервер Bot API вместо сервера Telegram.",
        "en": "An own Bot API server instead of Telegram’s.",
    },
    "setting_telegram_mode": {
        "ru": "Как приходят сообщения из Telegram.",
        "en": "How messages come from Telegram.",
    },
    "setting_telegram_limits": {
        "ru": "Держаться пределов Telegram ещё до отправки.",
        "en": "Keep Telegram’s limits before anything is sent.",
    },
    "setting_widget_origins": {
        "ru": "Сайты, которым можно встроить чат; * для любых.",
        "en": "Sites that may have the chat; * for any.",
    },
    "setting_widget_secret": {
        "ru": "Ключ, которым сайт подтверждает, кто его клиент.",
        "en": "Signs what a site says of who its customer is.",
    },
    "setting_uploads": {
        "ru": "Могут ли клиенты присылать файлы в чат.",
        "en": "Whether customers may send files in the chat.",
    },
    "setting_upload_limit_mb": {
        "ru": "Наибольший файл, в мегабайтах.",
        "en": "Largest file, in megabytes.",
    },
    "setting_allow_hosts": {
        "ru": "Узлы своей сети, которые импорту можно читать.",
        "en": "Hosts of your own network that imports may read.",
    },
    "setting_burst_pause": {
        "ru": "Секунд тишины, после которых на сообщения клиента отвечаем вместе.",
        "en": "Seconds of quiet after which a customer’s messages are answered together.",
    },
    "setting_burst_longest": {
        "ru": "Секунд, после которых отвечаем, даже если клиент продолжает писать.",
        "en": "Seconds after which they are answered though the customer goes on writing.",
    },
    "setting_undo_send": {
        "ru": "Секунд, в которые на столе можно вернуть отправленный ответ; 0: уходит сразу.",
        "en": "Seconds for which the desk can take a sent reply back; 0: it goes at once.",
    },
    "setting_log_level": {
        "ru": "Насколько подробен журнал; слова клиентов только в debug.",
        "en": "How much is logged; customers’ words only at debug.",
    },
    "setting_log_format": {"ru": "Вид журнала.", "en": "Form of the log."},
    "setting_demo": {
        "ru": "Загрузить демонстрационную базу в пустую; сценариям можно обращаться к её заказам.",
        "en": "Load the demo into an empty base; its order service may be called by flows.",
    },
    "setting_model": {
        "ru": "Модель, которая понимает вопросы.",
        "en": "The model that understands questions.",
    },
    "setting_model_dir": {
        "ru": "Папка готовых моделей, если не в папке данных.",
        "en": "Folder of prepared models, if not in the data folder.",
    },
    "setting_language": {
        "ru": "Язык, когда язык клиента неизвестен.",
        "en": "Spoken where a customer’s language is not known.",
    },
    "setting_answer_bar": {
        "ru": "Уверенность (0–1), с которой бот отвечает сам.",
        "en": "Confidence (0–1) from which the bot answers itself.",
    },
    "setting_strict_certificates": {
        "ru": "Требовать для удостоверения темы во столько раз больше доказательств, сколько тем.",
        "en": "Whether a certificate takes as many times the evidence as there are topics.",
    },
    "setting_hidden_share": {
        "ru": "Доля обращений (0–1), где оператор отвечает без подсказки, для проверки.",
        "en": "Share of turns (0–1) answered without a suggestion, to check it.",
    },
    "setting_api_rate": {
        "ru": "Запросов в секунду на один ключ API; 0: без предела.",
        "en": "Requests a second for one API key; 0: no limit.",
    },
}
