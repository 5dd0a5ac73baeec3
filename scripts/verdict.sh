#!/usr/bin/env bash
# Ends the action with the exit code of the command, after everything else was done.
set -euo pipefail

case ${INTERDICT_EXIT_CODE:-} in
  0 | 1 | 2) exit "$INTERDICT_EXIT_CODE" ;;
  *) exit 2 ;;
esac
