"""What a flow consists of, as an analyst writes it in YAML; `docs/flows.schema.json` is made of it.

The order of steps in the file is the order of the talk, wherever a step has no `next`.
"""

from dataclasses import field
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from sufler.domain.knowledge import Language

_STRICT = ConfigDict(extra="forbid")
MAX_STEPS: Final = 200
MAX_SLOTS: Final = 60
MAX_CHOICES: Final = 20

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
ChoiceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
Words = Annotated[str, Field(min_length=1, max_length=8000)]
Phrasing = Annotated[str, Field(min_length=1, max_length=1000)]
Phrasings = Annotated[list[Phrasing], Field(max_length=250)]
Expression = Annotated[str, Field(min_length=1, max_length=500)]
Text = dict[Language, Words]  # one wording for each language of the flow
Kind = Literal[
    "text",
    "choice",
    "yes_no",
    "number",
    "money",
    "date",
    "time",
    "date_time",
    "phone",
    "email",
    "order_number",
    "address",
    "photo",
    "file",
    "location",
    "contact",
    "data",
]


@dataclass(frozen=True, config=_STRICT)
class Choice:
    """One of the answers of a choice; `words` are other ways in which customers say it."""

    label: Text
    words: dict[Language, list[Words]] = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class Slot:
    """One thing to be known. `data` is never asked: a call puts it there.

    `pattern` (of an order number) is a regular expression for the whole value; `least` and `most`
    bound numbers and amounts of money, or the length of a text; `valid` must be true of the value
    (the slot's own name stands for it), else `wrong` is said.
    """

    kind: Kind
    label: Text = field(default_factory=dict)
    choices: dict[ChoiceName, Choice] = field(default_factory=dict)
    pattern: Annotated[str, Field(max_length=200)] = ""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "RU"  # of phones without +7 or the like
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "RUB"
    least: float | None = None
    most: float | None = None
    past: bool = False  # a date without a year is the last one that was, not the next
    valid: Expression | None = None
    wrong: Text = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class Say:
    """Says `text`."""

    id: Name
    do: Literal["say"]
    text: Text
    next: Name | None = None


@dataclass(frozen=True, config=_STRICT)
class Ask:
    """Asks for `slot`, unless it is known already (`always` asks even then).

    After `attempts` answers that do not fit, the talk goes to the step `failed`, or to a person.
    """

    id: Name
    do: Literal["ask"]
    slot: Name
    text: Text
    again: Text = field(default_factory=dict)
    help: Text = field(default_factory=dict)
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    optional: bool = False
    always: bool = False
    failed: Name | None = None
    next: Name | None = None


@dataclass(frozen=True, config=_STRICT)
class When:
    """Where to go when an expression is true."""

    test: Annotated[Expression, Field(alias="if")]
    go: Name


@dataclass(frozen=True, config=_STRICT)
class Branch:
    """Goes where the first true `if` says, else to `otherwise`, else on."""

    id: Name
    do: Literal["branch"]
    when: Annotated[list[When], Field(min_length=1, max_length=30)]
    otherwise: Name | None = None


@dataclass(frozen=True, config=_STRICT)
class Call:
    """Calls an HTTP service and keeps parts of its JSON answer: `save` maps slots to paths in it.

    What is not a GET changes something: the customer confirms it first (`confirm`), and it carries
    an idempotency key. `on` says where an answer's status leads; without it a status below 300
    goes on and anything else goes to `failed` (said before it: `sorry`), or to a person.
    `retries` are made for GET only. Secrets are named in headers: {secret.ORDERS_KEY}.
    """

    id: Name
    do: Literal["call"]
    url: Annotated[str, Field(max_length=1000)]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: dict[str, Annotated[str, Field(max_length=1000)]] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 10.0
    retries: Annotated[int, Field(ge=0, le=5)] = 0
    save: dict[Name, Annotated[str, Field(max_length=200)]] = field(default_factory=dict)
    confirm: Text = field(default_factory=dict)
    declined: Name | None = None
    on: dict[Annotated[str, Field(pattern=r"^[1-5]\d\d$")], Name] = field(default_factory=dict)
    sorry: Text = field(default_factory=dict)
    failed: Name | None = None
    next: Name | None = None


@dataclass(frozen=True, config=_STRICT)
class CreateRequest:
    """Creates a request (a ticket) in a queue; its number can be kept in a slot, `number`."""

    id: Name
    do: Literal["create_request"]
    title: Text
    queue: Annotated[str, Field(max_length=64)] = ""
    fields: list[Name] = field(default_factory=list)  # slots; empty: all that are known
    number: Name | None = None
    confirm: Text = field(default_factory=dict)
    declined: Name | None = None
    next: Name | None = None


@dataclass(frozen=True, config=_STRICT)
class Suggest:
    """Gives an article of the knowledge base."""

    id: Name
    do: Literal["suggest"]
    article: Annotated[str, Field(min_length=1, max_length=200)]
    next: Name | None = None


@dataclass(frozen=True, config=_STRICT)
class HandOff:
    """Leaves to a person, in a queue, with what is known; says `text` first, if there is one."""

    id: Name
    do: Literal["hand_off"]
    queue: Annotated[str, Field(max_length=64)] = ""
    text: Text = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class Run:
    """Runs another flow, which knows the slots of the same names, and then goes on here."""

    id: Name
    do: Literal["run"]
    flow: Name
    next: Name | None = None


@dataclass(frozen=True, config=_STRICT)
class End:
    """Ends the flow."""

    id: Name
    do: Literal["end"]
    text: Text = field(default_factory=dict)


AnyStep = Say | Ask | Branch | Call | CreateRequest | Suggest | HandOff | Run | End
Step = Annotated[AnyStep, Field(discriminator="do")]


@dataclass(frozen=True, config=_STRICT)
class Triggers:
    """What starts the flow: customers' words, a /command, or an event from outside."""

    phrasings: dict[Language, Phrasings] = field(default_factory=dict)
    commands: list[Name] = field(default_factory=list)
    events: list[Name] = field(default_factory=list)


@dataclass(frozen=True, config=_STRICT)
class Flow:
    """One flow: one file. `topic` is that of the article which stands for it in the knowledge base;
    "": the one of all flows."""

    flow: Name
    version: Annotated[int, Field(ge=1)]
    title: Text
    steps: Annotated[list[Step], Field(min_length=1, max_length=MAX_STEPS)]
    languages: Annotated[list[Language], Field(min_length=1)] = field(
        default_factory=lambda: ["ru", "en"]
    )
    triggers: Triggers = field(default_factory=Triggers)
    # Minutes of silence after which the question is asked once more, and after which it is left.
    remind_min: Annotated[int, Field(ge=1, le=1440)] = 10
    park_min: Annotated[int, Field(ge=1, le=10080)] = 60
    slots: dict[Name, Slot] = field(default_factory=dict)
    topic: Annotated[str, Field(max_length=200)] = ""

    def step(self, name: str) -> AnyStep | None:
        """The step of that id."""
        return next((step for step in self.steps if step.id == name), None)

    def after(self, name: str) -> str | None:
        """The id of the step that stands after `name` in the file."""
        ids = [step.id for step in self.steps]
        place = ids.index(name) + 1
        return ids[place] if place < len(ids) else None

    def asking(self, slot: str) -> Ask | None:
        """The first step that asks for `slot`."""
        asks = (step for step in self.steps if isinstance(step, Ask))
        return next((step for step in asks if step.slot == slot), None)
