# shellcheck shell=bash disable=SC2154 # what ./dev defines
# Part of ./dev: building for macOS on Linux, and running the result under the loader. Sourced, not run.
# On a Mac none of this is needed: ./dev build, ./dev test and scripts/test-macos.sh do it natively.

zig_version=0.16.0
zig_package=@zigpm/zig-linux-x64@$zig_version
zig_sum=70e49664a74374b48b51e6f3fdfbf437f6395d42509050588bd49abe52ba3d00 # of zig.tar.xz: the official archive's
cache=${ARSYNC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/arsync}
zig_folder=$cache/zig-$zig_version

needs_macos="npm:npm xz:xz-utils /usr/src/googletest/CMakeLists.txt:googletest llvm-lipo-19:llvm-19
    clang++-19:clang-19 clang-tidy-19:clang-tidy-19 /usr/include/utf8proc.h:libutf8proc-dev"

# The compiler comes from npm, where the official archive is packed as it is; its sum is checked, no script of the
# package is run.
ensure_zig() {
    export ARSYNC_ZIG=$zig_folder/zig ZIG_GLOBAL_CACHE_DIR=$cache/zig-cache
    [[ -x $ARSYNC_ZIG ]] && return
    local work
    work=$(mktemp -d)
    say "fetching zig $zig_version"
    (
        cd "$work"
        npm pack --silent "$zig_package" >/dev/null
        tar -xzf ./*.tgz package/zig.tar.xz
        printf '%s  package/zig.tar.xz\n' "$zig_sum" | sha256sum --check --quiet -
        mkdir zig
        tar -xJf package/zig.tar.xz -C zig --strip-components=1
        mkdir -p "$cache"
        mv -T zig "$zig_folder"
    ) >&2 || die "cannot get zig $zig_version"
    rm -rf "$work"
}

build_loader() {
    local folder=$root/build/tools
    if [[ ! -e $folder/build.ninja ]]; then
        mkdir -p "$folder"
        cmake -S "$root/tools/machorun" -B "$folder" -G Ninja >"$folder/configure.log" 2>&1 || {
            cat "$folder/configure.log" >&2
            die "cannot configure the loader"
        }
    fi
    ninja -C "$folder" --quiet | sed -u '/^ninja: no work to do/d' >&2 || die "the loader's build failed"
}

# Everything that a macos-* preset needs before it can be built or run.
prepare_macos() {
    # shellcheck disable=SC2086
    ensure $needs_build $needs_macos
    ensure_zig
    build_loader
}

# check_programs ARCHITECTURE...
check_programs() {
    local architecture
    for architecture; do
        python3 "$root/tools/macho/check.py" "$root/build/macos-$architecture/arsync" \
            "$root/tools/macho/imports-$architecture.txt" || die "the $architecture program is not as it has to be"
    done
    if (($# < 2)); then return; fi
    llvm-lipo-19 -create "$root"/build/macos-{x86_64,arm64}/arsync -output "$root/build/macos/arsync"
    say "built build/macos/arsync for both architectures"
}

# Debian's clang and clang-tidy read what zig compiled, against the same headers.
second_readers() {
    local architecture flags sources=("$root"/src/platform/{darwin,posix}/*.cc)
    for architecture; do
        mapfile -t flags < <("$root/scripts/macos-flags.sh" "$zig_folder" "$architecture")
        flags+=(-Wall -Wextra -Wunguarded-availability -Wno-nullability-completeness -Werror)
        clang++-19 "${flags[@]}" -fsyntax-only "$root/tools/darwin-abi/abi.cc" || die "the $architecture ABI is another"
        printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P 2 clang++-19 "${flags[@]}" -fsyntax-only ||
            die "clang 19 does not accept the $architecture code"
    done
}

# ./dev lint macos: clang-tidy over what only macOS compiles; ./dev lint does the rest.
lint_macos() {
    local flags
    prepare_macos
    build macos-arm64
    mapfile -t flags < <("$root/scripts/macos-flags.sh" "$zig_folder" arm64)
    clang-tidy-19 --quiet "$root"/src/platform/darwin/*.cc -- "${flags[@]}" -Wno-nullability-completeness 2>/dev/null
}

# on_btrfs COMMAND...: with temporary files on a volume that has clones.
on_btrfs() {
    local image=$root/build/macos/btrfs.image place=$root/build/macos/btrfs
    if [[ $(id -u) != 0 || ! -e /dev/loop-control ]]; then
        say "skipped on btrfs, which takes root and loop devices: $*"
        return 0
    fi
    rm -f "$image"
    truncate -s 4G "$image"
    mkfs.btrfs -q "$image" >/dev/null
    mkdir -p "$place"
    mount -o loop "$image" "$place"
    chmod 1777 "$place"
    TMPDIR=$place "$@"
    umount "$place"
    rm -f "$image"
}

# The suites run where clones are refused and where they are not; what is macOS's own makes volumes of both kinds.
# Without --all, each of the two runs takes another twelfth of the large tables; those of compat Linux runs as a whole.
# --brief is for CI, which has an hour for everything: the program that can be run here, without races, and only its
# unit tests a second time.
cmd_macos() {
    local architectures=(x86_64 arm64)
    local first=(unit cli compat race --part 1/12) own=(macos twins) second=(unit cli compat race --part 2/12)
    case "$*" in
        "") ;;
        --all) first=(unit cli compat race) second=("${first[@]}") ;;
        --brief) architectures=(x86_64) first=(unit cli compat --part 1/12) own+=(--part 1/12) second=(unit) ;;
        *) die "usage: ./dev macos [--all|--brief]" ;;
    esac
    # shellcheck disable=SC2086
    ensure $needs_test
    prepare_macos
    mkdir -p "$root/build/macos"
    build macos-x86_64
    if [[ ${architectures[*]} == *arm64 ]]; then build macos-arm64 arsync; fi # nothing here runs it, nor its tests
    check_programs "${architectures[@]}"
    second_readers "${architectures[@]}"
    printf '== the loader itself\n'
    tally machorun python3 "$root/tools/machorun/tests/run.py"
    test_stage macos-x86_64 "${first[@]}"
    test_stage macos-x86_64 "${own[@]}"
    printf '== on btrfs\n'
    on_btrfs test_stage macos-x86_64 "${second[@]}"
    closing_line
}
