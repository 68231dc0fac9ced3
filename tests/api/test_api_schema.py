"""The whole OpenAPI over HTTP: schemathesis sends what the description allows and what it forbids,
and holds every answer against it. The same requests in every run."""

import re
from collections.abc import Iterator

import pytest
import schemathesis

# Imported by a check otherwise, so deep inside a test that Python 3.11 cannot compile it there.
import schemathesis.specs.openapi.object_authorization
from hypothesis import HealthCheck, settings
from patience import PATIENCE_S
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.specs.openapi.checks import positive_data_acceptance
from served_api import served_api

from sufler.api.setup import application
from sufler.domain.people import Role
from sufler.storage.database import Database

EXAMPLES = 4
CONFIG = {
    "seed": 1,
    "generation": {
        "deterministic": True,
        "max-examples": EXAMPLES,
        "with-security-parameters": False,
    },
    "checks": {
        # 412: an `If-Match` that is well-formed names no revision that there is.
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "412"]
        },
        # 413: what is far too long is cut before anybody reads it.
        "negative_data_rejection": {
            "expected-statuses": ["400", "401", "403", "404", "405", "409", "413", "415", "422"]
        },
    },
}


SETTINGS = settings(
    deadline=None,
    max_examples=EXAMPLES,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
# Refusals that no schema can foretell: they are about what is stored, or about the whole of a body.
BEYOND_A_SCHEMA = re.compile(
    "cursor: is not one that this list gave"
    "|Idempotency-Key: another request was sent with this key"
    "|article_id: there is no such article"
    "|valid_until: is not later than valid_from"
    "|translations.*: Field required"
    "|'answers' without a certificate needs a reason"
    "|without_certificate goes only with"
    "|a key's name is"
    "|another queue has the topic"
    "|there is no such topic"
    "|name either checks or minutes"
    "|the time zone is a name"
    "|a queue needs a name"
    "|give either queue_id or person_id"
    "|a note needs a text"
    "|a template needs a text"
    "|a shortcut is one word"
    "|a title is "
    "|name the queue whose team"
    "|still to be filled in"
    "|there is no field"
    "|a field has a name"
    "|a choice is among"
    "|file: "
    "|url: "
    "|mapping: must"
    "|name an operator, an article or a time"
    "|question [0-9]+: there is no article"
    "|flow [a-z][a-z0-9_]*(, line [0-9]+)?: "
    "| cannot be published: "
    "|question [0-9]+: a text has"
    "|the columns are text, language, article_id"
    "|address, line"
    "|hours begin before they end"
    "|a name is 1 to 60"
    "|there is no text to put into the article"
    "|this proposal is not of kind"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[Role, str]]]:
    folder = tmp_path_factory.mktemp("schema")
    with served_api(Database(f"sqlite:///{folder}/sufler.db")) as told:
        yield told


def test_that_every_answer_is_as_described(
    served: tuple[str, dict[Role, str]], subtests: pytest.Subtests
) -> None:
    """Each operation is a subtest, made only here: `schema.parametrize` makes them on collecting,
    which costs every worker of xdist ten seconds."""
    address, keys = served

    def answered(case: Case) -> None:
        # An administrator may name any folder of this machine as a source: nobody is to read it.
        role = Role.EDITOR if "/sources" in case.path else Role.ADMINISTRATOR
        headers = {"Authorization": f"Bearer {keys[role]}"}
        answer = case.call(address, headers=headers, timeout=PATIENCE_S)
        told = str(answer.json().get("detail")) if answer.status_code == 422 else ""
        excluded = [positive_data_acceptance] if BEYOND_A_SCHEMA.search(told) else []
        case.validate_response(answer, headers=headers, excluded_checks=excluded)

    schema = schemathesis.openapi.from_dict(
        application("0.0.0").openapi(), config=SchemathesisConfig.from_dict(CONFIG)
    )
    made = get_all_tests(schema=schema, test_func=answered, settings=SETTINGS, given_kwargs=None)
    count = 0
    for result in made:
        operation, tried = result.ok()
        count += 1
        with subtests.test(operation.label):
            tried()
    assert count == sum(len(operations) for operations in schema.raw_schema["paths"].values())
