"""From rustc's bitcode to a program: bitcode.py runs LLVM, elf.py reads its object, image.py writes ours."""
