# Sourced with the cluster's name: where it lies and who runs it.
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
user=postgres
as_user() {
  if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid "$user" --regid "$user" --clear-groups "$@"); else "$@"; fi
}
# A socket's path has at most 107 characters, which no checkout promises: it lies under /tmp. The data lie under build/
# (the disk that is measured) where that user can reach it.
sockets="/tmp/shanqi-postgres-$(printf %s "$root" | cksum | cut -d' ' -f1)-$1"
folder="$root/build/tools/postgres-$1"
mkdir -p "$root/build/tools"
as_user test -x "$root/build/tools" || folder="$sockets/cluster"
data="$folder/data"
