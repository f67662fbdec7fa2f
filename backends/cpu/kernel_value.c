// Values of a kernel's DAG as LLVM IR: operations, loads and stores through accesses, index
// expressions, hoisting.
#include <stdio.h>
#include <string.h>

#include "backends/cpu/kernel_emit.h"

// ---- scopes

void memo_set(KernelEmit *ke, Memo *at, V v, uint32_t axes) {
  GROW(ke->trail, ke->trail_cap, ke->ntrail + 1);
  ke->trail[ke->ntrail++] = (Undo){at, *at};
  *at = (Memo){v, axes};
}

void scope_close(KernelEmit *ke, int mark) {
  while (ke->ntrail > mark) {
    Undo u = ke->trail[--ke->ntrail];
    *u.at = u.before;
  }
}

// ---- vectors

static bool is_vector(V v) { return llvm->GetTypeKind(llvm->TypeOf(v)) == LLVMVectorTypeKind; }

V value_spread(KernelEmit *ke, V v) {
  return ke->lanes == 1 || is_vector(v) ? v : emit_splat(ke->e, v, ke->lanes);
}

static V iota(const Emit *e, LLVMTypeRef element, int64_t step, int lanes) {
  V all[FLAT_LANES];
  (void)e;
  for (int i = 0; i < lanes; i++)
    all[i] = llvm->ConstInt(element, (unsigned long long)(step * i), true);
  return llvm->ConstVector(all, (unsigned)lanes);
}

static V and_mask(KernelEmit *ke, V a, V b) {
  if (!a || !b) return a ? a : b;
  return llvm->BuildAnd(ke->e->b, a, b, "");
}

// ---- index expressions

static uint32_t term_deps(const KernelEmit *ke, const IxTerm *t) {
  if (t->kind == IX_AXIS) return UINT32_C(1) << t->axis;
  return t->kind == IX_VALUE ? kernel_depends(ke->k, t->value) : ix_axes(ke->k, t->inner);
}

// The index advances by *step from lane to lane (0: all lanes have one index).
static bool ix_steps(const KernelEmit *ke, Ix ix, int64_t *step) {
  const IxSum *s = ix_sum(ke->k, ix);
  *step = 0;
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    if (!(term_deps(ke, t) & ke->lane_axes)) continue;
    if (t->kind != IX_AXIS || t->axis != ke->lane_axis) return false;
    *step += t->coef;
  }
  return true;
}

static V clamp(KernelEmit *ke, V v, int64_t lo, int64_t hi) {
  LLVMTypeRef t = llvm->TypeOf(v);
  V low[2] = {v, lower_int(t, lo)};
  V high[2] = {emit_intrinsic(ke->e, "llvm.smax", t, low, 2), lower_int(t, hi)};
  return emit_intrinsic(ke->e, "llvm.smin", t, high, 2);
}

static V wide_value(KernelEmit *ke, Sid v) {
  V raw = value_of(ke, v);
  return lower_op(ke->e, OP_convert, dag_node(&ke->k->dag, v)->dtype, DT_I64, &raw);
}

static V ix_single(KernelEmit *ke, Ix ix);

static V term_single(KernelEmit *ke, const IxTerm *t) {
  if (t->kind == IX_AXIS) return ke->index[t->axis];
  if (t->kind == IX_VALUE) return clamp(ke, wide_value(ke, t->value), t->lo, t->hi);
  V inner = ix_single(ke, t->inner), by = emit_int(ke->e, t->by);
  return (t->kind == IX_DIV ? llvm->BuildUDiv : llvm->BuildURem)(ke->e->b, inner, by, "");
}

static V scaled(KernelEmit *ke, V v, int64_t coef) {
  return coef == 1 ? v : emit_mul(ke->e, v, lower_int(llvm->TypeOf(v), coef));
}

// constant + the terms whose axes are all in `axes` and not all in what the memo accounts for.
static V ix_part(KernelEmit *ke, Ix ix, uint32_t axes) {
  const IxSum *s = ix_sum(ke->k, ix);
  Memo *known = &ke->ix[ix];
  bool use = known->v && !(known->axes & ~axes);
  V sum = use ? known->v : emit_int(ke->e, s->constant);
  for (int i = 0; i < s->nterms; i++) {
    uint32_t deps = term_deps(ke, &s->terms[i]);
    if (deps & ~axes || (use && !(deps & ~known->axes))) continue;
    sum = emit_add(ke->e, sum, scaled(ke, term_single(ke, &s->terms[i]), s->terms[i].coef));
  }
  if (!use || known->axes != axes) memo_set(ke, known, sum, axes);
  return sum;
}

