// Part of sbf-legalize-ops: floating point, which the machine has not at all.
//
// Every operation becomes a call of the function of compiler_builtins that does it in integers, by the names
// that compilers have for them (`__adddf3` adds two doubles, `__fixdfdi` makes an integer of one) or by that
// of the C library
// (`floor`). What only touches the sign is done on the bits.

#include "Lowering.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace sbf;

namespace {

bool isFloat(Type *T) {
  return T->isFloatTy() || T->isDoubleTy();
}

/// "sf", single float, or "df", double float: part of the names of the functions.
const char *suffix(Type *T) {
  return T->isFloatTy() ? "sf" : "df";
}

class Floats {
public:
  Floats(Lowering &L, Instruction &I) : L(L), B(&I) {}
  Value *lower(Instruction &I);

private:
  Lowering &L;
  IRBuilder<> B;

  Value *lowerIntrinsic(IntrinsicInst &I);
  Value *arithmetic(const char *Name, Type *T, Value *X, Value *Y);
  Value *compare(CmpInst::Predicate Predicate, Value *X, Value *Y);
  Value *toInteger(Value *V, Type *T, bool Signed, bool Saturate);
  Value *saturate(Value *V, unsigned Width, bool Signed);
  Value *fromInteger(Value *V, Type *T, bool Signed);
  Value *library(const char *Name, Type *T, ArrayRef<Value *> Arguments);

