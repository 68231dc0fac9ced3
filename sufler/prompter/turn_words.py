"""The words and phrases that `turn_kind.py` knows a courtesy, a wish for a person or a curse by.

All are lower case, with «е» for «ё», without apostrophes ("thats"), Russian also as typed in Latin.
"""

GREETING = frozenset(
    """
    hello hi hey hai hallo hiya heya howdy greetings morning evening afternoon yo hlo hullo ahoy
    привет приветик приветствую приветули здравствуйте здравствуй здрасте здрасьте здрасти
    здравия драсте дратути салют хай хэй хелло хеллоу алло ау добрый здарова здорово прив
    privet zdravstvuyte zdravstvuite zdravstvujte dobryj dobriy
    """.split()
)

THANKS = frozenset(
    """
    thanks thank thanking thankyou thanku thankss thx thnx tnx tx ty tq tysm thankful grateful appreciate
    appreciated welcome cheers bye byebye goodbye gudbye cya farewell goodnight tata ciao
    спасибо спасибки спс спасиб пасиб пасибо пасибки благодарю благодарен благодарна
    благодарствую благодарность признателен признательна сенкс сенкью мерси
    пока покеда прощайте прощай досвидания досвиданья свидания бай чао удачи
    spasibo spasib blagodaryu poka
    """.split()
)

ACKNOWLEDGEMENT = frozenset(
    """
    yes yeah yep yup yea ya yah yess ye yas yip aye no nope nopes nah nop none nothing nil
    ok okay okey okie oki oky okk okays kk okies oke k fine good great perfect awesome cool
    excellent super superb wonderful fantastic amazing brilliant nice lovely gotcha noted sure
    surely alright allright correct right agreed exactly absolutely definitely certainly indeed done
    understood clear sounds enough sorted resolved useful oh ohh wow hmm hm mhm uh uhm um aha ah welldone
    да нет неа ага угу ок окей оке окэй океюшки окей ладно хорошо хор понятно понял поняла поняли
    понятненько ясно ясненько поняла принято принял приняла отлично супер класс классно круто
    прекрасно замечательно здорово чудесно конечно разумеется точно верно именно правильно
    согласен согласна договорились давай давайте лады норм нормально пойдет годится получилось
    заработало разобрался разобралась готово сделал сделала достаточно гуд плюс дада нетнет хм
    эм мм ммм учту неважно пожалуйста
    da net aga ugu ponyatno ponyal yasno horosho xorosho ladno
    """.split()
)

# Words that carry no wish of their own; they may stand beside the words above.
SOFT = frozenset(
    """
    a an the and or but so too very much many lot lots bunch million again once more all everything
    just really well then now today tonight tomorrow day soon later here there this that these it
    its is are was were am be been being i im ive you u ur youre your youve me my mine we us our ur
    he she they to for of at in on with from by as do does did dont have has had will would can
    could may might shall ill thats whats one also already still always most best such indeed about into sir madam mam mami maam
    mr mrs ms miss sirmadam dear friend buddy bro mate man dude guys team everyone all bot both
    please pls plz plzz kindly sorry bit again way own
    god bless kind kindly welcome pleasure happy glad helpful please nice best
    а и но ну то же это этот эта эти все всё всем вам вас вы тебе ты тебя мне меня я мы нам нас вот
    так там тут здесь уже еще большое огромное огромнейшее пребольшое очень много тысяча раз снова
    опять просто тогда теперь сейчас сегодня завтра вообще бы за на с со у в к ко по от до из
    день дня вечер вечера утро утра друзья друг бот ребята ребят девушка коллеги уважаемые
    уважаемый уважаемая дорогие дорогой господа товарищ пожалуйста пж плиз плз пжл пжлст заранее
    извините простите извиняюсь простите сорри ой ох эх э ээ блин вроде всего
    ваш ваша ваше ваши ваша всех тоже взаимно человеческое огромная спасибочки
    bolshoe ogromnoe vam vse pozhaluysta
    """.split()
)

