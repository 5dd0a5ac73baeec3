#!/usr/bin/env bash
# Puts the files of a folder into a draft of the release, and the new checksums.txt into a pull request. Needs GH_TOKEN.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

version=$(sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' Cargo.toml)
notes="Built from $(git rev-parse HEAD). Verify an archive with \`gh attestation verify FILE --repo $GITHUB_REPOSITORY\`."
gh release create "v$version" --draft --target main --title "interdict $version" --notes "$notes" -- "$1"/*

branch="checksums-$version"
git switch --create "$branch"
git add scripts/checksums.txt
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
  commit --message "The archives of $version"
git -c credential.helper='!gh auth git-credential' push origin "$branch"
gh pr create --base main --head "$branch" --title "The archives of $version" --body 'Publish the draft after this is merged: the tag then lists its own archives.'
