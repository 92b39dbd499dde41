"""From a bare clone to everything that Heed needs: `python3.11 -m infra.bootstrap [--tests]`.

Standard library only. It makes `.venv` with exactly the packages of `requirements/heed.lock` (by hash),
fetches the broker's and the connector's jars, and installs Java 17 and Maven where they are missing and it
may. Each step leaves a stamp of what it was made from, so that a second run only compares stamps.
"""

import sys

if sys.version_info[:2] != (3, 11):  # before anything that an older Python cannot run
    sys.exit(
        f"heed: Python 3.11 is needed, and this is {sys.version_info[0]}.{sys.version_info[1]} "
        f"({sys.executable}); install Python 3.11, or say where it is: make PYTHON=/path/to/python3.11 ..."
    )

import argparse
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from infra.errors import BootstrapError, InfraError
from infra.java import java_problem, package_manager
from infra.lock import exclusive
from infra.settings_file import home_folder

CHECKOUT = Path(__file__).resolve().parent.parent
REQUIREMENTS = CHECKOUT / "requirements"
ENVIRONMENT = CHECKOUT / ".venv"
POM = CHECKOUT / "infra" / "pom.xml"

# Only the stack tests want these; a test that misses one is skipped and says so.
TEST_PROGRAMS = {"redis-server": ("redis-server",), "chromium": ("chromium", "chromium-browser")}
TEST_PACKAGES = {
    "apt-get": {"redis-server": "redis-server", "chromium": "chromium"},
    "dnf": {"redis-server": "redis", "chromium": "chromium"},
    "brew": {"redis-server": "redis"},
}


