// Recording and eager execution of public functions.
#include "frontend/call.h"

#include "frontend/eager.h"

// ---- literals among operands

// The dtype that operands from `from` on promote to; false where only literals decide.
static void common_dtype(const Fn *fn, int n, Slot *const *s, Dtype *d, bool *weak) {
  bool first = true;
  for (int i = fn->promote_from; i < n; i++) {
    const TypeInfo *t = type_info(s[i]->type);
    if (first) {
      *d = t->type.dtype, *weak = t->weak;
    } else {
      promote(*d, *weak, t->type.dtype, t->weak, d, weak);
    }
    first = false;
  }
}

// A C integer that the dtype cannot hold.
static bool literal_fits(const Slot *s, Dtype d, Loc loc, const char *name) {
  static const int64_t low[DT_COUNT] = {
      [DT_I8] = INT8_MIN, [DT_I16] = INT16_MIN, [DT_I32] = INT32_MIN, [DT_I64] = INT64_MIN};
  static const int64_t high[DT_COUNT] = {
      [DT_I8] = INT8_MAX,  [DT_I16] = INT16_MAX,  [DT_I32] = INT32_MAX,  [DT_I64] = INT64_MAX,
      [DT_U8] = UINT8_MAX, [DT_U16] = UINT16_MAX, [DT_U32] = UINT32_MAX, [DT_U64] = INT64_MAX};
  if (!dtype_is_int(d) || type_info(s->type)->type.dtype != DT_I32) return true;
  if (s->integer >= low[d] && s->integer <= high[d]) return true;
  return fail(loc, "%s: %lld does not fit %s", name, (long long)s->integer, dtype_name(d));
}

// ---- in a trace

static void record(Trace *t, const Fn *fn, int n, const jc_array *x, Ints options,
                   jc_array *results, Loc loc) {
  Val v[CALL_MAX_OPERANDS];
  Slot *s[CALL_MAX_OPERANDS];
  t->g->loc = loc;
  for (int i = 0; i < n; i++) {
    if (!trace_use(t, x[i], loc, fn->name, i, &v[i])) return;
    s[i] = slot_find(x[i]);
  }
  Dtype d = DT_F32;
  bool weak = false;
  common_dtype(fn, n, s, &d, &weak);
  for (int i = fn->promote_from; i < n; i++) {
    if (slot_kind(s[i]) != SLOT_LITERAL) continue;
    if (!literal_fits(s[i], d, loc, fn->name)) return;
    v[i] = trace_literal(t->g, s[i], d, weak);
  }
  Np np = {t->g, fn->name};
  Val out[CALL_MAX_RESULTS];
  if (!fn_build(fn, &np, n, v, options, out)) return;
  for (int i = 0; i < fn_nresults(fn); i++) results[i] = trace_value(t, out[i]);
}

// ---- at once

static TypeId scalar_type(Dtype d, bool weak) {
  static _Atomic uint32_t known[DT_COUNT][2];  // id + 1
  uint32_t id = atomic_load_explicit(&known[d][weak], memory_order_relaxed);
  if (!id) atomic_store(&known[d][weak], id = type_intern(type_scalar(d), weak) + 1);
  return id - 1;
}

static void run_now(const Fn *fn, int n, const jc_array *x, Ints options, jc_array *results,
                    Loc loc) {
  Slot *s[CALL_MAX_OPERANDS];
  TypeId types[CALL_MAX_OPERANDS];
  const void *data[CALL_MAX_OPERANDS];
  uint64_t numbers[CALL_MAX_OPERANDS][ELEMENT_WORDS];
  bool literals = false;
  for (int i = 0; i < n; i++) {
    s[i] = slot_find(x[i]);
    if (!s[i]) s[i] = slot_need(x[i], loc, fn->name, "argument %d", i);
    if (!s[i] || slot_kind(s[i]) == SLOT_POISON) return;
    types[i] = s[i]->type;
    data[i] = s[i]->data;
    if (slot_kind(s[i]) == SLOT_LITERAL) literals = true;
    if (slot_kind(s[i]) == SLOT_TRACER)
      return (void)fail(loc, "%s: argument %d is a traced value of another thread", fn->name, i);
    if (slot_kind(s[i]) == SLOT_LIST)
      return (void)fail(loc, "%s: argument %d is a jc_params, not an array", fn->name, i);
  }
  if (literals) {
    Dtype d = DT_F32;
    bool weak = true;
    common_dtype(fn, n, s, &d, &weak);
    for (int i = 0; i < n; i++) {
      if (slot_kind(s[i]) != SLOT_LITERAL) continue;
      bool joins = i >= fn->promote_from;
      Dtype own = joins ? d : type_info(types[i])->type.dtype;
      if (!literal_fits(s[i], own, loc, fn->name)) return;
      literal_store(s[i], own, numbers[i]);
      types[i] = scalar_type(own, joins ? weak : own != DT_BOOL);
      data[i] = numbers[i];
    }
  }
  Callable *p = eager_program(fn, n, types, options, loc);
  if (p) callable_run(p, data, s, NULL, results, loc);
}

void call_all(const Fn *fn, int n, const jc_array *x, Ints options, jc_array *results, Loc loc) {
  Context *c = context();
  for (int i = 0; i < fn_nresults(fn); i++) results[i] = handle_poison();
  if (n > CALL_MAX_OPERANDS)
    return (void)fail(loc, "%s: takes at most %d arrays, got %d", fn->name, CALL_MAX_OPERANDS, n);
  if (n > 0 && !x) return (void)fail(loc, "%s: the list of %d arrays is NULL", fn->name, n);
  CHECK(options.n <= CALL_MAX_OPTIONS);
  if (c->trace) record(c->trace, fn, n, x, options, results, loc);
  else run_now(fn, n, x, options, results, loc);
}

jc_array call(const Fn *fn, int n, const jc_array *x, Ints options, Loc loc) {
  jc_array result;
  call_all(fn, n, x, options, &result, loc);
  return result;
}
