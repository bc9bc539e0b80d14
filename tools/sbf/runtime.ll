; The memory routines that compiled code calls, on top of the system calls of the chain, and a panic hook for programs
; that define none. The system call for copying allows overlap, so memcpy is memmove.

target datalayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"
target triple = "bpfel"

declare void @sol_memmove_(ptr, ptr, i64)
declare void @sol_memset_(ptr, i64, i64)
declare void @sol_memcmp_(ptr, ptr, i64, ptr)

define ptr @memcpy(ptr %to, ptr %from, i64 %count) nounwind {
  call void @sol_memmove_(ptr %to, ptr %from, i64 %count)
  ret ptr %to
}

define ptr @memmove(ptr %to, ptr %from, i64 %count) nounwind {
  call void @sol_memmove_(ptr %to, ptr %from, i64 %count)
  ret ptr %to
}

define ptr @memset(ptr %to, i32 %byte, i64 %count) nounwind {
  %wide = zext i32 %byte to i64
  call void @sol_memset_(ptr %to, i64 %wide, i64 %count)
  ret ptr %to
}

define i32 @memcmp(ptr %a, ptr %b, i64 %count) nounwind {
  %slot = alloca i32
  store i32 0, ptr %slot
  call void @sol_memcmp_(ptr %a, ptr %b, i64 %count, ptr %slot)
  %result = load i32, ptr %slot
  ret i32 %result
}

define i32 @bcmp(ptr %a, ptr %b, i64 %count) nounwind {
  %result = call i32 @memcmp(ptr %a, ptr %b, i64 %count)
  ret i32 %result
}

define weak void @custom_panic(ptr %info) {
  ret void
}
