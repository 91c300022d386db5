#!/usr/bin/env bash
# Feeds the kernel and a running gateway with a million strange inputs.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/install.sh
exec node --expose-gc benchmarks/dist/fuzz/main.js "$@"
