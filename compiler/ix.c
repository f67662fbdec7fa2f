// Index expressions: hash-consed sums of axes, quotients and remainders, simplified by their
// ranges.
#include <string.h>

#include "compiler/kernel_build.h"

typedef struct IxTable {
  IxSum *sums;
  uint32_t *slots;  // index of a sum + 1, or 0
  uint32_t n, cap, nslots;
} IxTable;

const IxSum *ix_sum(const Kernel *k, Ix ix) { return &k->ix->sums[ix]; }

void ix_init(Kernel *k) {
  k->ix = ARENA_NEW(k->arena, IxTable);
  k->ix->nslots = 32;
  k->ix->slots = ARENA_ARRAY(k->arena, uint32_t, k->ix->nslots);
}

static int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t gcd(int64_t a, int64_t b) {
  while (b) {
    int64_t t = a % b;
    a = b, b = t;
  }
  return a < 0 ? -a : a;
}

// ---- atoms

static int compare(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int scalar_compare(const Kernel *k, Sid a, Sid b);
static int sum_compare(const Kernel *k, Ix a, Ix b);

static int load_compare(const Kernel *k, uint64_t a, uint64_t b) {
  const Access *x = &k->accesses[a], *y = &k->accesses[b];
  int c = compare(x->buffer, y->buffer);
  return c ? c : sum_compare(k, x->index, y->index);
}

// By structure as far as that tells scalars apart, so that the order of terms does not depend on
// the order in which a kernel was made.
static int scalar_compare(const Kernel *k, Sid a, Sid b) {
  const Scalar *x = dag_node(&k->dag, a), *y = dag_node(&k->dag, b);
  int c = a == b ? 0 : compare(x->kind, y->kind);
  if (a == b || c) return c;
  if (!c) c = compare(x->op, y->op);
  if (!c) c = compare(x->dtype, y->dtype);
  if (!c) c = compare(x->nargs, y->nargs);
  if (!c)
    c = x->kind == S_LOAD ? load_compare(k, x->imm, y->imm)
                          : compare((int64_t)x->imm, (int64_t)y->imm);
  for (int i = 0; !c && i < x->nargs; i++) c = scalar_compare(k, x->args[i], y->args[i]);
  return c ? c : compare(a, b);
}

static int atom_compare(const Kernel *k, const IxTerm *a, const IxTerm *b) {
  int c = compare(a->kind, b->kind);
  if (!c) c = compare(a->axis, b->axis);
  if (!c) c = compare(a->by, b->by);
  if (!c) c = compare(a->lo, b->lo);
  if (!c) c = compare(a->hi, b->hi);
  if (!c && a->kind == IX_VALUE) c = scalar_compare(k, a->value, b->value);
  if (!c && (a->kind == IX_DIV || a->kind == IX_MOD)) c = sum_compare(k, a->inner, b->inner);
  return c;
}

static int sum_compare(const Kernel *k, Ix a, Ix b) {
  if (a == b) return 0;
  const IxSum *x = ix_sum(k, a), *y = ix_sum(k, b);
  int c = compare(x->constant, y->constant);
  if (!c) c = compare(x->nterms, y->nterms);
  for (int i = 0; !c && i < x->nterms; i++) {
    c = compare(x->terms[i].coef, y->terms[i].coef);
    if (!c) c = atom_compare(k, &x->terms[i], &y->terms[i]);
  }
  return c;
}

static uint64_t mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
  return h ^ h >> 29;
}

static uint64_t sum_hash(int64_t constant, int n, const IxTerm *t) {
  uint64_t h = mix((uint64_t)n, (uint64_t)constant);
  for (int i = 0; i < n; i++) {
    h = mix(mix(h, (uint64_t)t[i].coef), (uint64_t)t[i].kind * 31 + (uint64_t)t[i].axis);
    h = mix(mix(h, t[i].inner), (uint64_t)t[i].by * 7 + t[i].value);
    h = mix(h, (uint64_t)(t[i].lo * 3 + t[i].hi));
  }
  return h;
}

