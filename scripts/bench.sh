#!/usr/bin/env bash
# npm run bench: measures what a request costs, beside its floors. Uses a real Redis when one is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${WITHIN_REDIS:-}" != yes ]; then WITHIN_REDIS=yes exec bash scripts/with-redis.sh bash scripts/bench.sh "$@"; fi
bash scripts/install.sh
stamp=benchmarks/peers/node_modules/.installed-lock
if ! cmp -s benchmarks/peers/package-lock.json "$stamp"; then
  npm ci --prefix benchmarks/peers --no-audit --no-fund >/dev/null
  cp benchmarks/peers/package-lock.json "$stamp"
fi
exec node benchmarks/dist/main.js ${REDIS_SERVER:+--redis-server "$REDIS_SERVER"} "$@"
