"""The phrases that `turn_kind.py` knows a courtesy, a wish for a person or a promise by.

Patterns over words joined by single spaces, in lower case, with «е» for «ё», without apostrophes.
"""

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
        r"(?:(?:great|graet|good|gud|nice|wonderful|lovely|fantastic|awesome|blessed"
        r"|pleasant|amazing|and)"
        r" ?)+(?:day|one|evening|weekend|time|night|rest of (?:your|the) day)(?: ahead)?",
        r"(?<!to )(?:see|c) (?:you|u|ya)(?: later| soon| again| then)*|talk to (?:you|u)"
        r" (?:later|soon)",
        r"take (?:care|your (?:own )?time)|good ?night|(?:good|gud) ?bye|bye+ ?bye+",
        r"(?:the )?same to (?:you|u)",
        # Thanks are for anything: the word after "for your" need not be known.
        r"(?:thanks?|thank (?:you|u)|thanking (?:you|u)|ty|thx) (?:so much |very much |a lot"
        r" |you )*(?:for|to) "
        r"(?:all |the |your |ur |you |u |this |that |my |these |such |a |so |best |great "
        r"|good |quick |such )*"
        r"(?:being |taking |giving |helping )?(?:(?!what|how|when|where|why|and|but|i|please"
        r"|now|no)\w+ ?\b){1,2}",
        r"(?:glad|nice|good|great|pleasure|happy|love)(?: to have)?(?: to)? (?:talk|talking"
        r"|talked|chat|chatting|speaking"
        r"|get)(?: to| with)? (?:you|your service)",
        r"(?:happy|pleased|satisfied|impressed|glad|pleasure)(?: with| on| by| for| to)?"
        r" (?:the |your |this |you |u )*"
        r"(?:service|help|support|assistance|answer|response|information|helping|help)",
        r"(?:spasibo|спасибо|благодарю|спс) (?:вам |тебе |большое |огромное |еще раз )*за "
        r"(?:вашу |ваш |ваше |такой |такую |быстрый |быструю |оперативный |оперативную "
        r"|хороший |хорошую |подробный "
        r"|отличный |отличную |то |все )*(?!что|как|где|когда)\w+",
        r"wish(?:ing)? (?:you|u)|you as well|(?:all )?(?:the )?best of luck|nice to (?:talk|chat)",
        r"(?:appreciate|great|good|nice|wonderful) (?:all |your |the |customer )*"
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
    # Said beside the others; by itself it is no courtesy ("the information").
    "soft": (
        r"(?<!need )(?<!want )(?<!require )(?:for|of|on|your|the) (?:all |the |your |ur |you"
        r" |u |this |that |my |giving |such"
        r" |a |so |great |good "
        r"|kind |quick |prompt |fast |wonderful |valuable |much |nice |excellent )*"
        rf"(?:{_SERVICE}|{_SERVICE_MORE}|helping(?: me| us)?(?: out)?|everything)",
    ),
    "greeting": (
        r"(?:(?<=hi )|(?<=ey )|(?<=lo )|(?<=ai ))(?:this is|i am|im|its) \w+$|(?:i"
        r" )?(?:would like|want|wanted) to ask (?:you )?"
        r"(?:a question|something)|(?:are |r )?(?:you|u) (?:online|on line|available|ther)(?= |$)",
        r"(?:a )?(?:very )?(?:good|gud|gd|wonderful|fantastic) ?"
        r"(?:morning|mornin|morn|afternoon|evening|evng|day)",
        r"(?:is )?(?:there )?any ?(?:one|body)(?: is)? (?:there|here)|(?:are )?(?:you|u)"
        r" (?:there|here)",
        r"how (?:are|r) (?:you|u)(?: doing)?(?: today)?|whats up|(?:nice|good|great) to"
        r" (?:meet|see) you(?: again)?",
        r"(?:i )?(?:just )?(?:have|got|had|ve) (?:a |one |some |another |few )*(?:quick"
        r" )?questions?",
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
        r"(?:у меня |есть |можно |к вам |к тебе |задать |один |небольшой |такой |маленький"
        r" )+вопрос(?:ик)?"
        r"|вопрос(?:ик)? (?:есть|к вам)|можно (?:спросить|узнать|у вас спросить)",
        r"(?:можете |можешь |сможете |мне |мне бы )*(?:помочь|нужна (?:ваша )?помощь)",
        r"помогите|помоги|подскажите|скажите",
    ),
    "acknowledgement": (
        r"(?:that was |thats |this is |that is )?(?:all|everything|what|exactly what) (?:that )?"
        r"(?:i|we) (?:need|needed|want|wanted|require|required|have|got)(?: to know)?",
        r"(?:that should|thatll|that would|that will|should) (?:be it|be all|do it|do)",
        r"(?:please |kindly )*(?:confirm|proceed|go ?ahead)(?: and confirm)?(?: it| that|"
        r" the same)*(?=$)",
        r"(?:its |it is |now |its now )*working(?: fine| good| well| properly| perfectly|"
        r" now)*(?=$)",
        r"(?:thats|that is|that was|that will be|that would be|thatll be|thats about|this is"
        r"|its|thtas"
        r"|i think that is|that s) ?(?:it|all|everything|enough|good|great|fine|correct|right|ok)"
        r"(?: (?:for|from) (?:now|today|the day|my side|me|this time|the moment))*",
        r"(?:there (?:is|are) )?(?:no|any) (?:more |other |further |such )*"
        r"(?:questions?|quer(?:y|ies|ys)|doubts?|issues?|problems?|worries|need|help"
        r"|concerns?|thing"
        r"|matter|assistance|details?|information|required|requirements?|requests?)(?: (?:is"
        r" |are )?(?:needed|required)| for me)*",
        r"(?:nothing|nothign|anything|not|no) (?:else|more|further|all|elseto|as of now|any ?more)"
        r"|(?:for|from|as of) (?:now|today|the day|my side|the moment|this time|my end)",
        r"(?:i )?(?:dont|do not|didnt|not|doesnt|no longer) (?:want|need|have|require)(?: to)?"
        r"(?: know| ask| any| anything| nothing| more| help| else| other| further|"
        r" questions?| query"
        r"| quer(?:y|ies)| from| assistance| doubts?)*",
        r"(?:all|everything)(?: is| was| s)? (?:good|set|clear|fine|done|ok|okay|perfect"
        r"|well|great)"
        r"|all set|(?:im|i am|we are|iam) (?:all )?(?:good|set|done|fine|ok|perfect|happy"
        r"|satisfied)"
        r"(?: with (?:that|this|it|your service))?",
        r"(?:i )?(?:got|understand|see) (?:it|that|what i needed)|got (?:it|what i (?:need"
        r"|want)(?:ed)?)"
        r"|(?:i )?(?:understand|see)(?= |$)|makes sense|(?:it |that |this )(?:works|worked"
        r"|helps|helped)"
        r"(?: now)?|no worries|go (?:ahead|on)|of course|my pleasure|will do",
        r"(?:i |il )?(?:ll|will|can|shall|am|m|ill|im) (?:definitely |surely |be |also |just"
        r" |now )*"
        r"(?:wait(?:ing)?|try|do|check|checking|confirm|look|trying|doing)(?: for)?"
        r"(?: it| that| this| now| again| the same| you| u| your reply| my end| out| so)*",
        r"not (?:really|now|yet|today|at all|sure|anymore|that i know|any|much)|i (?:dont"
        r" )?think so|i guess"
        r"|(?:it |its |that |now )*(?:is )?(?:now )?working (?:fine |good |well |properly "
        r"|perfectly )*(?:now)?(?= |$)",
        r"(?:i am |im |we are |all |all is |it is |its |i was )(?:all )?(?:finished|clear"
        r"|sorted|resolved|glad)"
        r"|(?:my|all) (?:questions?|quer(?:y|ies)|doubts?|issues?|problems?|needs?)(?: are|"
        r" is| were| got)?"
        r" (?:answered|resolved|solved|cleared|clear|done|fixed|over)|(?:my|from my) side(?:"
        r" is)?(?: over| nothing)?",
        r"(?:that was |thats |this is )?(?:all|everything|what|exactly what) (?:that )?(?:i|we) "
        r"(?:need(?:ed)?|want(?:ed)?|have|got)(?: to know)?|as of now|for now|no requests?",
        r"(?:my |the |there |our )?(?:issue|problem|query|error) (?:is |was |has been |got "
        r"|now )*(?:solved|resolved|fixed|cleared|sorted)"
        r"|(?:i )?(?:have )?(?:got|received|noted) (?:your |the |it |my |enough )*(?:message"
        r"|information|mail|email|answer)?(?=$| )",
        r"(?:information|answer|answers|details|queries) (?:is |are |was |were )?(?:very "
        r"|really |so )*(?:clear|useful|helpful)"
        r"|(?:was|is|are|were|very|really|so) (?:very |really |so )*(?:useful|helpful|help|easy)",
        r"пока(?: что)? (?:нет|все|ничего)|вот и все|на этом все|это все|(?:у меня )?все(?=$"
        r"| спасибо| пока)",
        r"(?:great|good|nice|well|excellent) (?:job|work|done|service|day)|job well done",
        r"(?:больше |пока |других |у меня |а |больше у меня |спасибо )*(?:ничего|вопросов)"
        r"(?: больше| не нужно| не надо| нет| пока| уже| не требуется)*",
        r"(?:больше |мне |уже |пока )*(?:не надо|не нужно|не требуется|не хочу|нет вопросов"
        r"|не нужен)",
        r"(?:у меня )?(?:теперь |уже |вроде )*вс[её] (?:уже |теперь |мне )*(?:понятно|ясно|работает"
        r"|хорошо|ок|окей|получилось|заработало|верно|правильно|отлично|супер|так|норм|нормально)",
        r"(?:сам |сама |сами )?разобрал(?:ся|ась|ись)(?: сам| сама)?|(?:теперь )?(?:понял"
        r"|поняла) вас",
        r"(?:хорошо |ок |тогда |я |буду )*(?:жду|подожду|ждать|ожидаю|попробую|проверю|посмотрю"
        r"|подумаю)(?: ответа| ответ| вашего ответа)?|без проблем|не вопрос|само собой"
        r"|не важно|вопрос (?:решен|снят|закрыт)|к сожалению|вас понял|vse ponyatno",
    ),
    "not_it": (
        r"(?:нет )?(?:это |все |опять |снова |вообще |совсем |совершенно |немного |чуть |мне"
        r" )*не то"
        r"(?: что (?:я )?(?:нужно|надо|искал|искала|спрашивал|спрашивала|хотел|хотела|имел в виду"
        r"|имела в виду|просил|просила))?",
        r"(?:я |я же |я вас |я тебя )?(?:спрашивал|спрашивала|спросил|спросила|имел в виду"
        r"|имела в виду"
        r"|хотел|хотела|просил|просила|говорю|спрашиваю|про)"
        r" (?:совсем |вообще |совершенно |немного |не )*"
        r"(?:друго[емй]|о другом|про другое|не об этом|не про это|не это|не то|это)",
        r"(?:это |вообще |совсем |я )*не (?:об этом|про это|о том|про то|по теме|в тему|туда"
        r"|так понял"
        r"|так поняли|мой вопрос|на тот вопрос|помогло|помогает|помогли|помог"
        r"|ответили|ответ|отвечает на мой вопрос|тот ответ|понимаешь|понимаете|понял меня"
        r"|поняли меня)(?: на (?:мой )?вопрос| меня| мой вопрос)?",
        r"(?:вы|ты) (?:меня )?не (?:поняли|понял|понимаете|понимаешь)(?: меня| вопрос| мой"
        r" вопрос)?",
        r"нет (?:мне )?(?:нужно |надо |про |о |я про )?друго[ем]|у меня (?:вопрос )?(?:о другом"
        r"|про другое|другое|другой вопрос)|друго[ем]|мимо|неверно|неправильно|не верно|не"
        r" правильно"
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
        r"непонятно|неясно|(?:я |мне |ничего |вас |вообще |совсем )*не (?:понял|поняла"
        r"|понятно|ясно|понимаю)"
        r"(?: ничего| вас| ответ| ваш ответ)?|i (?:dont|do not|didnt) understand(?: you|"
        r" this| that| it)?"
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
    r"(?:talk|speak|chat|connect|transfer|switch|put|forward|escalate)(?:ing|ed)?"
    r"(?: (?:me|us|this|it|through|directly|over))* (?:to|with) "
    r"(?:(?:a|an|the|your|some|any|one|of|real|live|actual|human|another|customer|service"
    r"|support) )*"
    rf"(?:{_PERSON_EN})\b(?! of)",
    rf"(?:get|give|bring|fetch|call) me (?:(?:a|an|the|some|real|live|actual|human) )*{_PERSON_EN}"
    r"(?: please| pls| now| asap| immediately|$)",
    r"(?:real|live|actual) (?:human|person|people|agent|operator)(?: being)?s?(?: please|"
    r" pls| now|$)",
    r"(?:соедин|позов|переключ|перевед|подключ|приглас|вызов|свяж|дай|позва|соедин|вызва)[а-я]*"
    r"(?: (?:меня|мне|нас|нам|пожалуйста|плиз|уже|хоть|же|наконец|скорее|срочно|сюда|с|со|на|к"
    r"|живого|живым|живому|реального|реальным|нормального|нормальным|вашего|вашим|любого|любым"
    r"|другого|другим|свободного|свободным))*"
    rf" (?:{_PERSON_RU})(?! связи| сотов| мобил| банка| по телефону)(?:\b|$)",
    r"(?:поговорить|пообщаться|общаться|говорить|связаться) (?:с |со )?(?:(?:живым|реальным"
    r"|нормальным"
    rf"|вашим|любым|каким-нибудь|настоящим|другим) )*(?:{_PERSON_RU})(?! связи| сотов)(?:\b|$)",
    r"(?:нужен|хочу|хотел бы|хотела бы|можно) (?:мне )?(?:живого |живой |реальный |реального"
    r" |настоящий "
    r"|нормальный |с )*(?:оператор|человек|живой человек|менеджер)(?:а|у|ом)?(?:$| (?:пожалуйста"
    r"|срочно|а не бот|а не робот))",
)

