#!/usr/bin/env bash
# Runs the command once and leaves everything it says: reports in files, annotations, the step's summary, the outputs. It ends well whatever the
# verdict is; verdict.sh ends the action with it.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# The lines of a text, into the array `lines`. A line is never split or expanded any further.
lines=()
split() {
  local line
  lines=()
  while IFS= read -r line || [ -n "$line" ]; do
    if [ -n "$line" ]; then lines+=("$line"); fi
  done <<<"$1"
}

file_name() {
  case $1 in
    human) echo interdict.txt ;;
    json | ndjson | sarif | rdjson | html | csv) echo "interdict.$1" ;;
    markdown) echo interdict.md ;;
    junit) echo interdict.junit.xml ;;
    gitlab) echo gl-code-quality-report.json ;;
    *) return 1 ;;
  esac
}

arguments=(check --format=github)

split "${INTERDICT_POLICY:-}"
for policy in ${lines[@]+"${lines[@]}"}; do arguments+=("--policy=$policy"); done

if ! on local-policy "${INTERDICT_LOCAL_POLICY:-true}"; then arguments+=(--no-local-policy); fi

split "${INTERDICT_REQUIRE_POLICY:-}"
for policy in ${lines[@]+"${lines[@]}"}; do arguments+=("--require-policy=$policy"); done

if [ -n "${INTERDICT_WAIVERS:-}" ]; then arguments+=("--waivers=$INTERDICT_WAIVERS"); fi

split "${INTERDICT_PROFILE:-}"
for profile in ${lines[@]+"${lines[@]}"}; do arguments+=("--profile=$profile"); done

case ${INTERDICT_FAIL_ON:-} in
  '') ;;
  prohibited | review | unverifiable | never) arguments+=("--fail-on=$INTERDICT_FAIL_ON") ;;
  *) fail "the input \`fail-on\` has to be prohibited, review, unverifiable or never, not: $INTERDICT_FAIL_ON" ;;
esac

case ${INTERDICT_MIN_FAIL_ON:-} in
  '') ;;
  prohibited | review | unverifiable) arguments+=("--min-fail-on=$INTERDICT_MIN_FAIL_ON") ;;
  *) fail "the input \`min-fail-on\` has to be prohibited, review or unverifiable, not: $INTERDICT_MIN_FAIL_ON" ;;
esac

if on fail-on-stale "${INTERDICT_FAIL_ON_STALE:-}"; then arguments+=(--fail-on-stale); fi

if on strict "${INTERDICT_STRICT:-}"; then arguments+=(--strict); fi
if on require-confirmation "${INTERDICT_REQUIRE_CONFIRMATION:-}"; then arguments+=(--require-confirmation); fi
if on require-linked "${INTERDICT_REQUIRE_LINKED:-}"; then arguments+=(--require-linked); fi
if on allow-empty "${INTERDICT_ALLOW_EMPTY:-}"; then arguments+=(--allow-empty); fi

split "${INTERDICT_INCLUDE:-}"
for glob in ${lines[@]+"${lines[@]}"}; do arguments+=("--include=$glob"); done
split "${INTERDICT_EXCLUDE:-}"
for glob in ${lines[@]+"${lines[@]}"}; do arguments+=("--exclude=$glob"); done

# A value of one word for the command, which refuses what it does not know.
option() {
  if [ -n "$2" ]; then arguments+=("--$1=$2"); fi
}
option as-of "${INTERDICT_AS_OF:-}"
option look-ahead "${INTERDICT_LOOK_AHEAD:-}"
option paths "${INTERDICT_PATHS:-}"
option redact "${INTERDICT_REDACT:-}"
option max-size "${INTERDICT_MAX_SIZE:-}"
option max-unpacked "${INTERDICT_MAX_UNPACKED:-}"
option max-ratio "${INTERDICT_MAX_RATIO:-}"
option max-depth "${INTERDICT_MAX_DEPTH:-}"
option max-subjects "${INTERDICT_MAX_SUBJECTS:-}"

if [ -n "${INTERDICT_BASELINE:-}" ]; then arguments+=("--baseline=$INTERDICT_BASELINE"); fi
if on fail-on-new "${INTERDICT_FAIL_ON_NEW:-}"; then
  [ -n "${INTERDICT_BASELINE:-}" ] || fail "the input \`fail-on-new\` needs \`baseline\`: an earlier JSON report"
  arguments+=(--fail-on-new)
fi

kinds=$(printf '%s' "${INTERDICT_FORMAT:-}" | tr ',[:space:]' '\n')
if on upload-sarif "${INTERDICT_UPLOAD_SARIF:-}"; then kinds+=$'\nsarif'; fi
annotations=true
if ! on annotations "${INTERDICT_ANNOTATIONS:-true}"; then
  # The log then has the report for a person instead.
  annotations=false
  kinds+=$'\nhuman'
fi

folder=${INTERDICT_OUTPUT_DIR:-$RUNNER_TEMP/interdict}
log=
split "$(printf '%s\n' "$kinds" | LC_ALL=C sort -u)"
for kind in ${lines[@]+"${lines[@]}"}; do
  name=$(file_name "$kind") ||
    fail "the input \`format\` lists the kinds human, json, ndjson, sarif, junit, gitlab, rdjson, markdown, html and csv, not: $kind"
  arguments+=("--output=$kind=$folder/$name")
  if [ "$kind" = human ]; then log="$folder/$name"; fi
done
if [ "${#lines[@]}" -gt 0 ]; then mkdir -p -- "$folder" || fail "the folder for the reports cannot be made: $folder"; fi

summary=
if on summary "${INTERDICT_SUMMARY:-true}"; then summary=${GITHUB_STEP_SUMMARY:-}; fi

split "${INTERDICT_SBOM:-}"
if [ "${#lines[@]}" -gt 0 ]; then arguments+=(-- "${lines[@]}"); fi

# The command writes the outputs to a file of this run, so that they count only when they agree with how it ended.
work=$(mktemp -d "$RUNNER_TEMP/interdict-XXXXXXXX")
: >"$work/outputs"
run() {
  # Nothing is a path of the bash on Windows: the command gets every argument as it is.
  MSYS2_ARG_CONV_EXCL='*' MSYS_NO_PATHCONV=1 GITHUB_OUTPUT="$work/outputs" GITHUB_STEP_SUMMARY="$summary" \
    "$INTERDICT_PATH" "${arguments[@]}" </dev/null
}

code=0
if [ "$annotations" = true ]; then
  run || code=$?
else
  # What an earlier step left there is not what this run says.
  rm -f -- "$log"
  run >"$work/annotations" || code=$?
  if [ -f "$log" ]; then
    # The report is made so that nothing in it acts; the runner need not rely on that.
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$token"
    cat -- "$log"
    printf '\n::%s::\n' "$token"
  fi
fi

if [[ $code =~ ^[012]$ ]] && [ "$(sed -n 2p "$work/outputs")" = "exit-code=$code" ]; then
  cat -- "$work/outputs" >>"$GITHUB_OUTPUT"
  # What kept everything from being evaluated stands in the log only; with annotations the command has said so.
  if [ "$code" = 2 ] && [ "$annotations" != true ] && grep -qx documents=0 "$work/outputs"; then
    echo '::error title=interdict::nothing was evaluated: the log of this step says why'
  fi
else
  printf '::error title=interdict::the command ended with %s and said no verdict: nothing here may pass as clear\n' "$code"
  printf 'result=error\nexit-code=2\n' >>"$GITHUB_OUTPUT"
fi
