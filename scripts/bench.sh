#!/usr/bin/env bash
# Measures what a request costs, beside its floors; with a real Redis where one can be had.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${WITHIN_REDIS:-}" != yes ]; then WITHIN_REDIS=yes exec bash scripts/with-redis.sh bash scripts/bench.sh "$@"; fi
bash scripts/install.sh
[ -d benchmarks/peers/node_modules ] || npm ci --prefix benchmarks/peers --no-audit --no-fund >/dev/null
exec node benchmarks/dist/main.js ${REDIS_SERVER:+--redis-server "$REDIS_SERVER"} "$@"
