// Optimisers: one update of all parameters, written with the public operations, so that it runs at
// once or is recorded, and fuses with what is around it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/function.h"

_Static_assert(sizeof(jc_schedule) == 8 + 8 * (6 + 2 * JC_MOST_PIECES), "padding in a static");
_Static_assert(sizeof(jc_opt) == 8 + 8 * 11 + sizeof(jc_schedule), "padding in a static");

// The operations below stand at the user's call.
#undef JC_HERE
#define JC_HERE loc.file, loc.line

// Halves are updated in f32, and that is what their state is in: they have no room for 1e-8 or for
// running means.
static jc_dtype wide(jc_array x) { return jc_dtype_of_(x, NULL, 0) == JC_F64 ? JC_F64 : JC_F32; }
static jc_array widened(jc_array x, Loc loc) { return jc_astype(x, wide(x)); }

// ---- the table

// A field, or what it is by default.
static double field(double given, double otherwise) {
  return given == 0 && !signbit(given) ? otherwise : given;
}

static bool schedule_ok(const jc_schedule *s, const char *who, Loc loc) {
  if (s->kind_ > JC_SCHEDULE_PIECEWISE_)
    return fail(loc, "%s: %d is no kind of schedule", who, (int)s->kind_);
  const bool counts = s->kind_ != JC_SCHEDULE_CONSTANT_ && s->kind_ != JC_SCHEDULE_PIECEWISE_;
  return !counts || s->steps > fmax(0, s->warmup) ||
         fail(loc, "%s: a schedule of %g updates, of which %g are its warmup", who, s->steps,
              s->warmup);
}

static bool known(const jc_opt *o, const char *who, Loc loc) {
  if (!o) return fail(loc, "%s: the jc_opt is NULL", who);
  if (o->kind_ <= JC_OPT_NONE_ || o->kind_ > JC_OPT_LION_)
    return fail(loc, "%s: the jc_opt is empty: JC_ADAM(1e-3) and its kin fill one", who);
  if (o->every < 0) return fail(loc, "%s: .every = %lld", who, (long long)o->every);
  return schedule_ok(&o->schedule, who, loc);
}

static bool there_are(const void *params, const void *state, const char *who, Loc loc) {
  return (params && state) ||
         fail(loc, "%s: NULL in place of the %s", who, params ? "state" : "parameters");
}

static bool uses_m(const jc_opt *o) {
  const bool follows = o->kind_ == JC_OPT_SGD_ || o->kind_ == JC_OPT_RMSPROP_;
  return follows ? o->momentum != 0 : o->kind_ != JC_OPT_ADAGRAD_;
}
static bool uses_v(const jc_opt *o) { return o->kind_ != JC_OPT_SGD_ && o->kind_ != JC_OPT_LION_; }
static bool uses_sum(const jc_opt *o) { return o->every > 1; }

static double weight_decay(const jc_opt *o) {
  return field(o->weight_decay, o->kind_ == JC_OPT_ADAMW_  ? 1e-4
                                : o->kind_ == JC_OPT_LION_ ? 1e-3
                                                           : 0);
}

// ---- schedules

// (count - from) / steps, at most 1.
static jc_array part_of(jc_array count, double from, double steps, Loc loc) {
  return jc_div(jc_minimum(jc_sub(count, from), steps), steps);
}

static jc_array power(jc_array x, double exponent, Loc loc) {
  return exponent == 1 ? x : jc_pow(x, exponent);
}

static jc_array cosine(const jc_schedule *s, double rate, jc_array count, Loc loc) {
  const double pi = 3.14159265358979323846, end = s->end / rate;
  jc_array part = part_of(count, s->warmup, s->steps - s->warmup, loc);
  jc_array half = jc_mul(0.5, jc_add(1, jc_cos(jc_mul(pi, part))));
  jc_array falls =
      jc_mul(rate, jc_add(jc_mul(1 - end, power(half, field(s->exponent, 1), loc)), end));
  if (s->warmup <= 0) return falls;
  jc_array rises = jc_add(jc_mul(s->start - rate, jc_sub(1, jc_div(count, s->warmup))), rate);
  return jc_where(jc_less(count, s->warmup), rises, falls);
}

