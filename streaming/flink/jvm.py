"""The JVM of a job: started here, so that its memory, its log and its standard error are ours.

PyFlink would start one itself, but with its standard error in a pipe that nobody reads: a job that writes
64 KiB there stands still for ever.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from streaming.errors import JobFailedError

START_SECONDS = 60
_LOG4J = Path(__file__).with_name("log4j2.properties")


def start_jvm(job: str, heap_megabytes: int, log: Path) -> subprocess.Popen[bytes]:
    """Start the JVM that PyFlink of this process will use, and return it.

    It ends when this process ends, however that happens: it reads its standard input until that closes.

    Raises
    ------
    JobFailedError
        If it does not start, with what it said.
    """
    from pyflink.find_flink_home import _find_flink_home
    from pyflink.pyflink_gateway_server import launch_gateway_server_process

    log.parent.mkdir(parents=True, exist_ok=True)
    _find_flink_home()
    folder = Path(tempfile.mkdtemp(prefix="heed-flink-"))
    port_file = folder / "port"
    environment = {
        **os.environ,
        "_PYFLINK_CONN_INFO_PATH": str(port_file),
        "JVM_ARGS": " ".join(_jvm_arguments(heap_megabytes, log)),
        "LOG4J_PROPERTIES": str(_LOG4J),
        # glibc gives every thread its own arena, and a JVM with a Python inside has 80 threads.
        "MALLOC_ARENA_MAX": "2",
    }
    try:
        jvm: subprocess.Popen[bytes] = launch_gateway_server_process(
            environment, ["-c", "org.apache.flink.client.python.PythonGatewayServer", "local"]
        )
        said = _pass_on_stderr(jvm)
        deadline = time.monotonic() + START_SECONDS
        while not port_file.exists() or port_file.stat().st_size < 4:
            if jvm.poll() is not None or time.monotonic() > deadline:
                raise JobFailedError(job, "not started", " ".join(said[-3:]) or "the JVM said nothing.", log)
            time.sleep(0.05)
        os.environ["PYFLINK_GATEWAY_PORT"] = str(struct.unpack("!I", port_file.read_bytes()[:4])[0])
    finally:
        shutil.rmtree(folder)
    return jvm


def _jvm_arguments(heap_megabytes: int, log: Path) -> list[str]:
    return [
        f"-Xmx{heap_megabytes}m",
        "-Xms64m",
        # One core does the work; a parallel collector would hold memory and threads for nothing.
        "-XX:+UseSerialGC",
        "-XX:MaxMetaspaceSize=192m",
        "-XX:ReservedCodeCacheSize=64m",
        "-XX:MaxDirectMemorySize=96m",
        "-Xss512k",
        # The Java side only carries bytes; the optimising compiler would take a core for the first minute.
        "-XX:TieredStopAtLevel=1",
        # A job without memory must die and be seen, not linger.
        "-XX:+ExitOnOutOfMemoryError",
        f"-Dheed.log={log}",
    ]


def _pass_on_stderr(jvm: subprocess.Popen[bytes]) -> list[str]:
    """Copy the JVM's standard error to ours for ever; the returned list holds its last lines."""
    lines: list[str] = []
    stream = jvm.stderr
    if stream is None:
        return lines

    def copy() -> None:
        for raw in stream:
            line = raw.decode(errors="replace")
            del lines[:-20]
            lines.append(line.strip())
            sys.stderr.write(line)

    threading.Thread(target=copy, name="jvm-stderr", daemon=True).start()
    return lines
