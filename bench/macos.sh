#!/usr/bin/env bash
# Measures arsync against Homebrew's rsync and cp on a Mac: bench/macos.sh --help. Works with the bash 3.2 of macOS.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
arsync=${ARSYNC:-$root/build/release/arsync}
contenders="rsync cp arsync"
rounds=5
large_mib=1024
small_files=10000
deep_levels=1000
shallow_levels=400
self_test=false
place=${TMPDIR:-/tmp}
work=
mounted=

usage() {
    cat <<'END_OF_USAGE'
usage: bench/macos.sh [--rounds N] [--dir DIRECTORY] [--self-test]

  --rounds N        timed runs of each contender (default: 5); the best one counts
  --dir DIRECTORY   work there instead of in $TMPDIR; needs 6 GiB
  --self-test       tiny data, one round: whether this script works (also on Linux, with build/macos-x86_64/arsync
                    in build/tools/machorun)

$ARSYNC names another program than build/release/arsync.
END_OF_USAGE
}

say() { printf 'bench: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

clean_up() {
    if [[ -n $mounted ]]; then
        hdiutil detach "$mounted" -quiet || hdiutil detach "$mounted" -force -quiet || say "still attached: $mounted"
    fi
    if [[ -n $work ]]; then rm -rf "$work"; fi
}

on_mac() { [[ $(uname -s) == Darwin ]]; }

# The program is for macOS: on Linux it runs in the loader.
use_loader() {
    local loader=$root/build/tools/machorun program=$root/build/macos-x86_64/arsync
    [[ -x $loader && -e $program ]] || die "for the self-test on Linux: ./dev macos"
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$loader" "$program" >"$work/arsync"
    chmod +x "$work/arsync"
    arsync=$work/arsync
}

# Where another volume is to be had: an image; on Linux, where only the script is tried, a plain directory.
attach_other_volume() {
    mkdir "$work/other"
    on_mac || return 0
    hdiutil create -quiet -size 3g -type SPARSE -fs APFS -volname arsync-bench "$work/other.sparseimage"
    hdiutil attach -quiet -nobrowse -mountpoint "$work/other" "$work/other.sparseimage"
    mounted=$work/other
}

make_file() {
    mkdir "$1"
    dd if=/dev/urandom of="$1/file" bs=1048576 count="$large_mib" 2>/dev/null
}

make_small_files() {
    python3 - "$1" "$2" <<'END_OF_PYTHON'
import os, sys
top, count = sys.argv[1], int(sys.argv[2])
for number in range(count):
    folder = os.path.join(top, f"folder-{number // 100:04}")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"file-{number:06}"), "wb") as file:
        file.write(os.urandom(10240))
END_OF_PYTHON
}

# Each directory in the other. The path gets longer than PATH_MAX, so it is made step by step.
make_chain() {
    python3 - "$1" "$2" <<'END_OF_PYTHON'
import os, sys
os.mkdir(sys.argv[1])
os.chdir(sys.argv[1])
for level in range(int(sys.argv[2])):
    os.mkdir("d")
    os.chdir("d")
with open("file", "w") as file:
    file.write("the end\n")
END_OF_PYTHON
}

# rm of macOS goes by paths, which a chain makes too long.
remove() {
    rm -rf "$1" 2>/dev/null || true
    [[ -e $1 ]] || return 0
    python3 - "$1" <<'END_OF_PYTHON'
import os, sys
os.chdir(sys.argv[1])
levels = 0
while os.path.isdir("d"):
    os.chdir("d")
    levels += 1
for name in os.listdir():
    os.unlink(name)
for level in range(levels):
    os.chdir("..")
    os.rmdir("d")
END_OF_PYTHON
    rm -rf "$1"
}

# run CONTENDER WORKLOAD SOURCE TARGET: prints seconds, or nothing if it failed.
run() {
    case $1-$2 in
        cp-clone) if on_mac; then set -- cp -c -R -p "$3/." "$4"; else set -- cp -a --reflink=auto "$3/." "$4"; fi ;;
        cp-*) set -- cp -a "$3/." "$4" ;;
        rsync-*) set -- rsync -a "$3/" "$4/" ;;
        arsync-*) set -- "$arsync" -a "$3/" "$4/" ;;
    esac
    python3 - "$@" <<'END_OF_PYTHON'
