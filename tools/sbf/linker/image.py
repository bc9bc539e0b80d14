"""Writes the program that the chain loads: one BPF object in, an SBPF ELF file out.

Version 0 of the format, which every cluster accepts, is a shared object: code, then read-only data, at addresses equal
to their offsets in the file, which the loader maps at 1 << 32. All addresses are known here, so they are written into
the code; what stays for the loader is the system calls, as relocations against undefined symbols.

Version 3 (SBF_ARCH=v3) has no dynamic tables: read-only data is mapped at 0 and code at 1 << 32, and a system call
names itself by the hash of its name.
"""

import os
import struct
import sys
from dataclasses import dataclass, field

from linker.elf import ALLOC, EXEC, NOBITS, PROGBITS, WRITE, Object

PROGRAM_BASE = 1 << 32
ELF_HEADER_BYTES, PROGRAM_HEADER_BYTES = 64, 56

# Relocation types of the BPF backend.
R_BPF_64_64, R_BPF_64_ABS64, R_BPF_64_32 = 1, 2, 10

# Operation codes that need attention.
LDDW, CALL, CALLX = 0x18, 0x85, 0x8D
DIV64_IMM, DIV64_REG = 0x34, 0x3C


def fail(text):
    sys.exit(f"sbf-link: {text}")


def aligned(position, alignment):
    return (position + alignment - 1) // alignment * alignment


@dataclass
class Span:
    start: int = 0
    end: int = 0

    @property
    def size(self):
        return self.end - self.start


@dataclass
class Layout:
    """Where each section of the object lies in the file, and the three parts that they make up."""

    address: dict = field(default_factory=dict)  # section index -> offset in the file
    text: Span = field(default_factory=Span)
    rodata: Span = field(default_factory=Span)
    relro: Span = field(default_factory=Span)  # constants that hold addresses
    end: int = 0

    def place(self, sections, start, least_alignment):
        position = start
        for section in sections:
            position = aligned(position, max(least_alignment, section.align))
            self.address[section.index] = position
            position += section.size
        return Span(start, position)


def build(object_bytes):
    """An SBPF program of the object that LLVM made."""
    if os.environ.get("SBF_ARCH") == "v3":
        return ImageV3(Object(object_bytes)).build()
    return ImageV0(Object(object_bytes)).build()


# ------------------------------------------------------------------------------------------ what both versions share


