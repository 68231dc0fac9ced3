"""Words that carry no matter of their own, by what they may not change."""

from sufler.prompter.turn_words import POINTING


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# They change how a sentence sounds, and not what it says.
POLITE = _set(
    """
    пожалуйста плиз конечно разумеется увы сожалению спасибо извините простите прошу please
    kindly unfortunately sorry certainly sure indeed course thanks
    """
)

# How often they come changes nothing.
SMALL = POLITE | _set(
    """
    и а но же ли бы то вот ещё еще уже мы вы вас вам наш нас нам ваш это эта этот этого в во
    на с со к ко по за до от из у о об при для также тоже как что чтобы так будет будут есть
    является the a an and or but to of in on at for by with from as is are was were be been
    will would it its this that we you your our us i so also just then there here have has had
    do does did can
    """
)

# One more or less of them, and a sentence says the opposite.
NEGATIONS = _set(
    """
    не нет ни нельзя невозможно никогда никак без кроме запрещено нету not no never without
    except unless neither nor none impossible prohibited
    """
)

# A question of these alone does not say what it is about.
EMPTY = POINTING | _set(
    """
    и а но да нет не ни в во на с со к ко по за до от из у о об для про как что чем где когда
    куда кто чей это эта этот мой моя моё мне меня мы вы вас вам я он она они ли бы же то вот
    ну так ещё еще уже можно надо нужно есть был была было если или тоже также пожалуйста
    здравствуйте привет спасибо добрый день вечер утро подскажите скажите хочу могу почему
    зачем какой какая какие the an of to in on at for by with from as is are was were be been
    am it its this that these those my me you your we our they he she do does did can could
    will would should may might must have has had not no yes and or but if then so what when
    where who whom which why how there here please hi hello hey thanks thank good day morning
    evening want need get got just any some
    """
)
