#!/usr/bin/env bash
# Tests arsync on a real Mac: scripts/test-macos.sh --help. Works with the bash 3.2 that macOS has.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
preset=release
arsync=$root/build/$preset/arsync
golden=$root/tests/macos/golden
suites="unit cli compat race macos"
commands="cmake ninja python3"
formulas="fmt googletest rsync"
store=false
work=
mounted=()
failed=()

usage() {
    cat <<'END_OF_USAGE'
usage: scripts/test-macos.sh [--store] [--check-tools]

Builds the release with Apple's compiler, runs the test suites natively, tries copies between APFS, case-sensitive APFS
and HFS+ (disk images in $TMPDIR, detached at the end), and compares what tools/darwin-probe says about each of them
with tests/macos/golden. Needs no root.

  --store        store what the probe says as golden data instead of comparing
  --check-tools  only say what is missing
END_OF_USAGE
}

say() { printf 'test-macos: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# A test that took too long leaves its volumes attached.
left_by_suites() {
    local mount
    if [[ -z $work ]]; then return; fi
    mount | sed -n "s|^.* on \($work/tests/.*\) ([^()]*)\$|\1|p" | sort -r | while read -r mount; do
        hdiutil detach "$mount" -force -quiet || say "still attached: $mount"
    done
}

clean_up() {
    local mount
    left_by_suites
    for mount in ${mounted[@]+"${mounted[@]}"}; do
        hdiutil detach "$mount" -quiet || hdiutil detach "$mount" -force -quiet || say "still attached: $mount"
    done
    mounted=()
    if [[ -n $work ]]; then
        chflags -R nouchg,nouappnd "$work" 2>/dev/null || true
        chmod -R -N "$work" 2>/dev/null || true
        chmod -R u+rwX "$work" 2>/dev/null || true
        rm -rf "$work"
    fi
}

# step TITLE COMMAND...: a failure is remembered, and the rest is still done.
step() {
    local title=$1 started=$SECONDS
    shift
    printf '\n==== %s\n' "$title"
    if "$@"; then
        printf -- '---- %s: ok (%d s)\n' "$title" $((SECONDS - started))
    else
        printf -- '---- %s: FAILED (%d s)\n' "$title" $((SECONDS - started))
        failed+=("$title")
    fi
}

check_tools() {
    local name version missing=''
    xcode-select -p >/dev/null 2>&1 || die "Apple's compiler is missing: xcode-select --install"
    version=$(c++ -dumpversion)
    ((${version%%.*} >= 15)) || die "Apple clang $version is too old: Xcode 15 or its command line tools are needed"
    command -v brew >/dev/null || die "Homebrew is missing: https://brew.sh"
    PATH=$(brew --prefix)/bin:$PATH
    for name in $commands; do
        command -v "$name" >/dev/null || missing="$missing $name"
    done
    # The rsync that macOS brings is another one, or too old to compare with.
    for name in $formulas; do
        brew list --versions "$name" >/dev/null 2>&1 || missing="$missing $name"
    done
    [[ -z $missing ]] || die "missing: brew install$missing"
    rsync --version | grep -q '^rsync  *version 3' || die "the rsync in \$PATH is not Homebrew's: $(command -v rsync)"
    say "macOS $(sw_vers -productVersion) $(uname -m), clang $version, $(cmake --version | head -n 1)"
}

build() {
    # Another version of the compiler may have warnings that this one's authors never saw: they stay warnings here.
    (cd "$root" && cmake --preset $preset -DARSYNC_WERROR=OFF -DCMAKE_PREFIX_PATH="$(brew --prefix)") || return 1
    cmake --build "$root/build/$preset" || return 1
    [[ $(file -b "$arsync") == Mach-O*$(uname -m)* ]]
}

run_suite() {
    TMPDIR=$work/tests python3 "$root/tests/run.py" --preset $preset "$1"
}

# attach NAME KIND [SIZE]: makes an image with that file system and mounts it on $work/NAME.
attach() {
    hdiutil create -quiet -size "${3:-512m}" -type SPARSE -fs "$2" -volname "arsync-$1" "$work/$1.sparseimage" || return 1
    mkdir -p "$work/$1"
    hdiutil attach -quiet -nobrowse -mountpoint "$work/$1" "$work/$1.sparseimage" || return 1
    mounted+=("$work/$1")
}

attach_all() {
    attach apfs APFS && attach apfs-case 'Case-sensitive APFS' && attach hfs HFS+
}

kilobytes_used() { df -k "$1" | awk 'NR == 2 { print $3 }'; }

clones_share_space() {
    local place=$work/apfs before after
    mkdir -p "$place/source"
    dd if=/dev/urandom of="$place/source/file" bs=1048576 count=64 2>/dev/null
    sync
    before=$(kilobytes_used "$place")
    "$arsync" -a --stats "$place/source/" "$place/copy/" || return 1
    sync
    after=$(kilobytes_used "$place")
    cmp "$place/source/file" "$place/copy/file" || return 1
    say "a copy of 65536 KiB took $((after - before)) KiB"
    ((after - before < 8192))
}

make_tree() {
    mkdir -p "$1/folder" "$1/empty"
    printf 'data\n' >"$1/folder/file"
    ln "$1/folder/file" "$1/folder/hard"
    ln -s folder/file "$1/link"
    mkfifo "$1/fifo"
    dd if=/dev/urandom of="$1/large" bs=1048576 count=5 2>/dev/null
    dd if=/dev/zero of="$1/sparse" bs=1 count=1 seek=20971520 2>/dev/null
    xattr -w user.probe value "$1/folder/file"
    xattr -w com.apple.metadata:_kMDItemUserTags tags "$1/folder"
    chmod +a 'everyone allow read' "$1/folder/file"
    chmod 0750 "$1/folder"
    chmod 0440 "$1/large"
    # Whole seconds: HFS+ keeps no more.
    find "$1" -depth -exec touch -h -t 200102030405.06 {} +
}

# between FROM TO: the copy is equal, and a second run finds nothing to do.
between() {
    local from=$work/$1/tree to=$work/$2/from-$1 acl again
    [[ -e $from ]] || make_tree "$from"
    "$arsync" -aHAX "$from/" "$to/" || return 1
    # A fifo has no content to compare.
    diff -r -x fifo "$from" "$to" || return 1
    [[ -p $to/fifo && $(readlink "$to/link") == folder/file && $to/folder/file -ef $to/folder/hard ]] || return 1
    [[ $(xattr -p user.probe "$to/folder/file") == value ]] || return 1
    acl=$(ls -le "$to/folder/file")
    [[ $acl == *'allow read'* ]] || return 1
    again=$("$arsync" -aiHAXc --delete "$from/" "$to/") || return 1
    [[ -z $again ]] || say "the second run did: $again"
    [[ -z $again ]]
}

# Two names of one volume are one name on the other: told, and neither file is lost or mixed up.
names_collide() {
    local from=$work/apfs-case/names to=$work/apfs/names code=0
    mkdir -p "$from"
    printf 'small\n' >"$from/name"
    printf 'capital\n' >"$from/NAME"
    "$arsync" -a "$from/" "$to/" || code=$?
    say "exit code $code, copied: $(cd "$to" && grep . ./*)"
    ((code == 23)) || return 1
    cmp -s "$from/name" "$to/name" || cmp -s "$from/NAME" "$to/name"
}

build_probe() {
    c++ -std=c++2b -O1 -Wall -Wextra -o "$work/probe" "$root"/tools/darwin-probe/*.cc
}

compared() { grep -v '^#' "$1"; }

# probe VOLUME OTHER-VOLUME
probe() {
    local name said known
    name=$1-$(uname -m)-macos$(sw_vers -productVersion | cut -d. -f1).txt
    said=$root/build/probe/$name
    known=$golden/$name
    mkdir -p "$root/build/probe"
    "$work/probe" "$work/$1" "$work/$2" >"$said" || return 1
    [[ -z $(ls -d "$work/$1"/arsync-probe.* "$work/$2"/arsync-probe.* 2>/dev/null) ]] || return 1
    if $store; then
        mkdir -p "$golden"
        cp "$said" "$known"
        say "stored $known"
    elif [[ -e $known ]]; then
        diff <(compared "$known") <(compared "$said")
    else
        say "no golden data for $name yet; --store keeps $said"
    fi
}

main() {
    local only_tools=false
    while (($#)); do
        case $1 in
            --store) store=true ;;
            --check-tools) only_tools=true ;;
            -h | --help) usage && exit 0 ;;
            *) usage >&2 && exit 1 ;;
        esac
        shift
    done
    [[ $(uname -s) == Darwin ]] || die "this needs a Mac; on Linux: ./dev macos"
    check_tools
    if $only_tools; then return; fi

    work=$(mktemp -d "${TMPDIR:-/tmp}/arsync-test.XXXXXX")
    work=$(cd "$work" && pwd -P)
    trap clean_up EXIT
    trap 'exit 130' INT TERM

    step 'build' build
    ((${#failed[@]} == 0)) || die "nothing to test"
    local suite from to
    # The suites have names that differ only in case.
    step 'disk image for the suites' attach tests 'Case-sensitive APFS' 16g
    ((${#failed[@]} == 0)) || die "no place for the tests"
    for suite in $suites; do step "suite $suite" run_suite "$suite"; done
    step 'disk images' attach_all
    step 'a clone shares space' clones_share_space
    for from in apfs apfs-case hfs; do
        for to in apfs apfs-case hfs; do step "copy from $from to $to" between $from $to; done
    done
    step 'names that fold' names_collide
    step 'probe: build' build_probe
    step 'probe: apfs' probe apfs hfs
    step 'probe: apfs-case' probe apfs-case hfs
    step 'probe: hfs' probe hfs apfs

    if ((${#failed[@]})); then
        printf '\nfailed:%s\n' "$(printf ' [%s]' "${failed[@]}")"
        exit 1
    fi
    printf '\nall passed\n'
}

main "$@"
