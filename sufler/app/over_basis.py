"""What needs the basis only: built by `serve`, and by commands beside it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sufler.app.wiring import Basis
    from sufler.conversation.live import LiveEvents
    from sufler.desk.alert_links import AlertLinks
    from sufler.desk.customers import Customers
    from sufler.desk.stops import Stops
    from sufler.storage.erasure import ErasureStore
    from sufler.storage.retention import Retention


def stops_of(basis: "Basis", live: "LiveEvents | None" = None) -> "Stops":
    """The kill switch; `live`: who is told in this process."""
    from sufler.conversation.live import LiveEvents
    from sufler.desk.stops import Stops
    from sufler.storage.audit import AuditStore
    from sufler.storage.stops import StopStore

    database = basis.database
    return Stops(StopStore(database), AuditStore(database), live or LiveEvents(), basis.clock)


def alert_links_of(basis: "Basis") -> "AlertLinks":
    """How operators are told outside of the desk."""
    from sufler.desk.alert_links import AlertLinks
    from sufler.storage.alerts import AlertLinkStore

    return AlertLinks(AlertLinkStore(basis.database), basis.staff, basis.clock)


def customers_of(basis: "Basis", live: "LiveEvents | None" = None) -> "Customers":
    """What staff do with customers as a whole; `live`: who is told in this process."""
    from sufler.conversation.live import LiveEvents
    from sufler.desk.customers import Customers
    from sufler.storage.audit import AuditStore
    from sufler.storage.customers import CustomerStore
    from sufler.storage.files import FileStore

    database, folder = basis.database, basis.settings.data_dir / "files"
    return Customers(
        CustomerStore(database),
        erasure_of(basis),
        FileStore(database, folder, basis.clock),
        AuditStore(database),
        live or LiveEvents(),
        basis.clock,
    )


def erasure_of(basis: "Basis") -> "ErasureStore":
    """What erases customers, and removes their files from the disk."""
    from sufler.storage.erasure import ErasureStore

    return ErasureStore(basis.database, basis.settings.data_dir / "files", basis.clock)


def retention_of(basis: "Basis") -> "Retention":
    """What removes data that is too old."""
    from sufler.storage.retention import Retention

    keep = basis.settings.keep_days
    return Retention(basis.database, erasure_of(basis), basis.clock, keep)
