#!/usr/bin/env -S python3 -B
"""Teaches Rust's standard library about the chain: `target_os = "solana"` (usage: patch_std.py LIBRARY_DIRECTORY).

The official toolchain carries a fork of the library; this makes the few changes that programs need. Each edit names the
text that it expects, so that a newer library in which the text has moved is an error here and not a surprise on chain.
Doing it twice does nothing.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Library:
    def __init__(self, root):
        self.root = Path(root)

    def replace(self, path, old, new, after=None):
        """The first `old` (behind the text `after`, if given) becomes `new`."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        start = text.index(after) if after else 0
        if new in text[start : start + 4000] if after else new in text:
            return
        if old not in text[start:]:
            sys.exit(f"patch_std.py: {path}: expected text not found: {old!r}")
        file.write_text(text[:start] + text[start:].replace(old, new, 1), encoding="utf-8")

    def replace_all(self, path, old, new):
        file = self.root / path
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    def wrap(self, path, signature, on_chain, elsewhere, renamed):
        """A function does `on_chain` on the chain; on other systems it calls `elsewhere`, which is its old self.

        `signature` is the line that opens the function, `renamed` the lines that now open the old one.
        """
        indent = " " * (len(signature) - len(signature.lstrip(" ")) + 4)
        on_chain = "".join(f"{indent}{line}\n" if line else "\n" for line in on_chain.strip("\n").split("\n"))
        other = f'{indent}#[cfg(not(target_os = "solana"))]\n{indent}{elsewhere}\n{indent[4:]}}}\n'
        self.replace(path, signature, signature + on_chain + other + renamed)


def supported(library):
    """An unknown system gets a library that asks for `#![feature(restricted_std)]`."""
    library.replace(
        "std/build.rs",
        '|| target_os == "vexos"\n',
        '|| target_os == "vexos"\n        || target_os == "solana"\n',
    )


def allocator(library):
    """The heap is 32 KiB at a fixed address, and a transaction is over before it is worth freeing any of it."""
    path = "std/src/sys/alloc/mod.rs"
    zkvm = '    target_os = "zkvm" => {\n        mod zkvm;\n    }'
    library.replace(path, zkvm.lstrip(), zkvm.lstrip() + "\n" + zkvm.replace("zkvm", "solana"))
    source = (HERE / "std" / "alloc.rs").read_text(encoding="utf-8")
    (library.root / "std/src/sys/alloc/solana.rs").write_text(source, encoding="utf-8")
    # Which alignment every allocation has at least: a table by architecture.
    library.replace(path, '    target_arch = "x86",\n', '    target_arch = "bpf",\n    target_arch = "x86",\n')


def no_randomness(library):
    """All validators must compute the same: there is no randomness, and hash maps have fixed keys.

    `RandomState::new` would keep its keys in a thread-local, which is a writable static, which programs cannot have.
    """
    path = "std/src/sys/random/mod.rs"
    library.replace(
        path,
        '        target_os = "vexos",\n    ) => {\n        // FIXME',
        '        target_os = "vexos",\n        target_os = "solana",\n    ) => {\n        // FIXME',
    )
    library.replace(
        path,
        '    target_os = "vexos",\n)))]',
        '    target_os = "vexos",\n    target_os = "solana",\n)))]',
    )
    library.wrap(
        "std/src/hash/random.rs",
        "    pub fn new() -> RandomState {\n",
        """
#[cfg(target_os = "solana")]
return RandomState { k0: 0x5eed_5eed_5eed_5eed, k1: 0x0123_4567_89ab_cdef };
""",
        "Self::new_std()",
        "    #[allow(dead_code)]\n    fn new_std() -> RandomState {\n",
    )


def single_thread(library):
    path = "std/src/sys/thread_local/mod.rs"
    library.replace(
        path,
        '        target_os = "vexos",\n    ) => {\n        mod no_threads;',
        '        target_os = "vexos",\n        target_os = "solana",\n    ) => {\n        mod no_threads;',
    )
    library.replace(
        path,
        'target_os = "vexos"',
        'target_os = "solana",\n            target_os = "vexos"',
        after="pub(crate) mod guard",
    )


