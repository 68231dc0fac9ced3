"""Queues, what operators are doing, and passing conversations on."""

from typing import Annotated

from fastapi import APIRouter, Path

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.queue_bodies import (
    NoteGiven,
    NoteList,
    NoteShown,
    OperatorChange,
    OperatorList,
    QueueBody,
    QueueList,
    QueueShown,
    Standing,
    StatusChosen,
    Transfer,
    WaitsShown,
    note_shown,
    operator_shown,
    queue_shown,
    standing_of,
)
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1", tags=["queues"], route_class=Once)

QueueId = Annotated[str, Path(max_length=64)]
ConversationId = Annotated[str, Path(max_length=64)]
_ACTS = documented(400, 401, 403, 404, 409, 413, 422, 503)


@router.get(
    "/queues",
    response_model=QueueList,
    responses=documented(401, 403, 503),
    summary="List queues",
)
async def list_queues(_caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here) -> QueueList:
    """With their rules, calendars and texts."""
    return QueueList(items=[queue_shown(each) for each in await here.desk.lines.queues.all()])


@router.post(
    "/queues",
    response_model=QueueShown,
    status_code=201,
    responses=_ACTS,
    summary="Add a queue",
)
async def add_queue(
    body: QueueBody, caller: Annotated[Caller, asking(Right.ADMINISTER)], here: Here
) -> QueueShown:
    """In force for the next hand-off."""
    return queue_shown(await here.desk.lines.queues.save(caller, body.queue("")))


@router.put(
    "/queues/{queue_id}", response_model=QueueShown, responses=_ACTS, summary="Change a queue"
)
async def change_queue(
    queue_id: QueueId,
    body: QueueBody,
    caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
) -> QueueShown:
    """All its rules at once: what is left out is set back."""
    return queue_shown(await here.desk.lines.queues.save(caller, body.queue(queue_id)))


@router.delete("/queues/{queue_id}", status_code=204, responses=_ACTS, summary="Remove a queue")
async def remove_queue(
    queue_id: QueueId, caller: Annotated[Caller, asking(Right.ADMINISTER)], here: Here
) -> None:
    """Who waits there waits in the default queue from now on."""
    await here.desk.lines.queues.remove(caller, queue_id)


@router.get(
    "/operators",
    response_model=OperatorList,
    responses=documented(401, 403, 503),
    summary="List operators",
)
async def list_operators(
    caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> OperatorList:
    """What each is doing now."""
    found = await here.desk.lines.queues.operators(caller)
    return OperatorList(items=[operator_shown(each) for each in found])


@router.put(
    "/operators/me/status", status_code=204, responses=_ACTS, summary="Choose the own status"
)
async def choose_status(
    chosen: StatusChosen, caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> None:
    """online, away or offline. It also counts as a sign of life."""
    await here.desk.lines.duty.choose(caller, chosen.status)


@router.put(
    "/operators/{person_id}", status_code=204, responses=_ACTS, summary="Set an operator up"
)
async def set_up_operator(
    person_id: Annotated[str, Path(max_length=64)],
    change: OperatorChange,
    caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
) -> None:
    """What they can do, and how many conversations they have at once."""
    queues = here.desk.lines.queues
    await queues.set_up_operator(caller, person_id, change.skills, change.capacity)


@router.post(
    "/conversations/{conversation_id}/transfer",
    response_model=Standing,
    responses=_ACTS,
    summary="Pass a conversation on",
)
async def transfer(
    conversation_id: ConversationId,
    goal: Transfer,
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
) -> Standing:
    """409 when somebody else has it and the caller may not supervise, or the person is offline."""
    transfers = here.desk.lines.transfers
    if goal.queue_id is not None:
        moved = await transfers.to_queue(caller, conversation_id, goal.queue_id, goal.note)
    else:
        moved = await transfers.to_person(caller, conversation_id, goal.person_id or "", goal.note)
    return standing_of(moved)


@router.get(
    "/conversations/{conversation_id}/notes",
    response_model=NoteList,
    responses=documented(401, 403, 404, 422, 503),
    summary="Read the notes",
)
async def list_notes(
    conversation_id: ConversationId, caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> NoteList:
    """What staff wrote for staff."""
    found = await here.desk.lines.transfers.notes(caller, conversation_id)
    return NoteList(items=[note_shown(each) for each in found])


@router.post(
    "/conversations/{conversation_id}/notes",
    response_model=NoteShown,
    status_code=201,
    responses=_ACTS,
    summary="Add a note",
)
async def add_note(
    conversation_id: ConversationId,
    given: NoteGiven,
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
) -> NoteShown:
    """Customers never see it."""
    return note_shown(await here.desk.lines.transfers.add_note(caller, conversation_id, given.text))


@router.get(
    "/conversations/{conversation_id}/waits",
    response_model=WaitsShown,
    responses=documented(401, 403, 404, 422, 503),
    summary="Read for whom it waited",
)
async def read_waits(
    conversation_id: ConversationId, caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> WaitsShown:
    """Three clocks of which one runs at a time."""
    waits = await here.desk.lines.transfers.waits(caller, conversation_id)
    return WaitsShown(bot_s=waits.bot_s, person_s=waits.person_s, customer_s=waits.customer_s)
