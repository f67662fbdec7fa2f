// The CPU backend's foundation: the machine table, LLVM's table, objects and the loader.
#include <math.h>

#include "backends/cpu/machine.h"
#include "backends/cpu/object.h"
#include "check.h"

static LLVMValueRef emit_function(LLVMModuleRef module, const char *name, LLVMTypeRef type) {
  LLVMContextRef c = llvm->GetModuleContext(module);
  LLVMValueRef f = llvm->AddFunction(module, name, type);
  object_function_defaults(f);
  llvm->AppendBasicBlockInContext(c, f, "entry");
  return f;
}

// void blend(float *x): one vector, x = fma(x, x, {0, 1, 2, ...}); then x[0] = fmod(x[0], 3).
static void emit_blend(LLVMModuleRef module, int lanes) {
  LLVMContextRef c = llvm->GetModuleContext(module);
  LLVMTypeRef f32 = llvm->FloatTypeInContext(c), vec = llvm->VectorType(f32, (unsigned)lanes);
  LLVMTypeRef ptr = llvm->PointerTypeInContext(c, 0);
  LLVMTypeRef type = llvm->FunctionType(llvm->VoidTypeInContext(c), &ptr, 1, false);
  LLVMValueRef f = emit_function(module, "blend", type), x = llvm->GetParam(f, 0);
  LLVMBuilderRef b = llvm->CreateBuilderInContext(c);
  llvm->PositionBuilderAtEnd(b, llvm->GetEntryBasicBlock(f));
  LLVMValueRef iota[16];
  for (int i = 0; i < lanes; i++) iota[i] = llvm->ConstReal(f32, i);
  LLVMValueRef v = llvm->BuildLoad2(b, vec, x, "v");
  llvm->SetAlignment(v, 4);
  unsigned fma_id = llvm->LookupIntrinsicID("llvm.fma", 8);
  LLVMValueRef args[3] = {v, v, llvm->ConstVector(iota, (unsigned)lanes)};
  LLVMValueRef sum =
      llvm->BuildCall2(b, llvm->IntrinsicGetType(c, fma_id, &vec, 1),
                       llvm->GetIntrinsicDeclaration(module, fma_id, &vec, 1), args, 3, "");
  llvm->SetAlignment(llvm->BuildStore(b, sum, x), 4);
  LLVMValueRef first = llvm->BuildLoad2(b, f32, x, "");
  llvm->BuildStore(b, llvm->BuildFRem(b, first, llvm->ConstReal(f32, 3), ""), x);
  llvm->BuildRetVoid(b);
  llvm->DisposeBuilder(b);
}

static bool compile_blend(const Machine *m, Bytes *out) {
  LLVMContextRef c = llvm->ContextCreate();
  LLVMModuleRef module = llvm->ModuleCreateWithNameInContext("test", c);
  bool ok = object_target(module, m);
  emit_blend(module, machine_lanes(m, 4));
  ok = ok && object_verify(module) && object_emit(module, m, out);
  llvm->DisposeModule(module);
  llvm->ContextDispose(c);
  return ok;
}

static void runs_at_every_width(void) {
  for (int w = 0; w <= (int)machine_host()->widest; w++) {
    Machine m;
    Bytes object;
    if (!EXPECT(machine_with_width((Width)w, &m)) || !EXPECT(compile_blend(&m, &object))) return;
    Code *code = code_load(object.data, object.n);
    if (!EXPECT(code)) return;
    float x[16], want[16];
    int lanes = machine_lanes(&m, 4);
    for (int i = 0; i < lanes; i++) {
      x[i] = (float)test_uniform(-9, 9);
      want[i] = fmaf(x[i], x[i], (float)i);
    }
    want[0] = fmodf(want[0], 3);
    void (*blend)(float *) = (void (*)(float *))code_symbol(code, "blend");
    if (EXPECT(blend)) blend(x), EXPECT_BYTES(x, want, (size_t)lanes * 4);
    EXPECT(!code_symbol(code, "fmodf"));
    code_free(code);
    bytes_free(&object);
  }
}

static void imports_only_the_runtime_table(void) {
  Bytes object;
  if (!EXPECT(compile_blend(machine_host(), &object))) return;
  Code *code = code_load(object.data, object.n);
  EXPECT(code != NULL);
  code_free(code);
  // The same object with the import renamed has to be refused.
  for (size_t i = 0; i + 6 < object.n; i++)
    if (!memcmp(object.data + i, "fmodf", 6)) object.data[i] = 'g';
  EXPECT(!code_load(object.data, object.n));
  EXPECT_FAIL("gmodf");
  bytes_free(&object);
}

// Truncations at every length and random damage: an error or a loaded object, never a crash.
static void survives_damaged_bytes(void) {
  Bytes object;
  if (!EXPECT(compile_blend(machine_host(), &object))) return;
  unsigned char *copy = malloc(object.n);
  for (size_t n = 0; n < object.n; n++) {
    unsigned char *exact = malloc(n ? n : 1);
    memcpy(exact, object.data, n);
    EXPECT(!code_load(exact, n));
    EXPECT(failed());
    diag_clear();
    free(exact);
  }
  for (int round = 0; round < 5000; round++) {
    memcpy(copy, object.data, object.n);
    for (int64_t k = test_int(1, 4); k > 0; k--) {
      const int64_t at = test_int(0, (int64_t)object.n - 1);
      copy[at] = (unsigned char)test_random();
    }
    code_free(code_load(copy, object.n));
    diag_clear();
  }
  free(copy);
  bytes_free(&object);
}

static void texts_are_printed(void) {
  LLVMContextRef c = llvm->ContextCreate();
  LLVMModuleRef module = llvm->ModuleCreateWithNameInContext("test", c);
  object_target(module, machine_host());
  emit_blend(module, machine_lanes(machine_host(), 4));
  char *ir = object_ir_text(module), *text = object_asm_text(module, machine_host());
  EXPECT_HAS(ir, "define void @blend(ptr %0)");
  EXPECT_HAS(text, "blend:");
  free(ir);
  free(text);
  llvm->DisposeModule(module);
  llvm->ContextDispose(c);
}

static void widths_have_names(void) {
  for (int w = 0; w < WIDTH_COUNT; w++) {
    Width parsed;
    EXPECT(width_parse(width_name((Width)w), &parsed));
    EXPECT_EQ(parsed, w);
  }
  Width none;
  EXPECT(!width_parse("avx1024", &none));
  const Machine *m = machine_host();
  EXPECT(m->l1d >= 8 << 10 && m->l2 >= m->l1d && m->cores >= 1 && m->fma_ports >= 1);
  fprintf(stderr, "%s: %s, family %d model %d, %s, L1d %d L2 %d KiB\n", m->vendor, m->model,
          m->family, m->model_number, width_name(m->widest), (int)(m->l1d >> 10),
          (int)(m->l2 >> 10));
}

int main(void) {
  llvm_open_early();
  RUN(widths_have_names);
  if (!llvm_open()) {
    fprintf(stderr, "%s\n", diag_message());
    return 1;
  }
  RUN(runs_at_every_width);
  RUN(imports_only_the_runtime_table);
  RUN(survives_damaged_bytes);
  RUN(texts_are_printed);
  return tests_done();
}
