// Part of sbf-legalize-ops: integers of more than 64 bits, signed division, and multiplication with an
// overflow check.
//
// A 128-bit number is taken apart into halves, `lo` and `hi`, computed with in 64 bits, and joined again;
// what joining and taking apart cancel out, the optimiser removes. The machine has no instruction for the
// upper half of a product, so that is a function, `__sbf_umulh`, of its own: inlined everywhere it would
// double the size of programs.

#include "Lowering.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace sbf;

namespace {

using Pair = std::pair<Value *, Value *>;

class Integers {
public:
  Integers(Lowering &L, Instruction &I) : L(L), B(&I), I64(L.I64), I128(L.I128) {}
  Value *lower(Instruction &I);

private:
  Lowering &L;
  IRBuilder<> B;
  Type *I64, *I128;

  Value *lowerDivision(Instruction &I);
  Value *lowerSignedDivision(Instruction &I);
  Value *lowerCheckedMultiplication(IntrinsicInst &I);
  Value *lowerFunnelShift(IntrinsicInst &I);

  Function *highHalfFunction();
  Value *highHalf(Value *X, Value *Y);
  Pair split(Value *V);
  Value *join(Value *Low, Value *High);
  SmallVector<Value *> limbs(Value *V, unsigned Count);
  Value *absolute(Value *V);