static jc_array exponential(const jc_schedule *s, double rate, jc_array count, Loc loc) {
  jc_array turns = jc_div(count, s->steps);
  if (s->staircase) turns = jc_floor(turns);
  jc_array r = jc_mul(rate, jc_pow(s->factor, turns));
  if (s->end == 0) return r;
  return s->factor < 1 ? jc_maximum(r, s->end) : jc_minimum(r, s->end);
}

static jc_array piecewise(const jc_schedule *s, double rate, jc_array count, Loc loc) {
  jc_array r = jc_full_like(count, rate);
  for (int i = 0; i < JC_MOST_PIECES && s->at[i] > 0; i++)
    r = jc_mul(r, jc_where(jc_less(count, s->at[i]), 1.0, s->scale[i]));
  return r;
}

// The rate after `count` updates, in the dtype of count.
static jc_array scheduled(const jc_opt *o, jc_array count, Loc loc) {
  const jc_schedule *s = &o->schedule;
  switch (s->kind_) {
    case JC_SCHEDULE_LINEAR_:
      return jc_add(jc_mul(o->rate - s->end, jc_sub(1, part_of(count, 0, s->steps, loc))), s->end);
    case JC_SCHEDULE_EXPONENTIAL_: return exponential(s, o->rate, count, loc);
    case JC_SCHEDULE_COSINE_: return cosine(s, o->rate, count, loc);
    case JC_SCHEDULE_PIECEWISE_: return piecewise(s, o->rate, count, loc);
    default: return jc_full_like(count, o->rate);
  }
}

static jc_array update_count(const jc_opt *o, jc_array step, Loc loc) {
  return uses_sum(o) ? jc_div(step, o->every) : step;
}

// The count of a state, an integer; a given rate.
static bool scalar_ok(jc_array x, const char *who, const char *what, bool counts, Loc loc) {
  const Slot *s = slot_need(x, loc, who, "%s", what);
  if (!s || slot_kind(s) == SLOT_POISON) return false;
  const Type t = type_info(s->type)->type;
  return (t.rank == 0 && (!counts || dtype_is_int(t.dtype))) ||
         fail(loc, "%s: %s is %s, not %s scalar", who, what, TYPE_STR(t),
              counts ? "an integer" : "a");
}

jc_array jc_opt_rate_(const jc_opt *o, const void *state, const char *file, int line) {
  const Loc loc = HERE(file, line);
  jc_array step;
  if (!known(o, "opt_rate", loc) || !there_are(o, state, "opt_rate", loc)) return handle_poison();
  memcpy(&step, state, sizeof step);
  if (!scalar_ok(step, "opt_rate", "the state's count", true, loc)) return handle_poison();
  return scheduled(o, jc_astype(update_count(o, step, loc), JC_F32), loc);
}

// ---- one update

typedef struct Update {
  const jc_opt *o;
  Loc loc;
  jc_array step;  // calls so far
  jc_array given_rate;
} Update;

// The scalars of an update, for parameters of one dtype.
typedef struct Scalars {
  jc_array rate, correct_m, correct_v;  // 1 - b^count
} Scalars;

static Scalars scalars(const Update *u, jc_dtype dtype) {
  const Loc loc = u->loc;
  const jc_opt *o = u->o;
  jc_array count = jc_astype(update_count(o, u->step, loc), dtype);
  const jc_array rate = u->given_rate.handle ? u->given_rate : scheduled(o, count, loc);
  Scalars s = {.rate = jc_astype(rate, dtype)};
  if (o->kind_ != JC_OPT_ADAM_ && o->kind_ != JC_OPT_ADAMW_) return s;
  count = jc_add(count, 1);
  s.correct_m = jc_sub(1, jc_pow(field(o->b1, 0.9), count));
  s.correct_v = jc_sub(1, jc_pow(field(o->b2, 0.999), count));
  return s;
}

// The running mean m of x.
static jc_array mean_by(double b, jc_array m, jc_array x, Loc loc) {
  return jc_add(jc_mul(1 - b, x), jc_mul(b, m));
}

// Adds momentum: *m follows x; what the step is.
static jc_array follow(const jc_opt *o, jc_array x, jc_array *m, Loc loc) {
  if (o->momentum == 0) return x;
  *m = jc_add(x, jc_mul(o->momentum, *m));
  return o->nesterov ? jc_add(x, jc_mul(o->momentum, *m)) : *m;
}

