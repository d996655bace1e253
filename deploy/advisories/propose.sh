#!/bin/sh
# Offer the snapshot that lies in the tree as a pull request, and as the same one while that is open. Needs git, gh,
# and GH_TOKEN; GitHub must allow its Actions to create pull requests (Settings, Actions, General).
set -eu
file=deploy/advisories/snapshot.json

if git diff --quiet -- "$file"; then
	echo "The snapshot is as it was: nothing to offer."
	exit 0
fi
day=$(sed -n 's/^ "until": "\([0-9-]*\)",$/\1/p' "$file")
git checkout --quiet -B advisories
git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
	commit --quiet --message "Take the advisories of $day" -- "$file"
gh auth setup-git
git push --quiet --force "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git" HEAD:refs/heads/advisories
if [ -z "$(gh pr list --head advisories --state open --json number --jq '.[].number')" ]; then
	gh pr create --head advisories --base main --title "Take the advisories of $day" --body "The public advisories about what is pinned, up to $day, as \`make audit\` wrote them.

GitHub starts no checks on what its own robot pushed: close this and open it again, and they run."
fi
