#!/usr/bin/env bash
# Adds a line for each archive in a folder to checksums.txt, and writes SHA256SUMS beside the archives. An archive that is listed already stops it:
# what was released never changes.
set -euo pipefail
folder=$1
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
table="$here/../checksums.txt"
version=$(sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' "$here/../../Cargo.toml")

(cd -- "$folder" && sha256sum -- *.tar.gz *.cdx.json >SHA256SUMS)
while read -r sum name; do
  case $name in
    *.cdx.json) continue ;;
    "interdict-v$version-"*.tar.gz) ;;
    *) echo "$name is no archive of $version" >&2 && exit 1 ;;
  esac
  target=${name#"interdict-v$version-"}
  target=${target%.tar.gz}
  while read -r other_version other_target _; do
    if [ "$other_version $other_target" = "$version $target" ]; then echo "$version $target is listed already" >&2 && exit 1; fi
  done <"$table"
  printf '%s %s %s\n' "$version" "$target" "$sum" >>"$table"
done <"$folder/SHA256SUMS"
