#!/usr/bin/env bash
# Runs a built program of this repository: run.sh PROGRAM ARGUMENTS…
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
bash "$here/scripts/install.sh"
program="$1"
shift
exec node "$here/$program" "$@"