# Forms of address: first names that customers most often call a consultant or a bot by.
NAMES = frozenset(
    """
    alex alexa alexander amy andrea andrew angela anna anne anthony ashley ben bella brian cameron
    carol casey charles charlie chris christina daniel dave david drew edward ella emily emma eric
    frank george grace hannah harry helen henry jack jacob james jamie jane jason jeff jennifer
    jenny jesse jessica jim joe john jordan joseph josh julia karen kate katie kelly kevin kim laura
    leo lewis linda lindsay lisa lucy luke maria mark martin mary matt michael mike nancy nick
    nicole oliver olivia pat paul peter rachel rebecca richard riley robert robin rory ryan sally
    sam samantha sandra sarah scott sean simon sophia sophie spencer stella steve susan taylor
    thomas tim tom tony tyler victoria walter will william
    александр александра алексей алена алина алиса анастасия андрей анна антон артем борис вадим
    валентина валерий варвара василий вера виктор виктория виталий владимир галина геннадий георгий
    григорий даниил дарья даша денис дима дмитрий евгений евгения екатерина катя елена лена
    елизавета иван игорь илья инна ирина ира кирилл константин костя ксения лариса лидия людмила
    макс максим маргарита марина мария маша михаил миша надежда наталья наташа никита николай коля
    оксана олег олеся ольга оля павел паша петр полина роман рома светлана света сергей сережа
    софия станислав татьяна таня тимур федор юлия юля юрий яна ярослав саша саня женя
    """.split()
)

PERSON_NOUN = frozenset(
    """
    human humans person people representative rep agent agents operator operators manager
    supervisor advisor adviser consultant
    оператор оператора оператору оператором операторов операторы операторша человек человека
    человеку человеком чел люди людей людьми человечек менеджер менеджера менеджеру менеджером
    специалист специалиста специалисту специалистом сотрудник сотрудника сотруднику сотрудником
    консультант консультанта консультанту консультантом живого живой живым живому живые живых
    кожаный кожаного
    operatora operatoru operatorom cheloveka chelovekom chelovek menedzhera menedzher
    """.split()
)

# What may stand beside a person noun in a wish for a person.
PERSON_WORDS = frozenset(
    """
    talk speak chat connect transfer switch get give need want wanna like call put through someone
    somebody real live living actual another any anyone let lets help contact reach bring fetch
    hello not robot machine bots customer service support how instead rather asap immediately
    хочу хотел хотела хотелось нужен нужна нужно надо можно дай дайте позови позовите позвать
    соедини соедините соединить подключи подключите подключить переключи переключите переключить
    переведи переведите перевести свяжи свяжите связаться связать вызови вызовите вызвать пригласи
    пригласите поговорить поболтать общаться пообщаться говорить где есть хоть кто-нибудь
    кто-то нибудь какой-нибудь любой любого любому реальный реального реальным нормальный
    нормального нормальным настоящий настоящего настоящим другой другого другим свободный свободного
    срочно быстро быстрее скорее сюда ответить не робот робота роботом ботом бота машина машиной
    поддержки поддержка службы чат чате
    pozovite pozovi soedinite dayte dajte nuzhen hochu pogovorit zhivoj zhivogo zhivoy
    """.split()
)

_SERVICE = r"(?:help|assistance|assist|support|service|time|info|information|effort|efforts)"
_SERVICE_MORE = r"(?:response|reply|answer|update|cooperation|patience|advice|understanding)"
_PERSON_EN = (
    r"(?:human|person|people|representative|agent|operator|manager|supervisor|advisor|real one)s?"
)
_PERSON_RU = (
    r"(?:оператор|человек|менеджер|специалист|сотрудник|консультант)(?:а|у|ом|ами|ов)?"
    r"|люд(?:ей|ьми)|живым|живого"
)

