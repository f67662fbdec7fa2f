// Scans and reductions with an associative function, as trees of calls to it.
#include <stdlib.h>
#include <string.h>

#include "frontend/call.h"
#include "frontend/function.h"
#include "frontend/handle.h"
#include "frontend/tree.h"

// Of arrays, with op, or of trees of n arrays, with f.
typedef struct Scan {
  const char *name;
  jc_array (*op)(jc_array, jc_array);
  int axis;  // of trees each array counts by itself where it is negative
  Loc loc;
  int n;
  Function *f;
  struct jc_tree_ like;
} Scan;

static const Type *type_of_array(const Scan *s, jc_array x) {
  const Slot *slot = slot_need(x, s->loc, s->name, "the operand");
  return slot && slot_kind(slot) != SLOT_POISON ? &type_info(slot->type)->type : NULL;
}

static int axis_of(const Scan *s, const Type *t) { return s->axis + (s->axis < 0 ? t->rank : 0); }

// Every `stride`th slice from `start` on, below `limit`.
static jc_array slices(const Scan *s, jc_array x, int64_t start, int64_t limit, int64_t stride) {
  const Type *t = type_of_array(s, x);
  if (!t) return handle_poison();
  const int axis = axis_of(s, t);
  jc_dims from = {.n = t->rank}, to = {.n = t->rank}, by = {.n = t->rank};
  for (int i = 0; i < t->rank; i++) to.d[i] = t->dim[i], by.d[i] = 1;
  from.d[axis] = start, to.d[axis] = limit, by.d[axis] = stride;
  return jc_slice_(x, from, (struct jc_slice){.limit = to, .strides = by}, s->loc.file,
                   s->loc.line);
}

static jc_array joined(const Scan *s, jc_array a, jc_array b) {
  const Type *t = type_of_array(s, a);
  if (!t) return handle_poison();
  return jc_concatenate_(JC_LIST(a, b), axis_of(s, t), s->loc.file, s->loc.line);
}

// r, or poison where the function gave it another type than the array a that went in.
static jc_array fitting(const Scan *s, jc_array r, jc_array a) {
  const Type *t = type_of_array(s, a), *got = t ? type_of_array(s, r) : NULL;
  if (!got) return handle_poison();
  if (type_equal(*got, *t)) return r;
  fail(s->loc, "%s: the function gives %s of two %s", s->name, TYPE_STR(*got), TYPE_STR(*t));
  return handle_poison();
}

static jc_array combined(const Scan *s, jc_array a, jc_array b) {
  if (!type_of_array(s, a)) return a;
  context()->here = s->loc;
  return fitting(s, s->op(a, b), a);
}

static void combined_trees(const Scan *s, const jc_array *a, const jc_array *b, jc_array *out) {
  const struct jc_tree_ *t = &s->like;
  const size_t size = t->size < sizeof(ffi_arg) ? sizeof(ffi_arg) : t->size;
  char *x = xcalloc(3, size), *y = x + size, *r = y + size;
  tree_write(t->unit, t->size, t->at, a, x);
  tree_write(t->unit, t->size, t->at, b, y);
  context()->here = s->loc;
  ffi_call(&s->f->cif, s->f->fn, r, (void *[]){x, y});
  const bool same = tree_read(t->unit, t->size, r, NULL) == s->n;
  if (!same)
    fail(s->loc, "%s: a jc_params has another length in the result of %s", s->name, s->f->name);
  if (same) tree_read(t->unit, t->size, r, out);
  for (int i = 0; i < s->n; i++) out[i] = same ? fitting(s, out[i], a[i]) : handle_poison();
  free(x);
}

// a[0], b[0], a[1], b[1], ..: a has as many slices as b (n), or one more.
static jc_array interleaved(const Scan *s, jc_array a, jc_array b, int64_t n, bool more) {
  const Type *t = type_of_array(s, a);
  if (!t) return a;
  const int axis = axis_of(s, t);
  jc_dims shape = {.n = t->rank};
  for (int i = 0; i < t->rank; i++) shape.d[i] = t->dim[i];
  shape.d[axis] = 2 * n;
  const jc_array head = more ? slices(s, a, 0, n, 1) : a;
  const jc_array pairs = jc_stack_(JC_LIST(head, b), axis + 1, s->loc.file, s->loc.line);
  const jc_array even = jc_reshape_(pairs, shape, s->loc.file, s->loc.line);
  return more ? joined(s, even, slices(s, a, n, n + 1, 1)) : even;
}

