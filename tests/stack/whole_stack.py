"""The whole stack as `heed up` starts it, and what a test does with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class WholeStack:
    """Where everything is, and how to talk to it."""

    home: Path
    variables: dict[str, str]

    @property
    def api(self) -> str:
        """The API's base URL."""
        return f"http://127.0.0.1:{self.variables['HEED_API_PORT']}"

    @property
    def bootstrap(self) -> str:
        """The broker's address."""
        return f"127.0.0.1:{self.variables['HEED_BROKER_PORT']}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to belong to this stack."""
        outside = {name: value for name, value in os.environ.items() if name != "HEED_BOOTSTRAP_SERVERS"}
        return outside | self.variables

    def heed(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command line in this stack."""
        return subprocess.run(
            [sys.executable, "-m", "infra.cli", *words],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
        )

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """Return status and JSON of an HTTP call."""
        request = urllib.request.Request(  # noqa: S310 - our own http address
            self.api + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