static bool atom_same(const IxTerm *a, const IxTerm *b) {
  return a->kind == b->kind && a->axis == b->axis && a->inner == b->inner && a->by == b->by &&
         a->value == b->value && a->lo == b->lo && a->hi == b->hi;
}

static bool sum_same(const IxSum *s, int64_t constant, int n, const IxTerm *t) {
  if (s->constant != constant || s->nterms != n) return false;
  for (int i = 0; i < n; i++) {
    if (s->terms[i].coef != t[i].coef || !atom_same(&s->terms[i], &t[i])) return false;
  }
  return true;
}

// ---- interning

static uint32_t *slot_of(IxTable *x, int64_t constant, int n, const IxTerm *t) {
  for (uint64_t i = sum_hash(constant, n, t);; i++) {
    uint32_t *slot = &x->slots[i & (x->nslots - 1)];
    if (!*slot || sum_same(&x->sums[*slot - 1], constant, n, t)) return slot;
  }
}

static void table_grow(Kernel *k) {
  IxTable *x = k->ix;
  if (2 * x->n + 2 < x->nslots) return;
  x->nslots *= 4;
  x->slots = ARENA_ARRAY(k->arena, uint32_t, x->nslots);
  for (uint32_t i = 0; i < x->n; i++) {
    const IxSum *s = &x->sums[i];
    *slot_of(x, s->constant, s->nterms, s->terms) = i + 1;
  }
}

// Programs that fit no memory only have indices which the text of kernels cannot say: they are
// refused, and go on with 0.
static int64_t fitting(bool overflows, int64_t v) {
  if (!overflows && (double)v <= INDEX_LIMIT && (double)v >= -INDEX_LIMIT) return v;
  fail((Loc){0}, "the index is too large");
  return 0;
}

static int64_t times(int64_t a, int64_t b) {
  int64_t c;
  const bool overflows = __builtin_mul_overflow(a, b, &c);
  return fitting(overflows, c);
}

static int64_t plus(int64_t a, int64_t b) {
  int64_t c;
  const bool overflows = __builtin_add_overflow(a, b, &c);
  return fitting(overflows, c);
}

// Terms are sorted, distinct and not zero.
static Ix intern(Kernel *k, int64_t constant, int n, const IxTerm *t) {
  IxTable *x = k->ix;
  table_grow(k);
  uint32_t *slot = slot_of(x, constant, n, t);
  if (*slot) return *slot - 1;
  IxSum s = {constant, n, arena_copy(k->arena, t, sizeof *t * (size_t)n), constant, constant};
  for (int i = 0; i < n; i++) {
    const int64_t a = times(t[i].coef, t[i].lo), b = times(t[i].coef, t[i].hi);
    s.lo = plus(s.lo, a < b ? a : b);
    s.hi = plus(s.hi, a < b ? b : a);
  }
  x->sums = kernel_grow(k, x->sums, &x->cap, x->n, sizeof s);
  x->sums[x->n++] = s;
  *slot = x->n;
  return x->n - 1;
}

// Sorts by atom, adds terms of one atom up, drops zeros; gives the new count.
static int normalise(const Kernel *k, IxTerm *t, int n) {
  for (int i = 1; i < n; i++) {
    IxTerm v = t[i];
    int j = i;
    for (; j > 0 && atom_compare(k, &v, &t[j - 1]) < 0; j--) t[j] = t[j - 1];
    t[j] = v;
  }
  int m = 0;
  for (int i = 0; i < n; i++) {
    if (m && atom_same(&t[m - 1], &t[i])) {
      t[m - 1].coef = plus(t[m - 1].coef, t[i].coef);
    } else {
      t[m++] = t[i];
    }
    if (t[m - 1].coef == 0) m--;
  }
  return m;
}

static void drop(IxTerm *t, int *n, int i) {
  memmove(&t[i], &t[i + 1], sizeof *t * (size_t)(--*n - i));
}