static jc_array adam(const jc_opt *o, const Scalars *s, jc_array g, jc_array *m, jc_array *v,
                     Loc loc) {
  *m = mean_by(field(o->b1, 0.9), *m, g, loc);
  *v = mean_by(field(o->b2, 0.999), *v, jc_square(g), loc);
  jc_array spread = jc_add(jc_sqrt(jc_div(*v, s->correct_v)), field(o->eps, 1e-8));
  return jc_div(jc_div(*m, s->correct_m), spread);
}

static jc_array lion(const jc_opt *o, jc_array g, jc_array *m, Loc loc) {
  jc_array way = jc_sign(mean_by(field(o->b1, 0.9), *m, g, loc));
  *m = mean_by(field(o->b2, 0.99), *m, g, loc);
  return way;
}

static jc_array adagrad(const jc_opt *o, jc_array g, jc_array *v, Loc loc) {
  *v = jc_add(jc_square(g), *v);
  return jc_where(jc_greater(*v, 0), jc_mul(g, jc_rsqrt(jc_add(*v, field(o->eps, 1e-7)))), 0.0);
}

static jc_array rmsprop(const jc_opt *o, jc_array g, jc_array *v, Loc loc) {
  *v = mean_by(field(o->decay, 0.9), *v, jc_square(g), loc);
  return jc_mul(g, jc_rsqrt(jc_add(*v, field(o->eps, 1e-8))));
}

// p after the step, and *m and *v.
static jc_array stepped(const Update *u, jc_array p, jc_array g, jc_array *m, jc_array *v) {
  const Loc loc = u->loc;
  const jc_opt *o = u->o;
  const Scalars s = scalars(u, wide(p));
  const jc_dtype own = jc_dtype_of(p);
  p = widened(p, loc);
  jc_array step;
  switch (o->kind_) {
    case JC_OPT_ADAGRAD_: step = adagrad(o, g, v, loc); break;
    case JC_OPT_RMSPROP_: step = rmsprop(o, g, v, loc); break;
    case JC_OPT_LION_: step = lion(o, g, m, loc); break;
    case JC_OPT_SGD_: step = follow(o, g, m, loc); break;
    default: step = adam(o, &s, g, m, v, loc);
  }
  if (weight_decay(o) != 0) step = jc_add(step, jc_mul(weight_decay(o), p));
  step = jc_mul(s.rate, step);
  if (o->kind_ == JC_OPT_RMSPROP_) step = follow(o, step, m, loc);
  return jc_astype(jc_sub(p, step), own);
}

// ---- clipping

static void clip(const jc_opt *o, int n, jc_array *g, Loc loc) {
  for (int i = 0; o->clip != 0 && i < n; i++) g[i] = jc_clip(g[i], -o->clip, o->clip);
  if (o->clip_norm == 0 || !n) return;
  jc_array sum = jc_lift(0.0);
  for (int i = 0; i < n; i++) sum = jc_add(sum, jc_sum(jc_square(g[i])));
  jc_array norm = jc_sqrt(sum), fits = jc_less(norm, o->clip_norm);
  for (int i = 0; i < n; i++) {
    jc_array scaled = jc_mul(jc_div(g[i], jc_astype(norm, jc_dtype_of(g[i]))), o->clip_norm);
    g[i] = jc_where(fits, g[i], scaled);
  }
}

// ---- trees

// Of the parameters those that move: a network's state is not the optimiser's to change. Their
// arrays, gradients and the state's trees, n each; number i is leaf at[i] of `total`.
typedef struct Leaves {
  const void *unit;
  size_t size;
  int n, total;
  jc_array *p, *g, *m, *v, *sum, *all;  // all: scratch for `total`
  int *at;
} Leaves;

// The trees of a JC_OPT_STATE, behind its count.
static void *state_tree(void *state, size_t size, int i) {
  return (char *)state + sizeof(jc_array) + (size_t)i * size;
}

static void find_moving(Leaves *l, const void *params) {
  size_t at = 0, offset;
  int field = 0, leaf = 0;
  while (tree_next_array(l->unit, l->size, params, &at, &field, &offset)) {
    jc_array word;
    memcpy(&word, (const char *)params + offset, sizeof word);
    const List *list = list_find(word);
    for (int i = 0; i < (list ? list->shape->n : 1); i++, leaf++) {
      if (!list || !name_is_state(list->shape->names[i])) l->at[l->n++] = leaf;
    }
  }
}

