"""Texts of what goes out of flows: the settings, and what the check of a flow finds."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

FLOW_CALLS: Final[Mapping[str, Mapping[Language, str]]] = {
    "setting_flow_hosts": {
        "ru": "Узлы, к которым могут обращаться сценарии, например orders.example.com.",
        "en": "Hosts that flows may call, such as orders.example.com.",
    },
    "setting_flow_private_hosts": {
        "ru": "Узлы своей сети, к которым могут обращаться сценарии, например 10.0.0.5:8080.",
        "en": "Hosts of your own network that flows may call, such as 10.0.0.5:8080.",
    },
    "flow_check_not_allowed": {
        "ru": "узла {name} нет в SUFLER_FLOW_HOSTS и SUFLER_FLOW_PRIVATE_HOSTS",
        "en": "the host {name} is neither in SUFLER_FLOW_HOSTS nor in SUFLER_FLOW_PRIVATE_HOSTS",
    },
    "flow_check_https": {
        "ru": "к {name} обращаются только по https: он не из SUFLER_FLOW_PRIVATE_HOSTS",
        "en": "{name} is called over https only: it is not in SUFLER_FLOW_PRIVATE_HOSTS",
    },
    "flow_check_header": {
        "ru": "заголовок {name} сценарий послать не может",
        "en": "a flow cannot send the header {name}",
    },
}