// c * (x mod b) + c * b * (x / b) is c * x. Gives the x and c of a pair and takes it out.
static bool take_split(IxTerm *t, int *n, Ix *inner, int64_t *coef) {
  for (int m = 0; m < *n; m++) {
    for (int d = 0; t[m].kind == IX_MOD && d < *n; d++) {
      int64_t whole;
      if (t[d].kind != IX_DIV || t[d].inner != t[m].inner || t[d].by != t[m].by ||
          __builtin_mul_overflow(t[m].coef, t[m].by, &whole) || t[d].coef != whole)
        continue;
      *inner = t[m].inner, *coef = t[m].coef;
      drop(t, n, m > d ? m : d);
      drop(t, n, m > d ? d : m);
      return true;
    }
  }
  return false;
}

static Ix make(Kernel *k, int64_t constant, IxTerm *t, int n) {
  n = normalise(k, t, n);
  Ix inner;
  int64_t coef;
  if (!take_split(t, &n, &inner, &coef)) return intern(k, constant, n, t);
  return ix_add(k, make(k, constant, t, n), ix_mul(k, inner, coef));
}

// ---- construction

Ix ix_const(Kernel *k, int64_t c) { return intern(k, c, 0, NULL); }

Ix ix_axis(Kernel *k, int axis) {
  if (k->axis[axis] <= 1) return ix_const(k, 0);
  IxTerm t = {.coef = 1, .kind = IX_AXIS, .axis = axis, .hi = k->axis[axis] - 1};
  return intern(k, 0, 1, &t);
}

Ix ix_value(Kernel *k, Sid v, int64_t lo, int64_t hi) {
  if (lo == hi) return ix_const(k, lo);
  const Scalar *s = dag_node(&k->dag, v);
  if (s->kind == S_CONST) {
    int64_t c = scalar_int(s);
    return ix_const(k, c < lo ? lo : c > hi ? hi : c);
  }
  IxTerm t = {.coef = 1, .kind = IX_VALUE, .value = v, .lo = lo, .hi = hi};
  return intern(k, 0, 1, &t);
}

Ix ix_add(Kernel *k, Ix a, Ix b) {
  IxSum x = *ix_sum(k, a), y = *ix_sum(k, b);
  int n = x.nterms + y.nterms;
  IxTerm small[16], *t = n <= 16 ? small : ARENA_ARRAY(k->arena, IxTerm, n);
  if (x.nterms) memcpy(t, x.terms, sizeof *t * (size_t)x.nterms);
  if (y.nterms) memcpy(t + x.nterms, y.terms, sizeof *t * (size_t)y.nterms);
  return make(k, plus(x.constant, y.constant), t, n);
}

Ix ix_mul(Kernel *k, Ix a, int64_t c) {
  IxSum x = *ix_sum(k, a);
  if (c == 0) return ix_const(k, 0);
  IxTerm small[16], *t = x.nterms <= 16 ? small : ARENA_ARRAY(k->arena, IxTerm, x.nterms);
  for (int i = 0; i < x.nterms; i++) t[i] = x.terms[i], t[i].coef = times(t[i].coef, c);
  const int64_t constant = times(x.constant, c);
  return failed() ? ix_const(k, 0) : intern(k, constant, x.nterms, t);
}

Ix ix_add_const(Kernel *k, Ix a, int64_t c) { return c ? ix_add(k, a, ix_const(k, c)) : a; }

// ---- quotients and remainders

// ix = by * whole + rest, the rest with the least range from 0 up.
static void split(Kernel *k, Ix ix, int64_t by, Ix *whole, Ix *rest) {
  IxSum x = *ix_sum(k, ix);
  IxTerm *t = ARENA_ARRAY(k->arena, IxTerm, 2 * x.nterms + 1), *r = t + x.nterms;
  int nt = 0, nr = 0;
  for (int i = 0; i < x.nterms; i++) {
    bool divides = x.terms[i].coef % by == 0;
    IxTerm *to = divides ? &t[nt++] : &r[nr++];
    *to = x.terms[i];
    if (divides) to->coef /= by;
  }
  int64_t q = floor_div(x.constant, by);
  *rest = intern(k, x.constant - q * by, nr, r);
  int64_t shift = floor_div(ix_sum(k, *rest)->lo, by);
  *rest = ix_add_const(k, *rest, -shift * by);
  *whole = intern(k, q + shift, nt, t);
}

