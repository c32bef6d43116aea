#!/usr/bin/env python3
"""What has to hold of a macOS program before it is handed to anybody.

check.py [--update] PROGRAM IMPORTS

Only libSystem is linked; the imports are just those of the file IMPORTS (--update writes it); it runs from macOS 13.0 on;
an arm64 program carries a valid ad-hoc signature, without which the system kills it. PROGRAM is for one architecture.
Formats: <mach-o/loader.h>, <mach-o/nlist.h>, and Apple's published description of code signatures (cs_blobs.h).
"""

import argparse
import hashlib
import struct
import sys
from pathlib import Path

MINIMUM = (13, 0)
ARM64 = 0x0100000C
LC_SYMTAB, LC_LOAD_DYLIB, LC_CODE_SIGNATURE, LC_BUILD_VERSION = 0x2, 0xC, 0x1D, 0x32
DYLIB_COMMANDS = (LC_LOAD_DYLIB, 0x80000018, 0x8000001F, 0x20, 0x80000023)  # also weak, re-exported, lazy, upward
SUPER_BLOB, CODE_DIRECTORY = 0xFADE0CC0, 0xFADE0C02
AD_HOC = 0x2
N_EXT, N_TYPE = 0x01, 0x0E


class Program:
    """The load commands of one Mach-O file."""

    def __init__(self, data):
        self.data = data
        magic, self.cpu, _, _, count, _, _, _ = struct.unpack_from("<8I", data)
        if magic != 0xFEEDFACF:
            raise SystemExit("not a 64-bit Mach-O program for one architecture")
        self.commands = []
        at = 32
        for _ in range(count):
            command, size = struct.unpack_from("<2I", data, at)
            self.commands.append((command, at))
            at += size

    def text(self, at):
        return self.data[at:self.data.index(b"\0", at)].decode()

    def libraries(self):
        return [self.text(at + struct.unpack_from("<I", self.data, at + 8)[0])
                for command, at in self.commands if command in DYLIB_COMMANDS]

    def minimum_version(self):
        for command, at in self.commands:
            if command == LC_BUILD_VERSION:
                version = struct.unpack_from("<I", self.data, at + 12)[0]
                return version >> 16, version >> 8 & 0xFF
        return None

    def imports(self):
        names = set()
        for command, at in self.commands:
            if command != LC_SYMTAB:
                continue
            symbols, count, strings, _ = struct.unpack_from("<4I", self.data, at + 8)
            for i in range(count):
                name, kind = struct.unpack_from("<IB", self.data, symbols + 16 * i)
                if kind & N_EXT and not kind & N_TYPE:
                    names.add(self.text(strings + name))
        return sorted(names)

    def signature(self):
        for command, at in self.commands:
            if command == LC_CODE_SIGNATURE:
                offset, size = struct.unpack_from("<2I", self.data, at + 8)
                return offset, self.data[offset:offset + size]
        return None


def signature_problem(program):
    """Why the system would not accept the ad-hoc signature; None if it would."""
    found = program.signature()
    if not found:
        return "no signature"
    signed, blob = found
    magic, _, count = struct.unpack_from(">3I", blob)
    if magic != SUPER_BLOB:
        return "the signature is no super blob"
    for i in range(count):
        at = struct.unpack_from(">2I", blob, 12 + 8 * i)[1]
        if struct.unpack_from(">I", blob, at)[0] == CODE_DIRECTORY:
            return directory_problem(program.data[:signed], blob[at:])
    return "no code directory"


def directory_problem(code, directory):
    _, _, _, flags, hashes, _, _, pages, limit = struct.unpack_from(">9I", directory)
    hash_size, hash_type, _, page_bits = struct.unpack_from(">4B", directory, 36)
    if not flags & AD_HOC:
        return f"flags {flags:#x} are not ad-hoc"
    if hash_type != 2 or limit != len(code):
        return f"hash type {hash_type}, {limit} of {len(code)} bytes signed"
    page = 1 << page_bits
    for i in range(pages):
        wanted = directory[hashes + hash_size * i:hashes + hash_size * (i + 1)]
        if hashlib.sha256(code[i * page:(i + 1) * page]).digest()[:hash_size] != wanted:
            return f"page {i} has another hash"
    return None


def problems(program, allowed):
    if program.libraries() != ["/usr/lib/libSystem.B.dylib"]:
        yield f"links {program.libraries()}, not libSystem alone"
    if program.minimum_version() != MINIMUM:
        yield f"is for macOS {program.minimum_version()}, not {MINIMUM}"
    names = set(program.imports())
    for name in sorted(names - allowed):
        yield f"imports {name}, which is not on the list"
    for name in sorted(allowed - names):
        yield f"{name} is on the list but not imported"
    if program.cpu == ARM64 or program.signature():
        problem = signature_problem(program)
        if problem:
            yield f"signature: {problem}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("program", type=Path)
    parser.add_argument("imports", type=Path)
    options = parser.parse_args()
    program = Program(options.program.read_bytes())
    if options.update:
        options.imports.write_text("".join(name + "\n" for name in program.imports()))
    found = list(problems(program, set(options.imports.read_text().split())))
    for problem in found:
        print(f"{options.program}: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
