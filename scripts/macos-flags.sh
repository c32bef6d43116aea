#!/usr/bin/env bash
# Flags with which Debian's clang-19 reads macOS code with zig's headers: a second opinion beside zig's own clang.
# usage: macos-flags.sh ZIG_FOLDER x86_64|arm64
set -euo pipefail
zig=$1
architecture=$2
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

printf '%s\n' \
    -target "$architecture-apple-macosx13.0" -std=c++23 -nostdinc -nostdinc++ \
    -isystem "$zig/lib/libcxx/include" -isystem "$zig/lib/libcxxabi/include" \
    -isystem "$(clang++-19 -print-resource-dir)/include" -isystem "$root/tools/darwin-headers" -isystem "$zig/lib/libc/include/any-darwin-any" \
    -isystem "$root/build/macos-$architecture/include" -I"$root/src" -DFMT_HEADER_ONLY -DARSYNC_VERSION='""' \
    -D_LIBCPP_ABI_VERSION=1 -D_LIBCPP_ABI_NAMESPACE=__1 -D_LIBCPP_HAS_THREADS=1 -D_LIBCPP_HAS_MONOTONIC_CLOCK=1 \
    -D_LIBCPP_HAS_TERMINAL=1 -D_LIBCPP_HAS_MUSL_LIBC=0 -D_LIBCPP_HAS_VENDOR_AVAILABILITY_ANNOTATIONS=0 \
    -D_LIBCPP_HAS_FILESYSTEM=1 -D_LIBCPP_HAS_RANDOM_DEVICE=1 -D_LIBCPP_HAS_LOCALIZATION=1 -D_LIBCPP_HAS_UNICODE=1 \
    -D_LIBCPP_HAS_WIDE_CHARACTERS=1 -D_LIBCPP_HAS_NO_STD_MODULES -D_LIBCPP_PSTL_BACKEND_SERIAL \
    -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_NONE
