// Scans and reductions with an associative function, as trees of calls to it.
#include "frontend/call.h"
#include "frontend/handle.h"

typedef struct Scan {
  const char *name;
  jc_array (*op)(jc_array, jc_array);
  int axis;
  Loc loc;
} Scan;

static const Type *type_of_array(const Scan *s, jc_array x) {
  const Slot *slot = slot_need(x, s->loc, s->name, "the operand");
  return slot && slot_kind(slot) != SLOT_POISON ? &type_info(slot->type)->type : NULL;
}

// Every `stride`th slice from `start` on, below `limit`.
static jc_array slices(const Scan *s, jc_array x, int64_t start, int64_t limit, int64_t stride) {
  const Type *t = type_of_array(s, x);
  if (!t) return handle_poison();
  jc_dims from = {.n = t->rank}, to = {.n = t->rank}, by = {.n = t->rank};
  for (int i = 0; i < t->rank; i++) to.d[i] = t->dim[i], by.d[i] = 1;
  from.d[s->axis] = start, to.d[s->axis] = limit, by.d[s->axis] = stride;
  return jc_slice_(x, from, (struct jc_slice){.limit = to, .strides = by}, s->loc.file,
                   s->loc.line);
}

static jc_array joined(const Scan *s, jc_array a, jc_array b) {
  return jc_concatenate_(JC_LIST(a, b), s->axis, s->loc.file, s->loc.line);
}

static jc_array combined(const Scan *s, jc_array a, jc_array b) {
  const Type *t = type_of_array(s, a);
  if (!t) return a;
  context()->here = s->loc;
  const jc_array r = s->op(a, b);
  const Type *got = type_of_array(s, r);
  if (!got || type_equal(*got, *t)) return r;
  fail(s->loc, "%s: the function gives %s of two %s", s->name, TYPE_STR(*got), TYPE_STR(*t));
  return handle_poison();
}

// a[0], b[0], a[1], b[1], ..: a has as many slices as b (n), or one more.
static jc_array interleaved(const Scan *s, jc_array a, jc_array b, int64_t n, bool more) {
  const Type *t = type_of_array(s, a);
  if (!t) return a;
  jc_dims shape = {.n = t->rank};
  for (int i = 0; i < t->rank; i++) shape.d[i] = t->dim[i];
  shape.d[s->axis] = 2 * n;
  const jc_array head = more ? slices(s, a, 0, n, 1) : a;
  const jc_array pairs = jc_stack_(JC_LIST(head, b), s->axis + 1, s->loc.file, s->loc.line);
  const jc_array even = jc_reshape_(pairs, shape, s->loc.file, s->loc.line);
  return more ? joined(s, even, slices(s, a, n, n + 1, 1)) : even;
}

// Neighbours combine, the scan of the pairs gives every second result, and those give the rest.
static jc_array scan(const Scan *s, jc_array x) {
  const Type *t = type_of_array(s, x);
  if (!t || t->dim[s->axis] < 2) return x;
  const int64_t n = t->dim[s->axis], half = n / 2;
  const jc_array pairs = combined(s, slices(s, x, 0, n - 1, 2), slices(s, x, 1, n, 2));
  const jc_array odd = scan(s, pairs);
  jc_array even = slices(s, x, 0, 1, 1);
  if (n > 2) {
    const jc_array before = n % 2 ? odd : slices(s, odd, 0, half - 1, 1);
    even = joined(s, even, combined(s, before, slices(s, x, 2, n, 2)));
  }
  return interleaved(s, even, odd, half, n % 2);
}

jc_array jc_associative_scan_(struct jc_associative_scan o, const char *file, int line) {
  Scan s = {"associative_scan", o.op, o.axis, HERE(file, line)};
  const Type *t = type_of_array(&s, o.x);
  if (!t) return handle_poison();
  if (s.axis < 0) s.axis += t->rank;
  if (s.axis < 0 || s.axis >= t->rank) {
    fail(s.loc, "associative_scan: axis %d is out of range for %s", o.axis, TYPE_STR(*t));
    return handle_poison();
  }
  if (!o.op) {
    fail(s.loc, "associative_scan: there is no function");
    return handle_poison();
  }
  if (!o.reverse) return scan(&s, o.x);
  return jc_flip_(scan(&s, jc_flip_(o.x, s.axis, file, line)), s.axis, file, line);
}