static void read_moving(const Leaves *l, const void *tree, jc_array *out) {
  tree_read(l->unit, l->size, tree, l->all);
  for (int i = 0; i < l->n; i++) out[i] = l->all[l->at[i]];
}

static void write_moving(const Leaves *l, void *tree, const jc_array *moved) {
  tree_read(l->unit, l->size, tree, l->all);
  for (int i = 0; i < l->n; i++) l->all[l->at[i]] = moved[i];
  tree_write(l->unit, l->size, tree, l->all, tree);
}

static Leaves leaves_new(const void *unit, size_t size, const void *params) {
  const int n = tree_read(unit, size, params, NULL);
  Leaves l = {.unit = unit, .size = size, .total = n};
  l.p = xcalloc((6 * sizeof(jc_array) + sizeof(int)) * (size_t)n + 1, 1);
  l.g = l.p + n, l.m = l.g + n, l.v = l.m + n, l.sum = l.v + n, l.all = l.sum + n;
  l.at = (int *)(l.all + n);
  find_moving(&l, params);
  read_moving(&l, params, l.p);
  return l;
}

static bool float_leaf(jc_array p, int i, const char *who, Loc loc) {
  const Slot *s = slot_need(p, loc, who, "parameter %d", i);
  if (!s || slot_kind(s) == SLOT_POISON) return false;
  const Type t = type_info(s->type)->type;
  return dtype_is_float(t.dtype) ||
         fail(loc, "%s: parameter %d is %s: optimisers change floats", who, i, TYPE_STR(t));
}

// Whether an array that goes with parameter i suits it.
static bool suits(jc_array x, jc_array p, int i, bool is_state, Loc loc) {
  const char *who = "opt_update", *what = is_state ? "state" : "gradient";
  const Slot *s = slot_need(x, loc, who, "the %s of parameter %d", what, i);
  if (!s || slot_kind(s) == SLOT_POISON) return false;
  const Type t = type_info(s->type)->type, want = type_info(slot_find(p)->type)->type;
  if (shape_equal(t, want) && (!is_state || t.dtype == (Dtype)wide(p))) return true;
  return fail(
      loc, "%s: parameter %d is %s, its %s %s%s", who, i, TYPE_STR(want), what, TYPE_STR(t),
      is_state ? ": jc_opt_init makes the state of this optimiser for these parameters" : "");
}

static bool leaves_suit(const jc_opt *o, const Leaves *l, Loc loc) {
  for (int i = 0; i < l->n; i++) {
    const int leaf = l->at[i];
    if (!float_leaf(l->p[i], leaf, "opt_update", loc) ||
        !suits(l->g[i], l->p[i], leaf, false, loc) ||
        (uses_m(o) && !suits(l->m[i], l->p[i], leaf, true, loc)) ||
        (uses_v(o) && !suits(l->v[i], l->p[i], leaf, true, loc)) ||
        (uses_sum(o) && !suits(l->sum[i], l->p[i], leaf, true, loc)))
      return false;
  }
  return true;
}

// ---- the public functions

// What a state begins with for a parameter; an empty array where it is not used.
static jc_array filled(jc_array p, bool used, double v, Loc loc) {
  if (!used) return jc_zeros(JC_SHAPE(0));
  const Type t = type_info(slot_find(p)->type)->type;
  jc_dims shape = {.n = t.rank};
  if (t.rank) memcpy(shape.d, t.dim, sizeof *t.dim * (size_t)t.rank);
  return jc_full(shape, v, wide(p));
}

bool jc_opt_init_(const jc_opt *o, const void *unit, size_t size, const void *params, void *state,
                  const char *file, int line) {
  const Loc loc = HERE(file, line);
  if (!there_are(params, state, "opt_init", loc)) return false;
  Leaves l = leaves_new(unit, size, params);
  bool ok = known(o, "opt_init", loc);
  for (int i = 0; i < l.n && ok; i++) {
    ok = float_leaf(l.p[i], l.at[i], "opt_init", loc);
    if (!ok) break;
    const double first = o->kind_ == JC_OPT_ADAGRAD_ ? field(o->initial, 0.1) : 0;
    l.m[i] = filled(l.p[i], uses_m(o), 0, loc);
    l.v[i] = filled(l.p[i], uses_v(o), first, loc);
    l.sum[i] = filled(l.p[i], uses_sum(o), 0, loc);
  }
  const jc_array *trees[] = {l.m, l.v, l.sum}, none = ok ? jc_zeros(JC_SHAPE(0)) : handle_poison();
  for (int i = 0; i < 3; i++) {
    for (int k = 0; k < l.total; k++) l.all[k] = none;
    for (int k = 0; k < l.n && ok; k++) l.all[l.at[k]] = trees[i][k];
    tree_write(unit, size, params, l.all, state_tree(state, size, i));
  }
  const jc_array step = ok ? jc_i32(0) : handle_poison();
  memcpy(state, &step, sizeof step);
  free(l.p);
  return ok;
}

