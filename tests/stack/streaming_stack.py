"""The streaming parts as processes, and what a test does with them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")

RULES = ROOT / "tests" / "streaming"
PATIENCE_SECONDS = 180.0


@dataclass
class StreamingStack:
    """The parts under test; `send`, `read` and `online` are what a stranger's programs would do."""

    home: Path
    bootstrap: str
    environment: dict[str, str]
    parts: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    ready: dict[str, dict[str, Any]] = field(default_factory=dict)

    def start(self, module: str, *arguments: str) -> dict[str, Any]:
        """Start a part and return its ready line."""
        return self.wait_for(module, self.launch(module, *arguments))

    def restart(self, *modules: str) -> list[dict[str, Any]]:
        """End parts and start them again side by side, in the environment as it is now."""
        for module in modules:
            self.stop(module)
        begun = [self.launch(module) for module in modules]
        return [self.wait_for(module, begin) for module, begin in zip(modules, begun, strict=True)]

    def launch(self, module: str, *arguments: str) -> int:
        """Start a part without waiting, and return where its log begins."""
        log = self._log(module)
        log.parent.mkdir(exist_ok=True)
        begin = log.stat().st_size if log.exists() else 0
        with log.open("a") as output:
            part = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=self.environment,
                text=True,
                start_new_session=True,
            )
        self.parts[module] = part
        return begin

    def wait_for(self, module: str, begin: int) -> dict[str, Any]:
        """Wait until a part is ready, and return its ready line."""
        part, log = self.parts[module], self._log(module)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for line in log.read_text()[begin:].splitlines():
                if '"ready"' in line:
                    self.ready[module] = json.loads(line)
                    return self.ready[module]
            if part.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"{module} did not become ready:\n{self.said(module, begin)}")

    def said(self, module: str, begin: int = 0) -> str:
        """Return the end of what a part wrote to its log, from `begin` on."""
        return self._log(module).read_text()[begin:][-2000:]

    def _log(self, module: str) -> Path:
        return self.home / "logs" / f"{module}.log"

    def run(self, *command: str) -> None:
        """Run a command of Heed's to its end."""
        answer = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr[-2000:]

    def kill(self, module: str) -> None:
        """End a part as a crash does."""
        part = self.parts.pop(module)
        os.kill(part.pid, signal.SIGKILL)
        part.wait()

    def stop(self, module: str) -> int:
        """End a part as `heed down` does, and return its exit status."""
        part = self.parts.pop(module)
        part.send_signal(signal.SIGTERM)
        return part.wait(timeout=30)

    def send(self, topic: str, value: bytes | None, key: bytes | None = b"somebody") -> None:
        """Put raw bytes on a topic, and wait until the broker has them."""
        from kafka import KafkaProducer

        producer = KafkaProducer(bootstrap_servers=self.bootstrap)
        producer.send(topic, value=value, key=key).get(timeout=30)
        producer.close()

    def read(self, topic: str) -> list[Any]:
        """Return every record that a topic holds now."""
        from kafka import KafkaConsumer, TopicPartition

        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, auto_offset_reset="earliest")
        places = [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic))]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        consumer.seek_to_beginning()
        records: list[Any] = []
        while any(consumer.position(place) < ends[place] for place in places):
            for batch in consumer.poll(timeout_ms=500).values():
                records += batch
        consumer.close()
        return records

    def values(self, topic: str, key: str) -> list[dict[str, Any]]:
        """Return the JSON values of one key, oldest first."""
        return [json.loads(record.value) for record in self.read(topic) if record.key == key.encode()]

    def online(self, service_or_features: str | list[str], **entity: str) -> dict[str, Any]:
        """Return one entity's online features; `feed_v1` names the service."""
        from feast import FeatureStore

        store = FeatureStore(
            repo_path=str(ROOT / "feature_repo"), fs_yaml_file=self.home / "feast" / "feature_store.yaml"
        )
        wanted = (
            store.get_feature_service(service_or_features)
            if isinstance(service_or_features, str)
            else service_or_features
        )
        answer = store.get_online_features(features=wanted, entity_rows=[entity], full_feature_names=True)
        return {name: values[0] for name, values in answer.to_dict().items()}


def eventually(ask: Callable[[], T], seconds: float = 60.0) -> T:
    """Return the first answer that is true; the last one when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.2)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
