#!/usr/bin/env bash
# Runs a command with REDIS_SERVER naming a real redis-server: from PATH, else Debian's package when root.
set -euo pipefail

find_redis() { command -v redis-server || true; }

server="${REDIS_SERVER:-$(find_redis)}"
if [ -z "$server" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  printf 'Installing Redis for the tests…\n' >&2
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends redis-server; } >/dev/null 2>&1 || true
  server="$(find_redis)"
fi
if [ -n "$server" ]; then
  export REDIS_SERVER="$server"
elif [ "${CI:-}" = true ]; then
  printf 'No redis-server can be had, and CI does not go without.\n' >&2
  exit 1
else
  printf 'No redis-server can be had: what needs one is skipped.\n' >&2
fi
exec "$@"
