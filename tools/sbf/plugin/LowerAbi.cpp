// sbf-lower-abi: functions get the signatures that the machine can call.
//
// Five registers carry arguments and one carries the result. The BPF backend refuses what needs more. So the
// arguments that do not fit are stored in a struct in the caller's frame, and the last register points to it;
// a result of more than one register is written through a pointer, which becomes the first argument. That
// changes functions and calls alike: all of the program is one module by now, and a call by pointer finds its
// new signature by the old one, as all functions of one type are changed in the same way. Functions from
// outside, which are system calls, stay as they are.

#include "Passes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace llvm;

namespace {

constexpr unsigned ArgumentRegisters = 5;

/// How functions of one type are changed.
struct Signature {
  bool Changes = false;
  bool ResultByPointer = false;
  unsigned Kept = 0;            // how many arguments stay arguments
  StructType *Packed = nullptr; // the others, if any
  FunctionType *NewType = nullptr;
};

class AbiLowering {
public:
  explicit AbiLowering(Module &M) : M(M), Layout(M.getDataLayout()), C(M.getContext()) {}
  void run();

private:
  Module &M;
  const DataLayout &Layout;
  LLVMContext &C;
  std::map<FunctionType *, Signature> Signatures;

  unsigned registersFor(Type *T);
  Signature &signatureOf(FunctionType *Type);
  void chooseArguments(Signature &S, FunctionType *Type, unsigned Total,
                       SmallVectorImpl<llvm::Type *> &NewParams);
  void dropStructReturnAttributes();
  void collect(SmallVectorImpl<Function *> &Functions, SmallVectorImpl<CallInst *> &Calls);
  bool mustStay(CallBase *Call);
  void rewriteCall(CallInst *Call);
  void rewriteFunction(Function *Old);
  void returnThrough(Argument *Result, Function *F);
};

unsigned AbiLowering::registersFor(Type *T) {
  if (T->isVoidTy())
    return 0;
  if (auto *Struct = dyn_cast<StructType>(T)) {
    unsigned Sum = 0;
    for (Type *Element : Struct->elements())
      Sum += registersFor(Element);
    return Sum;
  }
  if (auto *Array = dyn_cast<ArrayType>(T))
    return Array->getNumElements() * registersFor(Array->getElementType());
  if (auto *Vector = dyn_cast<FixedVectorType>(T))
    return Vector->getNumElements() * registersFor(Vector->getElementType());
  return std::max<uint64_t>(1, (Layout.getTypeSizeInBits(T).getFixedValue() + 63) / 64);
}

Signature &AbiLowering::signatureOf(FunctionType *Type) {
  auto Known = Signatures.find(Type);
  if (Known != Signatures.end())
    return Known->second;
  Signature &S = Signatures[Type];
  if (Type->isVarArg())
    return S;
  S.ResultByPointer = registersFor(Type->getReturnType()) > 1;
  unsigned Total = S.ResultByPointer;
  for (llvm::Type *Param : Type->params())
    Total += registersFor(Param);
  if (!S.ResultByPointer && Total <= ArgumentRegisters)
    return S;
  S.Changes = true;
  SmallVector<llvm::Type *> NewParams;
  if (S.ResultByPointer)
    NewParams.push_back(PointerType::get(C, 0));
  chooseArguments(S, Type, Total, NewParams);
  S.NewType = FunctionType::get(S.ResultByPointer ? llvm::Type::getVoidTy(C) : Type->getReturnType(),
                                NewParams, false);
  return S;
}

/// All arguments stay when they fit; else as many as leave a register for the pointer to the rest.
void AbiLowering::chooseArguments(Signature &S, FunctionType *Type, unsigned Total,
                                  SmallVectorImpl<llvm::Type *> &NewParams) {
  if (Total <= ArgumentRegisters) {
    S.Kept = Type->getNumParams();
    NewParams.append(Type->param_begin(), Type->param_end());
    return;
  }
  unsigned Used = S.ResultByPointer;
  while (S.Kept < Type->getNumParams()) {
    llvm::Type *Next = Type->getParamType(S.Kept);
    if (Used + registersFor(Next) > ArgumentRegisters - 1)
      break;
    Used += registersFor(Next);
    NewParams.push_back(Next);
    S.Kept++;
  }
  SmallVector<llvm::Type *> Rest(Type->param_begin() + S.Kept, Type->param_end());
  S.Packed = StructType::get(C, Rest);
  NewParams.push_back(PointerType::get(C, 0));
}

/// rustc passes the pointer for a large result itself, and marks it; the backend refuses the mark, not the
/// pointer.
void AbiLowering::dropStructReturnAttributes() {
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    for (unsigned I = 0; I < F.arg_size(); I++)
      F.removeParamAttr(I, Attribute::StructRet);
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call)
        continue;
      for (unsigned A = 0; A < Call->arg_size(); A++) {
        Call->removeParamAttr(A, Attribute::StructRet);
        if (Call->isByValArgument(A))
          report_fatal_error("sbf-lower-abi: byval argument"); // sbf-legalize-ops makes the copies
      }
    }
  }
}

