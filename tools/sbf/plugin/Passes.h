// The three passes of this plugin. Each is described at the head of its own file.
#pragma once

#include "llvm/IR/PassManager.h"

namespace sbf {

/// -passes=sbf-fold-ids (FoldIds.cpp)
struct FoldIds : llvm::PassInfoMixin<FoldIds> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// -passes=sbf-legalize-ops (LegalizeOps.cpp)
struct LegalizeOps : llvm::PassInfoMixin<LegalizeOps> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// -passes=sbf-lower-abi (LowerAbi.cpp)
struct LowerAbi : llvm::PassInfoMixin<LowerAbi> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace sbf
