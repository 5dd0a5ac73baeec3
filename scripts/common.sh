# What the action's scripts share. It runs with the bash of macOS, too, which is version 3.2.
# shellcheck shell=bash

# A value as the message of a workflow command: it cannot end the command or begin another.
escaped() {
  local text=$1 percent='%' return=$'\r' newline=$'\n'
  text=${text//"$percent"/%25}
  text=${text//"$return"/%0D}
  text=${text//"$newline"/%0A}
  printf '%s' "$text"
}

# Nothing was evaluated: that is exit code 2.
fail() {
  printf '::error title=interdict::%s\n' "$(escaped "$1")"
  exit 2
}

# Whether an input is switched on. Anything but the two words is refused: a typing error must not switch off what somebody relies on.
on() {
  case $2 in
    true) return 0 ;;
    false | '') return 1 ;;
    *) fail "the input \`$1\` has to be true or false, not: $2" ;;
  esac
}
