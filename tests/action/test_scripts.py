"""The scripts of the action as a runner calls them, with files in place of the runner. Needs nothing but Python and a built command."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import time
import unittest
from pathlib import Path

from support import ACTION, CLEAN, FIXTURES, NAMES, PROHIBITED, ROOT, UNREADABLE, Case, binary, commands, inputs, outputs, variables

VERSION = re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
KINDS = ["human", "json", "ndjson", "sarif", "junit", "gitlab", "rdjson", "markdown", "html", "csv"]
COUNTS = ["documents", "subjects", "prohibited", "review", "waived", "noted", "unverifiable", "tools", "clear", "errors"]


class Verdicts(Case):
    def test_each_verdict_ends_with_its_exit_code_after_all_outputs(self):
        for source, code, result in [(CLEAN, 0, "clear"), (PROHIBITED, 1, "prohibited"), (UNREADABLE, 2, "error")]:
            with self.subTest(result):
                ran = self.act(sbom=self.copy(source, f"{result}.json"), format="json")
                self.assertEqual((ran.code, ran.outputs["result"], ran.outputs["exit-code"]), (code, result, str(code)), ran.log)
                self.assertIn(f"## interdict: {result}", ran.summary)
                report = json.loads(Path(ran.outputs["json-file"]).read_text())
                self.assertEqual(report["verdict"], result)
                for count in COUNTS:
                    self.assertRegex(ran.outputs[count], r"^\d+$")

    def test_a_file_that_is_not_there_and_a_workspace_without_an_sbom_are_errors(self):
        for given in [{"sbom": "nowhere.json"}, {}]:
            ran = self.act(given)
            self.assertEqual((ran.code, ran.outputs["result"], ran.outputs["exit-code"]), (2, "error", "2"), ran.log)

    def test_a_command_that_dies_or_contradicts_itself_is_no_verdict(self):
        says = 'case $1 in --version) echo "interdict 0.0.0"; exit ;; esac\n'
        for end, lies in [(101, ""), (137, ""), (0, ""), (1, ""), (0, "result=clear\nexit-code=1\n"), (1, "result=clear\nexit-code=0\n"), (3, "result=clear\nexit-code=3\n")]:
            fake = self.program("fake", f"{says}printf '{lies}' >>\"$GITHUB_OUTPUT\"\nexit {end}\n")
            ran = self.act(binary=str(fake))
            self.assertEqual((ran.code, ran.outputs), (2, {"result": "error", "exit-code": "2"}), (end, lies, ran.log))
            self.assertIn("::error title=interdict::the command ended with", ran.log)


    def test_an_end_that_is_no_exit_code_is_an_error(self):
        for said in ["", "3", "00", "-1", "0 0", "exit"]:
            code, _, _ = self.script("verdict.sh", {**self.environment(), "INTERDICT_EXIT_CODE": said})
            self.assertEqual(code, 2, said)


class Inputs(Case):
    def test_every_input_arrives_and_every_variable_is_used(self):
        # These two are for the step that uploads.
        self.assertEqual(set(inputs()) - set(variables()), {"category"})
        self.assertIn("category: ${{ inputs.category }}", ACTION)
        scripts = "".join(path.read_text() for path in (ROOT / "scripts").glob("*.sh"))
        for variable in variables().values():
            self.assertIn(variable, scripts)
        runs = re.findall(r"^ +run: (.+)$", ACTION, re.MULTILINE)
        self.assertEqual(runs, [f"""'"$GITHUB_ACTION_PATH/scripts/{name}.sh"'""" for name in ["binary", "check", "verdict"]])

    def test_the_readme_lists_the_inputs_and_outputs(self):
        part = (ROOT / "README.md").read_text().split("\n## In GitHub Actions\n")[1].split("\n## ")[0]
        given, said = part.split("| output | is |")
        self.assertEqual(re.findall(r"^\| `([a-z-]+)` \|", given, re.MULTILINE), list(inputs()))
        rows = re.findall(r"^\| (`.+?) \|", said, re.MULTILINE)
        listed = [name for row in rows for name in re.findall(r"`([\w-]+)`", row)]
        self.assertEqual(listed, [name for name in outputs() if not name.endswith("-file")] + ["KIND-file"])

    def test_sbom_is_a_line_each(self):
        for name in ["one.json", "two three.json", "four.json"]:
            self.copy(CLEAN, name)
        ran = self.act(sbom="one.json\n\ntwo three.json\nfour.json")
        self.assertEqual((ran.code, ran.outputs["documents"]), (0, "3"), ran.log)
        ran = self.act(sbom="one.json\ntwo three.json\n")
        self.assertEqual((ran.code, ran.outputs["documents"]), (0, "2"), ran.log)
        # One that fails is not hidden by others, whatever their order.
        bad, broken = self.copy(PROHIBITED, "bad.json"), self.copy(UNREADABLE, "broken.json")
        self.assertEqual(self.act(sbom=f"{bad}\none.json").code, 1)
        ran = self.act(sbom=f"one.json\n{broken}\n{bad}")
        self.assertEqual((ran.code, ran.outputs["result"], ran.outputs["prohibited"], ran.outputs["errors"]), (2, "error", "1", "1"), ran.log)

    def test_the_workspace_is_searched_when_no_sbom_is_named(self):
        self.copy(CLEAN, "deep/er/bom.json")
        self.copy(PROHIBITED, "other/bom.json")
        ran = self.act()
        self.assertEqual((ran.code, ran.outputs["documents"]), (1, "2"), ran.log)

    def test_a_file_name_is_only_a_name(self):
        for name in NAMES:
            self.copy(CLEAN, name)
        ran = self.act(sbom="\n".join(NAMES), format="json")
        self.assertEqual((ran.code, ran.outputs["documents"], ran.outputs["result"]), (0, str(len(NAMES)), "clear"), ran.log)
        for name in NAMES:
            (self.workspace / name).unlink()
            self.copy(PROHIBITED, name)
        ran = self.act(sbom="\n".join(NAMES))
        self.assertEqual((ran.code, ran.outputs["prohibited"]), (1, str(len(NAMES))), ran.log)
        self.assertEqual([line for line in commands(ran.log) if not line.startswith(("::error file=", "::warning file=", "::error title=interdict::", "::warning title=interdict::"))], [])

    def test_a_file_name_that_a_search_finds_is_only_a_name_too(self):
        self.copy(PROHIBITED, "a\n::error::forged\nresult=clear.json")
        ran = self.act(format="json")
        self.assertEqual((ran.code, ran.outputs["result"]), (1, "prohibited"), ran.log)
        self.assertEqual([line for line in commands(ran.log) if "forged" in line.split("::")[2]], [], ran.log)
        self.assertEqual(set(ran.outputs), {"result", "exit-code", "json-file", *COUNTS})

    def test_policy_takes_names_and_files(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        self.assertEqual(self.act(sbom=sbom, policy="us-ndaa-889").outputs["prohibited"], "0")
        (self.workspace / "my policy.toml").write_text('schema = 1\nextends = ["us-ndaa-1634"]\n')
        self.assertEqual(self.act(sbom=sbom, policy="my policy.toml").outputs["prohibited"], "1")
        self.assertEqual(self.act(sbom=sbom, policy="us-ndaa-889\nmy policy.toml\n").outputs["prohibited"], "1")
        (self.workspace / "interdict.toml").write_text('schema = 1\nextends = ["us-ndaa-889"]\n')
        self.assertEqual(self.act(sbom=sbom).outputs["prohibited"], "0")

    def test_a_policy_that_cannot_be_read_is_annotated(self):
        ran = self.act(sbom=self.copy(CLEAN, "bom.json"), policy="--help")
        self.assertEqual((ran.code, ran.outputs["result"], ran.outputs["documents"]), (2, "error", "0"), ran.log)
        self.assertIn("::error title=interdict::nothing was evaluated", ran.log)

    def test_fail_on(self):
        prohibited, clean = self.copy(PROHIBITED, "bad.json"), self.copy(CLEAN, "clean.json")
        ran = self.act(sbom=prohibited, fail_on="never")
        self.assertEqual((ran.code, ran.outputs["result"], ran.outputs["exit-code"]), (0, "prohibited", "0"), ran.log)
        self.assertEqual([self.act(sbom=prohibited, fail_on=word).code for word in ["prohibited", "review", "unverifiable"]], [1, 1, 1])
        self.assertEqual([self.act(sbom=clean, fail_on=word).code for word in ["prohibited", "review", "unverifiable", "never"]], [0, 0, 0, 0])
        # `mentioned` only asks for review.
        review = self.copy(FIXTURES / "cyclonedx/py-lookalike-1.6.cdx.json", "review.json")
        self.assertEqual([self.act(sbom=review, fail_on=word).code for word in ["", "prohibited", "review"]], [0, 0, 1])

    def test_words_that_are_none_are_refused(self):
        for name in ["fail-on", "min-fail-on", "strict", "annotations", "summary", "upload-sarif", "fail-on-new", "local-policy", "fail-on-stale", "require-confirmation", "require-linked", "allow-empty"]:
            for value in ["yes", "True", "1", "true false", "x%\r\n::error::forged", "--help"]:
                with self.subTest(f"{name}: {value!r}"):
                    escaped = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
                    self.refused(self.act({name: value}), f"the input `{name}`", f"not: {escaped}\n")

    def test_local_policy_and_what_is_required(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        (self.workspace / "interdict.toml").write_text('schema = 1\nextends = ["us-ndaa-889"]\n')
        codes = [self.act(sbom=sbom, local_policy=value).code for value in ["", "true", "false"]]
        self.assertEqual(codes, [0, 0, 1])
        self.assertEqual(self.act(sbom=sbom, require_policy="us-ndaa-889\n").code, 0)
        ran = self.act(sbom=sbom, require_policy="us-ndaa-889\nus-ndaa-1634")
        self.assertEqual((ran.code, ran.outputs["result"]), (2, "error"), ran.log)
        self.assertIn("the required policy us-ndaa-1634 does not take part", ran.log)
        self.assertEqual(self.act(sbom=sbom, require_policy="us-ndaa-1634", local_policy="false").code, 1)
        self.assertEqual(self.act(sbom=sbom, local_policy="false", fail_on="never", min_fail_on="prohibited").code, 1)
        self.refused(self.act(sbom=sbom, min_fail_on="never"), "the input `min-fail-on`")

    def test_waivers_come_from_the_file_that_is_named(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        waiver = '[[waiver]]\nrule = "us-ndaa-1634/covered-article"\nsubject = "pkg:npm/%40kaspersky/**"\nreason = "r"\nby = "x"\ngranted = 2026-11-01\nexpires = 2027-10-01\n'
        (self.workspace / "the waivers.toml").write_text(f"schema = 1\n{waiver}")
        self.assertEqual(self.act(sbom=sbom, waivers="the waivers.toml", as_of="2026-11-20").code, 0)
        (self.workspace / "interdict.toml").write_text(f'schema = 1\nextends = ["us-ndaa-1634"]\n{waiver}')
        self.assertEqual(self.act(sbom=sbom, as_of="2026-11-20").code, 0)
        self.assertEqual(self.act(sbom=sbom, waivers="the waivers.toml", as_of="2026-11-20").code, 2)

    def test_profile_is_a_line_each(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        for profile, words in [("civilian", "policies"), ("civilian\ndod\n", "policies"), ("--help", "contract profile"), ("civilian dod", "contract profile")]:
            ran = self.act(sbom=sbom, policy="us-ndaa-1634", profile=profile)
            self.assertEqual(ran.code, 1 if words == "policies" else 2, ran.log)

    def test_every_option_of_the_command_is_an_input(self):
        """What the runner decides, and what is another input, has none of its own name."""
        done = subprocess.run([binary(), "check", "--help"], capture_output=True, text=True, check=True)
        options = set(re.findall(r"--([a-z][a-z-]+)", "\n".join(line for line in done.stdout.splitlines() if re.match(r" +(-\w, )?--", line))))
        other = {"no-local-policy": "local-policy", "output": "format", "verbose": "annotations", "quiet": "annotations", "progress": "summary", "color": "summary", "help": "sbom"}
        self.assertEqual({option for option in options if other.get(option, option) not in inputs()}, set())

    def test_the_other_options_arrive(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        (self.workspace / "key").write_text("0123456789abcdef0123456789abcdef")
        for name, good, bad in [
            ("as-of", "2026-11-20", "yesterday"),
            ("look-ahead", "30", "0"),
            ("paths", "all", "some"),
            ("redact", "key", "no key"),
            ("max-size", "1000000", "10"),
            ("max-unpacked", "1000000", "x"),
            ("max-ratio", "100", "x"),
            ("max-depth", "100", "1"),
            ("max-subjects", "100", "1"),
        ]:
            with self.subTest(name):
                ran = self.act({"sbom": sbom, "policy": "us-ndaa-1634", name: good})
                self.assertEqual(ran.code, 1, ran.log)
                self.assertEqual(self.act({"sbom": sbom, "policy": "us-ndaa-1634", name: bad}).code, 2)

    def test_strict(self):
        self.copy(CLEAN, "bom.json")
        confirmed = []
        for strict in ["", "false", "true"]:
            ran = self.act(sbom="bom.json", strict=strict, format="json")
            self.assertEqual(ran.code, 0, ran.log)
            confirmed.append(json.loads(Path(ran.outputs["json-file"]).read_text())["documents"][0]["confirmed_by"] is not None)
        self.assertEqual(confirmed, [False, False, True])

    def test_what_may_keep_a_run_from_being_judged(self):
        # No second reader reads SPDX in RDF/XML.
        self.copy(ROOT / "fixtures/field-kit/spdx-2.3.rdf", "bom.rdf")
        codes = [self.act({"sbom": "bom.rdf", "require-confirmation": value}).code for value in ["false", "true"]]
        self.assertEqual(codes, [1, 2])
        document = json.loads(CLEAN.read_text())
        document["externalReferences"] = [{"type": "bom", "url": "other.cdx.json"}]
        (self.workspace / "bom.json").write_text(json.dumps(document))
        codes = [self.act({"sbom": "bom.json", "require-linked": value}).code for value in ["false", "true"]]
        self.assertEqual(codes, [0, 2])
        (self.workspace / "bom.json").write_text('{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}')
        codes = [self.act({"sbom": "bom.json", "allow-empty": value}).code for value in ["false", "true"]]
        self.assertEqual(codes, [2, 0])

    def test_a_search_is_widened_and_narrowed(self):
        for folder in ["vendor", "sbom"]:
            (self.workspace / folder).mkdir()
        self.copy(PROHIBITED, "vendor/bom.json")
        self.copy(CLEAN, "sbom/bom.json")
        codes = [self.act(), self.act(include="vendor"), self.act(exclude="sbom\nvendor")]
        self.assertEqual([ran.code for ran in codes], [0, 1, 2], [ran.log for ran in codes])

    def test_each_format_is_a_file_and_an_output(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        ran = self.act(sbom=sbom, format=",".join(KINDS))
        self.assertEqual(ran.code, 1, ran.log)
        self.assertEqual(sorted(ran.outputs), sorted(outputs()), "action.yml declares what the command writes, and nothing else")
        for kind in KINDS:
            path = ran.outputs[f"{kind}-file"]
            self.assertTrue(path.startswith(f"{self.temp}/interdict/"), path)
            self.assertGreater(len(Path(path).read_text()), 100, kind)
        self.assertEqual(len({ran.outputs[f"{kind}-file"] for kind in KINDS}), len(KINDS))
        ran = self.act(sbom=sbom, format=" sarif, json\nsarif ,")
        self.assertEqual([name for name in ran.outputs if name.endswith("-file")], ["json-file", "sarif-file"], ran.log)
        for wrong in ["xml", "github", "auto", "json=/etc/passwd", "*", "sarif;json"]:
            self.refused(self.act(sbom=sbom, format=wrong), "the input `format`")

    def test_output_dir(self):
        sbom = self.copy(CLEAN, "bom.json")
        for folder in ["reports", "-r e $(touch pwned)", str(self.folder / "else where")]:
            ran = self.act(sbom=sbom, format="csv", output_dir=folder)
            path = ran.outputs["csv-file"]
            self.assertEqual((ran.code, path), (0, str(self.workspace / folder / "interdict.csv")), ran.log)
            self.assertTrue(Path(path).read_text())
        (self.workspace / "file").write_text("")
        self.refused(self.act(sbom=sbom, format="csv", output_dir="file/reports"), "cannot be made")

    def test_a_report_that_cannot_be_written_is_no_success(self):
        (self.workspace / "reports/interdict.csv").mkdir(parents=True)
        ran = self.act(sbom=self.copy(CLEAN, "bom.json"), format="csv", output_dir="reports")
        self.assertEqual((ran.code, ran.outputs["exit-code"]), (2, "2"), ran.log)

    def test_annotations(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        with_them = self.act(sbom=sbom)
        self.assertTrue(any(line.startswith("::error file=bom.json,line=41,") for line in commands(with_them.log)), with_them.log)
        without = self.act(sbom=sbom, annotations="false")
        self.assertEqual(commands(without.log), [], without.log)
        self.assertIn("× prohibited: library `@kaspersky/hexa-ui-core`", without.log)
        # While it is shown, the runner takes no commands: the word that ends this cannot be foreseen.
        words = [re.findall(r"^::stop-commands::([0-9a-f]{32})$", log, re.MULTILINE) for log in [without.log, self.act(sbom=sbom, annotations="false").log]]
        self.assertEqual([len(found) for found in words], [1, 1])
        self.assertNotEqual(*words)
        self.assertEqual(without.code, 1)
        self.assertEqual({**without.outputs, "human-file": ""}, {**with_them.outputs, "human-file": ""})
        self.assertEqual(without.summary, with_them.summary)
        # What another step left is not shown as this one's.
        self.assertNotIn("×", self.act(sbom=sbom, annotations="false", policy="nowhere.toml").log.replace("× the policy", ""))

    def test_summary(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        self.assertIn("@kaspersky/hexa-ui-core", self.act(sbom=sbom).summary)
        ran = self.act(sbom=sbom, summary="false")
        self.assertEqual((ran.summary, ran.code, ran.outputs["result"]), ("", 1, "prohibited"))

    def test_upload_sarif_makes_the_report_that_is_uploaded(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        self.assertNotIn("sarif-file", self.act(sbom=sbom).outputs)
        ran = self.act(sbom=sbom, upload_sarif="true")
        self.assertEqual(json.loads(Path(ran.outputs["sarif-file"]).read_text())["version"], "2.1.0")

    def test_baseline(self):
        sbom = self.copy(PROHIBITED, "bom.json")
        ran = self.act(sbom=sbom, format="json")
        shutil.copyfile(ran.outputs["json-file"], self.workspace / "last report.json")
        self.assertEqual(self.act(sbom=sbom, baseline="last report.json").code, 1)
        ran = self.act(sbom=sbom, baseline="last report.json", fail_on_new="true")
        self.assertEqual((ran.code, ran.outputs["result"]), (0, "prohibited"), ran.log)
        self.assertEqual(self.act(sbom=sbom, baseline="nowhere.json", fail_on_new="true").code, 2)
        self.refused(self.act(sbom=sbom, fail_on_new="true"), "needs `baseline`")

    def test_names_in_an_sbom_forge_nothing(self):
        sbom = self.copy(FIXTURES / "hostile/names.cdx.json", "names.json")
        for annotations in ["true", "false"]:
            ran = self.act(sbom=sbom, format=",".join(KINDS), annotations=annotations)
            self.assertEqual((ran.code, ran.outputs["result"]), (1, "prohibited"), ran.log)
            self.assertEqual(sorted(ran.outputs), sorted(outputs()))
            for line in commands(ran.log):
                self.assertRegex(line, r"^::(error|warning) (file=names\.json,|title=interdict::)")
            self.assertNotIn("\n::", ran.summary)


class TheCommand(Case):
    """Which command is run."""

    def setUp(self):
        super().setUp()
        self.sbom = self.copy(CLEAN, "bom.json")
        # An action as a runner unpacks it.
        self.root = self.folder / "_actions/owner/interdict/0123456789abcdef0123456789abcdef01234567"
        self.root.mkdir(parents=True)
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        for name in ["Cargo.toml", "Cargo.lock"]:
            shutil.copyfile(ROOT / name, self.root / name)
        for name in ["src", "policies"]:
            (self.root / name).mkdir()
            (self.root / name / "file").write_text(name)
        (self.root / "scripts/checksums.txt").write_text("# none\n")
        self.calls = self.folder / "calls"
        self.calls.write_text("")

    def release(self, version=VERSION, target="x86_64-unknown-linux-musl", command=None, listed=None):
        """An archive of a release, a line for it in the table, and a curl that fetches it."""
        name = f"interdict-v{version}-{target}"
        archive = self.folder / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            exe = ".exe" if "windows" in target else ""
            tar.add(command or self.program("released", f'exec "{binary()}" "$@"\n'), f"{name}/interdict{exe}")
        sum = hashlib.sha256(archive.read_bytes()).hexdigest()
        with (self.root / "scripts/checksums.txt").open("a") as table:
            table.write(f"{version} {target} {listed or sum}\n")
        self.program("curl", f'printf "%s\\n" "$*" >>"{self.calls}"\nwhile [ $# -gt 0 ]; do case $1 in --output) cp "{archive}" "$2"; shift ;; esac; shift; done\n')
        return archive

    def run_without(self, **given):
        return self.act({"binary": "", "sbom": self.sbom}, **given)

    def test_binary(self):
        shutil.copy(binary(), self.workspace / "in ter dict")
        for path in ["in ter dict", "./in ter dict", str(self.workspace / "in ter dict")]:
            self.assertEqual(self.act(sbom=self.sbom, binary=path).code, 0)
        (self.workspace / "text").write_text("")
        (self.workspace / "folder").mkdir()
        for path in ["nowhere", "text", "folder", "bash", "x\n::error::forged"]:
            self.refused(self.act(sbom=self.sbom, binary=path), "the input `binary`")
        self.refused(self.act(sbom=self.sbom, binary="/bin/true"), "is no interdict")
        self.refused(self.act(sbom=self.sbom, binary="/bin/false"), "does not run here")

    def test_version_has_to_be_a_whole_one(self):
        for version in ["latest", "v0.1.0", "1", "0.1", "0.1.0; touch pwned", "0.1.0/../..", "*", "0.1.0\n0.1.1"]:
            for path in [str(binary()), ""]:
                self.refused(self.act(sbom=self.sbom, version=version, binary=path), "the input `version`")
        self.assertEqual(self.act(sbom=self.sbom, version=VERSION).code, 0)
        self.refused(self.act(sbom=self.sbom, version="0.0.9"), "not the version asked for")

    def test_a_listed_release_is_downloaded_once_and_checked_each_time(self):
        self.release()
        ran = self.run_without()
        self.assertEqual((ran.code, ran.outputs["result"]), (0, "clear"), ran.log)
        call = self.calls.read_text()
        self.assertIn("--proto =https --tlsv1.2 --fail", call)
        self.assertIn(f"--url https://github.com/owner/interdict/releases/download/v{VERSION}/interdict-v{VERSION}-x86_64-unknown-linux-musl.tar.gz", call)
        ran = self.run_without(version=VERSION)
        self.assertEqual((ran.code, self.calls.read_text()), (0, call), "the cache was not used")
        # Somebody changes what is cached: it is fetched anew.
        [cached] = self.cache.rglob("*.tar.gz")
        cached.write_bytes(b"changed")
        self.assertEqual(self.run_without().code, 0)
        self.assertEqual(len(self.calls.read_text().splitlines()), 2)

    def test_an_archive_with_another_sum_is_refused_and_not_kept(self):
        evil = self.program("evil", "touch pwned\n")
        self.release(command=evil, listed="0" * 64)
        for _ in range(2):
            self.refused(self.run_without(), "is refused: its SHA-256 is not the one")
        self.assertEqual(list(self.cache.rglob("*")), [])

    def test_a_download_that_fails_is_said_and_nothing_is_built_instead(self):
        self.release()
        self.program("curl", "exit 22\n")
        self.program("cargo", "touch pwned\n")
        self.refused(self.run_without(), "could not be downloaded", "`binary`")

    def test_a_table_that_is_broken_is_refused(self):
        for listed in ["abc", "A" * 64, "0" * 64 + " 1"]:
            self.release(listed=listed)
            self.refused(self.run_without(), "checksums.txt of this action is broken")
            (self.root / "scripts/checksums.txt").write_text("")
        self.release()
        self.release(listed="1" * 64)
        self.refused(self.run_without(), "checksums.txt of this action is broken")

    def test_a_version_that_is_not_listed_is_not_replaced_by_another(self):
        self.release(version="9.9.9", target="aarch64-apple-darwin")
        self.refused(self.run_without(version="9.9.9"), "lists no SHA-256 for interdict 9.9.9")
        self.assertEqual(self.calls.read_text(), "")

    def test_each_runner_gets_its_target(self):
        for system, machine, target in [
            ("Linux", "ARM64", "aarch64-unknown-linux-musl"),
            ("macOS", "ARM64", "aarch64-apple-darwin"),
            ("macOS", "X64", "x86_64-apple-darwin"),
            ("Windows", "X64", "x86_64-pc-windows-msvc"),
            ("Windows", "ARM64", "aarch64-pc-windows-msvc"),
        ]:
            self.release(target=target)
            given = self.environment
            self.environment = lambda: {**given(), "RUNNER_OS": system, "RUNNER_ARCH": machine}
            ran = self.run_without()
            self.environment = given
            self.assertEqual(ran.code, 0, ran.log)
            self.assertTrue(ran.path.endswith("interdict.exe" if system == "Windows" else "/interdict"), ran.path)

    def builds(self):
        """A cargo that builds at once, and writes down how it was called."""
        self.program("curl", "touch pwned\n")
        self.program(
            "cargo",
            f'printf "%s|%s|%s\\n" "$*" "$PWD" "${{RUSTUP_TOOLCHAIN-}}" >>"{self.calls}"\nwhile [ $# -gt 0 ]; do case $1 in --root) mkdir -p "$2/bin"; cp "{binary()}" "$2/bin/interdict"; shift ;; esac; shift; done\n',
        )

    def test_without_a_release_the_actions_own_source_is_built(self):
        self.builds()
        for version in ["", VERSION]:
            ran = self.run_without(version=version)
            self.assertEqual((ran.code, ran.outputs["result"]), (0, "clear"), ran.log)
        calls = self.calls.read_text().splitlines()
        self.assertEqual(len(calls), 2)
        for call in calls:
            arguments, folder, toolchain = call.split("|")
            self.assertRegex(arguments, rf"^install --locked --path {re.escape(str(self.root))} --root {re.escape(str(self.temp))}/interdict-\w+/built$")
            self.assertEqual(folder, str(self.root))
            self.assertNotEqual(toolchain, "")
        # Each in a folder of its own, of which only the command is left.
        self.assertEqual(len(set(calls)), 2)
        self.assertEqual(list(self.temp.rglob("target")), [])

    def test_a_command_that_others_left_in_the_cache_is_not_run(self):
        """Under every name that it had there, and in the runner's temporary folder."""
        self.builds()
        digest = hashlib.sha256(b"".join(sorted(hashlib.sha256(path.read_bytes()).hexdigest().encode() + b"  " + str(path.relative_to(self.root)).encode() + b"\n" for name in ["Cargo.toml", "Cargo.lock", "src", "policies"] for path in ([self.root / name] if (self.root / name).is_file() else (self.root / name).rglob("*"))))).hexdigest()
        for place in [self.cache, self.temp]:
            for planted in [place / f"interdict/source-{digest}/x86_64-unknown-linux-musl/bin/interdict", place / "interdict-target/release/interdict"]:
                planted.parent.mkdir(parents=True, exist_ok=True)
                planted.write_text("#!/bin/sh\ntouch pwned\necho interdict 0.1.0\n")
                planted.chmod(0o755)
        ran = self.run_without()
        self.assertEqual((ran.code, ran.outputs["result"]), (0, "clear"), ran.log)
        self.assertEqual(len(self.calls.read_text().splitlines()), 1)

    def test_the_toolchain_is_not_the_checkouts(self):
        self.builds()
        evil = self.workspace / "evil/bin"
        evil.mkdir(parents=True)
        for name in ["cargo", "rustc"]:
            (evil / name).write_text(f"#!/bin/sh\ntouch '{self.workspace}/pwned'\n")
            (evil / name).chmod(0o755)
        (self.workspace / "rust-toolchain.toml").write_text(f'[toolchain]\npath = "{evil.parent}"\n')
        (self.workspace / ".cargo").mkdir()
        (self.workspace / ".cargo/config.toml").write_text(f'[build]\nrustc = "{evil}/rustc"\n')
        self.assertEqual(self.run_without().code, 0)
        _, folder, toolchain = self.calls.read_text().strip().split("|")
        self.assertEqual((folder, toolchain), (str(self.root), "stable"))
        # The toolchain of the workflow stays, and rustup is asked where no checkout can answer.
        given = self.environment
        self.environment = lambda: {**given(), "RUSTUP_TOOLCHAIN": "1.89"}
        self.assertEqual(self.run_without().code, 0)
        self.environment = given
        self.program("rustup", '[ "$PWD $*" = "/ show active-toolchain" ] && echo "1.90-x (default)"\n')
        self.assertEqual(self.run_without().code, 0)
        self.assertEqual([call.split("|")[2] for call in self.calls.read_text().splitlines()], ["stable", "1.89", "1.90-x"])
        # With the real ones, if they are here: there is nothing to build, but the checkout's cargo is not asked.
        real = shutil.which("rustup")
        if real and shutil.which("cargo", path=str(Path(real).parent)):
            for name in ["cargo", "rustup"]:
                (self.bin / name).unlink()
            home = {"RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup")), "PATH": f"{self.bin}:{Path(real).parent}:/usr/bin:/bin"}
            self.environment = lambda: {**given(), **home}
            self.refused(self.run_without(), "could not be built")

    def test_the_page_on_hostile_pull_requests_lists_what_is_tested(self):
        page = (ROOT / "docs/hostile-pull-requests.md").read_text().split("\n## What a pull request can do to the action\n")[1]
        rows = re.findall(r"^\| (.+?) \| .+ \|$", page, re.MULTILINE)[2:]
        tested = {
            "`rust-toolchain.toml` that names a toolchain of its own": self.test_the_toolchain_is_not_the_checkouts,
            "`.cargo/config.toml` that sets another compiler": self.test_the_toolchain_is_not_the_checkouts,
            "an `interdict` that looks built, in the tool cache or the temporary folder": self.test_a_command_that_others_left_in_the_cache_is_not_run,
            "an archive under the name of a release, in the tool cache": self.test_a_listed_release_is_downloaded_once_and_checked_each_time,
            "names with spaces, quotes, `$(…)`, line breaks, workflow commands": Inputs.test_a_file_name_is_only_a_name,
            "an `interdict` in the checkout that the workflow gives as `binary`": self.test_binary,
        }
        self.assertEqual(rows, list(tested))

    def test_a_build_that_fails_or_cannot_begin_is_said(self):
        self.program("cargo", "exit 101\n")
        self.refused(self.run_without(), "could not be built")
        (self.bin / "cargo").unlink()
        self.refused(self.run_without(), "there is no cargo")

    def test_whose_releases_has_to_be_known(self):
        self.release()
        moved = self.folder / "elsewhere"
        shutil.move(self.root, moved)
        self.root = moved
        self.refused(self.run_without(), "whose releases")
        given = self.environment
        for name, value in [("INTERDICT_REPOSITORY", "some/where"), ("GITHUB_ACTION_REPOSITORY", "some/where")]:
            shutil.rmtree(self.cache)
            self.environment = lambda: {**given(), name: value}
            self.assertEqual(self.run_without().code, 0)
            self.assertIn("https://github.com/some/where/releases/", self.calls.read_text().splitlines()[-1])
        self.environment = lambda: {**given(), "GITHUB_ACTION_REPOSITORY": "../../evil.example/x"}
        shutil.rmtree(self.cache)
        self.refused(self.run_without(), "whose releases")


