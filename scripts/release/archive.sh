#!/usr/bin/env bash
# Builds the command for a target, and makes of it what is released: interdict-vVERSION-TARGET.tar.gz, and beside it the CycloneDX SBOM of exactly
# that build, after the command itself found nothing prohibited in it.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

target=$1 into=$2
version=$(sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' Cargo.toml)
name="interdict-v$version-$target"
exe=
case $target in *-windows-*) exe=.exe ;; esac

rustup target add "$target"
cargo build --locked --release --bin interdict --target "$target"
binary="target/$target/release/interdict$exe"

mkdir -p "$into" "target/$name"
cp -- "$binary" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "target/$name/"
# By standard output: to tar, the colon after a drive's letter is a host's name.
tar -czf - -C target "$name" >"$into/$name.tar.gz"

cargo install --locked --root target/tools cargo-cyclonedx@0.5.9
target/tools/bin/cargo-cyclonedx cyclonedx --format json --spec-version 1.5 --target "$target" --override-filename own
mv -- own.json "$into/$name.cdx.json"
# Runs on the runner that built it, except for the other of the two kinds of Mac.
if said=$("$binary" --version) && [ "$said" = "interdict $version" ]; then
  "$binary" check --strict --policy vendors-of-concern -- "$into/$name.cdx.json"
else
  case "$target $(uname -m)" in x86_64-apple-darwin\ arm64 | aarch64-apple-darwin\ x86_64) ;; *) echo "$binary does not run" >&2 && exit 1 ;; esac
fi
