// Loops inside kernels: what they carry stays in registers, a value or a vector of lanes each.
// Where lanes end apart the loop goes on while one does, and the others keep what they have.
#include "backends/cpu/kernel_emit.h"

typedef struct LoopEmit {
  KernelEmit *ke;
  const KernelLoop *l;
  V *phi;
  V on;  // lanes that go on: NULL: all do
  LLVMBasicBlockRef before, head, exit;
} LoopEmit;

static V carried_value(KernelEmit *ke, Sid s, Sid carry) {
  return value_varies(ke, carry) ? value_vector(ke, s) : value_of(ke, s);
}

static void begin(LoopEmit *p) {
  KernelEmit *ke = p->ke;
  Emit *e = ke->e;
  V *init = ARENA_ARRAY(ke->arena, V, p->l->ncarried);
  hoist_begin(ke);
  loop_hoist(ke, p->l);
  for (int i = 0; i < p->l->ncarried; i++)
    init[i] = carried_value(ke, p->l->carried[i].init, p->l->carried[i].carry);
  p->before = llvm->GetInsertBlock(e->b);
  p->head = emit_block(e, "again");
  p->exit = emit_block(e, "ended");
  emit_goto(e, p->head);
  for (int i = 0; i < p->l->ncarried; i++) {
    p->phi[i] = emit_phi(e, llvm->TypeOf(init[i]));
    emit_phi_add(p->phi[i], init[i], p->before);
    memo_set(ke, &ke->memo[p->l->carried[i].carry], p->phi[i], 0);
  }
}

static void test(LoopEmit *p) {
  KernelEmit *ke = p->ke;
  Emit *e = ke->e;
  V any = carried_value(ke, p->l->test, p->l->test);
  if (llvm->GetTypeKind(llvm->TypeOf(any)) == LLVMVectorTypeKind) {
    p->on = ke->mask ? llvm->BuildAnd(e->b, any, ke->mask, "") : any;
    any = emit_intrinsic(e, "llvm.vector.reduce.or", llvm->TypeOf(p->on), &p->on, 1);
  }
  LLVMBasicBlockRef body = emit_block(e, "iteration");
  llvm->BuildCondBr(e->b, any, body, p->exit);
  llvm->PositionBuilderAtEnd(e->b, body);
}

// Reads come before writes: a stack is read nowhere in the loop.
static void iteration(LoopEmit *p) {
  KernelEmit *ke = p->ke;
  Emit *e = ke->e;
  V *next = ARENA_ARRAY(ke->arena, V, p->l->ncarried);
  for (int i = 0; i < p->l->ncarried; i++) {
    next[i] = carried_value(ke, p->l->carried[i].next, p->l->carried[i].carry);
    if (p->on) next[i] = llvm->BuildSelect(e->b, p->on, next[i], p->phi[i], "");
  }
  for (int i = 0; i < p->l->nstores; i++) {
    const LoopStore *s = &p->l->stores[i];
    value_store_at(ke, s->buffer, s->index, value_vector(ke, s->value), p->on ? p->on : ke->mask);
  }
  LLVMBasicBlockRef end = llvm->GetInsertBlock(e->b);
  for (int i = 0; i < p->l->ncarried; i++) emit_phi_add(p->phi[i], next[i], end);
  llvm->BuildBr(e->b, p->head);
  llvm->PositionBuilderAtEnd(e->b, p->exit);
}

void loop_emit(KernelEmit *ke, int loop) {
  const KernelLoop *l = &ke->k->loops[loop];
  LoopEmit p = {.ke = ke, .l = l, .phi = ARENA_ARRAY(ke->arena, V, l->ncarried)};
  int mark = scope_open(ke);
  begin(&p);
  ke->bound |= LOOP_BIT(loop);
  test(&p);
  iteration(&p);
  ke->bound &= ~LOOP_BIT(loop);
  scope_close(ke, mark);
  for (int i = 0; i < l->ncarried; i++) memo_set(ke, &ke->memo[l->carried[i].final], p.phi[i], 0);
}
