// sbf-legalize-ops: operations that the machine has not become ones that it has.
//
// SBPF computes with 64-bit integers, unsigned division included. The BPF backend refuses the rest, or calls
// library functions in a convention that it cannot then compile. So this pass rewrites 128-bit and wider
// arithmetic, signed division and overflow checks (Integers.cpp), all floating point (Floats.cpp), and here
// the copying of memory, traps, and arguments passed by value. What is long becomes a call of a helper from
// compiler_builtins, which rustc links into every program; those helpers need the same treatment, and
// therefore the pass runs a second time after them.

#include "Lowering.h"
#include "Passes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/CommandLine.h"

using namespace llvm;

static cl::opt<unsigned>
    MemInline("sbf-mem-inline", cl::init(64),
              cl::desc("mem intrinsics of constant size up to this many bytes are expanded inline"));

namespace sbf {

Lowering::Lowering(Module &M)
    : M(M), C(M.getContext()), I32(Type::getInt32Ty(C)), I64(Type::getInt64Ty(C)),
      I128(Type::getInt128Ty(C)) {}

Value *Lowering::call(IRBuilder<> &B, StringRef Name, Type *Result, ArrayRef<Value *> Arguments) {
  SmallVector<Type *> Types;
  for (Value *Argument : Arguments)
    Types.push_back(Argument->getType());
  Function *F = M.getFunction(Name);
  if (!F)
    F = cast<Function>(M.getOrInsertFunction(Name, FunctionType::get(Result, Types, false)).getCallee());

  // rustc's extern "C" convention for BPF passes and returns 128-bit integers through memory.
  FunctionType *Wanted = F->getFunctionType();
  SmallVector<Value *> Converted;
  AllocaInst *ResultSlot = nullptr;
  IRBuilder<> Entry(&*B.GetInsertBlock()->getParent()->getEntryBlock().getFirstInsertionPt());
  bool ByPointer = Wanted->getReturnType()->isVoidTy() && Wanted->getNumParams() == Arguments.size() + 1;
  if (!Result->isVoidTy() && ByPointer)
    Converted.push_back(ResultSlot = Entry.CreateAlloca(Result));
  for (Value *Argument : Arguments) {
    Type *Want = Wanted->getParamType(Converted.size());
    Type *Have = Argument->getType();
    if (Have != Want) {
      if (Want->isPointerTy() && Have->isIntegerTy() && Have->getIntegerBitWidth() > 64) {
        AllocaInst *Slot = Entry.CreateAlloca(Have);
        B.CreateStore(Argument, Slot);
        Argument = Slot;
      } else if (Want->isIntegerTy() && Have->isIntegerTy()) {
        Argument = B.CreateZExtOrTrunc(Argument, Want);
      } else {
        Argument = B.CreateBitOrPointerCast(Argument, Want);
      }
    }
    Converted.push_back(Argument);
  }
  Value *Returned = B.CreateCall(F, Converted);
  if (ResultSlot)
    return B.CreateLoad(Result, ResultSlot);
  if (Returned->getType() == Result || Result->isVoidTy())
    return Returned;
  if (Returned->getType()->isIntegerTy() && Result->isIntegerTy())
    return B.CreateSExtOrTrunc(Returned, Result);
  return B.CreateBitCast(Returned, Result);
}

/// Copies and fills that are long, or of a length not known, are system calls; short ones the backend
/// expands. A trap ends the program by the system call for that.
Value *lowerMemory(Lowering &L, Instruction &I) {
  auto *Intrinsic = dyn_cast<IntrinsicInst>(&I);
  if (!Intrinsic)
    return nullptr;
  IRBuilder<> B(&I);
  Type *Void = Type::getVoidTy(L.C);
  switch (Intrinsic->getIntrinsicID()) {
  case Intrinsic::memcpy:
  case Intrinsic::memmove:
  case Intrinsic::memset: {
    bool Move = Intrinsic->getIntrinsicID() == Intrinsic::memmove;
    Value *Length = Intrinsic->getArgOperand(2);
    // The backend expands a memmove by loading all of it before storing: no more than this in registers and
    // stack.
    uint64_t Limit = Move ? std::min<unsigned>(MemInline, 64) : (unsigned)MemInline;
    if (auto *Known = dyn_cast<ConstantInt>(Length); Known && Known->getZExtValue() <= Limit)
      return nullptr;
    Length = B.CreateZExtOrTrunc(Length, L.I64);
    Value *To = Intrinsic->getArgOperand(0), *What = Intrinsic->getArgOperand(1);
    if (Intrinsic->getIntrinsicID() == Intrinsic::memset)
      L.call(B, "sol_memset_", Void, {To, B.CreateZExt(What, L.I64), Length});
    else // also for memcpy: it may be told to copy a place onto itself, which sol_memcpy_ refuses
      L.call(B, "sol_memmove_", Void, {To, What, Length});
    return UndefValue::get(I.getType());
  }
  case Intrinsic::trap:
  case Intrinsic::ubsantrap:
  case Intrinsic::debugtrap: L.call(B, "abort", Void, {}); return UndefValue::get(I.getType());
  default: return nullptr;
  }
}

/// Copies the arguments of one call that are passed by value.
static void copyByValue(CallInst *Call, Function &Caller, Module &M) {
  for (unsigned I = 0; I < Call->arg_size(); I++) {
    if (!Call->isByValArgument(I))
      continue;
    Type *T = Call->getParamByValType(I);
    IRBuilder<> Entry(&*Caller.getEntryBlock().getFirstInsertionPt());
    IRBuilder<> B(Call);
    AllocaInst *Copy = Entry.CreateAlloca(T);
    Align Wanted = Call->getParamAlign(I).valueOrOne();
    if (Copy->getAlign() < Wanted)
      Copy->setAlignment(Wanted);
    B.CreateMemCpy(Copy, Copy->getAlign(), Call->getArgOperand(I), Align(1),
                   M.getDataLayout().getTypeAllocSize(T));
    Call->setArgOperand(I, Copy);
    Call->removeParamAttr(I, Attribute::ByVal);
  }
}

/// "By value" means that the callee may change what the pointer points to: here the caller makes the copy.
static void copyByValueArguments(Module &M) {
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    SmallVector<CallInst *> Calls;
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallInst>(&I); Call && !isa<IntrinsicInst>(Call))
        Calls.push_back(Call);
    for (CallInst *Call : Calls)
      copyByValue(Call, F, M);
  }
  for (Function &F : M)
    if (!F.isIntrinsic())
      for (unsigned I = 0; I < F.arg_size(); I++)
        F.removeParamAttr(I, Attribute::ByVal);
}

PreservedAnalyses LegalizeOps::run(Module &M, ModuleAnalysisManager &) {
  copyByValueArguments(M);
  Lowering L(M);
  SmallVector<Instruction *> All;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      All.push_back(&I);
  for (Instruction *I : All) {
    Value *Replacement = lowerInteger(L, *I);
    if (!Replacement)
      Replacement = lowerFloat(L, *I);
    if (!Replacement)
      Replacement = lowerMemory(L, *I);
    if (!Replacement)
      continue;
    if (!I->getType()->isVoidTy())
      I->replaceAllUsesWith(Replacement);
    I->eraseFromParent();
  }
  return PreservedAnalyses::none();
}

} // namespace sbf
