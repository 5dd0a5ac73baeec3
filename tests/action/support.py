"""What the tests of the action share: where things are, one run of its scripts, and how the runner reads what they write."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
TOOLS = TARGET / "pipeline"
ACTION = (ROOT / "action.yml").read_text()

FIXTURES = ROOT / "fixtures"
CLEAN = FIXTURES / "cyclonedx/clean-1.5.cdx.json"
PROHIBITED = FIXTURES / "cyclonedx/field-kit.cdx.json"
UNREADABLE = FIXTURES / "hostile/truncated.cdx.json"

# Names that a shell, a command line or a runner could take for more than a name.
NAMES = ["a b$(touch pwned).json", "c;touch pwned;#.json", "d\"e'f`touch pwned`.json", "-g.json", "--help.json", " *.json", "%0A::error::h.json", "$HOME&i|j.json"]


def binary() -> Path:
    given = os.environ.get("INTERDICT_UNDER_TEST")
    for path in [Path(given)] if given else [TARGET / "release/interdict", TARGET / "debug/interdict"]:
        if path.is_file():
            return path.resolve()
    raise SystemExit("there is no interdict to test the action with: cargo build --release, or set INTERDICT_UNDER_TEST to one")


def tool(name: str, folder: str = "python/bin") -> str:
    """An installed tool. Without it the test is skipped, and says so; where validators are required, it fails."""
    path = TOOLS / folder / name
    if path.is_file():
        return str(path)
    message = f"{name} is missing, so nothing was tested with it: tests/action/install.sh installs it"
    if os.environ.get("INTERDICT_VALIDATORS") == "required":
        raise AssertionError(message)
    print(f"SKIPPED: {message}", flush=True)
    raise unittest.SkipTest(message)


def inputs() -> dict[str, str]:
    """The inputs of the action with their defaults."""
    part = ACTION.split("\ninputs:\n")[1].split("\noutputs:\n")[0]
    found = re.findall(r"^  ([a-z-]+):\n    description: .+\n    default: (.+)$", part, re.MULTILINE)
    assert len(found) == len(re.findall(r"^  \S", part, re.MULTILINE)), "an input of another form"
    return {name: default.strip("'") for name, default in found}


def variables() -> dict[str, str]:
    """The environment variable that each input arrives in."""
    return {name: variable for variable, name in re.findall(r"^        (INTERDICT_\w+): \$\{\{ inputs\.([a-z-]+) \}\}$", ACTION, re.MULTILINE)}


def outputs() -> list[str]:
    return re.findall(r"^    value: \$\{\{ steps\.check\.outputs\.([a-z-]+)(?: \|\| '\w+')? \}\}$", ACTION, re.MULTILINE)


def assignments(text: str) -> dict[str, str]:
    """GITHUB_OUTPUT as the runner reads it."""
    result, lines = {}, text.split("\n")
    assert lines.pop() == "", "the last line has no end"
    while lines:
        line = lines.pop(0)
        if match := re.match(r"([^=<]+)<<(.+)$", line):
            end = lines.index(match[2])
            result[match[1]] = "\n".join(lines[:end])
            del lines[: end + 1]
        else:
            name, value = line.split("=", 1)
            result[name] = value
    return result


def commands(log: str) -> list[str]:
    """What the runner would obey in a log: commands at the beginning of a line, old ones anywhere, but not while they are stopped."""
    found, stopped = [], None
    for line in log.replace("\r", "\n").split("\n"):
        line = line.lstrip()
        if stopped:
            stopped = None if line.rstrip() == f"::{stopped}::" else stopped
        elif match := re.match(r"::stop-commands::(.+)$", line):
            stopped = match[1]
        elif re.match(r"::[a-z-]+[ :]", line) or "##[" in line:
            found.append(line)
    assert stopped is None, "commands stay stopped"
    return found


@dataclass
class Ran:
    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    path: str | None


class Case(unittest.TestCase):
    """A workspace of its own for each test, and what a runner gives to a job."""

    prefix = "interdict action "

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix=self.prefix)).resolve()
        self.addCleanup(shutil.rmtree, self.folder)
        self.workspace = self.folder / "work space"
        self.temp = self.folder / "temp"
        self.cache = self.folder / "tool cache"
        self.bin = self.folder / "bin"
        for folder in [self.workspace, self.temp, self.cache, self.bin, self.folder / "home"]:
            folder.mkdir()
        # Its root: nothing above it is searched for a policy.
        (self.workspace / ".git").mkdir()
        self.root = ROOT

    def tearDown(self):
        self.assertEqual([path for path in self.folder.rglob("pwned")], [], "a name was run")

    def copy(self, source: Path, name: str) -> str:
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        return name

    def program(self, name: str, text: str) -> Path:
        """A program that is found before the real one."""
        path = self.bin / name
        path.write_text(f"#!/usr/bin/env bash\nset -eu\n{text}")
        path.chmod(0o755)
        return path

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(self.root),
            "GITHUB_SERVER_URL": "https://github.com",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_TOOL_CACHE": str(self.cache),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
        }

    def script(self, name: str, environment: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        written = self.folder / "written"
        written.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", f'"$GITHUB_ACTION_PATH/scripts/{name}"'],
            cwd=self.workspace,
            env={**environment, "GITHUB_OUTPUT": str(written)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        log = done.stdout.decode()
        return done.returncode, log, assignments(written.read_text())

    def act(self, given: dict[str, str] | None = None, **more: str) -> Ran:
        """One use of the action: its three scripts, with the environment that action.yml makes of these inputs."""
        given = {**inputs(), "binary": str(binary()), **(given or {}), **{name.replace("_", "-"): value for name, value in more.items()}}
        summary = self.folder / "summary"
        summary.write_text("")
        environment = {**self.environment(), "GITHUB_STEP_SUMMARY": str(summary)}
        environment |= {variable: given[name] for name, variable in variables().items()}
        code, log, found = self.script("binary.sh", environment)
        path = found.get("path")
        if code:
            return Ran(code, log, {}, summary.read_text(), path)
        code, more_log, written = self.script("check.sh", {**environment, "INTERDICT_PATH": path})
        log += more_log
        if code == 0:
            code, more_log, _ = self.script("verdict.sh", {**environment, "INTERDICT_EXIT_CODE": written.get("exit-code", "")})
            log += more_log
        return Ran(code, log, written, summary.read_text(), path)

    def refused(self, ran: Ran, *words: str):
        """Refused before anything was evaluated, with one annotation that says why."""
        self.assertEqual((ran.code, ran.outputs, ran.summary), (2, {}, ""), ran.log)
        found = commands(ran.log)
        self.assertEqual(len([line for line in found if line.startswith("::error title=interdict::")]), 1, ran.log)
        self.assertEqual([line for line in found if not line.startswith(("::error title=interdict::", "::group::", "::endgroup::"))], [], ran.log)
        for word in words:
            self.assertIn(word, ran.log)


def snippet(page: str, opening: str) -> str:
    """The example on a page whose first line is this."""
    found = re.findall(rf"^```\w+\n({re.escape(opening)}\n.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"{page} has {len(found)} examples that begin with {opening!r}"
    return found[0]


def repository(folder: Path):
    """Makes a folder a repository with all that is in it."""
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"]
    for arguments in [["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--allow-empty", "--message=test"]]:
        subprocess.run([*git, *arguments], cwd=folder, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull})
