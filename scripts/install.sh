#!/usr/bin/env bash
# Installs the dependencies and builds the packages, each only when out of date. Needs Node and npm, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
export TURBO_TELEMETRY_DISABLED=1 TURBO_NO_UPDATE_NOTIFIER=1 CI="${CI:-}"

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)' ||
  fail "Node 20.19 or newer is required; found $(node --version)."

stamp=node_modules/.installed-lock
if ! cmp -s pnpm-lock.yaml "$stamp"; then
  printf 'Installing dependencies…\n' >&2
  log=$(mktemp)
  if ! npx -y pnpm@10.34.9 install --frozen-lockfile >"$log" 2>&1; then
    cat "$log" >&2
    fail 'Cannot install the dependencies: see above. Is the npm registry reachable?'
  fi
  rm -f "$log"
  cp pnpm-lock.yaml "$stamp"
fi

export PATH="$PWD/node_modules/.bin:$PATH"
log=$(mktemp)
if ! turbo run build --output-logs=errors-only >"$log" 2>&1; then
  cat "$log" >&2
  fail 'The build failed: see above.'
fi
rm -f "$log"