// The index of lane 0, where lanes differ by a step at most.
static V ix_single(KernelEmit *ke, Ix ix) { return ix_part(ke, ix, ke->bound); }

static bool fits_i32(int64_t lo, int64_t hi) { return lo > INT32_MIN && hi < INT32_MAX; }

// The index and all its parts fit 32 bits, so that vectors of it may be of 32 bits.
static bool ix_narrow(const Kernel *k, Ix ix) {
  const IxSum *s = ix_sum(k, ix);
  for (int i = 0; i < s->nterms; i++) {
    const IxTerm *t = &s->terms[i];
    if (t->kind == IX_VALUE && !fits_i32(t->lo, t->hi)) return false;
    if ((t->kind == IX_DIV || t->kind == IX_MOD) && (t->by > INT32_MAX || !ix_narrow(k, t->inner)))
      return false;
  }
  return fits_i32(s->lo, s->hi);
}

static V resize(KernelEmit *ke, V v, LLVMTypeRef element) {
  unsigned from = llvm->GetIntTypeWidth(llvm->GetElementType(llvm->TypeOf(v)));
  unsigned to = llvm->GetIntTypeWidth(element);
  LLVMTypeRef type = emit_vector(element, ke->lanes);
  if (from == to) return v;
  return (from > to ? llvm->BuildTrunc : llvm->BuildSExt)(ke->e->b, v, type, "");
}

static V axis_vector(KernelEmit *ke, int axis, LLVMTypeRef element) {
  V at = ke->index[axis];
  if (is_vector(at)) return resize(ke, at, element);
  V first = llvm->BuildTrunc(ke->e->b, at, element, "");
  if (element == ke->e->i64) first = at;
  return emit_add(ke->e, emit_splat(ke->e, first, ke->lanes), iota(ke->e, element, 1, ke->lanes));
}

static V ix_vector(KernelEmit *ke, Ix ix, LLVMTypeRef element);

static V term_vector(KernelEmit *ke, const IxTerm *t, LLVMTypeRef element) {
  if (t->kind == IX_AXIS) return axis_vector(ke, t->axis, element);
  if (t->kind == IX_VALUE) {
    V v = clamp(ke, value_spread(ke, wide_value(ke, t->value)), t->lo, t->hi);
    return resize(ke, v, element);
  }
  V inner = ix_vector(ke, t->inner, element), by = lower_int(llvm->TypeOf(inner), t->by);
  return (t->kind == IX_DIV ? llvm->BuildUDiv : llvm->BuildURem)(ke->e->b, inner, by, "");
}

static V ix_vector(KernelEmit *ke, Ix ix, LLVMTypeRef element) {
  const IxSum *s = ix_sum(ke->k, ix);
  V sum = ix_part(ke, ix, ke->bound & ~ke->lane_axes);
  if (element != ke->e->i64) sum = llvm->BuildTrunc(ke->e->b, sum, element, "");
  sum = emit_splat(ke->e, sum, ke->lanes);
  for (int i = 0; i < s->nterms; i++)
    if (term_deps(ke, &s->terms[i]) & ke->lane_axes)
      sum = emit_add(ke->e, sum,
                     scaled(ke, term_vector(ke, &s->terms[i], element), s->terms[i].coef));
  return sum;
}

static LLVMTypeRef ix_element(const KernelEmit *ke, Ix ix) {
  return ix_narrow(ke->k, ix) ? ke->e->i32 : ke->e->i64;
}

// ---- guards

static V between(KernelEmit *ke, V at, int64_t lo, int64_t hi) {
  LLVMTypeRef t = llvm->TypeOf(at);
  V off = lo ? emit_sub(ke->e, at, lower_int(t, lo)) : at;
  return llvm->BuildICmp(ke->e->b, LLVMIntULT, off, lower_int(t, hi - lo), "");
}

