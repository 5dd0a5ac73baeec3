"""What this project is made of, held against every policy that it carries, with a second reader for the SBOM."""

import json
import shutil
import subprocess
import sys
import tomllib
import unittest

from support import PROHIBITED, ROOT, Case, binary, tool


class Own(Case):
    def test_our_own_sbom_is_clear_of_every_policy(self):
        syft = tool("syft")
        shutil.copyfile(ROOT / "Cargo.lock", self.workspace / "Cargo.lock")
        environment = {**self.environment(), "SYFT_CHECK_FOR_APP_UPDATE": "false"}
        subprocess.run([syft, "scan", "dir:.", "--quiet", "--output", "cyclonedx-json@1.5=own.cdx.json"], cwd=self.workspace, env=environment, check=True, timeout=120)
        sbom = self.workspace / "own.cdx.json"
        document = json.loads(sbom.read_text())
        # All of the lock file is in it.
        locked = {(package["name"], package["version"]) for package in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]}
        listed = {(component["name"], component.get("version")) for component in document["components"] if component["type"] == "library"}
        self.assertEqual(listed, locked)

        policies = sorted(path.stem for path in (ROOT / "policies").glob("*.toml"))
        self.assertIn("vendors-of-concern", policies)
        self.assertGreater(len(policies), 13)

        def check(*more):
            command = [binary(), "check", "--strict", *(f"--policy={name}" for name in policies), *more, "--", sbom.name]
            done = subprocess.run(command, cwd=self.workspace, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
            return done.returncode, done.stdout

        code, log = check("--fail-on=review")
        self.assertEqual(code, 0, log)
        self.assertIn("confirmed by a second reader (cyclonedx-bom)", log)
        print(f"\n{log}")

        # That it would be seen.
        planted = {"type": "library", "bom-ref": "planted", "name": "planted", "version": "1", "purl": "pkg:npm/%40kaspersky/planted@1"}
        sbom.write_text(json.dumps({**document, "components": [*document["components"], planted]}))
        self.assertEqual(check()[0], 1)

    def test_our_own_dependencies_are_what_deny_toml_allows(self):
        done = subprocess.run([tool("cargo-deny"), "--locked", "check", "bans", "licenses", "sources"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_wheel_installs_the_command(self):
        maturin = tool("maturin")
        wheels = self.workspace / "wheels"
        command = [maturin, "build", "--release", "--locked", "--out", wheels]
        # Built already by the gate; a first build takes some minutes.
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1500)
        self.assertEqual(done.returncode, 0, done.stdout)
        (wheel,) = wheels.glob("interdict_sbom-*.whl")
        venv = self.workspace / "venv"
        subprocess.run([sys.executable, "-m", "venv", venv], check=True, timeout=120)
        subprocess.run([venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", wheel], check=True, timeout=120)
        done = subprocess.run([venv / "bin/interdict", "check", PROHIBITED], cwd=self.workspace, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("verdict: prohibited", done.stdout)


if __name__ == "__main__":
    unittest.main()
