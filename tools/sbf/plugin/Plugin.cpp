// An LLVM plugin: passes that turn optimised code of Rust's into what the BPF backend of stock LLVM can
// compile. The fork of LLVM that the official toolchain carries does the like inside its backend.

#include "Passes.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"

using namespace llvm;

static bool addPass(StringRef Name, ModulePassManager &Manager, ArrayRef<PassBuilder::PipelineElement>) {
  if (Name == "sbf-fold-ids") {
    Manager.addPass(sbf::FoldIds());
  } else if (Name == "sbf-legalize-ops") {
    Manager.addPass(sbf::LegalizeOps());
  } else if (Name == "sbf-lower-abi") {
    Manager.addPass(sbf::LowerAbi());
  } else {
    return false;
  }
  return true;
}

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "SbfLower", "1",
          [](PassBuilder &Builder) { Builder.registerPipelineParsingCallback(addPass); }};
}
