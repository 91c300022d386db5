#!/usr/bin/env bash
# npm run test:delivery: the tests that need other versions of Node, a browser or Debian packages. The last line is the count.
set -uo pipefail
cd "$(dirname "$0")/.."
bash scripts/install.sh || exit 1
bash scripts/install-chart-tests.sh || exit 1
export PATH="$PWD/node_modules/.bin:$PATH"
bash scripts/debian-packages.sh redis-server haproxy buildah podman runc catatonit netavark iptables aardvark-dns docker-compose \
  prometheus promtool prometheus-alertmanager amtool || exit 1

results=$(mktemp -d)
lane() { # NAME FILTER…
  local name="$1"
  shift
  TOTALS_FILE="$results/$name" bash scripts/with-redis.sh vitest run --config vitest.delivery.config.ts "$@" || true
}

# The storage of containers stays mounted after their programs end, and a folder that contains a mount cannot be removed.
unmount_storage() {
  awk '{ print $2 }' /proc/mounts | grep "^$PWD/node_modules/.cache/scim-gateway-containers/" | sort -r |
    while read -r mounted; do umount --lazy "$mounted" || true; done
}
trap unmount_storage EXIT

if [ $# -gt 0 ]; then
  lane only "$@"
  node scripts/totals.mjs 0 0 "$results/only"
  exit
fi
# Two lanes, since the tests mostly wait. Every test that builds or runs containers is in the same lane.
lane product services/gateway/test packages/cache/test >"$results/product.log" 2>&1 &
lane deployment deploy/test charts/test
wait
cat "$results/product.log"
node scripts/totals.mjs 0 0 "$results/deployment" "$results/product"
