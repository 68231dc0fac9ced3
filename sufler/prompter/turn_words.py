"""The words and phrases that `turn_kind.py` knows a courtesy, a wish for a person or a curse by.

All are lower case, with «е» for «ё», without apostrophes ("thats"), Russian also as typed in Latin.
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


GREETING = _set(
    """
    hello hi hey hai hallo hiya heya howdy greetings morning evening afternoon yo hlo hullo ahoy
    привет приветик приветствую приветули здравствуйте здравствуй здрасте здрасьте здрасти
    здравия драсте дратути салют хай хэй хелло хеллоу алло ау добрый здарова здорово прив privet
    zdravstvuyte zdravstvuite zdravstvujte dobryj dobriy
    """
)

THANKS = _set(
    """
    thanks thank thanking thankyou thanku thankss thx thnx tnx tx ty tq tysm thankful grateful
    appreciate appreciated welcome cheers bye byebye goodbye gudbye cya farewell goodnight tata
    ciao спасибо спасибки спс спасиб пасиб пасибо пасибки благодарю благодарен благодарна
    благодарствую благодарность признателен признательна сенкс сенкью мерси пока покеда прощайте
    прощай досвидания досвиданья свидания бай чао удачи spasibo spasib blagodaryu poka
    """
)

ACKNOWLEDGEMENT = _set(
    """
    yes yeah yep yup yea ya yah yess ye yas yip aye no nope nopes nah nop none nothing nil ok
    okay okey okie oki oky okk okays kk okies oke k fine good great perfect awesome cool
    excellent super superb wonderful fantastic amazing brilliant nice lovely gotcha noted sure
    surely alright allright correct right agreed exactly absolutely definitely certainly indeed
    done understood clear sounds enough sorted resolved useful oh ohh wow hmm hm mhm uh uhm um
    aha ah welldone да нет неа ага угу ок окей оке окэй океюшки ладно хорошо хор понятно понял
    поняла поняли понятненько ясно ясненько принято принял приняла отлично супер класс классно
    круто прекрасно замечательно здорово чудесно конечно разумеется точно верно именно правильно
    согласен согласна договорились давай давайте лады норм нормально пойдет годится получилось
    заработало разобрался разобралась готово сделал сделала достаточно гуд плюс дада нетнет хм
    эм мм ммм учту неважно пожалуйста da net aga ugu ponyatno ponyal yasno horosho xorosho ladno
    """
)

# Words that carry no wish of their own; they may stand beside the words above.
SOFT = _set(
    """
    a an the and or but so too very much many lot lots bunch million again once more all
    everything just really well then now today tonight tomorrow day soon later here there this
    that these it its is are was were am be been being i im ive you u ur youre your youve me my
    mine we us our he she they to for of at in on with from by as do does did dont have has had
    will would can could may might shall ill thats whats one also already still always most best
    such indeed about into sir madam mam mami maam mr mrs ms miss sirmadam dear friend buddy bro
    mate man dude guys team everyone bot both please pls plz plzz kindly sorry bit way own god
    bless kind welcome pleasure happy glad helpful nice а и но ну то же это этот эта эти все всё
    всем вам вас вы тебе ты тебя мне меня я мы нам нас вот так там тут здесь уже еще большое
    огромное огромнейшее пребольшое очень много тысяча раз снова опять просто тогда теперь
    сейчас сегодня завтра вообще бы за на с со у в к ко по от до из день дня вечер вечера утро
    утра друзья друг бот ребята ребят девушка коллеги уважаемые уважаемый уважаемая дорогие
    дорогой господа товарищ пожалуйста пж плиз плз пжл пжлст заранее извините простите извиняюсь
    сорри ой ох эх э ээ блин вроде всего ваш ваша ваше ваши всех тоже взаимно человеческое
    огромная спасибочки bolshoe ogromnoe vam vse pozhaluysta
    """
)

# Forms of address: first names that customers most often call a consultant or a bot by.
NAMES = _set(
    """
    alex alexa alexander amy andrea andrew angela anna anne anthony ashley ben bella brian
    cameron carol casey charles charlie chris christina daniel dave david drew edward ella emily
    emma eric frank george grace hannah harry helen henry jack jacob james jamie jane jason jeff
    jennifer jenny jesse jessica jim joe john jordan joseph josh julia karen kate katie kelly
    kevin kim laura leo lewis linda lindsay lisa lucy luke maria mark martin mary matt michael
    mike nancy nick nicole oliver olivia pat paul peter rachel rebecca richard riley robert
    robin rory ryan sally sam samantha sandra sarah scott sean simon sophia sophie spencer
    stella steve susan taylor thomas tim tom tony tyler victoria walter will william александр
    александра алексей алена алина алиса анастасия андрей анна антон артем борис вадим валентина
    валерий варвара василий вера виктор виктория виталий владимир галина геннадий георгий
    григорий даниил дарья даша денис дима дмитрий евгений евгения екатерина катя елена лена
    елизавета иван игорь илья инна ирина ира кирилл константин костя ксения лариса лидия людмила
    макс максим маргарита марина мария маша михаил миша надежда наталья наташа никита николай
    коля оксана олег олеся ольга оля павел паша петр полина роман рома светлана света сергей
    сережа софия станислав татьяна таня тимур федор юлия юля юрий яна ярослав саша саня женя
    """
)

PERSON_NOUN = _set(
    """
    human humans person people representative rep agent agents operator operators manager
    supervisor advisor adviser consultant оператор оператора оператору оператором операторов
    операторы операторша человек человека человеку человеком чел люди людей людьми человечек
    менеджер менеджера менеджеру менеджером специалист специалиста специалисту специалистом
    сотрудник сотрудника сотруднику сотрудником консультант консультанта консультанту
    консультантом живого живой живым живому живые живых кожаный кожаного operatora operatoru
    operatorom cheloveka chelovekom chelovek menedzhera menedzher
    """
)

# What may stand beside a person noun in a wish for a person.
PERSON_WORDS = _set(
    """
    talk speak chat connect transfer switch get give need want wanna like call put through
    someone somebody real live living actual another any anyone let lets help contact reach
    bring fetch hello not robot machine bots customer service support how instead rather asap
    immediately хочу хотел хотела хотелось нужен нужна нужно надо можно дай дайте позови
    позовите позвать соедини соедините соединить подключи подключите подключить переключи
    переключите переключить переведи переведите перевести свяжи свяжите связаться связать вызови
    вызовите вызвать пригласи пригласите поговорить поболтать общаться пообщаться говорить где
    есть хоть кто-нибудь кто-то нибудь какой-нибудь любой любого любому реальный реального
    реальным нормальный нормального нормальным настоящий настоящего настоящим другой другого
    другим свободный свободного срочно быстро быстрее скорее сюда ответить не робот робота
    роботом ботом бота машина машиной поддержки поддержка службы чат чате pozovite pozovi
    soedinite dayte dajte nuzhen hochu pogovorit zhivoj zhivogo zhivoy
    """
)

# Roots of curses and insults; matched at the start of a word.
CURSE_ROOTS = (
    r"бля(?:$|т|д)|блядс|хуй|хуе|хуё|хуи|хуя|нахуй|нахер|нахрен|похуй|пофиг|ху[йея]в|пизд|распизд|"
    r"охуе|охуи|ебан|ебат|ебал|ебуч|ебло|еба(?:$|ш)|заеб|выеб|наеб|уеб|доеб|отъеб|съеб|долбо"
    r"|сук[аиу]$"
    r"|суч(?:к|ь)|мудак|мудил|мудо|муди|гандон|гондон|пидор|пидар|пидр|говн|дерьм|жоп|срань"
    r"|сран|засран"
    r"|херн|хер$|хера$|хрен|фигн|нафиг|твар[ьи]|урод|дебил|идиот|придур|кретин|туп(?:ой|ая"
    r"|ые|ица|иц|ое|ым)"
    r"|тупорыл|тупиц|дурак|дура$|дурац|сволоч|козел|козл|мраз|ублюд|лох$|лохи$|лохотрон"
    r"|дибил|чмо$|ахуе"
    r"|fuck|fck|fuk|wtf|motherf|shit|bullshit|bitch|asshole|arsehole|dumb(?:$|ass|o|er|est)"
    r"|moron|idiot|stupid|crap|damn"
    r"|bastard|dick$|cunt|suck(?:s|er|ers)?$|retard|stfu|blyat|blya$|suka$|huy"
    r"|pizd|naebal|mudak"
)

# What may stand beside a curse without asking anything.
CURSE_WORDS = _set(
    """
    off up go hell piece such company service fucker so what hate suck worst ever shut how
    absolute complete total your mother bunch all this какой какая какие какого какое что за ваш
    ваша вашу ваше контора сервис поддержка магазин компания сраный иди идите пошел пошла пошли
    вон к черту черт черта возьми ужас позор кошмар бред издеваетесь достали достал надоели
    надоел бесите бесит бесишь просто полный полная полное одни такой такие такая совсем вообще
    конченые конченый робот железка себе ненавижу сам сами мать твою твоя роботы боты бота
    достало
    """
)

# What a bare value may be introduced with ("my order number is 4788").
LABELS = _set(
    """
    number no num numbers id ssn code pin zip postcode otp phone mobile cell account acct card
    email mail e-mail order ticket reference ref confirmation tracking policy claim digits last
    four password username login address date name names my mine is its are it and the here this
    was invoice amount booking pnr serial imei номер номера номером номеру код пин индекс
    телефон тел моб мобильный почта почты мыло имейл емейл мейл заказ заказа заказу трек
    трек-номер трека договор договора счет счета карта карты логин пароль айди мой моя мои мое
    вот это он она и инн снилс паспорт серия дата n № такой последние цифры четыре nomer zakaz
    zakaza
    """
)

# Longer words of the phrases that are worth mending when mistyped.
OFTEN_MISTYPED = _set("nothing great welcome помощь ответ вопрос вопросов поддержка")

# Words that stand for what was named before.
POINTING = _set(
    """
    он она оно они его её ее ему ей им их него них нём нем неё нее ней ним нему это этого этому
    этим этом этот эта эту эти этой этих туда там оттуда тут тоже также потом тогда такое такой
    такую it its they them their that those there this these one ones too either instead later
    then
    """
)

# Of these alone a question says nothing of what it is about.
EMPTY_QUESTION = _set(
    """
    что как так какой где куда когда почему зачем делать быть теперь дальше мне нам и а ну это
    правда ли можно подскажите скажите помогите объясните пожалуйста вообще уже то же сделать
    why what how where when now should i we do to go it is this that so happened then please
    can you help me true
    """
)

# What may stand around a question about one's place in the queue.
STATUS_BESIDE = _set(
    """
    ну а и же уже еще все-таки вообще блин пожалуйста плиз подскажите скажите извините простите
    так вот то ли примерно интересно хоть наконец наконец-то будьте добры опять да день вечер
    утро please pls so
    and sorry excuse now actually ok okay well again yet
    """
)

STATUS_OFTEN_MISTYPED = _set(
    """
    сколько долго когда ждать ответа ответят ответите ответит ответ очередь очереди оператор
    менеджер человек кто-нибудь anybody anyone somebody someone there waiting queue answer reply
    operator still longer position where
    """
)
