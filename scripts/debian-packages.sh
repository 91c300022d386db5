#!/usr/bin/env bash
# Makes programs available to tests: debian-packages.sh PROGRAM… installs the Debian packages of the programs that are
# missing, when run as root. It starts no service, and lists the programs that stay missing; with CI=true it then fails.
set -euo pipefail

# The package that contains a program: most have the program's name.
package_of() {
  case "$1" in
    promtool) printf 'prometheus' ;;
    alertmanager | prometheus-alertmanager | amtool) printf 'prometheus-alertmanager' ;;
    redis-sentinel | redis-cli) printf 'redis-%s' "$([ "$1" = redis-cli ] && printf tools || printf sentinel)" ;;
    *) printf '%s' "$1" ;;
  esac
}

# Some programs are in sbin, or in a folder of helpers that is never on PATH.
is_there() {
  local directory
  command -v "$1" >/dev/null && return 0
  for directory in /usr/sbin /sbin /usr/lib/podman /usr/libexec/podman; do
    [ -x "$directory/$1" ] && return 0
  done
  return 1
}

missing() {
  local program
  for program in "$@"; do is_there "$program" || printf '%s\n' "$program"; done
}

install_packages() {
  local policy=/usr/sbin/policy-rc.d attempt
  export DEBIAN_FRONTEND=noninteractive
  # Debian starts every service that it installs, unless this script exits with 101.
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  # Another apt may be running, for example just after boot. DPkg::Lock::Timeout does not cover apt-get update: retry it.
  for attempt in 1 2 3 4 5 6; do
    apt-get update && break
    [ "$attempt" -lt 6 ] && sleep 5
  done
  apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-unsafe-io "$@"
}

mapfile -t wanted < <(missing "$@")
[ ${#wanted[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  mapfile -t packages < <(for program in "${wanted[@]}"; do package_of "$program" && printf '\n'; done | sort -u)
  printf 'Installing for the tests: %s\n' "${packages[*]}" >&2
  log=$(mktemp)
  install_packages "${packages[@]}" >"$log" 2>&1 || tail -n 20 "$log" >&2
  rm -f "$log"
fi

mapfile -t wanted < <(missing "$@")
[ ${#wanted[@]} -gt 0 ] || exit 0
if [ "${CI:-}" = true ]; then
  printf 'Not available: %s. CI needs every program: install the packages, or run as root.\n' "${wanted[*]}" >&2
  exit 1
fi
printf 'Not available: %s. The tests that need them are skipped.\n' "${wanted[*]}" >&2
