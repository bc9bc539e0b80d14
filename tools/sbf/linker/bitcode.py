"""The LLVM half of the linker: join the bitcode of all crates, optimise it as one, lower it, generate BPF code."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SBF_HOME = Path(os.environ.get("SBF_HOME", HERE / ".sbf"))
LLVM = Path(os.environ.get("SBF_LLVM", SBF_HOME / "llvm" / "bin"))
PLUGIN = os.environ.get("SBF_PLUGIN", SBF_HOME / "SbfLower.so")
RUNTIME = HERE / "runtime.ll"

OPTIMISATION = os.environ.get("SBF_OPT", "O2")
# The virtual machine gives each call a frame of this size, and no more.
FRAME_BYTES = int(os.environ.get("SBF_STACK", "4096"))

# The functions that the lowering may call (see plugin/LegalizeOps.cpp): helpers of compiler_builtins for what the
# machine cannot do, and the memory routines. They must outlive the first clean-up, before which nobody calls them.
BUILTINS = """
__udivti3 __umodti3 __divti3 __modti3
__addsf3 __adddf3 __subsf3 __subdf3 __mulsf3 __muldf3 __divsf3 __divdf3
__eqsf2 __eqdf2 __nesf2 __nedf2 __ltsf2 __ltdf2 __lesf2 __ledf2 __gtsf2 __gtdf2 __gesf2 __gedf2 __unordsf2 __unorddf2
__fixsfdi __fixdfdi __fixunssfdi __fixunsdfdi __fixsfti __fixdfti __fixunssfti __fixunsdfti
__floatdisf __floatdidf __floatundisf __floatundidf __floattisf __floattidf __floatuntisf __floatuntidf
__extendsfdf2 __truncdfsf2 __powidf2 __powisf2
fmod fmodf floor floorf ceil ceilf trunc truncf rint rintf round roundf roundeven roundevenf sqrt sqrtf fma fmaf
fmin fminf fmax fmaxf fminimum fminimumf fmaximum fmaximumf
fminimum_num fminimum_numf fmaximum_num fmaximum_numf
exp expf exp2 exp2f log logf log2 log2f log10 log10f pow powf sin sinf cos cosf tan tanf
memcpy memmove memset memcmp bcmp
""".split()

# Inlining can build a frame that is too big. Then less of it is tried, before giving up.
INLINING = [
    [],
    ["-inline-max-stacksize=512"],
    ["-inline-max-stacksize=128"],
    ["-inline-max-stacksize=64", "-inline-threshold=10", "-inlinehint-threshold=25"],
]


def verbose(text):
    if os.environ.get("SBF_VERBOSE"):
        print(f"sbf-link: {text}", file=sys.stderr)


def fail(text):
    sys.exit(f"sbf-link: {text}")


def run(tool, *arguments):
    """Runs an LLVM tool; what it says is shown when it fails, warns, or when all is wanted."""
    command = [str(LLVM / tool), *map(str, arguments)]
    start = time.time()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    verbose(f"{tool} {time.time() - start:.1f}s")
    worth_saying = done.returncode or re.search("error|warning", done.stderr) or os.environ.get("SBF_VERBOSE")
    if done.stderr.strip() and worth_saying:
        print(done.stderr, file=sys.stderr)
    if done.returncode:
        fail(f"failed: {' '.join(command)[:600]}")
    return done.stdout


# ------------------------------------------------------------------------------------------ one module of all crates


def extract(inputs, scratch):
    """The bitcode files among the inputs and in their archives; rlibs also hold metadata, which is left out."""
    files = []
    for number, file in enumerate(inputs):
        if file.endswith(".rlib"):
            folder = scratch / f"a{number}"
            folder.mkdir(exist_ok=True)
            subprocess.run([LLVM / "llvm-ar", "x", os.path.abspath(file)], cwd=folder, check=True)
            files += sorted(folder.iterdir())
        else:
            files.append(Path(file))
    return [file for file in files if is_bitcode(file)]


def is_bitcode(file):
    with open(file, "rb") as stream:
        return stream.read(4) in (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")


def link(files, scratch):
    """One module of all of them and of the runtime."""
    arguments = scratch / "inputs.rsp"
    arguments.write_text("\n".join(map(str, [*files, RUNTIME])), encoding="utf-8")
    linked = scratch / "linked.bc"
    run("llvm-link", f"@{arguments}", "-o", linked)
    return linked


# What is looked for by name: by the loader, and by explorers that show whom to tell of a hole.
KEPT = ["entrypoint", "SECURITY_TXT"]


def defines_entrypoint(module):
    symbols = run("llvm-nm", "--defined-only", module).splitlines()
    return any(line.split()[-1:] == ["entrypoint"] for line in symbols)


# ------------------------------------------------------------------------------------------ from bitcode to an object


def compile_to_object(linked, scratch):
    attempts = [os.environ["SBF_INLINE"].split()] if os.environ.get("SBF_INLINE") else INLINING
    for number, inlining in enumerate(attempts):
        lowered = lower(optimise(linked, scratch, inlining), scratch)
        result, too_big = generate_code(lowered, scratch)
        if not too_big:
            return result
        if number + 1 == len(attempts):
            fail("code generation failed" + "".join(f"\n  frame larger than {FRAME_BYTES} bytes: {f}" for f in too_big))
        print(
            f"sbf-link: warning: frame larger than {FRAME_BYTES} bytes in {', '.join(too_big)}; "
            f"retrying with less inlining ({' '.join(attempts[number + 1])})",
            file=sys.stderr,
        )
    raise AssertionError("unreachable")


def optimise(linked, scratch, inlining):
    """The whole program as one, as link-time optimisation does. Ids are folded first, so that what follows sees
    constants; atomics become plain loads and stores, since there is one thread."""
    passes = [
        "internalize,globaldce",
        "sbf-fold-ids",
        "function(lower-atomic)",
        f"lto<{OPTIMISATION}>",
        "function(lower-atomic,expand-memcmp,instcombine<no-verify-fixpoint>,simplifycfg)",
    ]
    result = scratch / "opt.bc"
    run("opt", f"-load-pass-plugin={PLUGIN}", *inlining, "-strip-debug",
        f"-internalize-public-api-list={','.join([*KEPT, *BUILTINS])}",
        f"-passes={','.join(passes)}", linked, "-o", result)  # fmt: skip
    return result


def lower(optimised, scratch):
    """What the machine cannot do becomes what it can. Twice: the helpers that the first round calls, and that the
    clean-up then keeps, need the same."""
    passes = [
        "sbf-legalize-ops",
        "function(early-cse,dce)",
        "internalize,globaldce",
        "function(early-cse,dce,simplifycfg)",
        "sbf-legalize-ops",
        "sbf-lower-abi",
        "globaldce",
    ]
    result = scratch / "low.bc"
    run("opt", f"-load-pass-plugin={PLUGIN}", f"-internalize-public-api-list={','.join(KEPT)}",
        f"-passes={','.join(passes)}", optimised, "-o", result)  # fmt: skip
    return result


def generate_code(lowered, scratch):
    """The object file and the functions whose frames are too big, by their Rust names."""
    result = scratch / "prog.o"
    command = [
        LLVM / "llc", "-march=bpfel", "-mcpu=v2", "-mattr=+allows-misaligned-mem-access",
        f"-bpf-stack-size={FRAME_BYTES}", "-bpf-disable-trap-unreachable", "-relocation-model=static",
        "-filetype=obj", "-O2", lowered, "-o", result,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return result, []
    too_big = sorted(set(re.findall(r"in function (\S+) .*stack limit is exceeded", done.stderr)))
    others = {line for line in done.stderr.splitlines() if "error:" in line and "stack limit" not in line}
    if others or not too_big:
        # One cause makes hundreds of lines.
        fail("code generation failed:\n" + ("\n".join(sorted(others)[:10]) or done.stderr))
    return result, run("llvm-cxxfilt", *too_big).split("\n")[: len(too_big)]
