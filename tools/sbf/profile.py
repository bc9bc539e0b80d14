#!/usr/bin/env -S python3 -B
"""Where a program spends its compute units: executed instructions by function, from LiteSVM's register traces.

    profile.py PROG.o TRACE_DIRECTORY PROGRAM_ID [--between LEAST MOST]

An executed instruction is a compute unit; system calls cost more, and are not in the sum. README.md beside this file
says how to get the object and the traces. --between leaves out calls of the program that took fewer or more
instructions: to look at one instruction of it among others.
"""

import argparse
import bisect
import collections
import struct
import subprocess
from pathlib import Path

SETUP = Path(__file__).resolve().parent / "setup"

# A trace has the registers before each instruction: r0 to r10 and the program counter, eight bytes each.
REGISTERS_BYTES = 12 * 8
PROGRAM_COUNTER = 11 * 8
INSTRUCTION_BYTES = 8

# How many lines of each list are shown.
FUNCTIONS, PLACES, OPERATIONS = 12, 6, 10


class Functions:
    """Which function an instruction is part of, by the symbols of the object that llc made."""

    def __init__(self, object_file):
        toolchain = subprocess.run([SETUP, "--where"], capture_output=True, text=True, check=True).stdout.strip()
        command = [Path(toolchain, "llvm/bin/llvm-nm"), "--defined-only", "--demangle", "-n", object_file]
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        symbols = [line.split(maxsplit=2) for line in listing.splitlines()]
        code = [(int(address, 16) // INSTRUCTION_BYTES, name) for address, kind, name in symbols if kind in "tTwW"]
        self.starts = [start for start, _ in code]
        self.names = [name for _, name in code]

    def at(self, program_counter):
        return self.names[bisect.bisect_right(self.starts, program_counter) - 1]


class Trace:
    """One call of a program."""

    def __init__(self, path):
        self.path = path
        registers = path.with_suffix(".regs").read_bytes()
        counters = range(PROGRAM_COUNTER, len(registers), REGISTERS_BYTES)
        self.places = [struct.unpack_from("<Q", registers, at)[0] for at in counters]
        self.operations = path.with_suffix(".insns").read_bytes()[::INSTRUCTION_BYTES]


def traces(directory, program_id):
    for path in sorted(Path(directory).glob("*.program_id")):
        if path.read_text(encoding="utf-8").strip() == program_id:
            yield Trace(path.with_suffix(""))


def report(trace, functions):
    places = collections.Counter(trace.places)
    spent = collections.Counter()
    for place, count in places.items():
        spent[functions.at(place)] += count
    operations = collections.Counter(trace.operations).most_common(OPERATIONS)

    print(f"{trace.path}: {len(trace.places)} instructions executed, {len(places)} distinct")
    for name, count in spent.most_common(FUNCTIONS):
        print(f"   {count:6d}  {name[-110:]}")
    print("   hottest places:", ", ".join(f"{place} ({count})" for place, count in places.most_common(PLACES)))
    print("   operations:", ", ".join(f"{operation:#x} ({count})" for operation, count in operations))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("object", help="prog.o of the link")
    parser.add_argument("traces", help="the directory of the traces")
    parser.add_argument("program_id")
    parser.add_argument("--between", nargs=2, type=int, metavar=("LEAST", "MOST"), default=(0, 1 << 62))
    arguments = parser.parse_args()

    functions = Functions(arguments.object)
    least, most = arguments.between
    for trace in traces(arguments.traces, arguments.program_id):
        if least <= len(trace.places) <= most:
            report(trace, functions)


if __name__ == "__main__":
    main()
