#!/usr/bin/env bash
# Packs a program for a release: packaging/pack.sh TAG SYSTEM PROGRAM makes build/packages/arsync-VERSION-SYSTEM.tar.gz
# with LICENSE and README.md. The same input gives the same bytes.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

(($# == 3)) || {
    echo "usage: packaging/pack.sh TAG SYSTEM PROGRAM" >&2
    exit 1
}
version=${1#v}
name=arsync-$version-$2
grep -q "^project(arsync VERSION ${version%%-*} " CMakeLists.txt || {
    echo "pack.sh: the tag says $version, but CMakeLists.txt says something else" >&2
    exit 1
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/$name" build/packages
install -m 755 "$3" "$folder/$name/arsync"
install -m 644 LICENSE README.md "$folder/$name/"
tar -C "$folder" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@"${SOURCE_DATE_EPOCH:-0}" -cf - "$name" |
    gzip -n -9 >"build/packages/$name.tar.gz"
echo "build/packages/$name.tar.gz"