def input_output(library):
    library.replace(
        "std/src/sys/io/error/mod.rs",
        '        target_os = "vexos",\n        target_family = "wasm",',
        '        target_os = "vexos",\n        target_os = "solana",\n        target_family = "wasm",',
    )


def panics(library):
    """A panic calls the program's `custom_panic`, which solana-program's entry point defines, and then aborts."""
    library.wrap(
        "std/src/panicking.rs",
        "pub fn panic_handler(info: &core::panic::PanicInfo<'_>) -> ! {\n",
        """
#[cfg(target_os = "solana")]
{
    unsafe extern "Rust" { fn custom_panic(info: &core::panic::PanicInfo<'_>); }
    unsafe { custom_panic(info) };
    crate::intrinsics::abort();
}
""",
        "panic_handler_std(info)",
        "#[cfg(not(any(test, doctest)))]\n"
        "#[allow(dead_code)]\n"
        "fn panic_handler_std(info: &core::panic::PanicInfo<'_>) -> ! {\n",
    )


def panics_with_payload(library):
    """`panic_any`, and `panic!("...")` of crates of the edition 2018, come by another way and have no PanicInfo."""
    library.replace(
        "std/src/panicking.rs",
        """    force_no_backtrace: bool,
) -> ! {
    let must_abort = panic_count::increase(true);
""",
        """    force_no_backtrace: bool,
) -> ! {
    #[cfg(target_os = "solana")]
    {
        unsafe extern "C" {
            fn sol_log_(m: *const u8, len: u64);
            fn sol_panic_(f: *const u8, len: u64, line: u64, col: u64) -> !;
        }
        let _ = (can_unwind, force_no_backtrace);
        unsafe {
            if let Some(s) = payload.as_str() { sol_log_(s.as_ptr(), s.len() as u64) }
            let f = location.file();
            sol_panic_(f.as_ptr(), f.len() as u64, location.line() as u64, location.column() as u64)
        }
    }
    #[cfg(not(target_os = "solana"))]
    panic_with_hook_std(payload, location, can_unwind, force_no_backtrace)
}
#[allow(dead_code)]
fn panic_with_hook_std(
    payload: &mut dyn PanicPayload,
    location: &Location<'_>,
    can_unwind: bool,
    force_no_backtrace: bool,
) -> ! {
    let must_abort = panic_count::increase(true);
""",
    )


def out_of_memory(library):
    library.wrap(
        "std/src/alloc.rs",
        "pub fn rust_oom(layout: Layout) -> ! {\n",
        """
#[cfg(target_os = "solana")]
{
    let _ = layout;
    unsafe extern "C" { fn sol_log_(m: *const u8, len: u64); }
    unsafe { sol_log_(b"Error: memory allocation failed, out of memory".as_ptr(), 46) };
    crate::intrinsics::abort();
}
""",
        "rust_oom_std(layout)",
        "#[allow(dead_code)]\nfn rust_oom_std(layout: Layout) -> ! {\n",
    )


def small_frames(library):
    """A frame has 4,096 bytes: sorting must not put a scratch buffer of that size on the stack."""
    library.replace_all("core/src/slice/sort/stable/mod.rs", "AlignedStorage::<T, 4096>", "AlignedStorage::<T, 1024>")
    library.replace_all(
        "core/src/slice/sort/shared/smallsort.rs",
        "MAX_STACK_ARRAY_SIZE: usize = 4096",
        "MAX_STACK_ARRAY_SIZE: usize = 1024",
    )


def main():
    library = Library(sys.argv[1])
    supported(library)
    allocator(library)
    no_randomness(library)
    single_thread(library)
    input_output(library)
    panics(library)
    panics_with_payload(library)
    out_of_memory(library)
    small_frames(library)


if __name__ == "__main__":
    main()
