"""The life of a job: settings, restore, start, ready, until it is told to end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import structlog

from catalog.settings import home_settings
from streaming.errors import JobFailedError, MissingJarError
from streaming.flink.checkpoints import checkpoint_folder, complete_checkpoints, remove_leftovers
from streaming.flink.jvm import start_jvm
from streaming.flink.topology import mode_in_effect, python_mode
from streaming.log import log_to_stderr, ready_line
from streaming.settings import StreamingSettings, streaming_settings
from streaming.topics import ensure_topics

if TYPE_CHECKING:
    from pyflink.datastream import DataStream, StreamExecutionEnvironment

START_SECONDS = 120
_ROOT = Path(__file__).resolve().parents[2]
log = structlog.get_logger()

# Adds a job's sources, operators and sinks to the environment; returns the streams of its Python operators.
Build = Callable[["StreamExecutionEnvironment", str], tuple["DataStream", ...]]


@dataclass(frozen=True)
class Job:
    """A job: its name, what builds it, and how long its JVM's network may hold a record back.

    `leaves_out` says that a checkpoint may hold operators which the job no longer has: their state goes.
    """

    name: str
    build: Build
    buffer_timeout: str = "1 ms"
    leaves_out: bool = False


def run(job: Job) -> int:
    """Run a job until SIGTERM or SIGINT (0), or until it fails (raises `JobFailedError`).

    It goes on from the newest complete checkpoint of its mode. Where none can be restored, it reads its topic
    from the beginning: the log is kept for ever, and versions make the repeated results harmless.
    """
    log_to_stderr()
    settings = streaming_settings()
    ensure_topics(settings.bootstrap_servers)
    mode = python_mode(settings.python_mode)
    folder = checkpoint_folder(job.name, mode)
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder)
    if mode == "thread":
        # The worker process that PyFlink starts beforehand would never be asked.
        os.environ["_python_worker_execution_mode"] = "process"  # noqa: SIM112 - the name that PyFlink reads
        sys.path.insert(0, str(Path(__file__).with_name("without_beam")))
    flink_log = home_settings().home.resolve() / "logs" / f"{job.name}-flink.log"
    jvm = start_jvm(job.name, settings.job_heap_megabytes, flink_log)
    stopping = _stop_on_signals()
    try:
        candidates: list[Path | None] = [*complete_checkpoints(folder)[:2], None]
        for checkpoint in candidates:
            if stopping:
                return 0
            started = _start(job, settings, mode, checkpoint, flink_log)
            if started is not None:
                break
            log.warning("restore_failed", job=job.name, checkpoint=str(checkpoint))
        else:
            raise JobFailedError(job.name, "FAILED", "it did not start.", flink_log)
        sys.stdout.write(started.ready + "\n")
        sys.stdout.flush()
        return _watch(job, started, jvm, stopping, flink_log)
    finally:
        jvm.kill()
        jvm.wait()


@dataclass(frozen=True)
class _Started:
    url: str
    ready: str


def _start(
    job: Job, settings: StreamingSettings, mode: str, checkpoint: Path | None, flink_log: Path
) -> _Started | None:
    """Submit the job and wait until every task runs; None where a checkpoint could not be restored."""
    from py4j.protocol import Py4JJavaError
    from pyflink.datastream import StreamExecutionEnvironment

    port = _free_port()
    configuration = _configuration(job, settings, mode, port, checkpoint)
    environment = StreamExecutionEnvironment.get_execution_environment(configuration)
    environment.set_parallelism(1)
    streams = job.build(environment, settings.bootstrap_servers)
    mode = mode_in_effect(streams)
    try:
        client = environment.execute_async(f"heed-{job.name}")
        url = f"http://127.0.0.1:{port}/jobs/{client.get_job_id()}"
        _wait_until_running(job.name, url, flink_log)
    except (Py4JJavaError, JobFailedError) as error:
        if checkpoint is None:
            raise
        log.warning("start_failed", job=job.name, checkpoint=str(checkpoint), error=str(error)[:500])
        return None
    facts = {"mode": mode, "restored": "" if checkpoint is None else checkpoint.name, "rest": url}
    return _Started(url, ready_line(job.name, **facts))


def _configuration(
    job: Job, settings: StreamingSettings, mode: str, rest_port: int, checkpoint: Path | None
) -> Any:
    from pyflink.common import Configuration

    seconds = settings.checkpoint_seconds
    options = {
        "pipeline.jars": _connector_jars(),
        "parallelism.default": "1",
        "rest.address": "127.0.0.1",
        "rest.port": str(rest_port),
        # Defaults are for throughput: a record would wait a second in a bundle and 100 ms in a buffer.
        "execution.buffer-timeout.interval": job.buffer_timeout,
        "python.fn-execution.bundle.time": "5",
        "python.fn-execution.bundle.size": "1000",
        "python.execution-mode": mode,
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
        # The interpreter inside the JVM knows neither the environment nor the checkout.
        "python.pythonpath": os.pathsep.join([*filter(None, sys.path), str(_ROOT)]),
        "execution.checkpointing.interval": f"{int(seconds * 1000)} ms",
        "execution.checkpointing.mode": "AT_LEAST_ONCE",
        "execution.checkpointing.storage": "filesystem",
        "execution.checkpointing.dir": checkpoint_folder(job.name, mode).as_uri(),
        "execution.checkpointing.num-retained": "2",
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "state.backend.type": "hashmap",
        # A broker that is away for a while is waited for; an operator that dies again and again ends the job,
        # so that `heed status` sees it.
        "restart-strategy.type": "failure-rate",
        "restart-strategy.failure-rate.max-failures-per-interval": "5",
        "restart-strategy.failure-rate.failure-rate-interval": "5 min",
        "restart-strategy.failure-rate.delay": "1 s",
        # State is on the heap, so Flink's own memory and its network buffers need little.
        "taskmanager.numberOfTaskSlots": "1",
        "taskmanager.memory.managed.size": "16m",
        "taskmanager.memory.network.min": "16m",
        "taskmanager.memory.network.max": "16m",
        # Names the source for good: a job whose operators changed still finds its offsets.
        "table.exec.uid.generation": "ALWAYS",
    }
    if checkpoint is not None:
        options["execution.state-recovery.path"] = checkpoint.as_uri()
        # The new run owns what it continues, and removes it when it is no longer needed.
        options["execution.state-recovery.claim-mode"] = "CLAIM"
        options["execution.state-recovery.ignore-unclaimed-state"] = str(job.leaves_out).lower()
    configuration = Configuration()
    for name, value in options.items():
        configuration.set_string(name, value)
    return configuration


def _connector_jars() -> str:
    folder = home_settings().home.resolve() / "jars" / "flink"
    jars = sorted(folder.glob("flink-sql-connector-kafka-*.jar"))
    if not jars:
        raise MissingJarError(folder)
    return ";".join(jar.as_uri() for jar in jars)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_running(job: str, url: str, flink_log: Path) -> None:
    """Wait until every task is past `open` and its restore, which is when Flink calls it RUNNING."""
    deadline = time.monotonic() + START_SECONDS
    state = "CREATED"
    while time.monotonic() < deadline:
        told = _ask(url)
        state = told.get("state", state)
        if state in ("FAILING", "FAILED", "RESTARTING", "CANCELED"):
            break
        if told and all(vertex["status"] == "RUNNING" for vertex in told["vertices"]):
            return
        time.sleep(0.1)
    cause = _root_cause(url)
    _ask(url, method="PATCH")
    raise JobFailedError(job, state, cause, flink_log)


def _watch(
    job: Job, started: _Started, jvm: subprocess.Popen[bytes], stopping: list[int], flink_log: Path
) -> int:
    while not stopping:
        if jvm.poll() is not None:
            # Whoever ends the whole process group may end the JVM a moment before the signal arrives here.
            time.sleep(0.5)
            if stopping:
                break
            raise JobFailedError(job.name, "killed", f"its JVM ended with code {jvm.returncode}.", flink_log)
        state = _ask(started.url).get("state")
        if state in ("FAILED", "CANCELED", "FINISHED"):
            raise JobFailedError(job.name, state, _root_cause(started.url), flink_log)
        time.sleep(0.5)
    log.info("stopping", job=job.name)
    _ask(started.url, method="PATCH")
    return 0


def _ask(url: str, method: str = "GET") -> dict[str, Any]:
    """Return what the job's REST endpoint says, nothing while it does not answer. PATCH cancels the job."""
    request = urllib.request.Request(url, method=method)  # noqa: S310 - our own JVM's http address
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
            told: dict[str, Any] = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return {}
    return told


def _root_cause(url: str) -> str:
    entries = _ask(f"{url}/exceptions").get("exceptionHistory", {}).get("entries", [])
    if not entries:
        return "Flink did not say why."
    told = entries[0]["stacktrace"].splitlines()
    causes = [line.removeprefix("Caused by: ") for line in told if line.startswith("Caused by: ")]
    return str(causes[-1] if causes else told[0])


def _stop_on_signals() -> list[int]:
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _frame: received.append(signum))
    return received


def leave(code: int) -> NoReturn:
    """End the process at once: PyFlink would try for long to tidy up in a JVM that is gone."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