# Phrases that count as one word of their kind. Tried in this order, the longer ones first.
PHRASES: dict[str, tuple[str, ...]] = {
    "thanks": (
        r"(?:have|had|ave) (?:a |an )?(?:very |really )?"
        r"(?:(?:great|graet|good|gud|nice|wonderful|lovely|fantastic|awesome|blessed|pleasant|amazing|and)"
        r" ?)+(?:day|one|evening|weekend|time|night|rest of (?:your|the) day)(?: ahead)?",
        r"(?<!to )(?:see|c) (?:you|u|ya)(?: later| soon| again| then)*|talk to (?:you|u) (?:later|soon)",
        r"take (?:care|your (?:own )?time)|good ?night|(?:good|gud) ?bye|bye+ ?bye+",
        r"(?:the )?same to (?:you|u)",
        # Thanks are for anything: the word after "for your" need not be known.
        r"(?:thanks?|thank (?:you|u)|thanking (?:you|u)|ty|thx) (?:so much |very much |a lot |you )*(?:for|to) "
        r"(?:all |the |your |ur |you |u |this |that |my |these |such |a |so |best |great |good |quick |such )*"
        r"(?!what|how|when|where|why)\w+",
        r"(?:glad|nice|good|great|pleasure|happy|love)(?: to have)?(?: to)? (?:talk|talking|talked|chat|chatting|speaking"
        r"|get)(?: to| with)? (?:you|your service)",
        r"(?:happy|pleased|satisfied|impressed|glad|pleasure)(?: with| on| by| for| to)? (?:the |your |this |you |u )*"
        r"(?:service|help|support|assistance|answer|response|information|helping|help)",
        r"(?:spasibo|спасибо|благодарю|спс) (?:вам |тебе |большое |огромное |еще раз )*за "
        r"(?:вашу |ваш |ваше |такой |такую |быстрый |быструю |оперативный |оперативную |хороший |хорошую |подробный "
        r"|отличный |отличную |то |все )*(?!что|как|где|когда)\w+",
        r"wish(?:ing)? (?:you|u)|you as well|(?:all )?(?:the )?best of luck|nice to (?:talk|chat)",
        rf"(?:for|of|on|your|the) (?:all |the |your |ur |you |u |this |that |my |giving |such |a |so |great |good "
        rf"|kind |quick |prompt |fast |wonderful |valuable |much |nice |excellent )*"
        rf"(?:{_SERVICE}|{_SERVICE_MORE}|helping(?: me| us)?(?: out)?|everything)",
        rf"(?:appreciate|great|good|nice|wonderful) (?:all |your |the |customer )*"
        rf"(?:{_SERVICE}|{_SERVICE_MORE}|job|work)",
        r"you(?:ve| have)? (?:been|were|are|re) (?:so |very |really |most |a )*"
        r"(?:helpful|kind|great|nice|big help|great help|lifesaver)",
        r"(?:end|close|leave) (?:the |this )?(?:chat|conversation)(?: session)?",
        r"до (?:свидани[яе]|встречи|связи|скорого|завтра)|(?:всего|всех) (?:вам )?(?:самого )?"
        r"(?:доброго|хорошего|наилучшего|благ)",
        r"(?:хорошего|приятного|удачного|доброго|отличного|прекрасного|продуктивного)"
        r"(?: вам| тебе)? (?:дня|вечера|настроения)(?!.*\?)",
        r"(?:хороших|приятных|удачных) (?:вам )?выходных|(?:спокойной|доброй) ночи",
        r"за (?:вашу |ваш |ваше |твою |быстрый |быструю |оперативный |оперативную |такую |такой "
        r"|подробный |понимание )*(?:помощь|ответ|информацию|понимание|консультацию|поддержку"
        r"|внимание|разъяснение|оперативность|терпение|совет|подсказку|скорость)",
        r"(?:вы |ты )?(?:мне )?(?:очень |сильно |так )*(?:помогли|помог|выручили|выручил)",
        r"не за что|всего$|do svidani[yj]?a",
    ),
    "greeting": (
        r"(?:a )?(?:very )?(?:good|gud|gd|wonderful|fantastic) ?"
        r"(?:morning|mornin|morn|afternoon|evening|evng|day)",
        r"(?:is )?(?:there )?any ?(?:one|body)(?: is)? (?:there|here)|(?:are )?(?:you|u) (?:there|here)",
        r"how (?:are|r) (?:you|u)(?: doing)?(?: today)?|whats up|(?:nice|good|great) to (?:meet|see) you(?: again)?",
        r"(?:i )?(?:just )?(?:have|got|had|ve) (?:a |one |some |another |few )*(?:quick )?questions?",
        r"can i ask (?:you )?(?:a question|something)",
        r"(?:can|could|would|will) (?:you|u) (?:please |pls )?(?:help|assist)(?: me)?(?: out)?",
        r"(?:i )?(?:need|want|require) (?:some |your |ur |a |more |any |one |little |an )*"
        r"(?:help|assistance)|(?:please )?help me",
        r"добр(?:ый|ое|ого|ой|ые|ых) ?(?:день|дня|вечер|вечера|утро|утра|времени суток|ночь|ночи"
        r"|здоровья)|доброго времени|утро доброе|вечер добрый|день добрый|с добрым утром",
        r"dobr(?:yj|yy|iy|ij|y) (?:den|vecher)|dobroe utro",
        r"(?:вы |ты )(?:тут|здесь|живы|на связи)|(?:тут |здесь )?(?:есть )?кто(?:-| )?(?:нибудь|то)"
        r"(?: тут| здесь| есть| на связи)+|есть кто(?:-| )?(?:нибудь|то)?",
        r"как (?:у (?:вас|тебя) )?(?:дела|жизнь|делишки|поживаете|поживаешь)",
        r"(?:у меня |есть |можно |к вам |к тебе |задать |один |небольшой |такой |маленький )+вопрос(?:ик)?"
        r"|вопрос(?:ик)? (?:есть|к вам)|можно (?:спросить|узнать|у вас спросить)",
        r"(?:можете |можешь |сможете |мне |мне бы )*(?:помочь|нужна (?:ваша )?помощь)",
        r"помогите|помоги|подскажите|скажите",
    ),
    "acknowledgement": (
        r"(?:thats|that is|that was|that will be|that would be|thatll be|thats about|this is|its|thtas"
        r"|i think that is|that s) ?(?:it|all|everything|enough|good|great|fine|correct|right|ok)"
        r"(?: (?:for|from) (?:now|today|the day|my side|me|this time|the moment))*",
        r"(?:there (?:is|are) )?(?:no|any) (?:more |other |further |such )*"
        r"(?:questions?|quer(?:y|ies|ys)|doubts?|issues?|problems?|worries|need|help|concerns?|thing"
        r"|matter|assistance|details?|information|required|requirements?|requests?)(?: (?:is |are )?(?:needed|required)| for me)*",
        r"(?:nothing|nothign|anything|not|no) (?:else|more|further|all|elseto|as of now|any ?more)"
        r"|(?:for|from|as of) (?:now|today|the day|my side|the moment|this time|my end)",
        r"(?:i )?(?:dont|do not|didnt|not|doesnt|no longer) (?:want|need|have|require)(?: to)?"
        r"(?: know| ask| any| anything| nothing| more| help| else| other| further| questions?| query"
        r"| quer(?:y|ies)| from| assistance| doubts?)*",
        r"(?:all|everything)(?: is| was| s)? (?:good|set|clear|fine|done|ok|okay|perfect|well|great)"
        r"|all set|(?:im|i am|we are|iam) (?:all )?(?:good|set|done|fine|ok|perfect|happy|satisfied)"
        r"(?: with (?:that|this|it|your service))?",
        r"(?:i )?(?:got|understand|see) (?:it|that|what i needed)|got (?:it|what i (?:need|want)(?:ed)?)"
        r"|(?:i )?(?:understand|see)(?= |$)|makes sense|(?:it |that |this )(?:works|worked|helps|helped)"
        r"(?: now)?|no worries|go (?:ahead|on)|of course|my pleasure|will do",
        r"(?:i |il )?(?:ll|will|can|shall|am|m|ill|im) (?:definitely |surely |be |also |just |now )*"
        r"(?:wait(?:ing)?|try|do|check|checking|confirm|look|trying|doing)(?: for)?"
        r"(?: it| that| this| now| again| the same| you| u| your reply| my end| out| so)*",
        r"not (?:really|now|yet|today|at all|sure|anymore|that i know|any|much)|i (?:dont )?think so|i guess"
        r"|(?:it |its |that |now )*(?:is )?(?:now )?working (?:fine |good |well |properly |perfectly )*(?:now)?(?= |$)",
        r"(?:i am |im |we are |all |all is |it is |its |i was )(?:all )?(?:finished|clear|sorted|resolved|glad)"
        r"|(?:my|all) (?:questions?|quer(?:y|ies)|doubts?|issues?|problems?|needs?)(?: are| is| were| got)?"
        r" (?:answered|resolved|solved|cleared|clear|done|fixed|over)|(?:my|from my) side(?: is)?(?: over| nothing)?",
        r"(?:that was |thats |this is )?(?:all|everything|what|exactly what) (?:that )?(?:i|we) "
        r"(?:need(?:ed)?|want(?:ed)?|have|got)(?: to know)?|as of now|for now|no requests?",
        r"(?:my |the |there |our )?(?:issue|problem|query|error) (?:is |was |has been |got |now )*(?:solved|resolved|fixed|cleared|sorted)"
        r"|(?:i )?(?:have )?(?:got|received|noted) (?:your |the |it |my |enough )*(?:message|information|mail|email|answer)?(?=$| )",
        r"(?:information|answer|answers|details|queries) (?:is |are |was |were )?(?:very |really |so )*(?:clear|useful|helpful)"
        r"|(?:was|is|are|were|very|really|so) (?:very |really |so )*(?:useful|helpful|help|easy)",
        r"пока(?: что)? (?:нет|все|ничего)|вот и все|на этом все|это все|(?:у меня )?все(?=$| спасибо| пока)",
        r"(?:great|good|nice|well|excellent) (?:job|work|done|service|day)|job well done",
        r"(?:больше |пока |других |у меня |а |больше у меня |спасибо )*(?:ничего|вопросов)"
        r"(?: больше| не нужно| не надо| нет| пока| уже| не требуется)*",
        r"(?:больше |мне |уже |пока )*(?:не надо|не нужно|не требуется|не хочу|нет вопросов|не нужен)",
        r"(?:у меня )?(?:теперь |уже |вроде )*вс[её] (?:уже |теперь |мне )*(?:понятно|ясно|работает"
        r"|хорошо|ок|окей|получилось|заработало|верно|правильно|отлично|супер|так|норм|нормально)",
        r"(?:сам |сама |сами )?разобрал(?:ся|ась|ись)(?: сам| сама)?|(?:теперь )?(?:понял|поняла) вас",
        r"(?:хорошо |ок |тогда |я |буду )*(?:жду|подожду|ждать|ожидаю|попробую|проверю|посмотрю"
        r"|подумаю)(?: ответа| ответ| вашего ответа)?|без проблем|не вопрос|само собой"
        r"|не важно|вопрос (?:решен|снят|закрыт)|к сожалению|вас понял|vse ponyatno",
    ),
    "not_it": (
        r"(?:нет )?(?:это |все |опять |снова |вообще |совсем |совершенно |немного |чуть |мне )*не то"
        r"(?: что (?:я )?(?:нужно|надо|искал|искала|спрашивал|спрашивала|хотел|хотела|имел в виду"
        r"|имела в виду|просил|просила))?",
        r"(?:я |я же |я вас |я тебя )?(?:спрашивал|спрашивала|спросил|спросила|имел в виду|имела в виду"
        r"|хотел|хотела|просил|просила|говорю|спрашиваю|про)"
        r" (?:совсем |вообще |совершенно |немного |не )*"
        r"(?:друго[емй]|о другом|про другое|не об этом|не про это|не это|не то|это)",
        r"(?:это |вообще |совсем |я )*не (?:об этом|про это|о том|про то|по теме|в тему|туда|так понял"
        r"|так поняли|мой вопрос|на тот вопрос|подходит|подошло|помогло|помогает|помогли|помог"
        r"|ответили|ответ|отвечает на мой вопрос|тот ответ|понимаешь|понимаете|понял меня"
        r"|поняли меня)(?: на (?:мой )?вопрос| меня| мой вопрос)?",
        r"(?:вы|ты) (?:меня )?не (?:поняли|понял|понимаете|понимаешь)(?: меня| вопрос| мой вопрос)?",
        r"нет (?:мне )?(?:нужно |надо |про |о |я про )?друго[ем]|у меня (?:вопрос )?(?:о другом"
        r"|про другое|другое|другой вопрос)|друго[ем]|мимо|неверно|неправильно|не верно|не правильно"
        r"|ничего из этого|ни одно из этого|ни то ни другое|ни один",
        r"(?:no )?(?:thats |that is |this is |its |it is )?not (?:quite |really |exactly |at all )*"
        r"(?:it|that|this|that one|this one|the one|right|correct|helpful|relevant|related|useful"
        r"|(?:my|the) question|what i (?:asked|meant|mean|want|wanted|need|needed|said)"
        r"(?: for| about)?|what i(?:m| am| was) (?:asking|looking for|talking)(?: for| about)?)",
        r"(?:thats |that is |this is |its |it is |that )?(?:the )?(?:wrong|incorrect|irrelevant)"
        r"(?: (?:answer|one|thing|question))?|none of (?:these|those|them|the above)",
        r"(?:it |this |that )?(?:didnt|did not|doesnt|does not|dont|isnt|wasnt|not) "
        r"(?:help(?:ing|ed|ful)?|answer|answer (?:my|the) question|understand(?: me| my question)?)"
        r"(?: me| at all)?|you (?:dont|didnt) (?:understand|get it)|i meant something else"
        r"|i asked (?:about )?something else|you misunderstood(?: me)?",
        r"непонятно|неясно|(?:я |мне |ничего |вас |вообще |совсем )*не (?:понял|поняла|понятно|ясно|понимаю)"
        r"(?: ничего| вас| ответ| ваш ответ)?|i (?:dont|do not|didnt) understand(?: you| this| that| it)?"
        r"|(?:its |it is |thats )?not (?:clear|what i)",
        r"ne to|ne pomoglo|drugoe",
    ),
    "person": (
        r"(?:customer |tech(?:nical)? |live |human )(?:service|support|care|chat)"
        r"(?: (?:agent|representative|rep|person))?(?! no\b| num| phone| contact| hours)",
        r"(?:служб[ауые] |техническ(?:ая|ую|ой) |тех)?(?:поддержк(?:ой|у|а)|техподдержк(?:ой|у))",
        r"(?:есть |тут |здесь )*кто(?:-| )?(?:нибудь |то )?(?:есть )?жив(?:ой|ые)",
        r"a real one|someone real|somebody real|real someone|кем(?:-| )?(?:нибудь|то) живым",
    ),
}

