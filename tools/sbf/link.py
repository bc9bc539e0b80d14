#!/usr/bin/env -S python3 -B
"""The "linker" that rustc calls for the target sbpf-solana. README.md beside this file tells the whole way.

link.py [rustc's linker arguments]     what rustc calls
link.py --link-object PROG.o OUT.so    only the last step, for experiments
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from linker import bitcode, image

# Linker options that rustc gives with a value after them; all others that start with "-" stand alone.
OPTIONS_WITH_VALUE = {
    "--export-symbols", "-L", "--cpu", "--cpu-features", "--export", "-z", "-soname", "-h", "-m", "-T", "-rpath", "-e",
    "-plugin", "--version-script", "-flavor",
}  # fmt: skip


def parse_arguments(arguments):
    """The output file and the input files. No option of rustc's changes what this linker does."""
    output, inputs = None, []
    rest = iter(arguments)
    for argument in rest:
        if argument == "-o":
            output = next(rest)
        elif argument in OPTIONS_WITH_VALUE:
            next(rest, None)
        elif not argument.startswith("-"):
            inputs.append(argument)
    return output, inputs


def link(output, inputs, scratch):
    linked = bitcode.link(bitcode.extract(inputs, scratch), scratch)
    if not bitcode.defines_entrypoint(linked):
        # A dependency that is a cdylib as well as a library (solana-zk-sdk, say). Cargo wants the file; nobody runs it.
        Path(output).write_bytes(b"")
        return
    program = image.build(bitcode.compile_to_object(linked, scratch).read_bytes())
    Path(output).write_bytes(program)
    bitcode.verbose(f"{output}: {len(program)} bytes")


def main():
    if sys.argv[1:2] == ["--link-object"]:
        Path(sys.argv[3]).write_bytes(image.build(Path(sys.argv[2]).read_bytes()))
        return
    keep = os.environ.get("SBF_TMP")  # the steps' files stay there, for profile.py
    scratch = Path(keep or tempfile.mkdtemp(prefix="sbf-link."))
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        link(*parse_arguments(sys.argv[1:]), scratch)
    finally:
        if not keep:
            shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
