"""Orders, returns and promo codes of the demo shop, in memory; days are told from `today`."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

RETURN_DAYS = 14  # from the delivery on
WARRANTY_DAYS = 730
SOONER_FEE = 290  # roubles, for a day before the promised one


class Refused(Exception):  # noqa: N818 - the words people read
    """What the shop does not do; `status` is HTTP's."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


@dataclass(slots=True)
class Order:
    """`due`: when it comes, or when it came. `total` is in roubles."""

    number: str
    status: str  # packed, sent, delivered, cancelled
    bought: date
    due: date
    total: int
    address: str = "Москва, Тверская улица, 7"
    returned: str = ""


@dataclass(frozen=True, slots=True)
class Promo:
    """A code; `least_sum` (roubles) None: any cart will do."""

    state: str  # active, expired
    uses_left: int
    least_sum: int | None = None


class Shop:
    """All that the service knows. It starts anew with each process."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._returns = 0
        orders = [
            Order("4512", "sent", self._day(-2), self._day(3), 3450),
            Order("4521", "packed", self._day(-1), self._day(5), 1500),
            Order("4530", "delivered", self._day(-9), self._day(-5), 2990),
            Order("4540", "delivered", self._day(-800), self._day(-796), 8900),
            Order("4550", "cancelled", self._day(-3), self._day(2), 990),
            Order("4560", "sent", self._day(-8), self._day(-2), 12400),
        ]
        self._orders = {order.number: order for order in orders}
        spoon = Promo("active", 2, 3000)
        self._promos = {
            "ЛОЖКА25": spoon,
            "SPOON25": spoon,
            "ДРУГ500": Promo("active", 5),
            "ВЕСНА10": Promo("expired", 7),
            "ПЕРВЫЙ1": Promo("active", 0),
        }

    def _day(self, days: int) -> date:
        return self._today + timedelta(days)

    def _order(self, number: str) -> Order:
        if number not in self._orders:
            raise Refused(404, "no such order")
        return self._orders[number]

    def order(self, number: str) -> dict[str, Any]:
        """Its state, the day and the sum. Raises Refused, here and below."""
        order = self._order(number)
        return {
            "number": number,
            "status": order.status,
            "due": order.due.isoformat(),
            "total": order.total,
            "address": order.address,
        }

    def return_of(self, number: str) -> dict[str, Any]:
        """For how many days it can still be returned (below 0: no more), and what is refunded."""
        order = self._order(number)
        if order.status == "cancelled":
            raise Refused(409, "the order was cancelled")
        if order.returned:
            raise Refused(409, f"the order is returned already: {order.returned}")
        since = order.due if order.status == "delivered" else self._today
        left = (since + timedelta(RETURN_DAYS) - self._today).days
        return {"days_left": left, "refund": order.total}

    def take_back(self, number: str, reason: str) -> dict[str, Any]:
        """Begins a return; gives its number. What is broken can be returned at any time."""
        if self.return_of(number)["days_left"] < 0 and reason != "broken":
            raise Refused(409, "too late to return it")
        self._returns += 1
        order = self._order(number)
        order.returned = f"В-{self._returns}"
        return {"number": order.returned, "refund": order.total}

    def send_to(self, number: str, address: str, day: date) -> dict[str, Any]:
        """Another address and day for what has not left yet, and what that costs."""
        order = self._order(number)
        if order.status != "packed":
            raise Refused(409, f"the order is {order.status}")
        if not 1 <= (day - self._today).days <= 30:
            raise Refused(422, "the day must be within 30 days from tomorrow on")
        fee = SOONER_FEE if day < order.due else 0
        order.address, order.due = address, day
        return {"fee": fee, "due": day.isoformat()}

    def warranty(self, number: str) -> dict[str, Any]:
        """Until when things of the order are repaired for nothing."""
        until = self._order(number).bought + timedelta(WARRANTY_DAYS)
        return {"covered": until >= self._today, "until": until.isoformat()}

    def promo(self, code: str) -> dict[str, Any]:
        """What is known of a code, in any letters."""
        found = self._promos.get(code.upper())
        if found is None:
            raise Refused(404, "no such code")
        told: dict[str, Any] = {"state": found.state, "uses_left": found.uses_left}
        return told if found.least_sum is None else {**told, "least_sum": found.least_sum}