static bool ix_varies(const KernelEmit *ke, Ix ix) { return ix_axes(ke->k, ix) & ke->lane_axes; }

// i1, or a mask where a guard varies; NULL: always valid. A guard that its index's range fulfils is
// none, but for collapsed axes the range is not consulted.
static V guards(KernelEmit *ke, int n, const Guard *g) {
  V all = NULL;
  for (int i = 0; i < n; i++) {
    int64_t hi = g[i].hi > g[i].lo ? g[i].hi : g[i].lo;
    V ok = between(ke,
                   ix_varies(ke, g[i].ix) ? ix_vector(ke, g[i].ix, ix_element(ke, g[i].ix))
                                          : ix_single(ke, g[i].ix),
                   g[i].lo, hi);
    if (all && is_vector(all) != is_vector(ok))
      all = value_spread(ke, all), ok = value_spread(ke, ok);
    all = and_mask(ke, all, ok);
  }
  return all;
}

// ---- memory

static int element_bytes(const KernelEmit *ke, int buffer) {
  return (int)dtype_size(ke->k->buffers[buffer].dtype);
}

static V element_at(KernelEmit *ke, int buffer, V index) {
  LLVMTypeRef t = emit_dtype(ke->e, ke->k->buffers[buffer].dtype);
  return llvm->BuildGEP2(ke->e->b, t, ke->buffer[buffer], &index, 1, "");
}

// llvm.masked.gather and scatter, overloaded on the elements and the pointers.
static V indexed(KernelEmit *ke, const char *name, LLVMTypeRef type, V pointers, const V *args,
                 int n) {
  LLVMTypeRef over[2] = {type, llvm->TypeOf(pointers)};
  unsigned id = llvm->LookupIntrinsicID(name, strlen(name));
  return emit_call_pointer(ke->e, llvm->IntrinsicGetType(ke->e->context, id, over, 2),
                           llvm->GetIntrinsicDeclaration(ke->e->module, id, over, 2), args, n);
}

static V full_mask(KernelEmit *ke, V mask) {
  return mask ? mask : llvm->ConstAllOnes(emit_vector(ke->e->i1, ke->lanes));
}

static V gather(KernelEmit *ke, int buffer, Ix ix, V mask) {
  LLVMTypeRef type = emit_vector(emit_dtype(ke->e, ke->k->buffers[buffer].dtype), ke->lanes);
  V pointers = element_at(ke, buffer, ix_vector(ke, ix, ix_element(ke, ix)));
  V align = llvm->ConstInt(ke->e->i32, (unsigned)element_bytes(ke, buffer), false);
  V args[4] = {pointers, align, full_mask(ke, mask), llvm->ConstNull(type)};
  return indexed(ke, "llvm.masked.gather", type, pointers, args, 4);
}

// ---- every other element: the parts of complex numbers

// Lanes advance by two elements, and each with its neighbour is a pair of the buffer that begins at
// an even place; *odd: the lanes are the second ones.
static bool in_pairs(const KernelEmit *ke, int buffer, Ix ix, int64_t step, bool *odd) {
  const IxSum *s = ix_sum(ke->k, ix);
  if (step != 2 || ke->k->buffers[buffer].count % 2) return false;
  for (int i = 0; i < s->nterms; i++) {
    if (s->terms[i].coef % 2) return false;
  }
  *odd = s->constant % 2 != 0;
  return true;
}

static V pairs_at(KernelEmit *ke, int buffer, Ix ix, bool odd) {
  return element_at(ke, buffer, emit_sub(ke->e, ix_single(ke, ix), emit_int(ke->e, odd)));
}

// All pairs, and one element of each.
static V load_pairs(KernelEmit *ke, const Access *a, bool odd) {
  LLVMTypeRef element = emit_dtype(ke->e, ke->k->buffers[a->buffer].dtype);
  V all = emit_load(ke->e, emit_vector(element, 2 * ke->lanes),
                    pairs_at(ke, a->buffer, a->index, odd), element_bytes(ke, a->buffer));
  return emit_lanes(ke->e, all, odd, 2, ke->lanes);
}

