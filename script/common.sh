# Sourced by the scripts here: where the project is, and how to run as root.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
if [ "$(id -u)" = 0 ]; then sudo=(); else sudo=(sudo); fi
say() { printf '\n== %s\n' "$*"; }