// x[i] = op(a[i], b[i]) of n arrays.
static void combine_all(const Scan *s, const jc_array *a, const jc_array *b, jc_array *x) {
  if (s->f) combined_trees(s, a, b, x);
  else x[0] = combined(s, a[0], b[0]);
}

// Neighbours combine, the scan of the pairs gives every second result, and those give the rest.
// x are the arrays, of `length` slices each, and become their scans.
static void scan(const Scan *s, jc_array *x, int64_t length) {
  if (length < 2) return;
  const int64_t half = length / 2;
  const size_t n = (size_t)s->n;
  jc_array *a = xcalloc(4 * n, sizeof *a), *b = a + n, *odd = b + n, *even = odd + n;
  for (size_t i = 0; i < n; i++) {
    a[i] = slices(s, x[i], 0, length - 1, 2);
    b[i] = slices(s, x[i], 1, length, 2);
    even[i] = slices(s, x[i], 0, 1, 1);
  }
  combine_all(s, a, b, odd);
  scan(s, odd, half);
  if (length > 2) {
    for (size_t i = 0; i < n; i++) {
      a[i] = length % 2 ? odd[i] : slices(s, odd[i], 0, half - 1, 1);
      x[i] = slices(s, x[i], 2, length, 2);
    }
    combine_all(s, a, x, b);
    for (size_t i = 0; i < n; i++) even[i] = joined(s, even[i], b[i]);
  }
  for (size_t i = 0; i < n; i++) x[i] = interleaved(s, even[i], odd[i], half, length % 2);
  free(a);
}

// The length that all arrays have along the axis; -1 after fail().
static int64_t scanned(const Scan *s, const jc_array *x) {
  int64_t length = -1;
  for (int i = 0; i < s->n; i++) {
    const Type *t = type_of_array(s, x[i]);
    if (!t) return -1;
    const int axis = axis_of(s, t);
    if (axis < 0 || axis >= t->rank)
      return fail(s->loc, "%s: axis %d is out of range for %s", s->name, s->axis, TYPE_STR(*t)), -1;
    if (i && t->dim[axis] != length)
      return fail(s->loc, "%s: array %d is %s: %lld along axis %d, not %lld as in an array before",
                  s->name, i, TYPE_STR(*t), (long long)t->dim[axis], s->axis, (long long)length),
             -1;
    length = t->dim[axis];
  }
  return length;
}

// x becomes its scan, or poison.
static void scan_arrays(const Scan *s, jc_array *x, bool reverse) {
  const int64_t length = scanned(s, x);
  for (int turn = 0; turn < 2; turn++) {
    for (int i = 0; i < s->n; i++) {
      if (length < 0) x[i] = handle_poison();
      else if (reverse) x[i] = jc_flip_(x[i], s->axis, s->loc.file, s->loc.line);
    }
    if (!turn) scan(s, x, length);
  }
}

jc_array jc_associative_scan_(struct jc_associative_scan o, const char *file, int line) {
  const Scan s = {"associative_scan", o.op, o.axis, HERE(file, line), .n = 1};
  if (!o.op) return fail(s.loc, "associative_scan: there is no function"), handle_poison();
  scan_arrays(&s, &o.x, o.reverse);
  return o.x;
}

const void *jc_tree_associative_scan_(jc_fn f, struct jc_tree_ x, struct jc_tree_associative_scan o,
                                      const char *file, int line) {
  Scan s = {"tree_associative_scan", NULL, o.axis, HERE(file, line), .like = x};
  s.n = tree_read(x.unit, x.size, x.at, NULL);
  jc_array *v = xcalloc((size_t)s.n + 1, sizeof *v);
  tree_read(x.unit, x.size, x.at, v);
  s.f = function_find(f, s.name, s.loc);
  if (s.f && !function_sound(s.f, s.name, s.loc)) s.f = NULL;
  for (int i = 0; i < s.n && !s.f; i++) v[i] = handle_poison();
  if (s.f) scan_arrays(&s, v, o.reverse);
  const void *result = tree_result(x.unit, x.size, x.at, v);
  free(v);
  return result;
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
  const Scan s = {"reduce", o.op, 0, HERE(file, line), .n = 1};
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
