# Sourced by the scripts here: where the project is, and how to run as root.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
if [ "$(id -u)" = 0 ]; then sudo=(); else sudo=(sudo); fi
# Node, where script/bootstrap had to bring it.
if [ -x "$root/build/tools/node/bin/node" ]; then PATH="$root/build/tools/node/bin:$PATH"; fi
say() { printf '\n== %s\n' "$*"; }
# Node brings certificates of its own; an office behind an inspecting proxy has put its own into Debian's.
export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
