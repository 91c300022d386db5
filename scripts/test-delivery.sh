#!/usr/bin/env bash
# npm run test:delivery: what needs other Nodes, a browser or Debian's packages. The very last line is the count.
set -uo pipefail
cd "$(dirname "$0")/.."
bash scripts/install.sh || exit 1
export PATH="$PWD/node_modules/.bin:$PATH"
TOTALS_FILE=$(mktemp)
export TOTALS_FILE
bash scripts/debian-packages.sh redis-server haproxy buildah podman runc catatonit netavark aardvark-dns docker-compose \
  prometheus promtool prometheus-alertmanager amtool || exit 1
bash scripts/with-redis.sh vitest run --config vitest.delivery.config.ts "$@" || true
node scripts/totals.mjs "$TOTALS_FILE"