class Releases(Case):
    def test_a_release_is_listed_once_for_the_action_to_find(self):
        root = self.folder / "copy"
        shutil.copytree(ROOT / "scripts", root / "scripts")
        shutil.copyfile(ROOT / "Cargo.toml", root / "Cargo.toml")
        table = root / "scripts/checksums.txt"
        folder = self.folder / "archives"
        folder.mkdir()
        targets = ["aarch64-apple-darwin", "x86_64-unknown-linux-musl"]
        for target in targets:
            (folder / f"interdict-v{VERSION}-{target}.tar.gz").write_text(target)
            (folder / f"interdict-v{VERSION}-{target}.cdx.json").write_text("{}")
        before = table.read_text()
        for code, lines in [(0, 2), (1, 2)]:
            done = subprocess.run([root / "scripts/release/list.sh", folder], capture_output=True, text=True)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertEqual(len(table.read_text().removeprefix(before).splitlines()), lines)
        self.assertIn("is listed already", done.stderr)
        for target in targets:
            self.assertIn(f"{VERSION} {target} {hashlib.sha256(target.encode()).hexdigest()}\n", table.read_text())
        self.assertEqual(subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder).returncode, 0)
        (folder / "interdict-v9.9.9-x.tar.gz").write_text("")
        table.write_text(before)
        self.assertNotEqual(subprocess.run([root / "scripts/release/list.sh", folder], capture_output=True).returncode, 0)

    def test_the_table_of_this_commit_is_whole(self):
        lines = [line for line in (ROOT / "scripts/checksums.txt").read_text().splitlines() if not line.startswith("#")]
        for line in lines:
            self.assertRegex(line, r"^\d+\.\d+\.\d+\S* [a-z0-9_]+(-[a-z0-9_]+)+ [0-9a-f]{64}$")
        self.assertEqual(len({tuple(line.split()[:2]) for line in lines}), len(lines))


class Time(Case):
    def test_what_the_scripts_add_is_printed(self):
        """On an SBOM of 5 MB with `binary`: the best of five runs of each. A busy machine fails nothing by it."""
        components = [
            {"type": "library", "bom-ref": f"r{n}", "name": f"package-{n}", "version": "1.2.3", "purl": f"pkg:npm/package-{n}@1.2.3", "supplier": {"name": f"Supplier {n}"}}
            for n in range(32_000)
        ]
        path = self.workspace / "large.json"
        path.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}))
        self.assertGreater(path.stat().st_size, 5_000_000)

        def best(call):
            times = []
            for _ in range(5):
                begin = time.perf_counter()
                self.assertEqual(call(), 0)
                times.append(time.perf_counter() - begin)
            return min(times)

        alone = best(lambda: subprocess.run([binary(), "check", "-f", "github", "large.json"], cwd=self.workspace, env=self.environment(), capture_output=True).returncode)
        whole = best(lambda: self.act(sbom="large.json").code)
        print(f"\n{path.stat().st_size / 1e6:.1f} MB: {alone:.3f} s the command, {whole:.3f} s with the action's scripts")


if __name__ == "__main__":
    unittest.main()