// Each value twice, of which the one in its place is written.
static void store_pairs(KernelEmit *ke, int buffer, Ix ix, V v, bool odd) {
  V own[2 * FLAT_LANES];
  int from[2 * FLAT_LANES], n = 2 * ke->lanes;
  for (int i = 0; i < n; i++) {
    from[i] = i / 2;
    own[i] = llvm->ConstInt(ke->e->i1, i % 2 == odd, false);
  }
  V twice = emit_shuffle(ke->e, v, NULL, from, n);
  emit_masked_store(ke->e, twice, pairs_at(ke, buffer, ix, odd), element_bytes(ke, buffer),
                    llvm->ConstVector(own, (unsigned)n));
}

// The lowest element of a vector whose lanes step by 1 or -1. A guarded one that lies outside of
// the buffer has no lane that exists, but at addresses that are not mapped even that takes hundreds
// of cycles: it stays on the first elements.
static V vector_start(KernelEmit *ke, int buffer, Ix index, int64_t step, bool guarded) {
  const IxSum *s = ix_sum(ke->k, index);
  const int64_t count = ke->k->buffers[buffer].count;
  V at = ix_single(ke, index);
  if (step < 0) at = emit_sub(ke->e, at, emit_int(ke->e, ke->lanes - 1));
  if (!guarded || (s->lo >= 0 && s->hi < count)) return at;
  V meets = between(ke, at, 1 - ke->lanes, count);
  return llvm->BuildSelect(ke->e->b, meets, at, emit_int(ke->e, 0), "");
}

static V backwards(KernelEmit *ke, V v) {
  return emit_lanes(ke->e, v, ke->lanes - 1, -1, ke->lanes);
}

static V load_vector(KernelEmit *ke, const Access *a, V guard, bool steps, int64_t step) {
  V mask = guard ? and_mask(ke, ke->mask, value_spread(ke, guard)) : ke->mask;
  bool odd;
  if (steps && !mask && in_pairs(ke, a->buffer, a->index, step, &odd))
    return load_pairs(ke, a, odd);
  if (!steps || (step != 1 && step != -1)) return gather(ke, a->buffer, a->index, mask);
  LLVMTypeRef type = emit_vector(emit_dtype(ke->e, ke->k->buffers[a->buffer].dtype), ke->lanes);
  V at = element_at(ke, a->buffer, vector_start(ke, a->buffer, a->index, step, guard != NULL));
  if (step < 0 && mask) mask = backwards(ke, mask);
  V v = emit_masked_load(ke->e, type, at, element_bytes(ke, a->buffer), mask, NULL);
  return step < 0 ? backwards(ke, v) : v;
}

// A guarded single load reads element 0 where the guard fails: no branch.
static V load_single(KernelEmit *ke, const Access *a, V guard) {
  V at = ix_single(ke, a->index);
  if (guard) at = llvm->BuildSelect(ke->e->b, guard, at, emit_int(ke->e, 0), "");
  return emit_load(ke->e, emit_dtype(ke->e, ke->k->buffers[a->buffer].dtype),
                   element_at(ke, a->buffer, at), element_bytes(ke, a->buffer));
}

void value_prefetch(KernelEmit *ke, const Access *a) {
  enum { READ = 0, KEEP = 3, DATA = 1 };
  V args[4] = {element_at(ke, a->buffer, ix_single(ke, a->index)),
               llvm->ConstInt(ke->e->i32, READ, false), llvm->ConstInt(ke->e->i32, KEEP, false),
               llvm->ConstInt(ke->e->i32, DATA, false)};
  emit_intrinsic(ke->e, "llvm.prefetch", ke->e->ptr, args, 4);
}

static V zero_value(KernelEmit *ke, Dtype d, bool varies) {
  return lower_const(ke->e, d, 0, varies ? ke->lanes : 1);
}

