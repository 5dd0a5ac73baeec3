#!/usr/bin/env bash
# Finds the command that the action runs, and says its path in the output `path`: the one that `binary` names; else a released one, if its archive
# has the SHA-256 that checksums.txt lists for it; else, where that table has no line, one built from the action's own source.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

# The command that writes SHA-256 sums, of files or of standard input.
sha256=(sha256sum)
command -v sha256sum >/dev/null || sha256=(shasum -a 256)

own_version() {
  sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' "$here/../Cargo.toml"
}

# The Rust target of this runner. On Linux the one that needs no library of the system.
target() {
  local system machine
  case ${RUNNER_OS:-$(uname -s)} in
    Linux) system=unknown-linux-musl ;;
    macOS | Darwin) system=apple-darwin ;;
    Windows | MINGW* | MSYS*) system=pc-windows-msvc ;;
    *) system=unknown ;;
  esac
  case ${RUNNER_ARCH:-$(uname -m)} in
    X64 | x86_64 | amd64) machine=x86_64 ;;
    ARM64 | aarch64 | arm64) machine=aarch64 ;;
    *) machine=unknown ;;
  esac
  printf '%s-%s' "$machine" "$system"
}

# What the table lists for a version and a target: nothing, or one SHA-256.
listed() {
  local version target sum rest
  while read -r version target sum rest; do
    if [ "$version" = "$1" ] && [ "$target" = "$2" ]; then printf '%s\n' "$sum$rest"; fi
  done <"$here/checksums.txt"
}

# Whose releases, into `owner`. The path that the runner unpacked this action to says it best: in the steps of a composite action, the variables
# for it are empty on some runners.
whose() {
  local root=${here%/scripts}
  owner=${INTERDICT_REPOSITORY:-${GITHUB_ACTION_REPOSITORY:-}}
  if [[ $root =~ /_actions/([^/]+/[^/]+)/[^/]+$ ]]; then owner=${BASH_REMATCH[1]}; fi
  [[ $owner =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] || fail "cannot tell whose releases to take: give the path of a ready command as \`binary\`"
}

is_sha256() {
  [ "$("${sha256[@]}" <"$1" | cut -d ' ' -f 1)" = "$2" ]
}

# Downloads the archive, or takes it from the runner's tool cache; unpacks it only when it has this SHA-256, also when it was cached: others may
# write into that cache.
released() {
  local version=$1 target=$2 sum=$3 name archive cache owner=
  name="interdict-v$version-$target"
  archive="$work/$name.tar.gz"
  cache="${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}/interdict/$version/$target"
  if ! { [ -f "$cache/$name.tar.gz" ] && cp -- "$cache/$name.tar.gz" "$archive" && is_sha256 "$archive" "$sum"; }; then
    whose
    curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 5 --output "$archive" \
      --url "${GITHUB_SERVER_URL:-https://github.com}/$owner/releases/download/v$version/$name.tar.gz" ||
      fail "$name.tar.gz of $owner could not be downloaded. Where nothing can be, give the path of a ready command as \`binary\`"
    is_sha256 "$archive" "$sum" || fail "$name.tar.gz of $owner is refused: its SHA-256 is not the one that this action lists for it, $sum"
    mkdir -p -- "$cache"
    cp -- "$archive" "$work/cached"
    mv -f -- "$work/cached" "$cache/$name.tar.gz"
  fi
  # By standard input: to tar, the colon after a drive's letter is a host's name.
  (cd -- "$work" && tar -xzf - "$name/interdict$exe" <"$archive")
  binary="$work/$name/interdict$exe"
}

# The toolchain to build with, by name. The workflow may set one; else rustup's default, asked for outside of any checkout: a rust-toolchain.toml
# there may name a folder of its own as the toolchain, and rustup runs the cargo in it.
toolchain() {
  local active=${RUSTUP_TOOLCHAIN:-}
  if [ -z "$active" ] && command -v rustup >/dev/null; then
    active=$(cd / && rustup show active-toolchain 2>/dev/null) || active=
  fi
  active=${active%% *}
  printf '%s' "${active:-stable}"
}

# Builds the source that this action came with, anew each time and in a folder of this run: nothing that another job or step left anywhere is run.
built() {
  local source=${here%/scripts}
  command -v cargo >/dev/null ||
    fail "no released interdict $1 for $2 is listed in this action, and there is no cargo to build it with: install Rust, or give \`binary\`"
  binary="$work/built/bin/interdict$exe"
  echo "::group::building interdict $1 from the action's own source"
  # In the action's own folder: cargo and rustup read the configuration of the folder that they run in.
  (cd -- "$source" &&
    RUSTUP_TOOLCHAIN=$(toolchain) CARGO_TARGET_DIR="$work/target" cargo install --locked --path "$source" --root "$work/built") ||
    fail "interdict $1 could not be built from the action's own source"
  rm -rf -- "$work/target"
  echo '::endgroup::'
}

version=${INTERDICT_VERSION:-}
if [ -n "$version" ] && ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
  fail "the input \`version\` has to be a whole version such as $(own_version), not: $version"
fi

binary=${INTERDICT_BINARY:-}
if [ -n "$binary" ]; then
  case $binary in
    /* | [A-Za-z]:[/\\]*) ;;
    *) binary="$PWD/$binary" ;;
  esac
  [ -f "$binary" ] && [ -x "$binary" ] || fail "the input \`binary\` names no file that can be run: $binary"
else
  own=$(own_version)
  take=${version:-$own}
  target=$(target)
  exe=
  case $target in *-windows-*) exe=.exe ;; esac
  work=$(mktemp -d "$RUNNER_TEMP/interdict-XXXXXXXX")
  sum=$(listed "$take" "$target")
  if [[ $sum =~ ^[0-9a-f]{64}$ ]]; then
    released "$take" "$target" "$sum"
  elif [ -n "$sum" ]; then
    fail "checksums.txt of this action is broken: not one SHA-256 for $take $target"
  elif [ "$take" = "$own" ]; then
    built "$take" "$target"
  else
    fail "this action lists no SHA-256 for interdict $take for $target, and its own source is $own: leave \`version\` out, or use the action of that version"
  fi
fi

said=$("$binary" --version) || fail "$binary does not run here"
[[ $said =~ ^interdict\ [0-9]+\.[0-9]+\.[0-9]+[^[:space:]]*$ ]] || fail "$binary is no interdict: asked for its version, it says $said"
if [ -n "$version" ] && [ "$said" != "interdict $version" ]; then fail "$binary is $said, not the version asked for, $version"; fi
echo "$said"

newline=$'\n'
case $binary in *"$newline"*) fail "the path of the command has a line break in it" ;; esac
printf 'path=%s\n' "$binary" >>"$GITHUB_OUTPUT"