# Not a wish: "I don't want an operator", "are you a person?", «вы живой человек?».
NO_WISH_FOR_PERSON = (
    r"(?:без|не (?:надо|нужен|нужна|хочу|хочется|зови|зовите|соединяй|соединяйте|переключай"
    r"|переключайте|переводи|переводите))"
    r"(?: (?:мне|меня|с|на|к|звать|общаться|говорить|поговорить|никакого|живого|живым|вашего))*"
    rf" (?:{_PERSON_RU})",
    r"(?:dont|do not|didnt|without) (?:want |need |wanna |to |chat |talk |speak |with |a |an"
    r" |any |the "
    rf"|connect |transfer |me |real |live |call )*{_PERSON_EN}\b",
    r"(?:(?:are|r) (?:you|u)|(?:you|u) (?:are|r)|am i|is this|(?:could|can) you (?:be|act)"
    r"|think like)"
    rf"(?: (?!there\b)\w+){{0,7}} (?:being|{_PERSON_EN})\b",
    r"(?:ты|вы|это) (?:точно |вообще |реальный |живой |настоящий |бот или |робот или |не )*"
    r"(?:человек|оператор|менеджер)\b|(?:ты|вы|это) (?:бот|робот)(?: или |$)",
)

# "my name is Hendry", «меня зовут Иван Петров»: a value, nothing is asked.
NAME_IS = (
    r"(?:(?:(?:hi|hello|hey|yes|ok|sure|sir|привет|здравствуйте|добрый день|да) )*"
    r"(?:my )?(?:full |first |last |good )?name (?:is|s) (?!not|wrong|mis|incorrect|spel|on "
    r"|in |different|what)|"
    r"(?:меня зовут|мое имя)(?: это)? (?!не))[^\W\d_]+(?: [^\W\d_]+){0,2}"
)

