// From LLVM modules to object bytes and texts.
#include "backends/cpu/object.h"

#include <stdlib.h>
#include <string.h>

#include "ir/arena.h"
#include "ir/diag.h"

static const char triple[] = "x86_64-unknown-linux-gnu";

// Code generation level 1: against 2 it saves a third of the time and costs the kernels nothing
// measurable; level 0 makes contractions five times slower.
static const LLVMCodeGenOptLevel level = LLVMCodeGenLevelLess;

void bytes_free(Bytes *b) {
  free(b->data);
  *b = (Bytes){0};
}

static LLVMTargetMachineRef new_target_machine(const Machine *machine) {
  LLVMTargetRef target;
  char *message = NULL;
  if (llvm->GetTargetFromTriple(triple, &target, &message)) {
    fail((Loc){0}, "LLVM has no x86-64 target: %s", message);
    llvm->DisposeMessage(message);
    return NULL;
  }
  return llvm->CreateTargetMachine(target, triple, machine_llvm_cpu(machine),
                                   machine_llvm_features(machine), level, LLVMRelocPIC,
                                   LLVMCodeModelSmall);
}

bool object_target(LLVMModuleRef module, const Machine *machine) {
  LLVMTargetMachineRef tm = new_target_machine(machine);
  if (!tm) return false;
  LLVMTargetDataRef layout = llvm->CreateTargetDataLayout(tm);
  llvm->SetModuleDataLayout(module, layout);
  llvm->SetTarget(module, triple);
  llvm->DisposeTargetData(layout);
  llvm->DisposeTargetMachine(tm);
  return true;
}

void object_function_defaults(LLVMValueRef function) {
  LLVMContextRef context = llvm->GetModuleContext(llvm->GetGlobalParent(function));
  unsigned kind = llvm->GetEnumAttributeKindForName("nounwind", 8);
  llvm->AddAttributeAtIndex(function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                            llvm->CreateEnumAttribute(context, kind, 0));
}

static bool emit(LLVMModuleRef module, const Machine *machine, LLVMCodeGenFileType type,
                 Bytes *out) {
  LLVMTargetMachineRef tm = new_target_machine(machine);
  if (!tm) return false;
  char *message = NULL;
  LLVMMemoryBufferRef buffer = NULL;
  if (llvm->TargetMachineEmitToMemoryBuffer(tm, module, type, &message, &buffer)) {
    fail((Loc){0}, "LLVM cannot compile this program: %s", message ? message : "(no reason given)");
    if (message) llvm->DisposeMessage(message);
    llvm->DisposeTargetMachine(tm);
    return false;
  }
  out->n = llvm->GetBufferSize(buffer);
  out->data = xmalloc(out->n + 1);
  memcpy(out->data, llvm->GetBufferStart(buffer), out->n);
  out->data[out->n] = 0;
  llvm->DisposeMemoryBuffer(buffer);
  llvm->DisposeTargetMachine(tm);
  return true;
}

bool object_emit(LLVMModuleRef module, const Machine *machine, Bytes *out) {
  return emit(module, machine, LLVMObjectFile, out);
}

char *object_asm_text(LLVMModuleRef module, const Machine *machine) {
  Bytes text;
  return emit(module, machine, LLVMAssemblyFile, &text) ? (char *)text.data : NULL;
}

char *object_ir_text(LLVMModuleRef module) {
  char *text = llvm->PrintModuleToString(module);
  size_t n = strlen(text) + 1;
  char *copy = memcpy(xmalloc(n), text, n);
  llvm->DisposeMessage(text);
  return copy;
}

bool object_verify(LLVMModuleRef module) {
  char *message = NULL;
  bool broken = llvm->VerifyModule(module, LLVMReturnStatusAction, &message);
  if (broken) fail((Loc){0}, "LLVM's verifier: %s", message);
  llvm->DisposeMessage(message);
  return !broken;
}
