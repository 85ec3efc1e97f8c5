"""Evaluates flags with OpenFeature's providers for Python; the README beside this folder has the protocol."""

import json
import sys
import threading
import time

from openfeature import api
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEvent
from openfeature.track import TrackingEventDetails

READY_WITHIN_SECONDS = 15
READ = {
    "boolean": "get_boolean_details",
    "string": "get_string_details",
    "integer": "get_integer_details",
    "double": "get_float_details",
    "object": "get_object_details",
}


class Session:
    def __init__(self, asked):
        self.events = []
        self.message = None
        self.client = api.get_client(asked["session"])
        for event in ProviderEvent:
            self.client.add_handler(event, lambda details, name=event.value: self.note(name, details.message))

    def note(self, name, message):
        self.events.append(name)
        self.message = message or self.message

    def take(self):
        taken, self.events = self.events, []
        return taken


def provider_of(asked):
    host, key = asked["host"], asked["key"]
    protocol = asked["protocol"]
    if protocol == "ofrep":
        headers = {"Authorization": f"Bearer {key}"}
        return OFREPProvider(f"http://{host}:{asked['httpPort']}", headers_factory=lambda: headers)
    if protocol == "flagd":
        return FlagdProvider(
            host=host, port=asked["grpcPort"], selector=key, deadline_ms=5_000, resolver_type=ResolverType.RPC
        )
    if protocol == "flagd-in-process":
        return FlagdProvider(
            host=host,
            port=asked["grpcPort"],
            default_authority=key,
            deadline_ms=5_000,
            resolver_type=ResolverType.IN_PROCESS,
        )
    raise ValueError(f"no protocol {protocol}")


def open_session(sessions, asked):
    session = sessions[asked["session"]] = Session(asked)
    failure = []

    def start():
        try:
            api.set_provider(provider_of(asked), asked["session"])
        except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is the answer
            failure.append(str(error))

    thread = threading.Thread(target=start, daemon=True)
    thread.start()
    thread.join(READY_WITHIN_SECONDS)
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not failure and session.client.get_provider_status().value == "NOT_READY" and time.monotonic() < deadline:
        time.sleep(0.05)
    status = session.client.get_provider_status().value
    if failure or thread.is_alive() or status not in ("READY", "STALE"):
        return {"error": failure[0] if failure else f"the provider is {status}: {session.message}"}
    return {"ready": True}


def context_of(attributes):
    rest = {name: value for name, value in attributes.items() if name != "targetingKey"}
    key = attributes.get("targetingKey")
    if key is not None and not isinstance(key, str):
        rest["targetingKey"] = key
        key = None
    return EvaluationContext(key, rest)


def evaluate(client, asked):
    read = getattr(client, READ[asked["type"]])
    default = float(asked["default"]) if asked["type"] == "double" else asked["default"]
    details = read(asked["flag"], default, context_of(asked["context"]))
    code = details.error_code
    return {
        "value": details.value,
        "variant": details.variant,
        "reason": getattr(details.reason, "value", details.reason),
        "errorCode": getattr(code, "value", code),
        "message": details.error_message,
    }


def answer(sessions, asked):
    do = asked["do"]
    if do == "open":
        return open_session(sessions, asked)
    session = sessions[asked["session"]]
    if do == "evaluate":
        return {"results": [evaluate(session.client, each) for each in asked["evaluations"]]}
    if do == "events":
        return {"events": session.take()}
    if do == "track":
        session.client.track(asked["name"], context_of(asked["context"]), TrackingEventDetails(asked["value"]))
        return {"tracked": True}
    return {}


def main():
    sessions = {}
    for line in sys.stdin:
        try:
            answered = answer(sessions, json.loads(line))
        except Exception as error:  # noqa: BLE001 - the program goes on with the next request
            answered = {"error": repr(error)}
        print(json.dumps(answered, default=str), flush=True)


main()
# Threads of providers would go on.
sys.stdout.flush()
__import__("os")._exit(0)