  Value *multiply128(Value *X, Value *Y);
  Value *multiplyWide(Value *X, Value *Y);
  Pair multiplyUnsignedChecked(Value *X, Value *Y);
  Pair multiplySignedChecked(Value *X, Value *Y);
  Value *divideSigned(Value *X, Value *Y, bool Remainder);
  Value *shift128(unsigned Opcode, Value *X, Value *Count);
};

bool isZero(Value *V) {
  auto *Constant = dyn_cast<ConstantInt>(V);
  return Constant && Constant->isZero();
}

bool isZeroOrOne(Value *V) {
  auto *Constant = dyn_cast<ConstantInt>(V);
  return Constant && (Constant->isZero() || Constant->isOne());
}

// ---------------------------------------------------------------------------------------------- taking apart

/// The upper 64 bits of a product, by the four products of the 32-bit halves.
Function *Integers::highHalfFunction() {
  if (Function *F = L.M.getFunction("__sbf_umulh"))
    return F;
  auto *T = FunctionType::get(I64, {I64, I64}, false);
  Function *F = Function::Create(T, GlobalValue::InternalLinkage, "__sbf_umulh", L.M);
  F->addFnAttr(Attribute::NoInline);
  F->addFnAttr(Attribute::NoUnwind);
  F->setMemoryEffects(MemoryEffects::none());
  IRBuilder<> E(BasicBlock::Create(L.C, "e", F));
  Value *A = F->getArg(0), *X = F->getArg(1), *Mask = E.getInt64(0xffffffffu);
  Value *AL = E.CreateAnd(A, Mask), *AH = E.CreateLShr(A, 32);
  Value *XL = E.CreateAnd(X, Mask), *XH = E.CreateLShr(X, 32);
  Value *LL = E.CreateMul(AL, XL), *LH = E.CreateMul(AL, XH);
  Value *HL = E.CreateMul(AH, XL), *HH = E.CreateMul(AH, XH);
  Value *Middle = E.CreateAdd(HL, E.CreateLShr(LL, 32));
  Value *Carry = E.CreateAdd(LH, E.CreateAnd(Middle, Mask));
  E.CreateRet(E.CreateAdd(E.CreateAdd(HH, E.CreateLShr(Middle, 32)), E.CreateLShr(Carry, 32)));
  return F;
}

Value *Integers::highHalf(Value *X, Value *Y) {
  if (isZeroOrOne(X) || isZeroOrOne(Y))
    return B.getInt64(0);
  return B.CreateCall(highHalfFunction(), {X, Y});
}

Pair Integers::split(Value *V) {
  if (auto *Extended = dyn_cast<ZExtInst>(V))
    if (Extended->getOperand(0)->getType()->getIntegerBitWidth() <= 64)
      return {B.CreateZExt(Extended->getOperand(0), I64), B.getInt64(0)};
  return {B.CreateTrunc(V, I64), B.CreateTrunc(B.CreateLShr(V, 64), I64)};
}

Value *Integers::join(Value *Low, Value *High) {
  return B.CreateOr(B.CreateZExt(Low, I128), B.CreateShl(B.CreateZExt(High, I128), 64));
}

/// A number of any width in 64-bit pieces, the lowest first.
SmallVector<Value *> Integers::limbs(Value *V, unsigned Count) {
  SmallVector<Value *> Pieces;
  if (auto *Extended = dyn_cast<ZExtInst>(V))
    V = Extended->getOperand(0);
  unsigned Width = V->getType()->getIntegerBitWidth();
  for (unsigned I = 0; I < Count; I++) {
    if (I * 64 >= Width)
      Pieces.push_back(B.getInt64(0));
    else
      Pieces.push_back(B.CreateZExtOrTrunc(I ? B.CreateLShr(V, I * 64) : V, I64));
  }
  return Pieces;
}

Value *Integers::absolute(Value *V) {
  return B.CreateSelect(B.CreateICmpSLT(V, ConstantInt::get(V->getType(), 0)), B.CreateNeg(V), V);
}

// ----------------------------------------------------------------------------------------------
// multiplication

Value *Integers::multiply128(Value *X, Value *Y) {
  auto [XL, XH] = split(X);
  auto [YL, YH] = split(Y);
  Value *High = highHalf(XL, YL);
  High = B.CreateAdd(High, B.CreateMul(XL, YH));
  High = B.CreateAdd(High, B.CreateMul(XH, YL));
  return join(B.CreateMul(XL, YL), High);
}

/// As at school, with 64-bit digits: for the odd 192 or 256 bits that the optimiser makes of 128-bit code.
Value *Integers::multiplyWide(Value *X, Value *Y) {
  Type *T = X->getType();
  unsigned Count = (T->getIntegerBitWidth() + 63) / 64;
  auto XD = limbs(X, Count), YD = limbs(Y, Count);
  SmallVector<Value *> Sum(Count, B.getInt64(0));
  auto AddAt = [&](unsigned I, Value *V) {
    for (; I < Count && !isZero(V); I++) {
      Value *New = B.CreateAdd(Sum[I], V);
      V = B.CreateZExt(B.CreateICmpULT(New, V), I64); // the carry
      Sum[I] = New;
    }
  };
  for (unsigned I = 0; I < Count; I++)
    for (unsigned J = 0; I + J < Count; J++) {
      if (isZero(XD[I]) || isZero(YD[J]))
        continue;
      AddAt(I + J, B.CreateMul(XD[I], YD[J]));
      if (I + J + 1 < Count)
        AddAt(I + J + 1, highHalf(XD[I], YD[J]));
    }
  Value *Result = ConstantInt::get(T, 0);
  for (unsigned I = 0; I < Count; I++)
    Result = B.CreateOr(Result, B.CreateShl(B.CreateZExtOrTrunc(Sum[I], T), I * 64));
  return Result;
}

/// The product and whether it overflowed.
Pair Integers::multiplyUnsignedChecked(Value *X, Value *Y) {
  if (X->getType() == I64) {
    if (isa<ConstantInt>(X))
      std::swap(X, Y);
    if (auto *Factor = dyn_cast<ConstantInt>(Y)) { // size times count, the usual one
      uint64_t K = Factor->getZExtValue();
      if (K < 2)
        return {B.CreateMul(X, Y), B.getFalse()};
      return {B.CreateMul(X, Y), B.CreateICmpUGT(X, B.getInt64(UINT64_MAX / K))};
    }
    return {B.CreateMul(X, Y), B.CreateICmpNE(highHalf(X, Y), B.getInt64(0))};
  }
  auto [XL, XH] = split(X);
  auto [YL, YH] = split(Y);
  Value *Zero = B.getInt64(0);
  Value *Overflow = B.CreateAnd(B.CreateICmpNE(XH, Zero), B.CreateICmpNE(YH, Zero));
  Overflow = B.CreateOr(Overflow, B.CreateICmpNE(highHalf(XH, YL), Zero));
  Overflow = B.CreateOr(Overflow, B.CreateICmpNE(highHalf(XL, YH), Zero));
  Value *Carried = highHalf(XL, YL);
  // At most one of the two is not zero, or it has overflowed already.
  Value *Crossed = B.CreateAdd(B.CreateMul(XH, YL), B.CreateMul(XL, YH));
  Value *High = B.CreateAdd(Carried, Crossed);
  Overflow = B.CreateOr(Overflow, B.CreateICmpULT(High, Carried));
  return {join(B.CreateMul(XL, YL), High), Overflow};
}

Pair Integers::multiplySignedChecked(Value *X, Value *Y) {
  Type *T = X->getType();
  auto [Magnitude, Overflow] = multiplyUnsignedChecked(absolute(X), absolute(Y));
  Value *Negative = B.CreateICmpSLT(B.CreateXor(X, Y), ConstantInt::get(T, 0));
  // A negative result may be larger by one.
  auto *Largest = ConstantInt::get(T, APInt::getSignedMaxValue(T->getIntegerBitWidth()));
  Value *Limit = B.CreateAdd(Largest, B.CreateZExt(Negative, T));
  Overflow = B.CreateOr(Overflow, B.CreateICmpUGT(Magnitude, Limit));
  return {B.CreateSelect(Negative, B.CreateNeg(Magnitude), Magnitude), Overflow};
}

Value *Integers::lowerCheckedMultiplication(IntrinsicInst &I) {
  Value *X = I.getArgOperand(0), *Y = I.getArgOperand(1);
  if (X->getType() != I64 && X->getType() != I128)
    return nullptr;
  bool Unsigned = I.getIntrinsicID() == Intrinsic::umul_with_overflow;
  auto [Product, Overflow] = Unsigned ? multiplyUnsignedChecked(X, Y) : multiplySignedChecked(X, Y);
  return B.CreateInsertValue(B.CreateInsertValue(PoisonValue::get(I.getType()), Product, 0), Overflow, 1);
}

// ---------------------------------------------------------------------------------------------- division

/// Divides magnitudes and puts the sign back. `(v ^ s) - s` is the magnitude of v, when s is its sign in
/// every bit.
Value *Integers::divideSigned(Value *X, Value *Y, bool Remainder) {
  unsigned SignBit = X->getType()->getIntegerBitWidth() - 1;
  Value *SX = B.CreateAShr(X, SignBit), *SY = B.CreateAShr(Y, SignBit);
  Value *MX = B.CreateSub(B.CreateXor(X, SX), SX), *MY = B.CreateSub(B.CreateXor(Y, SY), SY);
  if (Remainder) {
    Value *R = B.CreateURem(MX, MY);
    return B.CreateSub(B.CreateXor(R, SX), SX);
  }
  Value *Q = B.CreateUDiv(MX, MY), *Sign = B.CreateXor(SX, SY);
  return B.CreateSub(B.CreateXor(Q, Sign), Sign);
}

Value *Integers::lowerSignedDivision(Instruction &I) {
  bool Remainder = I.getOpcode() == Instruction::SRem;
  Value *X = I.getOperand(0), *Y = I.getOperand(1);
  Type *T = I.getType();
  if (!T->isIntegerTy())
    return nullptr;
  if (T->getIntegerBitWidth() > 64)
    return L.call(B, Remainder ? "__modti3" : "__divti3", I128, {X, Y});
  if (T != I64)
    return B.CreateTrunc(divideSigned(B.CreateSExt(X, I64), B.CreateSExt(Y, I64), Remainder), T);
  return divideSigned(X, Y, Remainder);
}

/// Unsigned: 64 bits and less the machine can.
Value *Integers::lowerDivision(Instruction &I) {
  Type *T = I.getType();
  if (T != I128)
    return nullptr;
  bool Remainder = I.getOpcode() == Instruction::URem;
  Value *X = I.getOperand(0), *Y = I.getOperand(1);
  if (auto *By = dyn_cast<ConstantInt>(Y); By && By->getValue().isPowerOf2())
    return Remainder ? B.CreateAnd(X, ConstantInt::get(T, By->getValue() - 1))
                     : B.CreateLShr(X, By->getValue().logBase2());
  return L.call(B, Remainder ? "__umodti3" : "__udivti3", I128, {X, Y});
}

// ---------------------------------------------------------------------------------------------- shifts

/// A shift of 128 bits by a count that is not known: both halves for a count below 64 and for one above,
/// selected. The bits that cross over are shifted in two steps, since shifting by 64 at once is not defined.
Value *Integers::shift128(unsigned Opcode, Value *X, Value *Count) {
  auto [Low, High] = split(X);
  Value *N = B.CreateTrunc(Count, I64);
  Value *Shift = B.CreateAnd(N, 63), *Rest = B.CreateXor(Shift, 63);
  Value *Big = B.CreateICmpNE(B.CreateAnd(N, 64), B.getInt64(0)), *Zero = B.getInt64(0);
  if (Opcode == Instruction::Shl) {
    Value *NewLow = B.CreateShl(Low, Shift);
    Value *NewHigh = B.CreateOr(B.CreateShl(High, Shift), B.CreateLShr(B.CreateLShr(Low, 1), Rest));
    return join(B.CreateSelect(Big, Zero, NewLow), B.CreateSelect(Big, NewLow, NewHigh));
  }
  bool Logical = Opcode == Instruction::LShr;
  Value *NewHigh = Logical ? B.CreateLShr(High, Shift) : B.CreateAShr(High, Shift);
  Value *NewLow = B.CreateOr(B.CreateLShr(Low, Shift), B.CreateShl(B.CreateShl(High, 1), Rest));
  return join(B.CreateSelect(Big, NewHigh, NewLow),
              B.CreateSelect(Big, Logical ? Zero : B.CreateAShr(High, 63), NewHigh));
}

Value *Integers::lowerFunnelShift(IntrinsicInst &I) {
  Type *T = I.getType();
  Value *X = I.getArgOperand(0), *Y = I.getArgOperand(1), *Count = I.getArgOperand(2);
  if (T != I128 || isa<ConstantInt>(Count))
    return nullptr;
  Value *Inverse = B.CreateNot(Count), *One = ConstantInt::get(T, 1);
  if (I.getIntrinsicID() == Intrinsic::fshl)
    return B.CreateOr(shift128(Instruction::Shl, X, Count),
                      shift128(Instruction::LShr, B.CreateLShr(Y, One), Inverse));
  return B.CreateOr(shift128(Instruction::Shl, B.CreateShl(X, One), Inverse),
                    shift128(Instruction::LShr, Y, Count));
}

// ---------------------------------------------------------------------------------------------- which is
// which

Value *Integers::lower(Instruction &I) {
  Type *T = I.getType();
  switch (I.getOpcode()) {
  case Instruction::SDiv:
  case Instruction::SRem: return lowerSignedDivision(I);
  case Instruction::UDiv:
  case Instruction::URem: return lowerDivision(I);
  case Instruction::Mul:
    if (T == I128)
      return multiply128(I.getOperand(0), I.getOperand(1));
    if (T->isIntegerTy() && T->getIntegerBitWidth() > 64)
      return multiplyWide(I.getOperand(0), I.getOperand(1));
    return nullptr;
  case Instruction::Shl:
  case Instruction::LShr:
  case Instruction::AShr:
    if (T == I128 && !isa<ConstantInt>(I.getOperand(1)))
      return shift128(I.getOpcode(), I.getOperand(0), I.getOperand(1));
    return nullptr;
  default: break;
  }
  auto *Intrinsic = dyn_cast<IntrinsicInst>(&I);
  if (!Intrinsic)
    return nullptr;
  switch (Intrinsic->getIntrinsicID()) {
  case Intrinsic::umul_with_overflow:
  case Intrinsic::smul_with_overflow: return lowerCheckedMultiplication(*Intrinsic);
  case Intrinsic::fshl:
  case Intrinsic::fshr: return lowerFunnelShift(*Intrinsic);
  default: return nullptr;
  }
}

} // namespace

Value *sbf::lowerInteger(Lowering &L, Instruction &I) {
  return Integers(L, I).lower(I);
}
