#!/usr/bin/env bash
# npm start: installs and builds what is out of date, then runs the gateway in the foreground.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/install.sh
if [ -n "${COLLATE_URL:-}" ]; then exec node services/gateway/dist/main.js serve "$@"; fi
exec node scripts/start-demo.mjs "$@"