# A wish for a person inside a longer message.
PERSON_REQUEST = (
    rf"(?:talk|speak|chat|connect|transfer|switch|put|forward|escalate)(?:ing|ed)?"
    rf"(?: (?:me|us|this|it|through|directly|over))* (?:to|with) "
    rf"(?:(?:a|an|the|your|some|any|one|of|real|live|actual|human|another|customer|service|support) )*"
    rf"(?:{_PERSON_EN})\b(?! of)",
    rf"(?:get|give|bring|fetch|call) me (?:(?:a|an|the|some|real|live|actual|human) )*{_PERSON_EN}"
    rf"(?: please| pls| now| asap| immediately|$)",
    rf"(?:real|live|actual) (?:human|person|people|agent|operator)(?: being)?s?(?: please| pls| now|$)",
    rf"(?:соедин|позов|переключ|перевед|подключ|приглас|вызов|свяж|дай|позва|соедин|вызва)[а-я]*"
    rf"(?: (?:меня|мне|нас|нам|пожалуйста|плиз|уже|хоть|же|наконец|скорее|срочно|сюда|с|со|на|к"
    rf"|живого|живым|живому|реального|реальным|нормального|нормальным|вашего|вашим|любого|любым"
    rf"|другого|другим|свободного|свободным))*"
    rf" (?:{_PERSON_RU})(?! связи| сотов| мобил| банка| по телефону)(?:\b|$)",
    rf"(?:поговорить|пообщаться|общаться|говорить|связаться) (?:с |со )?(?:(?:живым|реальным|нормальным"
    rf"|вашим|любым|каким-нибудь|настоящим|другим) )*(?:{_PERSON_RU})(?! связи| сотов)(?:\b|$)",
    rf"(?:нужен|хочу|хотел бы|хотела бы|можно) (?:мне )?(?:живого |живой |реальный |реального |настоящий "
    rf"|нормальный |с )*(?:оператор|человек|живой человек|менеджер)(?:а|у|ом)?(?:$| (?:пожалуйста"
    rf"|срочно|а не бот|а не робот))",
)

