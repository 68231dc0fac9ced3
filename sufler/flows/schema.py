"""The JSON Schema of flows, for editors that complete and underline: `docs/flows.schema.json`."""

import json

from sufler.flows.load import FLOW


def schema_text() -> str:
    """The schema as it stands in the docs. `python -m sufler.flows.schema` prints it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **FLOW.json_schema(by_alias=True),
    }
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
