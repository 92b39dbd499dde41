"""An OpenAI-compatible endpoint: one question, one answer, with retries, limits and dialects."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from agents.teaching.errors import EndpointDownError, EndpointRefusedError
from agents.teaching.kept import Reply
from agents.teaching.limits import Budget

if TYPE_CHECKING:
    from tenacity import RetryCallState

Message = dict[str, str]
# The longest answers that obey the contract have some 24 preferences of 60 tokens.
MOST_TOKENS = 2000
ATTEMPTS = 5
LONGEST_WAIT = 30.0
log = structlog.get_logger()


class _Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Said(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Said = _Said()


class _Completion(msgspec.Struct, frozen=True):
    """What is read of a completion; the client's own types would take a page of HTML for one."""

    choices: list[_Choice]
    usage: _Usage = _Usage()


_COMPLETION = msgspec.json.Decoder(_Completion)


@dataclass(frozen=True)
class Address:
    """Where a model is: the URL before `/chat/completions`, its name, a key where it wants one, seconds."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 30.0


class Endpoint:
    """A model behind a URL. Threads may share it.

    Servers differ in what they take of the protocol. What one refuses by name (structured output, a
    temperature, the old name of the length limit) is said in another way from then on: the answers are
    checked in any case.
    """

    def __init__(self, address: Address, budget: Budget, *, patience: float = 1.0) -> None:
        from openai import OpenAI

        self.url = address.url
        self.model = address.model
        self._budget = budget
        self._patience = patience
        # Its own retries are off: each try counts against the limits, which it knows nothing of.
        self._client = OpenAI(
            base_url=address.url, api_key=address.key or "none", timeout=address.timeout, max_retries=0
        )
        self._refused: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def ask(
        self, messages: Sequence[Message], schema: dict[str, Any], *, temperature: float, seed: int
    ) -> Reply:
        """Return the answer to a conversation.

        Raises
        ------
        EndpointDownError
            No answer came after several tries.
        EndpointRefusedError
            The endpoint refuses the key, the model or the request.
        LimitReachedError
            The request would pass a limit.
        """
        import openai
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        retrying = Retrying(
            retry=retry_if_exception(_is_passing),
            wait=self._wait,
            stop=stop_after_attempt(ATTEMPTS),
            reraise=True,
        )
        while True:
            options = self._options(schema, temperature, seed)
            try:
                return retrying(self._once, messages, options)
            except openai.BadRequestError as error:
                if not self._learn(str(error), options):
                    raise EndpointRefusedError(self.url, self.model, _cause(error)) from error
            except (openai.APIError, msgspec.DecodeError) as error:
                if _is_passing(error):
                    raise EndpointDownError(self.url, _cause(error)) from error
                raise EndpointRefusedError(self.url, self.model, _cause(error)) from error

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _once(self, messages: Sequence[Message], options: dict[str, Any]) -> Reply:
        characters = sum(len(message["content"]) for message in messages) + len(str(options))
        reserved = self._budget.enter(characters, MOST_TOKENS)
        prompt_tokens = answer_tokens = 0
        try:
            create: Any = self._client.chat.completions.with_raw_response.create
            body = create(model=self.model, messages=messages, **options).http_response.content
            told = _COMPLETION.decode(body)
            prompt_tokens, answer_tokens = told.usage.prompt_tokens, told.usage.completion_tokens
            # No choice, a refusal, a cut: the words that are there are checked like any others.
            content = told.choices[0].message.content if told.choices else None
            return Reply(content=content or "", prompt_tokens=prompt_tokens, answer_tokens=answer_tokens)
        finally:
            self._budget.leave(reserved, prompt_tokens, answer_tokens)

    def _options(self, schema: dict[str, Any], temperature: float, seed: int) -> dict[str, Any]:
        json_schema = {"name": "parsed_command", "strict": True, "schema": schema}
        options: dict[str, Any] = {
            "max_tokens": MOST_TOKENS,
            "temperature": temperature,
            "seed": seed,
            "response_format": {"type": "json_schema", "json_schema": json_schema},
        }
        for name in self._refused:
            del options[name]
            if name == "max_tokens":
                options["max_completion_tokens"] = MOST_TOKENS
            elif name == "response_format":
                options["response_format"] = {"type": "json_object"}
        return options

    def _learn(self, complaint: str, options: dict[str, Any]) -> bool:
        """Remember the option that a server complains of; False where it cannot be said otherwise."""
        structured = options["response_format"]["type"] == "json_schema"
        for name in ("response_format", "max_tokens", "temperature", "seed"):
            named = name in complaint or (name == "response_format" and "json_schema" in complaint)
            sent = structured if name == "response_format" else name in options
            if named and sent:
                with self._lock:
                    self._refused |= {name}
                log.info("teacher_dialect", without=name)
                return True
        return False

    def _wait(self, state: RetryCallState) -> float:
        """Return how long to wait: what the server asks for, else twice as long each time, never in step."""
        error = state.outcome.exception() if state.outcome is not None else None
        asked: str = getattr(getattr(error, "response", None), "headers", {}).get("retry-after", "")
        if asked.replace(".", "", 1).isdigit():
            return min(float(asked), LONGEST_WAIT)
        backoff = self._patience * 2 ** (state.attempt_number - 1)
        spread = random.uniform(0.5, 1.0)  # noqa: S311 - spreads requests, no secret
        return float(min(backoff, LONGEST_WAIT) * spread)


def _is_passing(error: BaseException) -> bool:
    """Whether trying again may help; an empty account will not fill by itself."""
    import openai

    if isinstance(error, openai.RateLimitError):
        return error.code != "insufficient_quota"
    # A body that is no JSON is a server in trouble as well.
    return isinstance(
        error,
        openai.APIConnectionError | openai.InternalServerError | openai.ConflictError | msgspec.DecodeError,
    )


def _cause(error: Exception) -> str:
    """Return the first words of an error, on one line; a server may send a whole page."""
    return " ".join(str(error).split())[:200].rstrip(".")