static int64_t common_factor(const IxSum *s, int64_t by) {
  for (int i = 0; i < s->nterms; i++) by = gcd(by, s->terms[i].coef);
  return by;
}

// floor(s / g) where g divides every coefficient.
static Ix scale_down(Kernel *k, Ix ix, int64_t g) {
  IxSum x = *ix_sum(k, ix);
  IxTerm *t = ARENA_ARRAY(k->arena, IxTerm, x.nterms + 1);
  for (int i = 0; i < x.nterms; i++) t[i] = x.terms[i], t[i].coef /= g;
  return intern(k, floor_div(x.constant, g), x.nterms, t);
}

static Ix atom(Kernel *k, IxKind kind, Ix inner, int64_t by) {
  const IxSum *s = ix_sum(k, inner);
  IxTerm t = {.coef = 1, .kind = kind, .inner = inner, .by = by};
  t.lo = kind == IX_DIV ? s->lo / by : 0;
  t.hi = kind == IX_DIV ? s->hi / by : by - 1;
  return intern(k, 0, 1, &t);
}

static const IxTerm *single_atom(const Kernel *k, Ix ix) {
  const IxSum *s = ix_sum(k, ix);
  return s->nterms == 1 && s->constant == 0 && s->terms[0].coef == 1 ? &s->terms[0] : NULL;
}

Ix ix_div(Kernel *k, Ix a, int64_t by) {
  CHECK(by > 0);
  if (by == 1) return a;
  Ix whole, rest;
  split(k, a, by, &whole, &rest);
  if (ix_sum(k, rest)->hi < by) return whole;
  int64_t g = common_factor(ix_sum(k, rest), by);
  if (g > 1) return ix_add(k, whole, ix_div(k, scale_down(k, rest, g), by / g));
  const IxTerm *t = single_atom(k, rest);
  if (t && t->kind == IX_DIV) {
    if ((double)t->by * (double)by > INDEX_LIMIT) return whole;
    return ix_add(k, whole, ix_div(k, t->inner, t->by * by));
  }
  if (t && t->kind == IX_MOD && t->by % by == 0) {
    int64_t outer = t->by / by;
    return ix_add(k, whole, ix_mod(k, ix_div(k, t->inner, by), outer));
  }
  return ix_add(k, whole, atom(k, IX_DIV, rest, by));
}

Ix ix_mod(Kernel *k, Ix a, int64_t by) {
  CHECK(by > 0);
  Ix whole, rest;
  split(k, a, by, &whole, &rest);
  if (ix_sum(k, rest)->hi < by) return rest;
  int64_t g = common_factor(ix_sum(k, rest), by), c = ix_sum(k, rest)->constant;
  if (g > 1) {
    Ix inner = ix_mod(k, scale_down(k, rest, g), by / g);
    return ix_add_const(k, ix_mul(k, inner, g), c - floor_div(c, g) * g);
  }
  const IxTerm *t = single_atom(k, rest);
  if (t && t->kind == IX_MOD && t->by % by == 0) return ix_mod(k, t->inner, by);
  return atom(k, IX_MOD, rest, by);
}

// ---- questions

static uint32_t term_axes(const Kernel *k, const IxTerm *t) {
  if (t->kind == IX_AXIS) return 1u << t->axis;
  return t->kind == IX_VALUE ? kernel_depends(k, t->value) : ix_axes(k, t->inner);
}

uint32_t ix_axes(const Kernel *k, Ix ix) {
  const IxSum *s = ix_sum(k, ix);
  uint32_t axes = 0;
  for (int i = 0; i < s->nterms; i++) axes |= term_axes(k, &s->terms[i]);
  return axes;
}

int ix_single_axis(const Kernel *k, Ix ix) {
  const IxTerm *t = single_atom(k, ix);
  return t && t->kind == IX_AXIS ? t->axis : -1;
}