static V load(KernelEmit *ke, Sid sid) {
  const Scalar *n = dag_node(&ke->k->dag, sid);
  const Access *a = &ke->k->accesses[n->imm];
  bool varies = value_varies(ke, sid);
  if (ke->k->buffers[a->buffer].count == 0)
    return a->otherwise == NO_SID ? zero_value(ke, n->dtype, varies)
           : varies               ? value_vector(ke, a->otherwise)
                                  : value_of(ke, a->otherwise);
  V guard = guards(ke, a->nguards, a->guards), raw;
  int64_t step = 0;
  bool steps = ix_steps(ke, a->index, &step);
  bool single = steps && step == 0 && !(guard && is_vector(guard));
  if (single) raw = load_single(ke, a, guard);
  else raw = load_vector(ke, a, guard, steps, step);
  V v = lower_from_memory(ke->e, n->dtype, raw);
  if (single && varies) v = value_spread(ke, v);
  if (!guard) return v;
  V other = varies ? value_vector(ke, a->otherwise) : value_of(ke, a->otherwise);
  return llvm->BuildSelect(ke->e->b, guard, v, other, "");
}

void value_store_at(KernelEmit *ke, int buffer, Ix index, V v, V mask) {
  Dtype d = ke->k->buffers[buffer].dtype;
  int64_t step = 0;
  bool steps = ix_steps(ke, index, &step), odd;
  V raw = lower_to_memory(ke->e, d, v);
  int align = element_bytes(ke, buffer);
  if (ke->lanes == 1) {
    emit_store(ke->e, raw, element_at(ke, buffer, ix_single(ke, index)), align);
  } else if (steps && step == 1) {
    V at = element_at(ke, buffer, ix_single(ke, index));
    emit_masked_store(ke->e, value_spread(ke, raw), at, align, mask);
  } else if (steps && !mask && align >= 4 && in_pairs(ke, buffer, index, step, &odd)) {
    store_pairs(ke, buffer, index, value_spread(ke, raw), odd);
  } else {
    V pointers = element_at(ke, buffer, ix_vector(ke, index, ix_element(ke, index)));
    V args[4] = {value_spread(ke, raw), pointers,
                 llvm->ConstInt(ke->e->i32, (unsigned)align, false), full_mask(ke, mask)};
    indexed(ke, "llvm.masked.scatter", llvm->TypeOf(args[0]), pointers, args, 4);
  }
}

void value_store(KernelEmit *ke, const Stage *st, V v) {
  value_store_at(ke, st->buffer, st->index, v, ke->mask);
}

// What is in memory, with v.
static V combined(KernelEmit *ke, const Stage *st, V old, V v) {
  Dtype d = ke->k->buffers[st->buffer].dtype;
  V args[2] = {lower_from_memory(ke->e, d, old), v};
  return lower_op(ke->e, st->combine, d, d, args);
}

// The schedule lets lanes differ only where their targets are consecutive; a guard that fails drops
// the update. Inactive lanes are never written.
void value_combine(KernelEmit *ke, const Stage *st, V v) {
  Dtype d = ke->k->buffers[st->buffer].dtype;
  LLVMTypeRef element = emit_dtype(ke->e, d);
  V guard = guards(ke, st->nguards, st->guards);
  int align = element_bytes(ke, st->buffer);
  if (ke->lanes == 1) {
    EmitIf skip = {0};
    if (guard) skip = emit_if(ke->e, guard);
    V at = element_at(ke, st->buffer, ix_single(ke, st->index));
    if (st->combine != OP_replace) v = combined(ke, st, emit_load(ke->e, element, at, align), v);
    emit_store(ke->e, lower_to_memory(ke->e, d, v), at, align);
    if (guard) emit_end_if(ke->e, &skip);
    return;
  }
  V mask = guard ? and_mask(ke, ke->mask, value_spread(ke, guard)) : ke->mask;
  V first = vector_start(ke, st->buffer, st->index, 1, guard != NULL);
  V at = element_at(ke, st->buffer, first);
  v = value_spread(ke, v);
  if (st->combine != OP_replace)
    v = combined(
        ke, st, emit_masked_load(ke->e, emit_vector(element, ke->lanes), at, align, mask, NULL), v);
  emit_masked_store(ke->e, lower_to_memory(ke->e, d, v), at, align, mask);
}

// ---- values of stages

Dtype stage_dtype(const Kernel *k, const Stage *st) {
  return st->kind == STAGE_ARGREDUCE ? DT_I32 : dag_node(&k->dag, st->value)->dtype;
}

// Elements of a stage in scratch: row-major over its inner axes; vectors over the outer lane axis
// are innermost.
typedef struct ScratchAt {
  V pointer;  // of lane 0, or a vector of pointers
  bool vector;
  int64_t step;  // in elements from lane to lane
} ScratchAt;

