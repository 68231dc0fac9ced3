"""The error tree. A message is one clear line naming the field, the row or the file, in English."""


class SuflerError(Exception):
    """Anything that Sufler refuses or cannot do, in words for the person who asked.

    `message` is one line and holds no secret and no customer's text. `field` names the part of
    the input that was at fault, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadInput(SuflerError):  # noqa: N818 - the words people read, here and below
    """The input cannot be taken as it is."""


class NotFound(SuflerError):  # noqa: N818
    """What was named does not exist."""


class Conflict(SuflerError):  # noqa: N818
    """Somebody else was there first, or the state does not allow it."""


class UnderWay(Conflict):
    """The same is being done at this moment; a second later it may be finished."""


class Unauthenticated(SuflerError):  # noqa: N818
    """Nobody known is asking."""


class Forbidden(SuflerError):  # noqa: N818
    """The one who asks has not the right."""


class TooManyTries(SuflerError):  # noqa: N818
    """Asked too often; `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SettingsError(SuflerError):
    """A setting is unknown or impossible; `field` names it."""


class ModelMissing(SuflerError):  # noqa: N818
    """The model folder is not there or not whole."""


class ModelDamaged(SuflerError):  # noqa: N818
    """A file of the model folder does not match its checksum."""


class StorageUnavailable(SuflerError):  # noqa: N818
    """The database cannot be read or written now (disk full, read-only, locked, gone)."""


class LeaseLost(SuflerError):  # noqa: N818
    """What this process alone did may now be another's."""


class FetchError(SuflerError):
    """A page elsewhere could not be had; the words say why."""


class ChannelError(SuflerError):
    """A reply was not taken by its channel.

    `retry_after`: seconds to wait for this chat, where the channel said so.
    `permanent`: sending again cannot help (blocked, deactivated, chat gone).
    `outcome_unknown`: it may have arrived; it must not be sent again blindly.
    `whole_channel`: nothing goes out on this channel now (no network, the token revoked).
    `reach`: what is known of the customer now, such as that they blocked the bot.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        permanent: bool = False,
        outcome_unknown: bool = False,
        whole_channel: bool = False,
        reach: str | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.permanent = permanent
        self.outcome_unknown = outcome_unknown
        self.whole_channel = whole_channel
        self.reach = reach
