#!/usr/bin/env python3
"""Puts a program's IDL together from what the program printed (usage: idl.py OUTPUT, the IDL goes to stdout).

A program built with the feature `idl-build` has tests that print the parts of its IDL between marker lines. The crate
`anchor-lang-idl` runs them and joins the parts, but it compiles everything a second time (it sets RUSTFLAGS) and may
install a Rust toolchain (when RUSTUP_TOOLCHAIN is set). So tools/build-program runs the tests, and the joining is done
here, step by step as `IdlBuilder::build` of anchor-lang-idl 0.1 does it: the result is the same, byte for byte.
"""

import json
import re
import sys

MARKER = re.compile(r"^--- IDL (begin|end) (\w+) ---$")
MODULE_PATH = re.compile(r'"(?:\w+::)+(\w+)"')
# The order of the fields in the IDL, and whether a field is left out when it is empty.
FIELDS = {
    "address": False,
    "metadata": False,
    "docs": True,
    "instructions": False,
    "accounts": True,
    "events": True,
    "errors": True,
    "types": True,
    "constants": True,
}
# Events are printed with their keys in alphabetical order, all else in that of Anchor's structs, which is this.
KEYS = "kind name docs discriminator serialization repr generics fields variants alias type".split()


def sections(output):
    """The marked parts of the output, as pairs (kind, text)."""
    kind, lines = None, []
    for line in output.splitlines():
        marker = MARKER.match(line)
        if marker and marker[1] == "begin":
            kind, lines = marker[2], []
        elif marker and kind:
            yield kind, "\n".join(lines)
            kind = None
        elif kind:
            lines.append(line)


def assemble(output):
    """One IDL from the printed parts."""
    idl, address, errors = None, "", None
    constants, events, types = [], [], {}
    for kind, text in sections(output):
        if kind == "address":
            address = re.sub(r"\W", "", text)
        elif kind == "const":
            constants.append(json.loads(text))
        elif kind == "event":
            part = ordered(json.loads(text))
            events.append(part["event"])
            types.update((ty["name"], ty) for ty in part["types"])
        elif kind == "errors":
            if errors is not None:
                sys.exit("idl.py: the program defines its errors twice (#[error_code] may be used once)")
            errors = json.loads(text)
        elif kind == "program":
            idl = json.loads(text)
    if idl is None:
        sys.exit("idl.py: no IDL in the output")

    types.update((ty["name"], ty) for ty in idl.get("types", []))
    idl.update(address=address, constants=constants, events=events, errors=errors or [])
    # By full path: when two modules have a type of the same name, which one keeps it must not change from run to run.
    idl["types"] = [types[name] for name in sorted(types)]
    return {field: idl.get(field, []) for field, optional in FIELDS.items() if idl.get(field) or not optional}


def ordered(value):
    """The same value with the keys in the order of KEYS; sorting is stable, so what is not named there stays put."""
    if isinstance(value, list):
        return [ordered(item) for item in value]
    if isinstance(value, dict):
        known = sorted(value, key=lambda key: KEYS.index(key) if key in KEYS else len(KEYS))
        return {key: ordered(value[key]) for key in known}
    return value


def shorten_paths(idl):
    """`till::payment::Payment` becomes `Payment`, unless another module has a `Payment` too."""
    text = json.dumps(idl, ensure_ascii=False, separators=(",", ":"))
    for path in MODULE_PATH.finditer(text):
        name = path[1]
        shorter = text.replace(path[0], f'"{name}"')
        if not re.search(rf'"(?:\w+::)+{name}"', shorter):
            text = shorter
    return json.loads(text)


def sort_by_name(idl):
    for field in ("accounts", "constants", "events", "instructions", "types"):
        if field in idl:
            idl[field].sort(key=lambda item: item["name"])
    return idl


def check_discriminators(idl):
    """Two things of a kind must be told apart by their first bytes, and no account may look like an empty one."""
    for field in ("accounts", "events", "instructions"):
        items = idl.get(field, [])
        for item in items:
            mark = item["discriminator"]
            if not mark or (field == "accounts" and not any(mark)):
                sys.exit(f"idl.py: {item['name']} of {field} has an empty discriminator")
            for other in items:
                if other is not item and mark[: len(other["discriminator"])] == other["discriminator"]:
                    sys.exit(f"idl.py: {item['name']} and {other['name']} of {field} have ambiguous discriminators")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        idl = sort_by_name(shorten_paths(assemble(file.read())))
    check_discriminators(idl)
    print(json.dumps(idl, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
