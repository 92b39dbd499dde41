"""One real stack for the streaming tests: broker, jobs and sink as processes, in a home of their own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streaming_stack import ROOT, RULES, StreamingStack, free_port
from whole_stack import WholeStack

sys.path.append(str(ROOT / "tests" / "agents"))
from teacher_server import TeacherServer, teacher_server


def _jars() -> Path:
    home = Path(os.environ.get("HEED_HOME", ROOT / ".heed"))
    return home / "jars"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[TeacherServer]:
    """The teacher's endpoint of the streaming stack."""
    with teacher_server() as serving:
        yield serving


@pytest.fixture(scope="session")
def streaming_stack(
    tmp_path_factory: pytest.TempPathFactory, endpoint: TeacherServer
) -> Iterator[StreamingStack]:
    """Broker, both jobs, the sink and the teacher's part, with the embedded films and the rule parser."""
    if not any(_jars().glob("kafka/kafka_*.jar")) or shutil.which("java") is None:
        pytest.skip(f"needs Java and the broker's jars in {_jars()}; `make test` gets both")
    home = tmp_path_factory.mktemp("heed-streaming")
    (home / "jars").symlink_to(_jars().resolve())
    port, controller = free_port(), free_port()
    stack = StreamingStack(
        home=home,
        bootstrap=f"127.0.0.1:{port}",
        environment={
            **os.environ,
            "HEED_HOME": str(home),
            "HEED_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}",
            "HEED_BROKER_PORT": str(port),
            "HEED_CONTROLLER_PORT": str(controller),
            "HEED_CHECKPOINT_SECONDS": "2",
            "HEED_POPULARITY_SECONDS": "3",
            "HEED_PARSER": "rules:load_parser",
            "HEED_ENCODER": "rules:load_encoder",
            "HEED_TEACHER_URL": endpoint.url,
            "HEED_TEACHER_MODEL": "any",
            "PYTHONPATH": str(RULES),
        },
    )
    try:
        with ThreadPoolExecutor(1) as pool:
            broker = pool.submit(stack.run, "-c", "from infra.stack import up; up(['broker'])")
            stack.run("-m", "batch.backfill")
            stack.run("-c", "from feature_repo.store import apply; apply()")
            broker.result()
        stack.run("-c", "from streaming.topics import ensure_topics; ensure_topics()")
        jobs = ("streaming.intent_job", "streaming.behavior_job")
        modules = (*jobs, "streaming.feast_sink", "streaming.teacher_part")
        for module, begin in [(module, stack.launch(module)) for module in modules]:
            stack.wait_for(module, begin)
        yield stack
    finally:
        for module in list(stack.parts):
            stack.parts[module].terminate()
        for module in list(stack.parts):
            stack.stop(module)
        stack.run("-c", "from infra.stack import down; down(['broker'])")


@pytest.fixture(scope="session")
def whole_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStack]:
    """Everything that `heed up` starts, the API and the real parser included, in a home of its own."""
    if not any(_jars().glob("kafka/kafka_*.jar")) or shutil.which("java") is None:
        pytest.skip(f"needs Java and the broker's jars in {_jars()}; `make test` gets both")
    home = tmp_path_factory.mktemp("heed-whole")
    (home / "jars").symlink_to(_jars().resolve())
    names = ("HEED_BROKER_PORT", "HEED_CONTROLLER_PORT", "HEED_API_PORT")
    ports = {name: str(free_port()) for name in names}
    stack = WholeStack(home, {"HEED_HOME": str(home), "HEED_START_TIMEOUT": "240", **ports})
    try:
        started = stack.heed("up")
        assert started.returncode == 0, started.stdout + started.stderr
        yield stack
    finally:
        stack.heed("down")
