// sbf-fold-ids: addresses known at compile time are computed at compile time.
//
// `declare_id!("...")` becomes a function that decodes base58 when it is called. On other targets it is a
// `const fn` whose result the compiler stores, but for this architecture the Solana crates leave it to the
// optimiser of the official toolchain. Undone, every `id()` would cost two thousand compute units; so calls
// of `Address::from_str_const` with a constant string are replaced by a copy of the 32 bytes. What cannot be
// folded still works, only slowly.

#include "Passes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace llvm;

namespace {

constexpr unsigned AddressBytes = 32;

bool decodeBase58(StringRef Text, uint8_t (&Out)[AddressBytes]) {
  static const char *Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  memset(Out, 0, AddressBytes);
  for (char Letter : Text) {
    const char *Found = Letter ? strchr(Alphabet, Letter) : nullptr;
    if (!Found)
      return false;
    unsigned Carry = Found - Alphabet;
    for (int I = AddressBytes - 1; I >= 0; I--) {
      Carry += 58u * Out[I];
      Out[I] = Carry & 255;
      Carry >>= 8;
    }
    if (Carry)
      return false; // more than 32 bytes
  }
  return true;
}

/// Calls of `from_str_const(out: *mut Address, text: *const u8, length: usize)`, by its mangled name.
SmallVector<CallInst *> callsToFold(Module &M) {
  SmallVector<CallInst *> Calls;
  for (Function &F : M) {
    if (!F.getName().contains("14from_str_const") || F.arg_size() != 3 || !F.getReturnType()->isVoidTy())
      continue;
    for (User *U : F.users())
      if (auto *Call = dyn_cast<CallInst>(U); Call && Call->getCalledFunction() == &F)
        Calls.push_back(Call);
  }
  return Calls;
}

/// The string that the call decodes, when it is a constant.
bool constantText(CallInst *Call, StringRef &Text) {
  auto *Length = dyn_cast<ConstantInt>(Call->getArgOperand(2));
  auto *Global = dyn_cast<GlobalVariable>(Call->getArgOperand(1)->stripPointerCasts());
  if (!Length || !Global || !Global->isConstant() || !Global->hasInitializer())
    return false;
  Constant *Content = Global->getInitializer();
  // rustc wraps a string in a struct of one field.
  while (auto *Struct = dyn_cast<ConstantStruct>(Content)) {
    if (Struct->getNumOperands() != 1)
      break;
    Content = Struct->getOperand(0);
  }
  auto *Bytes = dyn_cast<ConstantDataSequential>(Content);
  if (!Bytes || !Bytes->isString() || Bytes->getAsString().size() < Length->getZExtValue())
    return false;
  Text = Bytes->getAsString().substr(0, Length->getZExtValue());
  return true;
}

bool fold(CallInst *Call, Module &M) {
  StringRef Text;
  uint8_t Address[AddressBytes];
  if (!constantText(Call, Text) || !decodeBase58(Text, Address))
    return false;
  Constant *Content = ConstantDataArray::get(M.getContext(), ArrayRef<uint8_t>(Address, AddressBytes));
  auto *Stored = new GlobalVariable(M, Content->getType(), true, GlobalValue::PrivateLinkage, Content, "id");
  Stored->setAlignment(Align(8));
  Stored->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  IRBuilder<> B(Call);
  B.CreateMemCpy(Call->getArgOperand(0), Align(1), Stored, Align(8), AddressBytes);
  Call->eraseFromParent();
  return true;
}

} // namespace

PreservedAnalyses sbf::FoldIds::run(Module &M, ModuleAnalysisManager &) {
  unsigned Folded = 0, Left = 0;
  for (CallInst *Call : callsToFold(M))
    (fold(Call, M) ? Folded : Left)++;
  errs() << "sbf-fold-ids: " << Folded << " folded, " << Left << " left\n";
  return PreservedAnalyses::none();
}
