"""Reads the one ELF object that LLVM's BPF backend made."""

import struct
from dataclasses import dataclass

PROGBITS, SYMTAB, RELA, NOBITS, REL = 1, 2, 4, 8, 9
WRITE, ALLOC, EXEC = 1, 2, 4

SECTION_HEADER = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")


@dataclass(frozen=True)
class Section:
    index: int
    name: str
    type: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    align: int


@dataclass(frozen=True)
class Symbol:
    name: str
    section: int  # 0: not defined here
    value: int


@dataclass(frozen=True)
class Relocation:
    section: int  # the section that it patches
    offset: int
    type: int
    symbol: Symbol
    addend: int


class Object:
    """Sections, symbols and relocations of an ELF64 little-endian relocatable file."""

    def __init__(self, data):
        self.data = data
        self.sections = self._read_sections()
        self.symbols = self._read_symbols()

    def _string(self, table_offset, index):
        start = table_offset + index
        return self.data[start : self.data.index(b"\0", start)].decode()

    def _read_sections(self):
        (table,) = struct.unpack_from("<Q", self.data, 0x28)
        count, names = struct.unpack_from("<HH", self.data, 0x3C)
        headers = [SECTION_HEADER.unpack_from(self.data, table + SECTION_HEADER.size * i) for i in range(count)]
        names_offset = headers[names][4]
        return [
            Section(i, self._string(names_offset, name), type_, flags, offset, size, link, info, align)
            for i, (name, type_, flags, _, offset, size, link, info, align, _) in enumerate(headers)
        ]

    def _read_symbols(self):
        table = next(section for section in self.sections if section.type == SYMTAB)
        strings = self.sections[table.link].offset
        symbols = []
        for at in range(table.offset, table.offset + table.size, SYMBOL.size):
            name, _, _, section, value, _ = SYMBOL.unpack_from(self.data, at)
            symbols.append(Symbol(self._string(strings, name), section, value))
        return symbols

    def content(self, section):
        return self.data[section.offset : section.offset + section.size]

    def relocations(self):
        """BPF objects use REL, where the addend stands in the patched bytes; RELA is read too."""
        for table in self.sections:
            if table.type not in (REL, RELA):
                continue
            entry = 16 if table.type == REL else 24
            for at in range(table.offset, table.offset + table.size, entry):
                offset, info = struct.unpack_from("<QQ", self.data, at)
                addend = struct.unpack_from("<q", self.data, at + 16)[0] if table.type == RELA else 0
                yield Relocation(table.info, offset, info & 0xFFFFFFFF, self.symbols[info >> 32], addend)
