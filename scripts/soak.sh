#!/usr/bin/env bash
# npm run soak: plays random programs against the reference model: soak.sh [--steps N] [--seed S]
set -euo pipefail
cd "$(dirname "$0")/.."
export STEPS=1000000 SEED=1
while [ $# -gt 0 ]; do
  case "$1" in
    --steps) STEPS="${2:?--steps needs a number}" ;;
    --seed) SEED="${2:?--seed needs a number}" ;;
    *)
      printf 'soak: unknown option %s. Options: --steps N, --seed S\n' "$1" >&2
      exit 2
      ;;
  esac
  shift 2
done
bash scripts/install.sh
exec node_modules/.bin/vitest run services/gateway/test/model/programs.test.ts
