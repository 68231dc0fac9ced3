"""The whole OpenAPI over HTTP: schemathesis sends what the description allows and what it forbids,
and holds every answer against it. The same requests in every run."""

import re
from collections.abc import Iterator

import pytest
import schemathesis

# Imported by a check otherwise, so deep inside a test that Python 3.11 cannot compile it there.
import schemathesis.specs.openapi.object_authorization
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance
from served_api import served_api

from sufler.api.setup import application
from sufler.domain.people import Role
from sufler.storage.database import Database

EXAMPLES = 12
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
    "|file: "
    "|mapping: must"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[Role, str]]]:
    folder = tmp_path_factory.mktemp("schema")
    with served_api(Database(f"sqlite:///{folder}/sufler.db")) as told:
        yield told


schema = schemathesis.openapi.from_dict(
    application("0.0.0").openapi(), config=SchemathesisConfig.from_dict(CONFIG)
)


@schema.parametrize()
@settings(
    deadline=None,
    max_examples=EXAMPLES,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_that_every_answer_is_as_described(case: Case, served: tuple[str, dict[Role, str]]) -> None:
    address, keys = served
    # An administrator may name any folder of this machine as a source: here nobody is to read it.
    role = Role.EDITOR if "/sources" in case.path else Role.ADMINISTRATOR
    headers = {"Authorization": f"Bearer {keys[role]}"}
    answer = case.call(address, headers=headers, timeout=30)
    known = answer.status_code == 422 and BEYOND_A_SCHEMA.search(str(answer.json().get("detail")))
    case.validate_response(
        answer, headers=headers, excluded_checks=[positive_data_acceptance] if known else []
    )
