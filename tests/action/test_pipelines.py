"""The other ways into a pipeline: the hooks by pre-commit, the GitLab component by gitlab-ci-local, and what the examples for Azure and Jenkins run."""

import json
import os
import re
import shutil
import subprocess
import unittest

from support import CLEAN, PROHIBITED, ROOT, UNREADABLE, Case, binary, repository, snippet, tool


class Pipelines(Case):
    def setUp(self):
        super().setUp()
        shutil.copy(binary(), self.bin / "interdict")

    def call(self, command, **more):
        environment = {name: self.environment()[name] for name in ["HOME", "LANG"]}
        environment["PATH"] = f"{self.bin}:{os.environ['PATH']}"
        done = subprocess.run(command, cwd=self.workspace, env={**environment, **more}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout.decode()


class PreCommit(Pipelines):
    def test_the_hook_of_an_installed_command(self):
        pre_commit = tool("pre-commit")
        hooks = self.folder / "hooks"
        hooks.mkdir()
        shutil.copyfile(ROOT / ".pre-commit-hooks.yaml", hooks / ".pre-commit-hooks.yaml")
        repository(hooks)
        shutil.rmtree(self.workspace / ".git")
        # Neither of the last two is an SBOM by its name.
        for name in ["a b$(touch pwned).cdx.json", "-y.cdx.json", "deep/SBOM-1.xml.json", "x.spdx.json", "package.json", "bombastic/readme.txt"]:
            self.copy(CLEAN, name)
        repository(self.workspace)
        command = [pre_commit, "try-repo", str(hooks), "interdict-system", "--all-files", "--verbose"]
        code, log = self.call(command)
        self.assertEqual(code, 0, log)
        self.assertIn("\n4 documents,", log)
        self.copy(PROHIBITED, "deep/bom.json")
        repository(self.workspace)
        code, log = self.call(command)
        self.assertEqual(code, 1, log)
        self.assertIn("@kaspersky/hexa-ui-core", log)
        # As in the example: another threshold, before the names.
        self.copy(CLEAN, "deep/bom.json")
        self.copy(ROOT / "fixtures/cyclonedx/py-lookalike-1.6.cdx.json", "review.cdx.json")
        repository(self.workspace)
        example = snippet("docs/ci.md", "# .pre-commit-config.yaml")
        config = self.workspace / ".pre-commit-config.yaml"
        config.write_text(example.replace("https://github.com/OWNER/interdict", str(hooks)).replace("FULL_COMMIT_SHA", "HEAD"))
        code, log = self.call([pre_commit, "run", "--all-files"])
        self.assertEqual(code, 1, log)
        self.assertEqual(self.call(command)[0], 0)


class GitLab(Pipelines):
    def job(self, **given: str):
        local = tool("gitlab-ci-local", "npm/node_modules/.bin")
        if not shutil.which("rsync"):
            # As loud as a missing tool.
            tool("rsync")
        inputs = "".join(f"      {name}: {json.dumps(value)}\n" for name, value in {"image": "any", **given}.items())
        (self.workspace / ".gitlab-ci.yml").write_text(f"include:\n  - local: templates/interdict.yml\n    inputs:\n{inputs}")
        # GitLab takes a variable as it is where this says so; gitlab-ci-local knows plain values only, and expands them.
        text, count = re.subn(r'\{ value: ("[^"]+"), expand: false \}', r"\1", (ROOT / "templates/interdict.yml").read_text())
        self.assertEqual(count, text.count("$[[ inputs.") - text.count("$[[ inputs.stage ]]") - text.count("$[[ inputs.image ]]"))
        (self.workspace / "templates").mkdir(exist_ok=True)
        (self.workspace / ".gitignore").write_text("/.gitlab-ci-local\n")
        (self.workspace / "templates/interdict.yml").write_text(text)
        if not (self.workspace / ".git/HEAD").exists():
            shutil.rmtree(self.workspace / ".git")
        repository(self.workspace)
        return self.call([local, "--force-shell-executor", "--no-color", "interdict"])

    def test_the_job_on_each_verdict(self):
        self.copy(CLEAN, "sbom/clean bom.json")
        code, log = self.job(sbom="sbom/")
        self.assertEqual(code, 0, log)
        self.copy(PROHIBITED, "more/a *`touch pwned`(;.json")
        code, log = self.job(sbom="sbom/clean bom.json,more/a *`touch pwned`(;.json", policy="us-ndaa-889,us-ndaa-1634")
        self.assertEqual(code, 1, log)
        self.assertIn("@kaspersky/hexa-ui-core", log)
        findings = json.loads((self.workspace / "gl-code-quality-report.json").read_text())
        self.assertEqual({finding["location"]["path"] for finding in findings}, {"more/a *`touch pwned`(;.json"})
        self.assertIn("<testsuites", (self.workspace / "interdict.junit.xml").read_text())
        self.assertEqual(json.loads((self.workspace / "interdict.json").read_text())["verdict"], "prohibited")
        self.assertEqual(self.job(sbom="more", policy="us-ndaa-889")[0], 0)
        self.assertEqual(self.job(sbom="more", **{"fail-on": "never"})[0], 0)
        # A pattern is a name: there is no such file.
        self.assertNotEqual(self.job(sbom="more/*", **{"fail-on": "never"})[0], 0)
        self.copy(UNREADABLE, "broken/bom.json")
        code, log = self.job(sbom="broken/bom.json", **{"fail-on": "never"})
        self.assertNotEqual(code, 0, log)
        self.assertIn("the text ends in the middle of the JSON", log)

    def test_its_other_inputs(self):
        self.copy(CLEAN, "bom.json")
        for strict in [False, True]:
            self.assertEqual(self.job(strict=strict)[0], 0)
            document = json.loads((self.workspace / "interdict.json").read_text())["documents"][0]
            self.assertEqual(document["confirmed_by"] is not None, strict)
        self.copy(ROOT / "fixtures/field-kit/spdx-2.3.rdf", "bom.rdf")
        for given, passes in [({}, True), ({"require-confirmation": True}, False)]:
            self.assertEqual(self.job(sbom="bom.rdf", **{"fail-on": "never"}, **given)[0] == 0, passes)
        document = json.loads(CLEAN.read_text())
        document["externalReferences"] = [{"type": "bom", "url": "other.cdx.json"}]
        (self.workspace / "linked.json").write_text(json.dumps(document))
        (self.workspace / "empty.json").write_text('{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}')
        self.copy(PROHIBITED, "vendor/bom.json")
        self.copy(CLEAN, "sbom/bom.json")
        for given, passes in [
            ({"sbom": "linked.json"}, True),
            ({"sbom": "linked.json", "require-linked": True}, False),
            ({"sbom": "empty.json"}, False),
            ({"sbom": "empty.json", "allow-empty": True}, True),
            ({"exclude": "bom.rdf,empty.json"}, True),
            ({"exclude": "bom.rdf,empty.json", "include": "vendor"}, False),
        ]:
            code, log = self.job(**given)
            self.assertEqual(code == 0, passes, f"{given}: {log}")
        self.copy(PROHIBITED, "bom.json")
        (self.workspace / "interdict.toml").write_text('schema = 1\nextends = ["us-ndaa-889"]\n')
        (self.workspace / "waivers.toml").write_text("schema = 1\n")
        for given, expected in [
            ({}, True),
            ({"local-policy": False}, False),
            ({"require-policy": "us-ndaa-889"}, True),
            ({"require-policy": "us-ndaa-889,us-ndaa-1634"}, False),
            ({"local-policy": False, "fail-on": "never"}, True),
            ({"local-policy": False, "fail-on": "never", "min-fail-on": "prohibited"}, False),
            ({"waivers": "waivers.toml", "profile": "civilian,dod", "as-of": "2026-11-20", "fail-on-stale": True}, True),
            ({"waivers": "nowhere.toml"}, False),
            ({"as-of": "2020-01-01", "fail-on-stale": True}, True),
            ({"as-of": "2099-01-01", "fail-on-stale": True}, False),
            ({"profile": "civilian,nobody"}, False),
            ({"baseline": "nowhere.json", "fail-on-new": True}, False),
        ]:
            code, log = self.job(sbom="bom.json", **given)
            self.assertEqual(code == 0, expected, f"{given}: {log}")
        code, log = self.job(binary="nowhere/interdict")
        self.assertNotEqual(code, 0, log)
        code, log = self.job(**{"fail-on": "perhaps"})
        self.assertNotEqual(code, 0, log)


class Examples(Pipelines):
    """What the examples run, and that the files which their next steps read are there whatever the verdict."""

    def each(self, line: str, files: list[str], **environment: str):
        for source, expected in [(CLEAN, 0), (PROHIBITED, 1), (UNREADABLE, 2)]:
            self.copy(source, "sbom/bom.json")
            for name in files:
                (self.workspace / name).unlink(missing_ok=True)
            code, log = self.call(["sh", "-c", line], **environment)
            self.assertEqual(code, expected, log)
            for name in files:
                self.assertTrue((self.workspace / name).read_text(), name)
        return log

    def test_azure(self):
        text = snippet("docs/ci.md", "# azure-pipelines.yml")
        [line] = re.findall(r"^  - script: (.+)$", text, re.MULTILINE)
        [name] = re.findall(r"testResultsFiles: (.+)$", text, re.MULTILINE)
        log = self.each(line, [name, "interdict.md"], TF_BUILD="True")
        self.assertIn("##vso[task.logissue type=error;", log)

    def test_jenkins(self):
        text = snippet("docs/ci.md", "// Jenkinsfile")
        [line] = re.findall(r"^ +sh '(.+)'$", text, re.MULTILINE)
        self.each(line, [*re.findall(r"junit '(.+)'$", text, re.MULTILINE), *re.findall(r"pattern: '(.+?)'", text)])
        self.assertEqual(text.count("{"), text.count("}"))

    def test_anything_else(self):
        [line] = re.findall(r"^`(interdict check .+?)`, and its exit code", (ROOT / "docs/ci.md").read_text(), re.MULTILINE)
        self.each(line, ["interdict.sarif"])


if __name__ == "__main__":
    unittest.main()
