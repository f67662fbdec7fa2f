// Objects: an LLVM module becomes x86-64 ELF object bytes, and object bytes become callable code.
// Loading needs no LLVM: that is what a hit of the disk cache runs.
#ifndef JITC_BACKENDS_CPU_OBJECT_H
#define JITC_BACKENDS_CPU_OBJECT_H
#include <stdbool.h>
#include <stddef.h>

#include "backends/cpu/llvm.h"
#include "backends/cpu/machine.h"

typedef struct Bytes {
  unsigned char *data;  // malloc'ed; free with bytes_free
  size_t n;
} Bytes;
void bytes_free(Bytes *b);

// Prepares a new module: target triple and data layout of the machine. Call it before emitting into
// the module. llvm_open() must have returned true.
bool object_target(LLVMModuleRef module, const Machine *machine);

// Machine code for a module, straight from its IR without IR passes. Leaves the module usable for
// disposal only. Safe on several threads at once, each with its own LLVM context. False with an
// error if LLVM refuses. Functions should carry nounwind (object_function_defaults), or every one
// brings unwind tables.
bool object_emit(LLVMModuleRef module, const Machine *machine, Bytes *out);

// The attributes every emitted function wants: nounwind, and no frame pointer.
void object_function_defaults(LLVMValueRef function);

// Texts of a module for people, malloc'ed; NULL with an error. The assembly consumes the module as
// emission does.
char *object_ir_text(LLVMModuleRef module);
char *object_asm_text(LLVMModuleRef module, const Machine *machine);

// Checks the module by LLVM's verifier; false with its message as the error. For tests and debug
// builds: 1-2 ms.
bool object_verify(LLVMModuleRef module);

// Constants in this section are machine code.
#define OBJECT_CODE_SECTION ".jitc.code"

// Code loaded from object bytes: text read+execute, constants read only (W^X). Imports are resolved
// from one table only: fmaf, fma, fmodf, fmod, memcpy, memmove, memset; any other name
// is an error. Truncated or hostile bytes give an error, never a crash while loading (what the code
// then does is the cache's checksum's matter).
typedef struct Code Code;
Code *code_load(const void *bytes, size_t n);
void code_free(Code *code);  // NULL is allowed; no call may be running in it

// The address of a global symbol, or NULL.
void *code_symbol(const Code *code, const char *name);
#endif
