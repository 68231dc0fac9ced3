"""Builds what the administrators' pages work with, and puts what they choose in force."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import SecretStr

from sufler.app.finding import Finding
from sufler.app.settings import Settings, source_of, variable_of
from sufler.conversation.decide import Policy
from sufler.desk.channels import Channels
from sufler.desk.choices import ChosenSettings, Fixed
from sufler.desk.fast_watch import FastWatch
from sufler.desk.figures import Figures
from sufler.desk.staffing import Staffing
from sufler.domain.administration import Choices
from sufler.storage.audit import AuditStore
from sufler.storage.checks import CheckStore
from sufler.storage.draws import DrawStore
from sufler.storage.figures import FiguresStore
from sufler.storage.settings import SettingsStore
from sufler.storage.signals import SignalStore
from sufler.storage.traffic import TrafficStore
from sufler.web.accuracy_services import AccuracyServices
from sufler.web.services import Administration, Setting

if TYPE_CHECKING:
    from sufler.app.wiring import Basis, Services
    from sufler.conversation.turn import Turns

# Who the demo's customers write to, and what they may begin with.
DEMO = Choices(
    name={"ru": "Плошкин", "en": "Ploshkin"},
    examples={
        "ru": ("Сколько стоит доставка?", "Как вернуть товар?", "Позовите человека"),
        "en": ("How much does delivery cost?", "How do I return an item?", "I need a person"),
    },
)
_CHOSEN_ON_PAGES = ("language", "answer_bar", "hidden_share")


async def chosen_settings(basis: "Basis", turns: "Turns", policy: Policy) -> ChosenSettings:
    """What was chosen on pages, in force in `turns` from now on. Raises StorageUnavailable."""
    settings = basis.settings
    chosen = ChosenSettings(
        SettingsStore(basis.database),
        basis.clock,
        defaults=replace(
            DEMO if settings.demo else Choices(),
            language=settings.language,
            answer_bar=settings.answer_bar,
            hidden_share=settings.hidden_share,
        ),
        fixed={
            name: Fixed(source_of(name))
            for name in _CHOSEN_ON_PAGES
            if name in settings.model_fields_set
        },
    )

    def use(now: Choices) -> None:
        bars = replace(policy, answer_bar=now.answer_bar, hidden_share=now.hidden_share)
        turns.use(bars, now.language)

    chosen.when_changed(use)
    await chosen.load()
    return chosen


def administration(services: "Services") -> Administration:
    """For `web.setup`."""
    # Imported here: wiring uses this module too.
    from sufler.app.over_basis import customers_of

    basis = services.basis
    audit = AuditStore(basis.database)
    return Administration(
        staffing=Staffing(basis.people, audit, basis.clock),
        channels=Channels(TrafficStore(basis.database), audit, basis.clock),
        chosen=services.chosen,
        customers=customers_of(basis, services.live),
        webhooks=services.outside.webhooks,
        settings=lambda: in_force(basis.settings),
        examine=lambda: _examined(basis.settings),
        accuracy=AccuracyServices(
            services.certifying,
            services.ladder,
            Figures(FiguresStore(basis.database), basis.clock),
            CheckStore(basis.database),
            DrawStore(basis.database),
            FastWatch(SignalStore(basis.database, basis.clock), basis.clock),
        ),
    )


def in_force(settings: Settings) -> list[Setting]:
    """Every setting of the process; a secret's value is never in it."""
    found = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        secret = isinstance(value, SecretStr)
        shown = None if value is None or secret else str(value)
        if isinstance(value, bool):
            shown = str(value).lower()
        elif isinstance(value, tuple):
            shown = ", ".join(map(str, value)) or None
        found.append(
            Setting(name, variable_of(name), shown, source_of(name), secret and value is not None)
        )
    return found


async def _examined(settings: Settings) -> Sequence[Finding]:
    # Imported here: nothing else that serves needs the checks.
    from sufler.app.checkup import examine

    return [finding async for finding in examine(settings, running=True)]