// Gradients become the mean of those since the last update.
static void accumulate(const jc_opt *o, Leaves *l, Loc loc) {
  for (int i = 0; i < l->n; i++) {
    l->sum[i] = jc_add(l->sum[i], l->g[i]);
    l->g[i] = jc_div(l->sum[i], o->every);
  }
}

static void update_leaf(const Update *u, const Leaves *l, int i, jc_array due) {
  const Loc loc = u->loc;
  jc_array m = l->m[i], v = l->v[i];
  jc_array p = stepped(u, l->p[i], l->g[i], &m, &v);
  const bool waits = uses_sum(u->o);
  l->p[i] = waits ? jc_where(due, p, l->p[i]) : p;
  if (uses_m(u->o)) l->m[i] = waits ? jc_where(due, m, l->m[i]) : m;
  if (uses_v(u->o)) l->v[i] = waits ? jc_where(due, v, l->v[i]) : v;
  if (waits) l->sum[i] = jc_where(due, jc_zeros_like(l->sum[i]), l->sum[i]);
}

static bool update_all(const Update *u, Leaves *l, jc_array *step) {
  const Loc loc = u->loc;
  const jc_opt *o = u->o;
  for (int i = 0; i < l->n; i++) l->g[i] = jc_astype(l->g[i], wide(l->p[i]));
  *step = jc_add(u->step, 1);
  jc_array due = {0};
  if (uses_sum(o)) {
    accumulate(o, l, loc);
    due = jc_equal(jc_rem(*step, o->every), 0);
  }
  clip(o, l->n, l->g, loc);
  bool ok = !handle_is_poison(*step);
  for (int i = 0; i < l->n && ok; i++) {
    update_leaf(u, l, i, due);
    ok = !handle_is_poison(l->p[i]);
  }
  return ok;
}

// A tree of as many arrays as the parameters: a jc_params in it may have another length.
static bool read_like(const Leaves *l, const void *tree, jc_array *out, const char *what, Loc loc) {
  const int have = tree_read(l->unit, l->size, tree, NULL);
  if (have == l->total) return read_moving(l, tree, out), true;
  return fail(loc, "opt_update: %d parameters, but %d arrays in the %s", l->total, have, what);
}

bool jc_opt_update_(const jc_opt *o, const void *unit, size_t size, void *params, const void *grads,
                    struct jc_opt_update options, const char *file, int line) {
  const Loc loc = HERE(file, line);
  Update u = {o, loc, {0}, options.rate};
  if (!known(o, "opt_update", loc) || !there_are(params, options.state, "opt_update", loc))
    return false;
  memcpy(&u.step, options.state, sizeof u.step);
  if (!scalar_ok(u.step, "opt_update", "the state's count", true, loc) ||
      (u.given_rate.handle && !scalar_ok(u.given_rate, "opt_update", "the rate", false, loc)))
    return false;
  Leaves l = leaves_new(unit, size, params);
  jc_array *trees[] = {l.m, l.v, l.sum}, step;
  void *at[3];
  for (int i = 0; i < 3; i++) at[i] = state_tree(options.state, size, i);
  bool ok = read_like(&l, grads, l.g, "gradients", loc);
  for (int i = 0; i < 3 && ok; i++) ok = read_like(&l, at[i], trees[i], "state", loc);
  ok = ok && leaves_suit(o, &l, loc) && update_all(&u, &l, &step);
  if (ok) {
    write_moving(&l, params, l.p);
    for (int i = 0; i < 3; i++) write_moving(&l, at[i], trees[i]);
    memcpy(options.state, &step, sizeof step);
  }
  free(l.p);
  return ok;
}
