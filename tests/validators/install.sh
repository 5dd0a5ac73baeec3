#!/usr/bin/env bash
# Installs the validators that `cargo test --test validators` holds the reports against, under target/validators, from PyPI, npm and crates.io.
# Nothing else on the machine is changed, but that Debian's packages of Chromium and Java are installed where they are missing and this is root
# (some 250 MB and half a minute). It does nothing when all are there.
set -euo pipefail
cd "$(dirname "$0")/../.."

into="${CARGO_TARGET_DIR:-target}/validators"
mkdir -p "$into"
into=$(cd "$into" && pwd)

missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v java >/dev/null || missing+=(default-jre-headless)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

stamp="$into/installed-2"
[ -e "$stamp" ] && exit 0

# check-jsonschema validates against JSON Schemas, lxml against an XSD; cmarkgfm is the parser that GitHub renders Markdown with.
python3 -m venv "$into/python"
"$into/python/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0 lxml==6.0.2 cmarkgfm==2025.10.22

# Microsoft's validator for SARIF, with the rules of GitHub's code scanning, and the schema beside it.
npm install --prefix "$into/npm" --ignore-scripts --no-audit --no-fund --silent @microsoft/sarif-multitool-linux@5.7.0
# The checker of HTML that the W3C uses, what drives Chromium, and what finds barriers for people.
npm install --prefix "$into/npm" --ignore-scripts --no-audit --no-fund --silent vnu-jar@26.9.27 playwright-core@1.65.1 axe-core@4.14.1
chmod u+x "$into/npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"

# The XSD of Jenkins' JUnit reader stands among the tests of this crate.
mkdir -p "$into/crates/src"
touch "$into/crates/src/lib.rs"
printf '[package]\nname = "validators"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\njunit-report = "=0.9.1"\n[workspace]\n' >"$into/crates/Cargo.toml"
(cd "$into/crates" && cargo vendor --quiet vendor >/dev/null)
cp "$into/crates/vendor/junit-report/tests/JUnit.xsd" "$into/jenkins-junit.xsd"

touch "$stamp"