# Not a wish: "I don't want an operator", "are you a person?", «вы живой человек?».
NO_WISH_FOR_PERSON = (
    r"(?:без|не (?:надо|нужен|нужна|хочу|хочется|зови|зовите|соединяй|соединяйте|переключай"
    r"|переключайте|переводи|переводите))"
    r"(?: (?:мне|меня|с|на|к|звать|общаться|говорить|поговорить|никакого|живого|живым|вашего))*"
    rf" (?:{_PERSON_RU})",
    r"(?:dont|do not|didnt|without) (?:want |need |wanna |to |chat |talk |speak |with |a |an |any |the "
    rf"|connect |transfer |me |real |live |call )*{_PERSON_EN}\b",
    rf"(?:(?:are|r) (?:you|u)|(?:you|u) (?:are|r)|am i|is this|(?:could|can) you (?:be|act)|think like)"
    rf"(?: (?!there\b)\w+){{0,7}} (?:being|{_PERSON_EN})\b",
    r"(?:ты|вы|это) (?:точно |вообще |реальный |живой |настоящий |бот или |робот или |не )*"
    r"(?:человек|оператор|менеджер)\b|(?:ты|вы|это) (?:бот|робот)(?: или |$)",
)

# Roots of curses and insults; matched at the start of a word.
CURSE_ROOTS = (
    r"бля(?:$|т|д)|блядс|хуй|хуе|хуё|хуи|хуя|нахуй|нахер|нахрен|похуй|пофиг|ху[йея]в|пизд|распизд|"
    r"охуе|охуи|ебан|ебат|ебал|ебуч|ебло|еба(?:$|ш)|заеб|выеб|наеб|уеб|доеб|отъеб|съеб|долбо|сук[аиу]$"
    r"|суч(?:к|ь)|мудак|мудил|мудо|муди|гандон|гондон|пидор|пидар|пидр|говн|дерьм|жоп|срань|сран|засран"
    r"|херн|хер$|хера$|хрен|фигн|нафиг|твар[ьи]|урод|дебил|идиот|придур|кретин|туп(?:ой|ая|ые|ица|иц|ое|ым)"
    r"|тупорыл|тупиц|дурак|дура$|дурац|сволоч|козел|козл|мраз|ублюд|лох$|лохи$|лохотрон|дибил|чмо$|ахуе"
    r"|fuck|fck|fuk|wtf|motherf|shit|bullshit|bitch|asshole|arsehole|dumb(?:$|ass|o|er|est)|moron|idiot|stupid|crap|damn"
    r"|bastard|dick$|cunt|suck(?:s|er|ers)?$|retard|stfu|blyat|blya$|suka$|huy"
    r"|pizd|naebal|mudak"
)