static bool lanes_are_outer(const KernelEmit *ke) {
  return ke->lanes > 1 && ke->s->lane >= 0 && ke->lane_axis == ke->s->lane;
}

static V long_index(KernelEmit *ke, V at) {
  return is_vector(at) ? resize(ke, at, ke->e->i64) : at;
}

static ScratchAt scratch_at(KernelEmit *ke, int stage) {
  const Stage *st = &ke->k->stages[stage];
  int64_t bytes = (int64_t)dtype_size(stage_dtype(ke->k, st));
  int64_t stride = ke->s->lane >= 0 ? ke->s->lanes : 1;
  ScratchAt out = {.step = lanes_are_outer(ke) ? 1 : 0};
  V at = emit_int(ke->e, 0);
  for (int a = ke->k->naxes - 1; a >= 0; a--) {
    if (!(st->axes & ~ke->s->outer & UINT32_C(1) << a)) continue;
    V term = scaled(ke, long_index(ke, ke->index[a]), stride * bytes);
    if (is_vector(term) != is_vector(at)) term = value_spread(ke, term), at = value_spread(ke, at);
    at = emit_add(ke->e, at, term);
    if (a == ke->lane_axis) out.step = stride;
    stride *= ke->s->size[a];
  }
  V base = emit_at_const(ke->e, ke->scratch, ke->s->offset[stage]);
  out.vector = is_vector(at);
  if (!out.vector && ke->lanes > 1 && out.step > 1) {
    at = emit_add(ke->e, emit_splat(ke->e, at, ke->lanes),
                  iota(ke->e, ke->e->i64, out.step * bytes, ke->lanes));
    out.vector = true;
  }
  out.pointer = emit_at(ke->e, base, at);
  return out;
}

static V active_mask(const KernelEmit *ke) { return lanes_are_outer(ke) ? NULL : ke->mask; }

void scratch_store(KernelEmit *ke, int stage, V v) {
  Dtype d = stage_dtype(ke->k, &ke->k->stages[stage]);
  int bytes = (int)dtype_size(d);
  ScratchAt at = scratch_at(ke, stage);
  V raw = lower_to_memory(ke->e, d, v);
  if (ke->lanes == 1) {
    emit_store(ke->e, raw, at.pointer, bytes);
  } else if (!at.vector) {
    emit_masked_store(ke->e, value_spread(ke, raw), at.pointer, bytes, active_mask(ke));
  } else {
    V args[4] = {value_spread(ke, raw), at.pointer,
                 llvm->ConstInt(ke->e->i32, (unsigned)bytes, false), full_mask(ke, ke->mask)};
    indexed(ke, "llvm.masked.scatter", llvm->TypeOf(args[0]), at.pointer, args, 4);
  }
}

static V scratch_load(KernelEmit *ke, int stage) {
  const Stage *st = &ke->k->stages[stage];
  Dtype d = stage_dtype(ke->k, st);
  int bytes = (int)dtype_size(d);
  ScratchAt at = scratch_at(ke, stage);
  LLVMTypeRef element = emit_dtype(ke->e, d), type = emit_vector(element, ke->lanes);
  V raw;
  if (ke->lanes == 1 || !(st->axes & ke->lane_axes)) {
    raw = emit_load(ke->e, element, at.pointer, bytes);
  } else if (!at.vector) {
    raw = emit_masked_load(ke->e, type, at.pointer, bytes, active_mask(ke), NULL);
  } else {
    V args[4] = {at.pointer, llvm->ConstInt(ke->e->i32, (unsigned)bytes, false),
                 full_mask(ke, ke->mask), llvm->ConstNull(type)};
    raw = indexed(ke, "llvm.masked.gather", type, at.pointer, args, 4);
  }
  return lower_from_memory(ke->e, d, raw);
}

static V stage_value(KernelEmit *ke, int stage) {
  if (ke->s->home[stage] == HOME_INLINE) return value_of(ke, ke->k->stages[stage].value);
  if (ke->s->home[stage] == HOME_POINT) return ke->stage[stage];
  return ke->kept[stage].v ? ke->kept[stage].v : scratch_load(ke, stage);
}

