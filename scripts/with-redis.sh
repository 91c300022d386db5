#!/usr/bin/env bash
# Runs a command with REDIS_SERVER set to a redis-server: the one on PATH, or as root the one of Debian's package.
set -euo pipefail

if [ -z "${REDIS_SERVER:-}" ]; then
  bash "$(dirname "$0")/debian-packages.sh" redis-server
  REDIS_SERVER="$(command -v redis-server || true)"
fi
if [ -n "$REDIS_SERVER" ]; then export REDIS_SERVER; else unset REDIS_SERVER; fi
exec "$@"
