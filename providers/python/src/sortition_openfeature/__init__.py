"""OpenFeature provider for Sortition."""

from .event_queue import EventQueue
from .provider import SortitionProvider

__all__ = ["EventQueue", "SortitionProvider"]