def main() -> None:
    """Set up what is missing, and say each step and its seconds on standard error."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument(
        "--tests", action="store_true", help="also what only the tests want (Redis, Chromium)"
    )
    arguments = parser.parse_args()
    home = home_folder()
    try:
        with exclusive(home / "run" / "bootstrap.lock", patience=600):
            set_up(home, tests=arguments.tests)
    except InfraError as error:
        sys.exit(f"heed: {error}")


def set_up(home: Path, *, tests: bool = False) -> None:
    """Bring the Python environment, Java, the jars and (for tests) the optional programs.

    Raises
    ------
    BootstrapError
        A step failed or needs something that only the user may install; the message says what to type.
    """
    _python_environment(home)
    _java(home)
    _jars(home)
    if tests:
        _test_programs()


def _python_environment(home: Path) -> None:
    sources = [REQUIREMENTS / "heed.lock", REQUIREMENTS / "boot.lock", CHECKOUT / "pyproject.toml"]
    stamp = ENVIRONMENT / "heed-stamp"
    wanted = digest(*sources)
    if reads(stamp, wanted) and (ENVIRONMENT / "bin" / "heed").exists():
        return
    uv = bring_uv(home)
    if not _is_python_311(ENVIRONMENT / "bin" / "python"):
        run_step("making .venv", [uv, "venv", "--clear", "--quiet", "--python", sys.executable, ENVIRONMENT])
    # On a terminal uv shows a bar; elsewhere it would list two hundred packages.
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    # Compiled now, packages start fast for those too who forbid Python to write (PYTHONDONTWRITEBYTECODE).
    manner = ["--require-hashes", "--compile-bytecode"]
    into = ["--python", str(ENVIRONMENT / "bin" / "python")]
    run_step(
        "installing the packages of requirements/heed.lock",
        [uv, "pip", "sync", *quiet, *into, *manner, REQUIREMENTS / "heed.lock"],
    )
    # The lock holds everything, build tools included: nothing is resolved or fetched here.
    run_step(
        "installing heed itself",
        [uv, "pip", "install", "--quiet", *into, "--no-deps", "--no-build-isolation", "--editable", CHECKOUT],
    )
    stamp.write_text(wanted)


def bring_uv(home: Path) -> Path:
    """Return the pinned uv, installed under `home/boot` where it is not there yet."""
    boot = home / "boot"
    uv = boot / "bin" / "uv"
    stamp = boot / "heed-stamp"
    wanted = digest(REQUIREMENTS / "boot.lock")
    if reads(stamp, wanted) and uv.exists():
        return uv
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", boot], capture_output=True, check=False)
    if made.returncode != 0:
        # Debian and Ubuntu ship venv's other half, ensurepip, as a package of its own.
        _install("python3.11-venv", {"apt-get": "python3.11-venv"})
        run_step("making the environment of uv", [sys.executable, "-m", "venv", "--clear", boot])
    pip = [boot / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run_step("installing uv", [*pip, "--require-hashes", "-r", REQUIREMENTS / "boot.lock"])
    stamp.write_text(wanted)
    return uv


def _java(home: Path) -> None:
    problem = java_problem()
    no_maven = not shutil.which("mvn") and not _jars_are_there(home)
    if problem is None and not no_maven:
        return
    if problem and (os.environ.get("JAVA_HOME") or not _may_install()):
        raise BootstrapError(problem)
    packages = {"apt-get": "openjdk-17-jre-headless", "dnf": "java-17-openjdk-headless", "brew": "openjdk@17"}
    if problem:
        _install("Java 17", packages)
    if no_maven:
        _install("Maven", dict.fromkeys(packages, "maven"))
    problem = java_problem()
    if problem:
        raise BootstrapError(
            f"{problem} (Java 17 was installed just now, but another one comes first on PATH.)"
        )


def _jars(home: Path) -> None:
    if _jars_are_there(home):
        return
    maven = [
        "mvn",
        "--batch-mode",
        "--strict-checksums",
        "--quiet",
        "-Dstyle.color=never",
        "--file",
        POM,
        "package",
    ]
    run_step("fetching the broker's and the connector's jars", [*maven, f"-Dheed.jars={home / 'jars'}"])
    (home / "jars" / "heed-stamp").write_text(digest(POM))


def _jars_are_there(home: Path) -> bool:
    jars = home / "jars"
    complete = any(jars.glob("kafka/kafka_*.jar")) and any(jars.glob("flink/flink-sql-connector-kafka-*.jar"))
    return complete and reads(jars / "heed-stamp", digest(POM))


def _test_programs() -> None:
    for wanted, programs in TEST_PROGRAMS.items():
        if any(shutil.which(program) for program in programs):
            continue
        packages = {manager: names[wanted] for manager, names in TEST_PACKAGES.items() if wanted in names}
        try:
            _install(wanted, packages)
        except BootstrapError as error:
            _say(f"{error} The tests that need it will be skipped.")


def _install(what: str, packages: dict[str, str]) -> None:
    """Install a system package: `packages` names it for each package manager."""
    manager = package_manager()
    if manager not in packages:
        raise BootstrapError(
            f"{what} is missing, and this machine's package manager is not known; install it."
        )
    line = [manager, "install", *([] if manager == "brew" else ["-y"]), packages[manager]]
    if not _may_install():
        raise BootstrapError(f"{what} is missing; type: sudo {' '.join(line)}")
    prefix = [] if manager == "brew" or os.geteuid() == 0 else ["sudo", "-n"]
    if manager == "apt-get":
        prefix = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
        # A machine that was just made has no package lists, and old lists name versions that are gone.
        run_step("refreshing the package lists", [*prefix, "apt-get", "update", "-qq"], tolerate_failure=True)
        line.insert(2, "--no-install-recommends")
    run_step(f"installing {what}", [*prefix, *line])


def _may_install() -> bool:
    manager = package_manager()
    if manager is None:
        return False
    if manager == "brew" or os.geteuid() == 0:
        return True
    sudo = shutil.which("sudo")
    return (
        bool(sudo)
        and subprocess.run([str(sudo), "-n", "true"], capture_output=True, check=False).returncode == 0
    )


def run_step(what: str, command: Sequence[object], *, tolerate_failure: bool = False) -> None:
    """Run one step with its own output shown; say what it is before and its seconds after."""
    _say(f"{what} ...")
    started = time.monotonic()
    line = [str(word) for word in command]
    # The steps' own chatter belongs to progress, not to what `make` was asked to print.
    ended = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if ended.returncode != 0 and not tolerate_failure:
        raise BootstrapError(
            f"{what} failed (exit code {ended.returncode}); the command was: {' '.join(line)}"
        )
    _say(f"{what}: {time.monotonic() - started:.0f} s")


def _is_python_311(program: Path) -> bool:
    if not program.exists():
        return False
    asked = [str(program), "-c", "import sys; print(sys.version_info[:2] == (3, 11))"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == "True"


def digest(*files: Path) -> str:
    """Return one hash of the contents of all the files: what a stamp holds."""
    hashed = hashlib.sha256()
    for file in files:
        hashed.update(file.read_bytes())
    return hashed.hexdigest()


def reads(stamp: Path, wanted: str) -> bool:
    """Say whether the stamp is there and holds the wanted hash."""
    try:
        return stamp.read_text() == wanted
    except OSError:
        return False


def _say(line: str) -> None:
    print(f"heed: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
