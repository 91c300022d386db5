#!/usr/bin/env bash
# Measures what a request costs, beside its floors; with a real Redis where one can be had.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/install.sh
[ -d benchmarks/peers/node_modules ] || npm ci --prefix benchmarks/peers --no-audit --no-fund >/dev/null
run() {
  if [ -z "${REDIS_SERVER:-}" ]; then exec node benchmarks/dist/main.js "$@"; fi
  port=$(node -e 'const s=require("node:net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
  "$REDIS_SERVER" --port "$port" --bind 127.0.0.1 --save '' --appendonly no >/dev/null &
  redis=$!
  trap 'kill "$redis"' EXIT
  node benchmarks/dist/main.js --redis-url "redis://127.0.0.1:$port" "$@"
}
if [ "${WITHIN_REDIS:-}" = yes ]; then run "$@"; else WITHIN_REDIS=yes exec bash scripts/with-redis.sh bash scripts/bench.sh "$@"; fi