// ---- the DAG

static V table_value(KernelEmit *ke, const Scalar *n, bool varies) {
  const ScalarTable *t = &ke->k->dag.tables[n->imm];
  Emit *e = ke->e;
  LLVMTypeRef element = emit_dtype(e, t->dtype);
  char name[32];
  snprintf(name, sizeof name, "table%d_%p", (int)n->imm, (void *)t->data);
  V global = llvm->GetNamedGlobal(e->module, name);
  if (!global) {
    size_t size = dtype_size(t->dtype);
    V *all = ARENA_ARRAY(ke->arena, V, t->n);
    for (int i = 0; i < t->n; i++) {
      uint64_t bits = 0;
      memcpy(&bits, (const char *)t->data + (size_t)i * size, size);
      all[i] = t->dtype == DT_BOOL ? llvm->ConstInt(e->i8, bits, false)
                                   : lower_const(e, t->dtype, bits, 1);
    }
    LLVMTypeRef type = llvm->ArrayType2(element, (uint64_t)t->n);
    global = llvm->AddGlobal(e->module, type, name);
    llvm->SetInitializer(global, llvm->ConstArray2(element, all, (uint64_t)t->n));
    llvm->SetGlobalConstant(global, true);
    llvm->SetLinkage(global, LLVMInternalLinkage);
    llvm->SetAlignment(global, 64);
  }
  V index = varies ? value_vector(ke, n->args[0]) : value_of(ke, n->args[0]);
  int bytes = (int)dtype_size(t->dtype);
  V at = llvm->BuildGEP2(e->b, element, global, &index, 1, "");
  if (!varies) return lower_from_memory(e, t->dtype, emit_load(e, element, at, bytes));
  LLVMTypeRef type = emit_vector(element, ke->lanes);
  V args[4] = {at, llvm->ConstInt(e->i32, (unsigned)bytes, false), full_mask(ke, ke->mask),
               llvm->ConstNull(type)};
  return lower_from_memory(e, t->dtype, indexed(ke, "llvm.masked.gather", type, at, args, 4));
}

// The slow value is branched to when some lane that exists asks for it.
static V rare_value(KernelEmit *ke, const Scalar *n, bool varies) {
  Emit *e = ke->e;
  V cond = varies ? value_vector(ke, n->args[0]) : value_of(ke, n->args[0]);
  V fast = varies ? value_vector(ke, n->args[1]) : value_of(ke, n->args[1]);
  V any = cond;
  if (is_vector(cond)) {
    V masked = and_mask(ke, cond, ke->mask);
    any = emit_intrinsic(e, "llvm.vector.reduce.or", llvm->TypeOf(masked), &masked, 1);
  }
  LLVMBasicBlockRef before = llvm->GetInsertBlock(e->b), slow_block = emit_block(e, "slow");
  LLVMBasicBlockRef join = emit_block(e, "join");
  llvm->BuildCondBr(e->b, any, slow_block, join);
  llvm->PositionBuilderAtEnd(e->b, slow_block);
  int mark = scope_open(ke);
  V slow = varies ? value_vector(ke, n->args[2]) : value_of(ke, n->args[2]);
  V chosen = llvm->BuildSelect(e->b, cond, slow, fast, "");
  LLVMBasicBlockRef slow_end = llvm->GetInsertBlock(e->b);
  scope_close(ke, mark);
  emit_goto(e, join);
  V phi = emit_phi(e, llvm->TypeOf(fast));
  emit_phi_add(phi, fast, before);
  emit_phi_add(phi, chosen, slow_end);
  return phi;
}

static V axis_value(KernelEmit *ke, int axis) {
  if (ke->lanes > 1 && ke->lane_axes & UINT32_C(1) << axis)
    return axis_vector(ke, axis, ke->e->i64);
  return ke->index[axis];
}

static V op_value(KernelEmit *ke, const Scalar *n, bool varies) {
  V args[3];
  for (int i = 0; i < n->nargs; i++)
    args[i] = varies ? value_vector(ke, n->args[i]) : value_of(ke, n->args[i]);
  const Scalar *typed = dag_node(&ke->k->dag, n->args[n->op == OP_select]);
  return lower_op(ke->e, n->op, typed->dtype, n->dtype, args);
}

