#!/bin/sh
# Chromium for the browser journeys: the one on the PATH, else the system's package where we may install it.
set -u
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser journeys ..."
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; then
        exit 0
    fi
fi
echo "No Chromium on the PATH: the browser journeys cannot run. Install the package 'chromium' to include them." >&2
[ -z "${CI:-}" ]
