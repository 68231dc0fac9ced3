"""Builds what proves that topics may answer, and what watches them, over a database."""

from typing import TYPE_CHECKING

from sufler.desk.certifying import Certifying
from sufler.desk.fast_watch import FastWatch
from sufler.desk.ladder import Ladder, Serving
from sufler.desk.topic_watch import TopicWatch
from sufler.domain.ports import Clock
from sufler.storage.database import Database
from sufler.storage.mode_changes import ModeStore
from sufler.storage.proposals import ProposalStore
from sufler.storage.signals import SignalStore
from sufler.storage.standings import StandingStore
from sufler.storage.trials import TrialStore

if TYPE_CHECKING:
    from sufler.app.wiring import Services


def certifying_over(database: Database, clock: Clock, *, strict: bool = False) -> Certifying:
    """What is proved of topics; `strict` as in the settings."""
    trials, modes = TrialStore(database), ModeStore(database)
    return Certifying(trials, modes, StandingStore(database), clock, strict=strict)


def ladder_over(
    database: Database,
    clock: Clock,
    certifying: Certifying | None = None,
    knowledge: Serving | None = None,
) -> Ladder:
    """What changes modes; `knowledge`: the base of this process, which takes each change in at
    once. Others follow the store."""
    proving = certifying or certifying_over(database, clock)
    return Ladder(ModeStore(database), proving, clock, knowledge)


def watch_of(services: "Services") -> TopicWatch:
    """The watch of the process."""
    basis = services.basis
    return TopicWatch(
        services.certifying,
        services.ladder,
        TrialStore(basis.database),
        StandingStore(basis.database),
        FastWatch(SignalStore(basis.database, basis.clock), basis.clock),
        ProposalStore(basis.database, basis.clock),
        basis.clock,
        services.encoder.model_id,
    )
