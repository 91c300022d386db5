#!/usr/bin/env bash
# Installs and builds what is out of date, then runs a program of this repository: run.sh PROGRAM ARGUMENTS…
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
bash "$here/scripts/install.sh"
program="$1"
shift
exec node "$here/$program" "$@"
