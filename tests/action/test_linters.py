"""Linters: action.yml, the workflows, those in the documentation, the scripts, the templates and the container's file, each without a finding."""

import re
import subprocess
import unittest

from support import ROOT, Case, snippet, tool

WORKFLOWS = [*sorted((ROOT / ".github/workflows").glob("*.yml")), ROOT / "tests/action/workflow.yml"]
SCRIPTS = [*sorted((ROOT / "scripts").rglob("*.sh")), *sorted((ROOT / "tests").rglob("*.sh")), ROOT / ".ci/run"]


class Linters(Case):
    def clean(self, *command, cwd=ROOT):
        done = subprocess.run([str(part) for part in command], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def documented(self, place):
        """The documentation's workflows as files, with a commit in the place of the words that stand for one."""
        place.mkdir(parents=True)
        paths = []
        for page in ["README.md", "docs/ci.md"]:
            path = place / f"{page.replace('/', '-')}.yml"
            path.write_text(snippet(page, "# .github/workflows/interdict.yml").replace("FULL_COMMIT_SHA", "0123456789abcdef0123456789abcdef01234567"))
            paths.append(path)
        return paths

    def test_zizmor(self):
        zizmor = [tool("zizmor"), "--offline", "--strict-collection", "--no-progress"]
        self.clean(*zizmor, "--persona=pedantic", ROOT / "action.yml", *WORKFLOWS[:-1])
        self.clean(*zizmor, WORKFLOWS[-1], *self.documented(self.workspace / ".github/workflows"))
        # That it sees anything at all.
        (self.workspace / "action.yml").write_text((ROOT / "action.yml").read_text().replace("run: '\"$GITHUB_ACTION_PATH/scripts/check.sh\"'", "run: 'check.sh \"${{ inputs.sbom }}\"'"))
        done = subprocess.run([*zizmor, self.workspace / "action.yml"], capture_output=True, text=True)
        self.assertIn("template-injection", done.stdout)

    def test_actionlint(self):
        """It looks at the inputs of an action, too, where a workflow uses it from the same repository."""
        actionlint = [tool("actionlint"), "-shellcheck", tool("shellcheck"), "-pyflakes="]
        self.clean(*actionlint, *WORKFLOWS)
        self.clean(*actionlint, *self.documented(self.workspace / ".github/workflows"))
        wrong = self.workspace / ".github/workflows/wrong.yml"
        wrong.write_text(WORKFLOWS[-1].read_text().replace("fail-on: never", "fail_on: never"))
        self.copy(ROOT / "action.yml", "action.yml")
        done = subprocess.run([*actionlint, wrong], cwd=self.workspace, capture_output=True, text=True)
        self.assertIn('"fail_on" is not defined', done.stdout)

    def test_shellcheck(self):
        self.clean(tool("shellcheck"), "--external-sources", *SCRIPTS)
        # The steps of the GitLab job, which any sh has to run.
        [script] = re.findall(r"^    - \|\n((?:      .*\n)+)", (ROOT / "templates/interdict.yml").read_text(), re.MULTILINE)
        path = self.workspace / "job.sh"
        variables = re.findall(r"^    (INTERDICT_\w+): ", (ROOT / "templates/interdict.yml").read_text(), re.MULTILINE)
        path.write_text(f"#!/bin/sh\n: \"{''.join(f'${{{name}?}}' for name in variables)}\"\n" + script)
        self.clean(tool("shellcheck"), "--shell=sh", path)

    def test_scripts_are_for_the_bash_of_macos(self):
        """Version 3.2 has none of these; nothing here can run it."""
        for path in (ROOT / "scripts").glob("*.sh"):
            text = path.read_text()
            for construct in ["mapfile", "readarray", "declare -A", "local -n", "declare -n", "|&", "&>>", "coproc", "${EPOCH", "wait -n", "inherit_errexit", "@Q}", ",,}", "^^}"]:
                self.assertNotIn(construct, text, path)
            # An empty array that is expanded plainly is an unset variable there.
            for name in re.findall(r'(?<!\+)"\$\{(\w+)\[@\]\}"', text):
                self.assertIn(name, ["arguments", "sha256", "lines"], f"{path}: is {name} ever empty?")

    def test_schemas(self):
        check = tool("check-jsonschema")
        self.clean(check, "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")
        self.clean(check, "--builtin-schema", "vendor.github-workflows", *WORKFLOWS, *self.documented(self.workspace / "workflows"))
        gitlab = self.workspace / "gitlab.yml"
        gitlab.write_text(snippet("docs/ci.md", "# .gitlab-ci.yml"))
        self.clean(check, "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", gitlab)
        # The schema knows one document a file: the job, and the header of the component as part of it.
        header, job = (ROOT / "templates/interdict.yml").read_text().split("\n---\n")
        for part in [header, job]:
            gitlab.write_text(part)
            self.clean(check, "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", gitlab)
        azure = self.workspace / "azure.yml"
        azure.write_text(snippet("docs/ci.md", "# azure-pipelines.yml"))
        self.clean(check, "--builtin-schema", "vendor.azure-pipelines", "--data-transform", "azure-pipelines", azure)

    def test_hooks(self):
        self.clean(tool("pre-commit"), "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
        config = self.workspace / "config.yaml"
        config.write_text(snippet("docs/ci.md", "# .pre-commit-config.yaml"))
        self.clean(tool("pre-commit"), "validate-config", config)

    def test_container(self):
        self.clean(tool("hadolint"), "--strict-labels", ROOT / "Containerfile")

    def test_wheel(self):
        self.clean(tool("validate-pyproject"), ROOT / "pyproject.toml")


class Pins(unittest.TestCase):
    def test_every_action_is_named_by_a_commit_and_always_the_same(self):
        pages = [ROOT / "action.yml", *WORKFLOWS, ROOT / "README.md", ROOT / "docs/ci.md"]
        found = {}
        for path in pages:
            for name, pin, version in re.findall(r"uses: ([\w.-]+/[\w./-]+)@(\S+) # (\S+)$", path.read_text(), re.MULTILINE):
                if name == "OWNER/interdict":
                    continue
                self.assertRegex(pin, r"^[0-9a-f]{40}$", path)
                self.assertEqual(found.setdefault(name, (pin, version)), (pin, version), path)
            for use in re.findall(r"^\s+(?:- )?uses: (.+)$", path.read_text(), re.MULTILINE):
                self.assertRegex(use, r"^(\./( # zizmor: ignore\[self-repository\])?|[\w.-]+/\S+@\S+ # v[\d.]+$)", path)
        self.assertIn("actions/checkout", found)


if __name__ == "__main__":
    unittest.main()
