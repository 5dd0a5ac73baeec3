#!/usr/bin/env bash
# Installs the validators that `cargo test --test validators` holds the reports against, under target/validators, from PyPI, npm and crates.io.
# Nothing else on the machine is changed. It does nothing when they are there.
set -euo pipefail
cd "$(dirname "$0")/../.."

into="${CARGO_TARGET_DIR:-target}/validators"
mkdir -p "$into"
into=$(cd "$into" && pwd)
stamp="$into/installed-1"
[ -e "$stamp" ] && exit 0

# check-jsonschema validates against JSON Schemas, lxml against an XSD; cmarkgfm is the parser that GitHub renders Markdown with.
python3 -m venv "$into/python"
"$into/python/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0 lxml==6.0.2 cmarkgfm==2025.10.22

# Microsoft's validator for SARIF, with the rules of GitHub's code scanning, and the schema beside it.
npm install --prefix "$into/npm" --ignore-scripts --no-audit --no-fund --silent @microsoft/sarif-multitool-linux@5.7.0
chmod u+x "$into/npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"

# The XSD of Jenkins' JUnit reader stands among the tests of this crate.
mkdir -p "$into/crates/src"
touch "$into/crates/src/lib.rs"
printf '[package]\nname = "validators"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\njunit-report = "=0.9.1"\n[workspace]\n' >"$into/crates/Cargo.toml"
(cd "$into/crates" && cargo vendor --quiet vendor >/dev/null)
cp "$into/crates/vendor/junit-report/tests/JUnit.xsd" "$into/jenkins-junit.xsd"

touch "$stamp"
