// Scans with an associative function, as a tree of calls to it.
#include "frontend/handle.h"

typedef struct Scan {
  jc_array (*op)(jc_array, jc_array);
  int axis;
  Loc loc;
} Scan;

static const Type *type_of_array(const Scan *s, jc_array x) {
  const Slot *slot = slot_need(x, s->loc, "associative_scan", "the operand");
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
  fail(s->loc, "associative_scan: the function gives %s of two %s", TYPE_STR(*got), TYPE_STR(*t));
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
  Scan s = {o.op, o.axis, HERE(file, line)};
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
