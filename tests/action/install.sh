#!/usr/bin/env bash
# Installs what the tests of the action and of the other pipelines use, under target/pipeline, from PyPI and npm: linters, and programs that run a
# workflow, a GitLab job and a hook without their services. It does nothing when they are there.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/tests/action

into="${CARGO_TARGET_DIR:-target}/pipeline"
mkdir -p "$into"
into=$(cd "$into" && pwd)

# gitlab-ci-local copies a project with it. The only thing that comes from the system's own packages.
if ! command -v rsync >/dev/null; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends rsync >/dev/null
  else
    echo "rsync is missing: gitlab-ci-local needs it" >&2
  fi
fi

stamp="$into/installed-3"
[ -e "$stamp" ] && exit 0

python3 -m venv --clear "$into/python"
# Programs that others have packed into wheels: each by its hash.
"$into/python/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --requirement "$here/tools.txt"
"$into/python/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0 pre-commit==4.7.0 validate-pyproject==0.24.1

npm install --prefix "$into/npm" --ignore-scripts --no-audit --no-fund --silent gitlab-ci-local@4.62.0

touch "$stamp"
