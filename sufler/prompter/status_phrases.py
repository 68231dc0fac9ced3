"""The phrases by which one who waits asks where they stand, or if anybody is there at all.

Patterns like those of `turn_phrases.py`; each is a whole message without its fillers.
"""

_RU = (
    r"(?:вы|ты|мне|нам|меня|кто-нибудь|кто-то|кто нибудь|кто-либо|живой|человек\w*|люди|"
    r"операторы?|менеджеры?|специалисты?|сотрудники?|консультанты?|поддержка|нибудь|на (?:мой )?"
    r"вопрос|на (?:мое )?сообщение)"
)
_EN = (
    r"(?:some ?one|some ?body|any ?one|any ?body|you(?: guys)?|they|i|we|he|she|(?:an? |the |"
    r"your |my )*"
    r"(?:operator|agent|person|human|manager|specialist|support|representative|rep)s?)"
)

STATUS = (
    rf"(?:когда|скоро|как скоро|через сколько)(?: {_RU})*"
    r" (?:ответ(?:ят|ите|ит|ишь|ить|а)|отвеч(?:ают|аете|ает)|ответ|освободи(?:тся|тесь)|"
    r"подключ(?:ится|атся|итесь)|подойд(?:ет|ете|ут)|(?:я )?дождусь|придет|будет)"
    rf"(?: (?:{_RU}|ответа?|оператора|менеджера|человека|свободен))*",
    rf"(?:долго|сколько|скока|как долго|сколько времени|сколько минут)(?: {_RU}| я| мы| тут)*"
    r" (?:ждать|ожидать|жду|ждем|ожидание|ожидаем)(?:-то)?"
    rf"(?: (?:{_RU}|я|мы|тут|здесь|вас|ответа?|вашего|оператора|менеджера|человека|в очереди))*",
    r"(?:(?:какая|какой|который|которая|где|кто) )?(?:я|мы|у меня)(?: (?:какой|какая|где|по|в|"
    r"номер|место|счету|очеред[иь]|стою))*? (?:в |по )?(?:очеред[иь]|счету)",
    r"(?:какая|какой|где|далеко|скоро|когда|далеко ли)(?: у меня| мой| моя| мое| номер| место)*"
    r"(?: по| в)? (?:очеред[иь]|счету)(?: моя| у меня)?",
    r"(?:моя )?очередь (?:далеко|скоро|когда|подошла)|какое(?: у меня|"
    r" мое)* место(?: в очереди)?|(?:мое )?место в очереди|номер в очереди",
    r"(?:очередь )?(?:большая|длинная)(?: (?:там|у вас))? ?(?:очередь)?(?<=очередь)|"
    r"очередь(?: там| у вас)? (?:большая|длинная)",
    r"сколько(?: там)?(?: человек| людей| народу)?(?: еще)? (?:передо мной|впереди|перед мной|"
    r"в очереди)(?: человек| людей| меня)?(?: в очереди)?",
    r"(?:вы|ты)(?: там| тут| здесь| живы| на связи| где| есть)+|(?:тут|здесь) (?:вы|ты)|"
    r"где (?:вы|все)|"
    r"(?:куда )?(?:вы |все )?(?:куда )?пропали|куда (?:вы |все )?(?:делись|подевались|исчезли)",
    r"(?:тут |здесь )?(?:есть )?кто(?:-| )?(?:нибудь|то|либо)(?: тут| здесь| есть| там| на связи"
    r"| живой)+|есть (?:тут |здесь |там )?кто(?:(?:-| )?(?:нибудь|то|либо))?(?: тут| здесь| живой"
    r"| там| на связи)*|(?:меня )?кто(?:-| )?(?:нибудь|то) (?:меня )?(?:читает|слышит|видит|"
    r"ответит)",
    r"(?:почему|чего|че|что)(?: (?:вы|мне|никто|все))* (?:не (?:отвечаете|отвечает|отвечают)"
    r"|молчите|молчат|молчание)(?: мне)?|ответьте(?: мне| кто-нибудь| кто нибудь)*|"
    r"(?:никто|вы) не отвечае?(?:т|те)(?: мне)?",
    r"(?:is |are )?(?:there )?any ?(?:one|body)(?: still)?(?: (?:there|here|around|available|"
    r"home))+",
    r"(?:are |r )?(?:you|u)(?: guys)?(?: still)? (?:there|here|around)(?: yet)?",
    rf"(?:will|can|is|are)(?: {_EN})(?: going to| gonna| ever)? (?:answer|reply|respond|join|"
    r"coming|answering)(?: me| us| soon| today| here)*",
    rf"when (?:will|does|do|can|is|are)(?: {_EN}) (?:be )?(?:answer|reply|respond|join|get back|"
    r"get an answer|get a reply|get a response|answered|with me|here|available|come online)"
    r"(?: to)?(?: me| us| back)*",
    r"how (?:long|much longer|many minutes)(?: is| will| do| must| should| have| am| are| does|"
    r" the|"
    r" i| we| it| to| my| going| gonna| be| got| have)* (?:wait|waiting|queue|line)(?: time| to be|"
    r" here| be| for| in line| in the queue| an answer| a reply| an operator| a person| someone| is"
    r"| going| it| longer)*",
    r"(?:how long|how much longer)(?: will it take)? (?:till|until|before|for) "
    rf"{_EN}(?: to)? (?:answers?|repl(?:y|ies)|responds?|gets?)(?: an answer| a reply| back| to|"
    rf" me)*",
    r"how much longer|(?:i am |im )?still (?:here )?waiting(?: here)?(?: for (?:an |a |the |your )?"
    r"(?:answer|reply|operator|person|response|someone))?",
    r"(?:where am i|what is my|whats my|what number am i|my|which|what)(?: (?:place|position|"
    r"number|"
    r"spot))?(?: am i)? (?:in|on) (?:the |your |this )?(?:queue|line|waiting list)",
    r"how many(?: people| persons| others)?(?: are)? (?:ahead|before|in front|in the queue|in line)"
    r"(?: of)?(?: me| us)?(?: in the queue| in line)?|is (?:the|there a)(?: long)? (?:queue|line)"
    r"(?: long)?",
    r"why (?:is |are )?(?:nobody|no ?one|you|they)(?: is| are)?(?: not)? (?:answering|replying|"
    r"responding|silent)(?: me| to me)?|(?:nobody|no ?one) (?:is )?(?:answer|repl|respond)\w*"
    r"(?: me)?|where (?:is|are|did) (?:everyone|everybody|you guys|you all|you go)(?: go)?",
)
