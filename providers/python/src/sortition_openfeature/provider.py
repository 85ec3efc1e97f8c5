from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.provider import Metadata
from openfeature.track import TrackingEventDetails

from .event_queue import EventQueue, log_lost


class SortitionProvider(OFREPProvider):
    """Evaluates flags over OFREP and sends what is tracked.

    :param url: base URL of the platform.
    :param api_key: a key of kind "server". The platform records the exposures of what it evaluates.
    :param unit_attributes: attributes of contexts that hold units for ``track()``, besides the targeting key.
    :param on_events_lost: is told of events that are missing from analysis, with reason and count.
    :param timeout: longest request, in seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str,
        unit_attributes: Sequence[str] = (),
        on_events_lost: Callable[[str, int], None] = log_lost,
        timeout: float = 5.0,
    ) -> None:
        self._headers = {"Authorization": f"Bearer {api_key}"}
        super().__init__(url, headers_factory=lambda: dict(self._headers), timeout=timeout)
        self._unit_attributes = tuple(unit_attributes)
        self._on_events_lost = on_events_lost
        self._url = url
        self._queue: EventQueue | None = self._new_queue()

    def get_metadata(self) -> Metadata:
        return Metadata(name="sortition")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        """Starts. A provider that was shut down may be used again."""
        if self._queue is None:
            self._queue = self._new_queue()

    def shutdown(self) -> None:
        """Sends what waits, within a bound."""
        queue, self._queue = self._queue, None
        if queue is not None:
            queue.close()

    def track(
        self,
        tracking_event_name: str,
        evaluation_context: EvaluationContext | None = None,
        tracking_event_details: TrackingEventDetails | None = None,
    ) -> None:
        """Records an event for the units of the context. Never blocks, never raises."""
        units = self._units_of(evaluation_context)
        if not units:
            self._on_events_lost("no-unit", 1)
        elif self._queue is None:
            self._on_events_lost("unsent", 1)
        else:
            tracked: dict[str, Any] = {"name": tracking_event_name, "units": units}
            if tracking_event_details is not None:
                if tracking_event_details.value is not None:
                    tracked["value"] = tracking_event_details.value
                tracked["properties"] = tracking_event_details.attributes
            self._queue.add(tracked)

    def _units_of(self, context: EvaluationContext | None) -> dict[str, str]:
        if context is None:
            return {}
        found: dict[str, Any] = {"targetingKey": context.targeting_key}
        found.update({name: context.attributes.get(name) for name in self._unit_attributes})
        return {name: str(unit) for name, unit in found.items() if _is_unit(unit)}

    def _new_queue(self) -> EventQueue:
        return EventQueue(f"{self._url.rstrip('/')}/v1/events", self._headers, self._on_events_lost, self.timeout)


def _is_unit(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""
