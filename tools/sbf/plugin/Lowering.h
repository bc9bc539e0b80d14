// What the parts of sbf-legalize-ops share (LegalizeOps.cpp says what that pass is for).
#pragma once

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

namespace sbf {

struct Lowering {
  llvm::Module &M;
  llvm::LLVMContext &C;
  llvm::Type *const I32, *const I64, *const I128;

  explicit Lowering(llvm::Module &M);

  /// A call of a helper or a system call, declared if need be, arguments and result converted to its
  /// signature.
  llvm::Value *call(llvm::IRBuilder<> &B, llvm::StringRef Name, llvm::Type *Result,
                    llvm::ArrayRef<llvm::Value *> Arguments);
};

// Each of these returns what replaces the instruction, or nullptr when it is none of its own or may stay as
// it is.
llvm::Value *lowerInteger(Lowering &L, llvm::Instruction &I); // Integers.cpp
llvm::Value *lowerFloat(Lowering &L, llvm::Instruction &I);   // Floats.cpp
llvm::Value *lowerMemory(Lowering &L, llvm::Instruction &I);  // LegalizeOps.cpp

} // namespace sbf