  Type *bitsType(Type *T) { return T->isFloatTy() ? L.I32 : L.I64; }
  Value *bits(Value *V) { return B.CreateBitCast(V, bitsType(V->getType())); }
  Value *signMask(Type *T) {
    Type *Bits = bitsType(T);
    return ConstantInt::get(Bits, APInt::getSignMask(Bits->getIntegerBitWidth()));
  }
  Value *magnitudeMask(Type *T) {
    Type *Bits = bitsType(T);
    return ConstantInt::get(Bits, APInt::getSignedMaxValue(Bits->getIntegerBitWidth()));
  }
};

Value *Floats::arithmetic(const char *Name, Type *T, Value *X, Value *Y) {
  return L.call(B, (Twine("__") + Name + suffix(T) + "3").str(), T, {X, Y});
}

/// The helpers compare as C does: their result is to be compared with zero, and how tells what NaN counts as.
/// `__ledf2` and its like give +1 when one is NaN, `__gedf2` and its like -1. So "greater or unordered" is
/// "not (less or equal)".
Value *Floats::compare(CmpInst::Predicate Predicate, Value *X, Value *Y) {
  std::string Suffix = suffix(X->getType());
  Value *Zero = B.getInt32(0);
  auto Helper = [&](const char *Name) {
    return L.call(B, (Twine("__") + Name + Suffix + "2").str(), L.I32, {X, Y});
  };
  switch (Predicate) {
  case CmpInst::FCMP_FALSE: return B.getFalse();
  case CmpInst::FCMP_TRUE: return B.getTrue();
  case CmpInst::FCMP_OEQ: return B.CreateICmpEQ(Helper("eq"), Zero);
  case CmpInst::FCMP_UNE: return B.CreateICmpNE(Helper("ne"), Zero);
  case CmpInst::FCMP_OLT: return B.CreateICmpSLT(Helper("lt"), Zero);
  case CmpInst::FCMP_OLE: return B.CreateICmpSLE(Helper("le"), Zero);
  case CmpInst::FCMP_OGT: return B.CreateICmpSGT(Helper("gt"), Zero);
  case CmpInst::FCMP_OGE: return B.CreateICmpSGE(Helper("ge"), Zero);
  case CmpInst::FCMP_ULT: return B.CreateNot(B.CreateICmpSGE(Helper("ge"), Zero));
  case CmpInst::FCMP_ULE: return B.CreateNot(B.CreateICmpSGT(Helper("gt"), Zero));
  case CmpInst::FCMP_UGT: return B.CreateNot(B.CreateICmpSLE(Helper("le"), Zero));
  case CmpInst::FCMP_UGE: return B.CreateNot(B.CreateICmpSLT(Helper("lt"), Zero));
  case CmpInst::FCMP_ORD: return B.CreateICmpEQ(Helper("unord"), Zero);
  case CmpInst::FCMP_UNO: return B.CreateICmpNE(Helper("unord"), Zero);
  case CmpInst::FCMP_UEQ:
    return B.CreateOr(B.CreateICmpNE(Helper("unord"), Zero), B.CreateICmpEQ(Helper("eq"), Zero));
  case CmpInst::FCMP_ONE:
    return B.CreateAnd(B.CreateICmpEQ(Helper("unord"), Zero), B.CreateICmpNE(Helper("ne"), Zero));
  default: report_fatal_error("fcmp predicate");
  }
}

/// The helpers of compiler_builtins saturate, as `as` does in Rust: only narrower types have to be cut off
/// here.
Value *Floats::toInteger(Value *V, Type *T, bool Signed, bool Saturate) {
  unsigned Width = T->getIntegerBitWidth();
  std::string Name = "__fix" + std::string(Signed ? "" : "uns") + suffix(V->getType());
  if (Width > 64)
    return L.call(B, Name + "ti", L.I128, {V});
  Value *Result = L.call(B, Name + "di", L.I64, {V});
  if (Width == 64)
    return Result;
  if (Saturate)
    Result = saturate(Result, Width, Signed);
  return B.CreateTrunc(Result, T);
}

Value *Floats::saturate(Value *V, unsigned Width, bool Signed) {
  if (!Signed)
    return B.CreateBinaryIntrinsic(Intrinsic::umin, V, B.getInt64(APInt::getMaxValue(Width).getZExtValue()));
  Value *Most = B.getInt64(APInt::getSignedMaxValue(Width).getZExtValue());
  Value *Least = ConstantInt::get(L.I64, APInt::getSignedMinValue(Width).sext(64));
  V = B.CreateBinaryIntrinsic(Intrinsic::smin, V, Most);
  return B.CreateBinaryIntrinsic(Intrinsic::smax, V, Least);
}

Value *Floats::fromInteger(Value *V, Type *T, bool Signed) {
  bool Wide = V->getType()->getIntegerBitWidth() > 64;
  Type *From = Wide ? L.I128 : L.I64;
  V = Signed ? B.CreateSExt(V, From) : B.CreateZExt(V, From);
  return L.call(B, std::string("__float") + (Signed ? "" : "un") + (Wide ? "ti" : "di") + suffix(T), T, {V});
}

/// A function of the C library: those for single floats have an f at the end of their names.
Value *Floats::library(const char *Name, Type *T, ArrayRef<Value *> Arguments) {
  if (!isFloat(T))
    return nullptr;
  return L.call(B, T->isFloatTy() ? std::string(Name) + "f" : std::string(Name), T, Arguments);
}

Value *Floats::lower(Instruction &I) {
  Type *T = I.getType();
  switch (I.getOpcode()) {
  case Instruction::FAdd:
    return isFloat(T) ? arithmetic("add", T, I.getOperand(0), I.getOperand(1)) : nullptr;
  case Instruction::FSub:
    return isFloat(T) ? arithmetic("sub", T, I.getOperand(0), I.getOperand(1)) : nullptr;
  case Instruction::FMul:
    return isFloat(T) ? arithmetic("mul", T, I.getOperand(0), I.getOperand(1)) : nullptr;
  case Instruction::FDiv:
    return isFloat(T) ? arithmetic("div", T, I.getOperand(0), I.getOperand(1)) : nullptr;
  case Instruction::FRem: return library("fmod", T, {I.getOperand(0), I.getOperand(1)});
  case Instruction::FNeg:
    return isFloat(T) ? B.CreateBitCast(B.CreateXor(bits(I.getOperand(0)), signMask(T)), T) : nullptr;
  case Instruction::FCmp:
    if (!isFloat(I.getOperand(0)->getType()))
      return nullptr;
    return compare(cast<FCmpInst>(I).getPredicate(), I.getOperand(0), I.getOperand(1));
  case Instruction::FPToSI:
  case Instruction::FPToUI: return toInteger(I.getOperand(0), T, I.getOpcode() == Instruction::FPToSI, false);
  case Instruction::SIToFP:
  case Instruction::UIToFP: return fromInteger(I.getOperand(0), T, I.getOpcode() == Instruction::SIToFP);
  case Instruction::FPExt:
    return T->isDoubleTy() ? L.call(B, "__extendsfdf2", T, {I.getOperand(0)}) : nullptr;
  case Instruction::FPTrunc:
    return T->isFloatTy() ? L.call(B, "__truncdfsf2", T, {I.getOperand(0)}) : nullptr;
  default: break;
  }
  auto *Intrinsic = dyn_cast<IntrinsicInst>(&I);
  return Intrinsic ? lowerIntrinsic(*Intrinsic) : nullptr;
}

/// The C library's name of an operation that LLVM has as an intrinsic.
const char *libraryName(Intrinsic::ID Id) {
  switch (Id) {
  case Intrinsic::floor: return "floor";
  case Intrinsic::ceil: return "ceil";
  case Intrinsic::trunc: return "trunc";
  case Intrinsic::rint: return "rint";
  case Intrinsic::nearbyint: return "rint";
  case Intrinsic::round: return "round";
  case Intrinsic::roundeven: return "roundeven";
  case Intrinsic::sqrt: return "sqrt";
  case Intrinsic::fma: return "fma";
  case Intrinsic::minnum: return "fmin";
  case Intrinsic::maxnum: return "fmax";
  case Intrinsic::minimumnum: return "fminimum_num";
  case Intrinsic::maximumnum: return "fmaximum_num";
  case Intrinsic::minimum: return "fminimum";
  case Intrinsic::maximum: return "fmaximum";
  case Intrinsic::tan: return "tan";
  case Intrinsic::exp10: return "exp10";
  case Intrinsic::pow: return "pow";
  case Intrinsic::exp: return "exp";
  case Intrinsic::exp2: return "exp2";
  case Intrinsic::log: return "log";
  case Intrinsic::log2: return "log2";
  case Intrinsic::log10: return "log10";
  case Intrinsic::sin: return "sin";
  case Intrinsic::cos: return "cos";
  default: return nullptr;
  }
}

Value *Floats::lowerIntrinsic(IntrinsicInst &I) {
  Type *T = I.getType();
  switch (I.getIntrinsicID()) {
  case Intrinsic::fptosi_sat:
  case Intrinsic::fptoui_sat:
    return toInteger(I.getArgOperand(0), T, I.getIntrinsicID() == Intrinsic::fptosi_sat, true);
  case Intrinsic::fabs:
    return isFloat(T) ? B.CreateBitCast(B.CreateAnd(bits(I.getArgOperand(0)), magnitudeMask(T)), T) : nullptr;
  case Intrinsic::copysign: {
    if (!isFloat(T))
      return nullptr;
    Value *Magnitude = B.CreateAnd(bits(I.getArgOperand(0)), magnitudeMask(T));
    Value *Sign = B.CreateAnd(bits(I.getArgOperand(1)), signMask(T));
    return B.CreateBitCast(B.CreateOr(Magnitude, Sign), T);
  }
  case Intrinsic::fmuladd:
    if (!isFloat(T))
      return nullptr;
    return arithmetic("add", T, arithmetic("mul", T, I.getArgOperand(0), I.getArgOperand(1)),
                      I.getArgOperand(2));
  default: break;
  }
  const char *Name = libraryName(I.getIntrinsicID());
  return Name ? library(Name, T, SmallVector<Value *>(I.args())) : nullptr;
}

} // namespace

Value *sbf::lowerFloat(Lowering &L, Instruction &I) {
  return Floats(L, I).lower(I);
}