bool AbiLowering::mustStay(CallBase *Call) {
  if (Call->isInlineAsm() || isa<IntrinsicInst>(Call))
    return true;
  Function *Callee = Call->getCalledFunction();
  if (!Callee)
    return false; // by pointer
  if (Callee->isIntrinsic())
    return true;
  if (!Callee->isDeclaration())
    return false;
  if (signatureOf(Call->getFunctionType()).Changes)
    errs() << "sbf-lower-abi: warning: external function " << Callee->getName()
           << " needs more than 5 registers\n";
  return true;
}

void AbiLowering::collect(SmallVectorImpl<Function *> &Functions, SmallVectorImpl<CallInst *> &Calls) {
  for (Function &F : M) {
    if (!F.isDeclaration() && signatureOf(F.getFunctionType()).Changes)
      Functions.push_back(&F);
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (Call && !mustStay(Call) && signatureOf(Call->getFunctionType()).Changes)
        Calls.push_back(cast<CallInst>(Call));
    }
  }
}

void AbiLowering::rewriteCall(CallInst *Call) {
  Signature &S = signatureOf(Call->getFunctionType());
  IRBuilder<> Entry(&*Call->getFunction()->getEntryBlock().getFirstInsertionPt());
  IRBuilder<> B(Call);
  SmallVector<Value *> Arguments;
  AllocaInst *Result = nullptr, *Packed = nullptr;
  Type *ResultType = Call->getType();
  if (S.ResultByPointer) {
    Result = Entry.CreateAlloca(ResultType);
    B.CreateLifetimeStart(Result);
    Arguments.push_back(Result);
  }
  for (unsigned I = 0; I < S.Kept; I++)
    Arguments.push_back(Call->getArgOperand(I));
  if (S.Packed) {
    Packed = Entry.CreateAlloca(S.Packed);
    B.CreateLifetimeStart(Packed);
    for (unsigned I = S.Kept; I < Call->arg_size(); I++) {
      Value *Argument = Call->getArgOperand(I);
      if (!isa<UndefValue>(Argument))
        B.CreateStore(Argument, B.CreateStructGEP(S.Packed, Packed, I - S.Kept));
    }
    Arguments.push_back(Packed);
  }
  CallInst *New = B.CreateCall(S.NewType, Call->getCalledOperand(), Arguments);
  New->setCallingConv(Call->getCallingConv());
  Value *Value = New;
  if (S.ResultByPointer) {
    Value = B.CreateLoad(ResultType, Result);
    B.CreateLifetimeEnd(Result);
  }
  if (Packed)
    B.CreateLifetimeEnd(Packed);
  if (!ResultType->isVoidTy())
    Call->replaceAllUsesWith(Value);
  Call->eraseFromParent();
}

void AbiLowering::rewriteFunction(Function *Old) {
  Signature &S = signatureOf(Old->getFunctionType());
  Function *New = Function::Create(S.NewType, Old->getLinkage(), Old->getAddressSpace());
  M.getFunctionList().insert(Old->getIterator(), New);
  New->setCallingConv(Old->getCallingConv());
  New->setSection(Old->getSection());
  New->setVisibility(Old->getVisibility());
  New->setUnnamedAddr(Old->getUnnamedAddr());
  New->takeName(Old);
  New->splice(New->begin(), Old);

  IRBuilder<> B(&*New->getEntryBlock().getFirstInsertionPt());
  unsigned Next = 0;
  Argument *Result = S.ResultByPointer ? New->getArg(Next++) : nullptr;
  for (unsigned I = 0; I < S.Kept; I++) {
    New->getArg(Next)->takeName(Old->getArg(I));
    Old->getArg(I)->replaceAllUsesWith(New->getArg(Next++));
  }
  if (S.Packed) {
    Argument *Packed = New->getArg(Next);
    for (unsigned I = S.Kept; I < Old->arg_size(); I++) {
      Argument *A = Old->getArg(I);
      if (!A->use_empty())
        A->replaceAllUsesWith(B.CreateLoad(A->getType(), B.CreateStructGEP(S.Packed, Packed, I - S.Kept)));
    }
  }
  if (Result)
    returnThrough(Result, New);
  Old->replaceAllUsesWith(New);
  Old->eraseFromParent();
}

void AbiLowering::returnThrough(Argument *Result, Function *F) {
  SmallVector<ReturnInst *> Returns;
  for (BasicBlock &Block : *F)
    if (auto *Return = dyn_cast<ReturnInst>(Block.getTerminator()))
      Returns.push_back(Return);
  for (ReturnInst *Return : Returns) {
    IRBuilder<> B(Return);
    B.CreateStore(Return->getReturnValue(), Result);
    B.CreateRetVoid();
    Return->eraseFromParent();
  }
}

void AbiLowering::run() {
  dropStructReturnAttributes();
  SmallVector<Function *> Functions;
  SmallVector<CallInst *> Calls;
  collect(Functions, Calls);
  // Calls first: pointers have no type, so a call of the new signature may for now name the old function.
  for (CallInst *Call : Calls)
    rewriteCall(Call);
  for (Function *F : Functions)
    rewriteFunction(F);
  errs() << "sbf-lower-abi: " << Functions.size() << " functions, " << Calls.size()
         << " call sites rewritten\n";
  if (verifyModule(M, &errs()))
    report_fatal_error("sbf-lower-abi: broken module");
}

} // namespace

PreservedAnalyses sbf::LowerAbi::run(Module &M, ModuleAnalysisManager &) {
  AbiLowering(M).run();
  return PreservedAnalyses::none();
}