// ---- reductions

static jc_array reshaped(const Scan *s, jc_array x, jc_dims shape) {
  return jc_reshape_(x, shape, s->loc.file, s->loc.line);
}

// Which axes of `rank` are meant; false after fail().
static bool reduced_axes(const Scan *s, const jc_dims *given, int rank, bool *on) {
  for (int i = 0; i < rank; i++) on[i] = given->n == 0;
  if (given->n < 0 || given->n > MAX_RANK) return fail(s->loc, "%s: %d axes", s->name, given->n);
  for (int i = 0; i < given->n; i++) {
    const int64_t axis = given->d[i] + (given->d[i] < 0 ? rank : 0);
    if (axis < 0 || axis >= rank || on[axis])
      return fail(s->loc, "%s: axis %lld is out of range for rank %d, or given twice", s->name,
                  (long long)given->d[i], rank);
    on[axis] = true;
  }
  return true;
}

// Fused rounds read 2 to the power of their number elements for each result: these many at most.
enum { FUSED_ROUNDS = 3 };

static Val build_apart(Np *n, int k, const Val *v, Ints options) {
  (void)k, (void)options;
  if (np_bad(v[0])) return v[0];
  return (Val){graph_add(n->g, OP_optimization_barrier, 1, &v[0].id, NULL), v[0].weak};
}

static jc_array apart(const Scan *s, jc_array x) {
  static const Fn fn = {"reduce", build_apart, PROMOTE_NONE};
  return call(&fn, 1, &x, (Ints){0}, s->loc);
}

// Neighbours combine, until one is left.
static jc_array reduced(const Scan *s, jc_array x, int64_t n) {
  for (int round = 0; n > 1; n = n / 2 + n % 2, round++) {
    if (round && round % FUSED_ROUNDS == 0) x = apart(s, x);
    jc_array next = combined(s, slices(s, x, 0, n - n % 2, 2), slices(s, x, 1, n, 2));
    x = n % 2 ? joined(s, next, slices(s, x, n - 1, n, 1)) : next;
    if (!type_of_array(s, x)) return handle_poison();
  }
  return x;
}

jc_array jc_combine_(struct jc_combine o, const char *file, int line) {
  const Scan s = {"reduce", o.op, 0, HERE(file, line)};
  const Type *t = type_of_array(&s, o.x);
  bool on[MAX_RANK];
  if (!t || !reduced_axes(&s, &o.axes, t->rank, on)) return handle_poison();
  if (!o.op) return fail(s.loc, "reduce: there is no function"), handle_poison();
  jc_dims perm = {.n = t->rank}, flat = {.n = 1}, kept = {0}, shape = {0};
  int64_t n = 1;
  for (int i = 0; i < t->rank; i++) {
    if (on[i]) n *= t->dim[i];
    else kept.d[kept.n++] = flat.d[flat.n++] = t->dim[i];
    if (!on[i] || o.keepdims) shape.d[shape.n++] = on[i] ? 1 : t->dim[i];
  }
  flat.d[0] = n;
  for (int part = 1, k = 0; part >= 0; part--) {
    for (int i = 0; i < t->rank; i++) {
      if (on[i] == part) perm.d[k++] = i;
    }
  }
  jc_array x = jc_transpose_((struct jc_transpose){.x = o.x, .axes = perm}, file, line);
  const jc_array init =
      jc_astype_(jc_broadcast_to_(o.init, kept, file, line), (jc_dtype)t->dtype, file, line);
  if (n) x = combined(&s, init, reshaped(&s, reduced(&s, reshaped(&s, x, flat), n), kept));
  return reshaped(&s, n ? x : init, shape);
}
