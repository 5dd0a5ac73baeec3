"""The action in workflows, run by act on this machine: workflow.yml, and the README's workflow as a newcomer pastes it."""

import re
import shutil
import subprocess
import unittest

from support import ACTION, CLEAN, PROHIBITED, ROOT, UNREADABLE, Case, binary, inputs, outputs, repository, snippet, tool

# It stands for the step that uploads, and writes down what it was given.
UPLOAD = """
name: stub
description: stub
inputs:
  sarif_file: { description: the file }
  category: { description: the category }
runs:
  using: composite
  steps:
    - shell: bash
      run: printf '%s %s\\n' "$FILE" "$CATEGORY" >"$GITHUB_WORKSPACE/uploaded"
      env:
        FILE: ${{ inputs.sarif_file }}
        CATEGORY: ${{ inputs.category }}
"""


class Act(Case):
    # The bash that act calls for a step breaks at a space in this place, before any of ours runs.
    prefix = "interdict-action-"

    def setUp(self):
        super().setUp()
        self.run_act = tool("act")
        shutil.rmtree(self.workspace / ".git")
        self.upload = self.folder / "upload"
        (self.upload / "upload-sarif").mkdir(parents=True)
        (self.upload / "upload-sarif/action.yml").write_text(UPLOAD)
        repository(self.upload)
        # The command, and beside it what it appended to the summary of each step: act keeps no summary itself.
        self.summaries = self.folder / "summaries"
        self.summaries.mkdir()
        self.command = self.program(
            "interdict",
            f'code=0\n"{binary()}" "$@" || code=$?\n'
            f'if [ "$1" = check ] && [ -n "${{GITHUB_STEP_SUMMARY:-}}" ]; then cp "$GITHUB_STEP_SUMMARY" "{self.summaries}/$(find "{self.summaries}" -type f | wc -l)"; fi\n'
            'exit "$code"\n',
        )

    def workflow(self, job: str, *local: str):
        repository(self.workspace)
        pin = re.search(r"uses: github/codeql-action/upload-sarif@([0-9a-f]{40}) ", ACTION)[1]
        command = [self.run_act, "push", "--job", job, "--platform", "ubuntu-latest=-self-hosted", "--no-cache-server"]
        for place in [f"github/codeql-action@{pin}={self.upload}", *local]:
            command += ["--local-repository", place]
        environment = {name: self.environment()[name] for name in ["PATH", "HOME", "LANG"]}
        done = subprocess.run(command, cwd=self.workspace, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout.decode()

    def written(self) -> list[str]:
        return [path.read_text() for path in sorted(self.summaries.iterdir(), key=lambda path: int(path.name))]

    def test_the_verdicts_and_every_input(self):
        for name in ["action.yml", "Cargo.toml"]:
            self.copy(ROOT / name, name)
        shutil.copytree(ROOT / "scripts", self.workspace / "scripts")
        self.copy(ROOT / "tests/action/workflow.yml", ".github/workflows/test.yml")
        for source, name in [(CLEAN, "clean.json"), (PROHIBITED, "with a space $(touch pwned);.json"), (UNREADABLE, "truncated.json")]:
            self.copy(source, name)
        shutil.copy(self.command, self.workspace / "interdict")
        (self.workspace / "key").write_text("0123456789abcdef0123456789abcdef")
        (self.workspace / "waivers.toml").write_text(
            'schema = 1\n[[waiver]]\nrule = "us-ndaa-1634/covered-article"\nsubject = "pkg:npm/%40kaspersky/**"\nreason = "r"\nby = "x"\ngranted = 2026-11-01\nexpires = 2027-10-01\n'
        )
        text = (ROOT / "tests/action/workflow.yml").read_text()
        self.assertEqual([name for name in inputs() if f"          {name}: " not in text], [], "an input that no step gives")
        self.assertEqual([name for name in outputs() if f".outputs.{name} " not in text], [], "an output that no step reads")
        code, log = self.workflow("verdicts")
        self.assertEqual(code, 0, log)
        # Each `run` of that workflow was really run.
        for name in re.findall(r"      - name: (.+)\n", text):
            self.assertIn(f"Main {name}\n", log)
        self.assertIn("::error file=with a space $(touch pwned);.json,line=41,", log)
        clear, prohibited, error, waived = self.written()
        self.assertIn("(as of 2026-11-20, not today)", waived)
        self.assertIn("## interdict: clear", clear)
        self.assertIn("## interdict: prohibited", prohibited)
        self.assertIn("@kaspersky/hexa-ui-core", prohibited)
        self.assertIn("## interdict: error", error)
        self.assertIn("the text ends in the middle of the JSON", error)

        code, log = self.workflow("fails")
        self.assertEqual(code, 1, log)
        self.assertIn("Failure - Main End with the verdict", log)

    def test_a_hostile_pull_request(self):
        """The gate in a workflow, and what the pull request adds to the checkout: see docs/hostile-pull-requests.md."""
        waiver = '[[waiver]]\nrule = "us-ndaa-1634/covered-article"\nsubject = "pkg:npm/%40kaspersky/**"\nreason = "r"\nby = "x"\ngranted = 2026-11-01\nexpires = 2027-10-01\n'
        (self.folder / "secret").write_text('s3cret = "s3cret"\n')
        acts = {
            "other pack": 'schema = 1\nextends = ["us-ndaa-889"]\n',
            "waiver": f'schema = 1\nextends = ["us-ndaa-1634"]\n{waiver}',
            "outside": f'schema = 1\nextends = ["us-ndaa-1634", "{self.folder}/secret"]\n',
            "link": None,
        }
        options = {"local-policy: true": [0, 0, 2, 2], "local-policy: false": [1] * 4, "require-policy: us-ndaa-1634": [2] * 4}
        for name in ["action.yml", "Cargo.toml"]:
            self.copy(ROOT / name, name)
        shutil.copytree(ROOT / "scripts", self.workspace / "scripts")
        shutil.copy(self.command, self.workspace / "interdict")
        self.copy(PROHIBITED, "sbom/bom.json")
        evil = self.workspace / "evil/bin"
        evil.mkdir(parents=True)
        (evil / "cargo").write_text("#!/bin/sh\ntouch pwned\n")
        (evil / "cargo").chmod(0o755)
        (self.workspace / "rust-toolchain.toml").write_text(f'[toolchain]\npath = "{evil.parent}"\n')
        steps = "".join(
            f"      - id: s{number}\n        continue-on-error: true\n        uses: ./\n"
            f"        with:\n          binary: ./interdict\n          sbom: sbom/\n          as-of: 2026-11-20\n          {option}\n"
            f"      - run: echo 'ended {number} with' \"$CODE\"\n        env:\n          CODE: ${{{{ steps.s{number}.outputs.exit-code }}}}\n"
            for number, option in enumerate(options)
        )
        workflow = f"on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n{steps}"
        (self.workspace / ".github/workflows").mkdir(parents=True)
        (self.workspace / ".github/workflows/gate.yml").write_text(workflow)
        for column, (act, text) in enumerate(acts.items()):
            local = self.workspace / "interdict.toml"
            local.unlink(missing_ok=True)
            if text is None:
                local.symlink_to(self.folder / "secret")
            else:
                local.write_text(text)
            _, log = self.workflow("gate")
            self.assertNotIn("s3cret", log)
            for number, (option, codes) in enumerate(options.items()):
                self.assertIn(f"ended {number} with {codes[column]}", log, f"{act} with {option}")

    def test_the_workflow_of_the_readme(self):
        """Unchanged: only the checkout of the action comes from here. No release is listed, so it builds; a cargo that has built before does that."""
        text = snippet("README.md", "# .github/workflows/interdict.yml")
        folder = self.workspace / ".github/workflows"
        folder.mkdir(parents=True)
        (folder / "interdict.yml").write_text(text)
        action = self.folder / "action"
        action.mkdir()
        for name in ["action.yml", "Cargo.toml", "Cargo.lock"]:
            shutil.copyfile(ROOT / name, action / name)
        for name in ["scripts", "src", "policies"]:
            shutil.copytree(ROOT / name, action / name)
        repository(action)
        calls = self.folder / "calls"
        self.program(
            "cargo",
            f'printf "%s\\n" "$*" >>"{calls}"\nwhile [ $# -gt 0 ]; do case $1 in --root) mkdir -p "$2/bin"; cp "{self.command}" "$2/bin/interdict"; shift ;; esac; shift; done\n',
        )
        local = f"OWNER/interdict@FULL_COMMIT_SHA={action}"
        for source, expected in [(CLEAN, 0), (PROHIBITED, 1), (UNREADABLE, 1)]:
            self.copy(source, "sbom/bom.json")
            code, log = self.workflow("interdict", local)
            self.assertEqual(code, expected, log)
            self.assertIn(f"{'Failure' if expected else 'Success'} - Main End with the verdict", log)
        self.assertEqual([summary.splitlines()[0] for summary in self.written()], [f"## interdict: {word}" for word in ["clear", "prohibited", "error"]])
        # Built anew for each run: what another one left is not run.
        self.assertEqual(len(calls.read_text().splitlines()), 3, calls.read_text())

    def test_the_workflow_without_the_action(self):
        text = snippet("docs/ci.md", "# .github/workflows/interdict.yml")
        folder = self.workspace / ".github/workflows"
        folder.mkdir(parents=True)
        (folder / "interdict.yml").write_text(text)
        for source, expected in [(CLEAN, 0), (PROHIBITED, 1)]:
            self.copy(source, "sbom/bom.json")
            code, log = self.workflow("interdict")
            self.assertEqual(code, expected, log)


if __name__ == "__main__":
    unittest.main()