import subprocess, sys, time
begin = time.monotonic()
result = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
took = time.monotonic() - begin
if result.returncode == 0:
    print(f"{took:.4f}")
else:
    print("bench:", sys.argv[1], "failed:", result.stderr.decode(errors="replace").strip()[:200], file=sys.stderr)
END_OF_PYTHON
}

# Number of entries, and the content as long as paths are short enough for diff.
is_copy() {
    [[ $(find "$1" | wc -l) -eq $(find "$2" | wc -l) ]] || return 1
    [[ $3 == deep* ]] || diff -r "$1" "$2" >/dev/null
}

# best FILE: the least number in it, or nothing.
best() { sort -n "$1" | head -n 1; }

# ratio BASE ONE
ratio() {
    awk -v base="$1" -v one="$2" 'BEGIN { if (base > 0 && one > 0) printf "%.1fx", base / one; else printf "-" }'
}

# measure TITLE WORKLOAD SOURCE TARGET
measure() {
    local title=$1 workload=$2 source=$3 target=$4 round contender order took base row
    order=$contenders
    for contender in $contenders; do : >"$work/times-$contender"; done
    for ((round = 1; round <= rounds; ++round)); do
        for contender in $order; do
            remove "$target"
            mkdir "$target"
            sync
            took=$(run "$contender" "$workload" "$source" "$target")
            if [[ -z $took ]]; then continue; fi
            if ((round == 1)) && ! is_copy "$source" "$target" "$workload"; then
                say "$contender copied wrongly: $title"
                continue
            fi
            printf '%s\n' "$took" >>"$work/times-$contender"
        done
        order="${order#* } ${order%% *}" # each is the first one once
    done
    remove "$target"

    base=$(best "$work/times-rsync")
    row=$(printf '%-38s' "$title")
    for contender in $contenders; do
        took=$(best "$work/times-$contender")
        if [[ -z $took ]]; then
            row=$row$(printf ' %9s %6s' failed -)
            if [[ $contender == arsync ]]; then arsync_failed=true; fi
        else
            row=$row$(printf ' %8.3fs %6s' "$took" "$(ratio "${base:-0}" "$took")")
        fi
    done
    printf '%s\n' "$row"
}

arsync_failed=false

main() {
    while (($#)); do
        case $1 in
            --rounds) rounds=${2:?} && shift ;;
            --dir) place=${2:?} && shift ;;
            --self-test) self_test=true ;;
            -h | --help) usage && exit 0 ;;
            *) usage >&2 && exit 1 ;;
        esac
        shift
    done
    if $self_test; then rounds=1 large_mib=2 small_files=200 deep_levels=20 shallow_levels=10; fi
    on_mac || $self_test || die "this needs a Mac; --self-test runs on Linux as well. For Linux: ./dev bench"
    if on_mac && command -v brew >/dev/null; then PATH=$(brew --prefix)/bin:$PATH; fi
    command -v rsync >/dev/null || die "missing: brew install rsync"

    work=$(mktemp -d "$place/arsync-bench.XXXXXX")
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    on_mac || [[ -n ${ARSYNC-} ]] || use_loader
    [[ -x $arsync ]] || die "$arsync is not built"
    attach_other_volume

    printf '# %s %s, %s, best of %d\n' "$(uname -sr)" "$(uname -m)" "$(rsync --version | head -n 1)" "$rounds"
    printf '# times, and how many times as fast as rsync\n'
    printf '%-38s %16s %16s %16s\n' '' rsync 'cp' arsync
    make_file "$work/large"
    measure "file of $large_mib MiB, same volume (clone)" clone "$work/large" "$work/target"
    measure "file of $large_mib MiB, other volume" cross "$work/large" "$work/other/target"
    rm -rf "$work/large"
    mkdir "$work/small"
    make_small_files "$work/small" "$small_files"
    measure "$small_files files of 10 KiB" small "$work/small" "$work/target"
    rm -rf "$work/small"
    local levels
    for levels in $shallow_levels $deep_levels; do
        make_chain "$work/deep" "$levels"
        measure "$levels directories, each in the other" deep "$work/deep" "$work/target"
        remove "$work/deep"
    done
    if $arsync_failed; then die "arsync failed"; fi
}

main "$@"