# What may stand beside a curse without asking anything.
CURSE_WORDS = frozenset(
    """
    off up go hell piece such company service fucker go so what hate suck worst ever shut how absolute
    complete total your mother bunch all this
    какой какая какие какого какое что за ваш ваша вашу ваше контора сервис поддержка магазин
    компания сраный иди идите пошел пошла пошли вон к черту черт черта возьми ужас позор кошмар бред
    издеваетесь достали достал надоели надоел бесите бесит бесишь просто полный полная полное одни
    такой такие такая совсем вообще конченые конченый робот железка себе ненавижу сам сами мать
    твою вашу твоя роботы боты бота достало
    """.split()
)

# What a bare value may be introduced with ("my order number is 4788").
LABELS = frozenset(
    """
    number no num numbers id ssn code pin zip postcode otp phone mobile cell account acct card email
    mail e-mail order ticket reference ref confirmation tracking policy claim digits last four
    password username login address date name names my mine is its are it and the here this was
    invoice amount booking pnr serial imei
    номер номера номером номеру код пин индекс телефон тел моб мобильный почта почты мыло имейл емейл
    мейл e-mail email заказ заказа заказу трек трек-номер трека договор договора счет счета карта карты
    логин пароль айди мой моя мои мое вот это он она и инн снилс паспорт серия дата n №
    вот такой последние цифры четыре
    nomer zakaz zakaza
    """.split()
)