class Image:
    def __init__(self, obj):
        self.object = obj
        self.text, self.rodata, self.relro = self.select_sections()
        self.layout = self.make_layout()
        self.data = bytearray(self.layout.end)
        self.undefined = {}  # name of a system call -> offsets of the calls

    def select_sections(self):
        text, data = [], []
        for section in self.object.sections:
            if not section.flags & ALLOC or not section.size:
                continue
            if section.flags & EXEC:
                text.append(section)
            elif section.type in (PROGBITS, NOBITS) and not section.name.startswith((".BTF", ".eh_frame", ".llvm")):
                self.refuse_writable(section)
                data.append(section)
        rodata = [section for section in data if section.name.startswith(".rodata")]
        return text, rodata, [section for section in data if section not in rodata]

    def refuse_writable(self, section):
        """Nothing on chain is writable but the stack and the heap; .data.rel.ro is so only until it is relocated."""
        if not section.flags & WRITE or section.name.startswith(".data.rel.ro"):
            return
        names = ", ".join(s.name for s in self.object.symbols if s.section == section.index and s.name)
        what = f"writable section {section.name} ({section.size} bytes): {names[:600]}"
        if not os.environ.get("SBF_ALLOW_WRITABLE"):
            fail(f"{what}\n  programs have no writable statics; SBF_ALLOW_WRITABLE=1 links them read-only")
        print(f"sbf-link: warning: read-only copy of {what}", file=sys.stderr)

    def build(self):
        self.copy_sections()
        self.fix_instructions()
        self.relocate()
        entrypoint = next((s for s in self.object.symbols if s.name == "entrypoint"), None)
        if entrypoint is None:
            fail("no `entrypoint` symbol")
        self.write_headers(self.symbol_address(entrypoint))
        return bytes(self.data)

    def copy_sections(self):
        for section in self.text + self.rodata + self.relro:
            if section.type != NOBITS:
                start = self.layout.address[section.index]
                self.data[start : start + section.size] = self.object.content(section)

    def fix_instructions(self):
        """Encodings that differ between Linux' BPF and Solana's; and what must not be there, if it slips through."""
        position = self.layout.text.start
        while position < self.layout.text.end:
            operation = self.data[position]
            if operation == LDDW:  # two slots
                position += 16
                continue
            if operation == CALLX:
                self.fix_call_by_register(position)
            elif operation == CALL:
                self.fix_call(position)
            elif operation in (DIV64_REG, DIV64_IMM) and self.data[position + 2]:
                fail("sdiv in output")
            elif operation & 7 == 6:
                fail(f"jmp32 in output at {position:#x}")
            elif operation & 7 == 3 and operation & 0xE0 == 0xC0:
                fail(f"atomic in output at {position:#x}")
            position += 8

    def relocate(self):
        patches = {}
        for relocation in self.object.relocations():
            if relocation.section in self.layout.address:
                patches[self.layout.address[relocation.section] + relocation.offset] = relocation
        for position, relocation in sorted(patches.items()):
            symbol = relocation.symbol
            if relocation.type == R_BPF_64_64:
                self.patch_lddw(position, self.vm_address(symbol) + relocation.addend)
            elif relocation.type == R_BPF_64_ABS64:
                (addend,) = struct.unpack_from("<q", self.data, position)
                struct.pack_into("<Q", self.data, position, self.vm_address(symbol) + relocation.addend + addend)
            elif relocation.type == R_BPF_64_32:
                self.patch_call(position, relocation)
            else:
                fail(f"relocation type {relocation.type} against {symbol.name!r}")
        unknown = [name for name in self.undefined if not (name.startswith("sol_") or name == "abort")]
        if unknown:
            fail(f"undefined symbols: {', '.join(unknown)}")

    def patch_lddw(self, position, address):
        """A 64-bit constant, its halves in the two slots of the instruction."""
        (low,) = struct.unpack_from("<I", self.data, position + 4)
        (high,) = struct.unpack_from("<I", self.data, position + 12)
        value = address + (low | high << 32)
        struct.pack_into("<I", self.data, position + 4, value & 0xFFFFFFFF)
        struct.pack_into("<I", self.data, position + 12, value >> 32)

    def patch_call(self, position, relocation):
        symbol = relocation.symbol
        if symbol.section == 0:
            self.undefined.setdefault(symbol.name, []).append(position)
            struct.pack_into("<I", self.data, position + 4, self.system_call_code(symbol.name))
            self.data[position + 1] = 0
        else:
            (inside,) = struct.unpack_from("<i", self.data, position + 4)
            target = self.layout.address[symbol.section] + symbol.value + relocation.addend + (inside + 1) * 8
            struct.pack_into("<i", self.data, position + 4, (target - position) // 8 - 1)

    def write_elf_header(self, flags, entry, headers, sections_at=0, sections=0):
        entry_bytes, names = (64, sections - 1) if sections else (0, 0)
        self.data[:ELF_HEADER_BYTES] = struct.pack(
            "<16sHHIQQQIHHHHHH",
            b"\x7fELF\2\1\1" + bytes(9), 3, 247, 1, entry,  # a shared object for BPF
            ELF_HEADER_BYTES, sections_at, flags,
            ELF_HEADER_BYTES, PROGRAM_HEADER_BYTES, len(headers), entry_bytes, sections, names,
        )  # fmt: skip
        for number, header in enumerate(headers):
            position = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES * number
            struct.pack_into("<IIQQQQQQ", self.data, position, *header)

    def section_address(self, symbol):
        if symbol.section not in self.layout.address:
            fail(f"undefined data symbol {symbol.name!r}")
        return self.layout.address[symbol.section] + symbol.value


# ------------------------------------------------------------------------------------------ version 0


class ImageV0(Image):
    def make_layout(self):
        layout = Layout()
        layout.text = layout.place(self.text, aligned(ELF_HEADER_BYTES + 3 * PROGRAM_HEADER_BYTES, 8), 8)
        layout.rodata = layout.place(self.rodata, aligned(layout.text.end, 16), 1)
        layout.relro = layout.place(self.relro, aligned(layout.rodata.end, 16), 1)
        layout.end = layout.relro.end
        return layout

    def symbol_address(self, symbol):
        return self.section_address(symbol)

    def vm_address(self, symbol):
        return PROGRAM_BASE + self.section_address(symbol)

    def fix_call_by_register(self, position):
        """LLVM names the register in the destination field, SBPF v0 in the immediate."""
        register = self.data[position + 1] & 15
        self.data[position + 1] = 0
        struct.pack_into("<i", self.data, position + 4, register)

    def fix_call(self, position):
        self.data[position + 1] = 0

    def system_call_code(self, _name):
        return 0xFFFFFFFF  # the loader puts the hash there, by the relocation

    def write_headers(self, entry):
        text, rodata, relro = self.layout.text, self.layout.rodata, self.layout.relro
        sections = [("", 0, 0, 0, 0, 0, 0, 0, 0, 0)]

        def add_section(name, type_, flags, at, size, link=0, info=0, align=8, entry_bytes=0):
            sections.append((name, type_, flags, at, at, size, link, info, align, entry_bytes))

        add_section(".text", PROGBITS, ALLOC | EXEC, text.start, text.size)
        if rodata.size:
            add_section(".rodata", PROGBITS, ALLOC, rodata.start, rodata.size, align=16)
        if relro.size:
            add_section(".data.rel.ro", PROGBITS, ALLOC | WRITE, relro.start, relro.size, align=16)

        symbols, strings, relocations = self.dynamic_tables(entry)
        first = len(sections)
        self.append(b"")
        dynamic_at, dynamic_bytes = len(self.data), 16 * (9 if relocations else 6)
        self.data.extend(bytes(dynamic_bytes))
        symbols_at, strings_at = self.append(symbols), self.append(strings)
        relocations_at = self.append(relocations)
        self.write_dynamic(dynamic_at, symbols_at, strings_at, len(strings), relocations_at, len(relocations))
        add_section(".dynamic", 6, ALLOC | WRITE, dynamic_at, dynamic_bytes, link=first + 2, entry_bytes=16)
        add_section(".dynsym", 11, ALLOC, symbols_at, len(symbols), link=first + 2, info=1, entry_bytes=24)
        add_section(".dynstr", 3, ALLOC, strings_at, len(strings), align=1)
        if relocations:
            add_section(".rel.dyn", 9, ALLOC, relocations_at, len(relocations), link=first + 1, entry_bytes=16)

        loaded_end = len(self.data)
        sections_at = self.write_section_headers(sections)
        headers = [
            (1, 5, text.start, text.start, text.start, text.size, text.size, 4096),
            (1, 4, *[rodata.start] * 3, *[loaded_end - rodata.start] * 2, 4096),
            (2, 6, *[dynamic_at] * 3, *[dynamic_bytes] * 2, 8),
        ]
        self.write_elf_header(0, entry, headers, sections_at, len(sections))

    def dynamic_tables(self, entry):
        """Symbols (the entry point and every system call), their names, and a relocation for each call of one."""
        symbols, strings, relocations = bytearray(24), bytearray(b"\0"), bytearray()

        def add_symbol(name, info, section, value):
            symbols.extend(struct.pack("<IBBHQQ", len(strings), info, 0, section, value, 0))
            strings.extend(name.encode() + b"\0")

        add_symbol("entrypoint", 0x12, 1, entry)
        for name in sorted(self.undefined):
            number = len(symbols) // 24
            add_symbol(name, 0x10, 0, 0)
            for position in self.undefined[name]:
                relocations += struct.pack("<QQ", position, number << 32 | R_BPF_64_32)
        return symbols, strings, relocations

    def write_dynamic(self, at, symbols_at, strings_at, strings_bytes, relocations_at, relocations_bytes):
        tags = [(6, symbols_at), (11, 24), (5, strings_at), (10, strings_bytes)]  # SYMTAB, SYMENT, STRTAB, STRSZ
        if relocations_bytes:
            tags += [(17, relocations_at), (18, relocations_bytes), (19, 16)]  # REL, RELSZ, RELENT
        tags += [(30, 0), (0, 0)]  # FLAGS, NULL
        for number, tag in enumerate(tags):
            struct.pack_into("<QQ", self.data, at + 16 * number, *tag)

    def write_section_headers(self, sections):
        names, name_offsets = bytearray(b"\0"), [0]
        for name in [section[0] for section in sections[1:]] + [".shstrtab"]:
            name_offsets.append(len(names))
            names += name.encode() + b"\0"
        at = self.append(names)
        sections.append((".shstrtab", 3, 0, 0, at, len(names), 0, 0, 1, 0))
        headers_at = self.append(b"")
        for name_offset, section in zip(name_offsets, sections):
            self.data.extend(struct.pack("<IIQQQQIIQQ", name_offset, *section[1:]))
        return headers_at

    def append(self, content):
        """At the next multiple of eight; returns where."""
        self.data.extend(bytes(-len(self.data) % 8))
        at = len(self.data)
        self.data.extend(content)
        return at


# ------------------------------------------------------------------------------------------ version 3


class ImageV3(Image):
    def make_layout(self):
        layout = Layout()
        start = ELF_HEADER_BYTES + 2 * PROGRAM_HEADER_BYTES
        position = start + 16  # read-only data is mapped at 0: its first bytes stay unused, so no reference is null
        for section in self.rodata + self.relro:
            position += -(position - start) % max(1, section.align)
            layout.address[section.index] = position
            position += section.size
        position += -(position - start) % 8
        layout.rodata = Span(start, position)
        for section in self.text:
            layout.address[section.index] = position
            position += section.size
        layout.text = Span(layout.rodata.end, position)
        layout.relro = Span(position, position)
        layout.end = position
        return layout

    def symbol_address(self, symbol):
        text = any(section.index == symbol.section for section in self.text)
        base = PROGRAM_BASE - self.layout.text.start if text else -self.layout.rodata.start
        return self.section_address(symbol) + base

    vm_address = symbol_address

    def fix_call_by_register(self, position):
        """Version 3 encodes it as LLVM does."""

    def fix_call(self, position):
        self.data[position + 1] = 0x10

    def system_call_code(self, name):
        return murmur3(name.encode())

    def write_headers(self, entry):
        text, rodata = self.layout.text, self.layout.rodata
        headers = [
            (1, 4, rodata.start, 0, 0, rodata.size, rodata.size, 8),
            (1, 1, text.start, PROGRAM_BASE, PROGRAM_BASE, text.size, text.size, 8),
        ]
        self.write_elf_header(3, entry, headers)


def murmur3(data):
    """The 32-bit hash by which version 3 names its system calls."""
    mask = 0xFFFFFFFF

    def rotate(value, bits):
        return ((value << bits) | (value >> (32 - bits))) & mask

    def scramble(word):
        return rotate(word * 0xCC9E2D51 & mask, 15) * 0x1B873593 & mask

    value = 0
    whole = len(data) // 4 * 4
    for position in range(0, whole, 4):
        value ^= scramble(int.from_bytes(data[position : position + 4], "little"))
        value = (rotate(value, 13) * 5 + 0xE6546B64) & mask
    if data[whole:]:
        value ^= scramble(int.from_bytes(data[whole:], "little"))
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & mask
    value = (value ^ value >> 13) * 0xC2B2AE35 & mask
    return value ^ value >> 16
