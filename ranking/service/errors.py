"""What can go wrong at the API: each error knows its status, its code and the field it is about."""

from __future__ import annotations

from ranking.errors import RankingError


class ServiceError(RankingError):
    """An error that a caller is told about, in one sentence."""

    status = 500
    code = "internal"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidError(ServiceError):
    """The request was read, and what it says cannot be done."""

    status = 422
    code = "invalid"


class UnknownItemError(ServiceError):
    """An item id that the catalogue does not hold."""

    status = 404
    code = "unknown_item"

    def __init__(self, item_id: str, *, field: str) -> None:
        super().__init__(
            f"No item has the id {shortened(item_id)}; GET /v1/items/search?q= finds ids by title.",
            field=field,
        )


class BrokerUnavailableError(ServiceError):
    """Kafka did not take the event in time; nothing was lost that was acknowledged."""

    status = 503
    code = "broker_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "The message broker does not answer, so this was not recorded; please try again in a moment."
        )


class StoreUnavailableError(ServiceError):
    """The online store did not answer, so nobody's intent can be read."""

    status = 503
    code = "store_unavailable"

    def __init__(self) -> None:
        super().__init__("The online store cannot be read at the moment; please try again in a few seconds.")


class StartError(ServiceError):
    """The service cannot start; the message says why and what to do."""

    code = "start"


class PortTakenError(StartError):
    """The port cannot be had: mostly because something else listens on it."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Port {port} on {host} cannot be had ({reason}): stop what listens there "
            "(`heed down` stops Heed), or set HEED_API_PORT to another."
        )


def shortened(value: str, limit: int = 60) -> str:
    """Quote what a caller sent, cut to `limit` characters, control characters escaped."""
    printable = value.encode("unicode_escape").decode("ascii") if not value.isprintable() else value
    cut = printable if len(printable) <= limit else printable[: limit - 1] + "…"
    return f"“{cut}”"