static V compute(KernelEmit *ke, Sid sid) {
  const Scalar *n = dag_node(&ke->k->dag, sid);
  bool varies = value_varies(ke, sid);
  switch (n->kind) {
    case S_CONST: return lower_const(ke->e, n->dtype, n->imm, 1);
    case S_OP: return op_value(ke, n, varies);
    case S_TABLE: return table_value(ke, n, varies);
    case S_RARE: return rare_value(ke, n, varies);
    case S_AXIS: return axis_value(ke, (int)n->imm);
    case S_LOAD: return load(ke, sid);
    case S_STAGE: return stage_value(ke, (int)n->imm);
    case S_FINAL: loop_emit(ke, scalar_loop(n->imm)); return ke->memo[sid].v;
    case S_CARRY: BUG("what a loop carries, outside of it");
    case S_INPUT: break;
  }
  BUG("a kernel has no inputs");
}

V value_of(KernelEmit *ke, Sid sid) {
  if (ke->memo[sid].v) return ke->memo[sid].v;
  V v = compute(ke, sid);
  if (dag_node(&ke->k->dag, sid)->kind != S_CONST) memo_set(ke, &ke->memo[sid], v, 0);
  return v;
}

V value_vector(KernelEmit *ke, Sid sid) {
  const Scalar *n = dag_node(&ke->k->dag, sid);
  if (n->kind == S_CONST) return lower_const(ke->e, n->dtype, n->imm, ke->lanes);
  V v = value_of(ke, sid);
  if (ke->lanes == 1 || is_vector(v)) return v;
  Memo *known = &ke->spread[sid];
  if (!known->v || known->axes != (uint32_t)ke->lanes)
    memo_set(ke, known, emit_splat(ke->e, v, ke->lanes), (uint32_t)ke->lanes);
  return known->v;
}

// ---- hoisting

void value_hoist_ix(KernelEmit *ke, Ix ix) {
  const IxSum *s = ix_sum(ke->k, ix);
  for (int i = 0; i < s->nterms; i++) {
    if (s->terms[i].kind == IX_VALUE) value_hoist(ke, s->terms[i].value);
    else if (s->terms[i].kind != IX_AXIS) value_hoist_ix(ke, s->terms[i].inner);
  }
  ix_part(ke, ix, ke->bound & ~ke->lane_axes);
}

static void hoist_load(KernelEmit *ke, const Access *a) {
  if (ke->k->buffers[a->buffer].count == 0) return;
  value_hoist_ix(ke, a->index);
  for (int g = 0; g < a->nguards; g++) value_hoist_ix(ke, a->guards[g].ix);
  if (a->otherwise != NO_SID) value_hoist(ke, a->otherwise);
}

static void hoist_one(void *context, Sid s) { value_hoist(context, s); }

void loop_hoist(KernelEmit *ke, const KernelLoop *l) {
  kernel_loop_each(l, hoist_one, ke);
  for (int i = 0; i < l->nstores; i++) value_hoist_ix(ke, l->stores[i].index);
}

void hoist_begin(KernelEmit *ke) { ke->walk++; }

// Constants are free and rare slow values stay behind their branch.
void value_hoist(KernelEmit *ke, Sid sid) {
  const Scalar *n = dag_node(&ke->k->dag, sid);
  if (n->kind == S_CONST || ke->memo[sid].v || ke->seen[sid] == ke->walk) return;
  ke->seen[sid] = ke->walk;
  if (!(kernel_depends(ke->k, sid) & ~ke->bound) && ke->needs[sid] <= ke->done) {
    if (n->kind != S_AXIS) value_of(ke, sid);
    return;
  }
  int nargs = n->kind == S_RARE ? 2 : n->nargs;
  for (int i = 0; i < nargs; i++) value_hoist(ke, n->args[i]);
  if (n->kind == S_LOAD) hoist_load(ke, &ke->k->accesses[n->imm]);
  if (n->kind == S_FINAL) loop_hoist(ke, &ke->k->loops[scalar_loop(n->imm)]);
  if (n->kind == S_STAGE && ke->s->home[n->imm] == HOME_INLINE)
    value_hoist(ke, ke->k->stages[n->imm].value);
}
