"""What this project is made of, held against every policy that it carries, with a second reader for the SBOM."""

import json
import shutil
import subprocess
import tomllib
import unittest

from support import ROOT, Case, binary, tool


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
        self.assertIn("a second reader (cyclonedx-bom) reads the same", log)
        print(f"\n{log}")

        # That it would be seen.
        planted = {"type": "library", "bom-ref": "planted", "name": "planted", "version": "1", "purl": "pkg:npm/%40kaspersky/planted@1"}
        sbom.write_text(json.dumps({**document, "components": [*document["components"], planted]}))
        self.assertEqual(check()[0], 1)


if __name__ == "__main__":
    unittest.main()
