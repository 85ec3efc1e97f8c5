from __future__ import annotations

import json
import logging
import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

import requests

CAPACITY = 10_000
BATCH_SIZE = 100
FLUSH_SECONDS = 1.0
CLOSE_SECONDS = 5.0
FIRST_RETRY_SECONDS = 0.25
LONGEST_RETRY_SECONDS = 30.0
CLOSING_RETRY_SECONDS = 0.2

logger = logging.getLogger("sortition_openfeature")


def log_lost(reason: str, count: int) -> None:
    logger.warning("Sortition lost %d events: %s", count, reason)


class EventQueue:
    """Events until the platform has them: a batch at a time, again with the same ids while it does not answer."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        on_lost: Callable[[str, int], None],
        timeout: float,
    ) -> None:
        self._url = url
        self._headers = {**headers, "Content-Type": "application/json"}
        self._on_lost = on_lost
        self._timeout = timeout
        self._waiting: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._closing_at: float | None = None
        self._thread: threading.Thread | None = None

    def add(self, tracked: Mapping[str, Any]) -> None:
        """Takes an event. What JSON cannot carry is ``invalid``."""
        event = {"id": str(uuid.uuid4()), "time": _now(), "tracked": tracked}
        try:
            # A copy: the application may change what it passed.
            event = json.loads(json.dumps(event, allow_nan=False))
        except (TypeError, ValueError, RecursionError):
            self._on_lost("invalid", 1)
            return
        reason = None
        with self._changed:
            if self._closing_at is not None:
                reason = "unsent"
            elif len(self._waiting) >= CAPACITY:
                reason = "full"
            else:
                self._waiting.append(event)
                self._start()
                self._changed.notify()
        if reason is not None:
            self._on_lost(reason, 1)

    def close(self) -> None:
        """Sends what waits, for 5 seconds at most. What is left is ``unsent``."""
        with self._changed:
            if self._closing_at is None:
                self._closing_at = time.monotonic() + CLOSE_SECONDS
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(CLOSE_SECONDS + 0.5)
        with self._changed:
            unsent, self._waiting = len(self._waiting), []
        if unsent > 0:
            self._on_lost("unsent", unsent)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sortition-events", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        failures = 0
        with requests.Session() as session:
            while self._wait(failures):
                failures = failures + 1 if self._send(session) == "retry" else 0

    def _wait(self, failures: int) -> bool:
        """Waits until it is time to send. Returns false when the queue is closed and empty, or its time is over."""
        pause = FLUSH_SECONDS if failures == 0 else _retry_seconds(failures)
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing_at is not None)
            self._changed.wait_for(
                lambda: self._closing_at is not None or (failures == 0 and len(self._waiting) >= BATCH_SIZE), pause
            )
            closing_at = self._closing_at
            is_empty = not self._waiting
        if closing_at is None:
            return True
        if failures > 0:
            time.sleep(CLOSING_RETRY_SECONDS)
        return not is_empty and time.monotonic() < closing_at

    def _send(self, session: requests.Session) -> str:
        with self._changed:
            batch = self._waiting[:BATCH_SIZE]
            closing_at = self._closing_at
        timeout = self._timeout
        if closing_at is not None:
            timeout = max(0.1, min(timeout, closing_at - time.monotonic()))
        body = json.dumps({"events": batch, "sentAt": _now()})
        try:
            response = session.post(self._url, data=body.encode(), headers=self._headers, timeout=timeout)
            status = response.status_code
            lost = _lost_of(response.json()) if status == 200 else {}
        except (requests.RequestException, ValueError):
            return "retry"
        if status in (408, 429) or status >= 500:
            return "retry"
        with self._changed:
            # Empty when close() has given up.
            self._waiting = self._waiting[len(batch) :]
        if status >= 300:
            self._on_lost("refused", len(batch))
        for reason, count in lost.items():
            self._on_lost(reason, count)
        return "done"


def _lost_of(answer: Any) -> dict[str, int]:
    lost: dict[str, int] = {}
    for result in answer.get("results", []):
        reason = str(result.get("status", "")).removeprefix("EVENT_STATUS_").lower()
        if reason in ("rejected", "quarantined"):
            lost[reason] = lost.get(reason, 0) + 1
    return lost


def _retry_seconds(failures: int) -> float:
    longest = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(failures - 1, 20))
    return longest / 2 + longest / 2 * random.random()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