# "ok, I will send the receipt", «хорошо, пришлю чек»: a promise, not a request.
PROMISE = (
    r"(?:(?:yes|yeah|ya|yep|ok|okay|sure|fine|great|alright|thanks|thank you|sir|oh|so much"
    r"|robin) )+"
    r"(?:(?:i|we) )?(?:will|ll|ill|shall|have (?:sent|done|attached|received|checked|got|confirmed)"
    r"|(?:am )?(?:waiting|checking|trying|sending)|confirm(?:ed)?|attached|already"
    r"|send you)\b"
    r"(?: (?!need|want|like|help|please|how|what|when|where|why|which|who|can|could|you send"
    r"|but|problem|not"
    r"|issue|change|have|take|be able|buy|purchase|go with)\w+){0,9}"
    r"|(?:(?:да|ок|окей|хорошо|ладно|понял|поняла|понятно|спасибо|конечно|ага) )+(?:я |мы "
    r"|сейчас |тогда |завтра )*"
    r"(?:пришлю|отправлю|скину|сделаю|напишу|попробую|проверю|посмотрю|подожду|жду|закажу"
    r"|зайду|перезвоню"
    r"|позвоню|учту|буду|дождусь|подумаю|уточню|схожу|поищу)"
    r"(?: (?!как|что|где|когда|почему|сколько|но|не)[а-я]+){0,6}"
)