# "my name is Hendry", «меня зовут Иван Петров»: a value, nothing is asked.
NAME_IS = (
    r"(?:(?:(?:hi|hello|hey|yes|ok|sure|sir|привет|здравствуйте|добрый день|да) )*"
    r"(?:my )?(?:full |first |last |good )?name (?:is|s) (?!not|wrong|mis|incorrect|spel|on |in |different|what)|"
    r"(?:меня зовут|мое имя)(?: это)? (?!не))[^\W\d_]+(?: [^\W\d_]+){0,2}"
)

# "ok, I will send the receipt", «хорошо, пришлю чек»: a promise, not a request.
PROMISE = (
    r"(?:(?:yes|yeah|ya|yep|ok|okay|sure|fine|great|alright|thanks|thank you|sir|oh|so much|robin) )+"
    r"(?:(?:i|we) )?(?:will|ll|ill|shall|have (?:sent|done|attached|received|checked|got|confirmed)"
    r"|(?:am )?(?:waiting|checking|trying|sending)|confirm(?:ed)?|sent|attached|did|already|send you)\b"
    r"(?: (?!need|want|like|help|please|how|what|when|where|why|which|who|can|could|you send|but|problem|not"
    r"|issue|change|have|take|be able|buy|purchase|go with)\w+){0,9}"
    r"|(?:(?:да|ок|окей|хорошо|ладно|понял|поняла|понятно|спасибо|конечно|ага) )+(?:я |мы |сейчас |тогда |завтра )*"
    r"(?:пришлю|отправлю|скину|сделаю|напишу|попробую|проверю|посмотрю|подожду|жду|закажу|зайду|перезвоню"
    r"|позвоню|учту|буду|дождусь|подумаю|уточню|схожу|поищу)"
    r"(?: (?!как|что|где|когда|почему|сколько|но|не)[а-я]+){0,6}"
)

# Longer words of the phrases that are worth mending when mistyped.
OFTEN_MISTYPED = frozenset("nothing great welcome помощь ответ вопрос вопросов поддержка".split())
