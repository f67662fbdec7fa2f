// Checks on the graph widened to f64, where rounding hides nothing: derivatives against
// differences, vjp against jvp, vmap against a loop.
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/transform.h"
#include "compiler/widen.h"
#include "frontend/tool/tool_check.h"
#include "runtime/executable.h"

// Two directions must agree, of at most six: one that crosses a jump says nothing, and a wrong
// derivative is wrong along all. Of those along which differences do not settle there may be six
// more.
enum { DIRECTIONS = 2, MOST_DIRECTIONS = 6, BATCH = 3 };
// Arguments that are all 0 say nothing about what a small step in them is. It begins at 1, and is
// made smaller where differences do not settle: from its moments of 0 Adam's update bends within
// the square of a gradient.
static const double smaller = 1e-2;
// Steps of central differences: the best one counts, element by element. A long step errs by its
// square times the third derivative, a short one by what f loses to rounding (~20 eps) over the
// step; but each crosses fewer kinks. In gradients of a relu network kinks are jumps, and among 1e5
// units only the shortest step meets none.
static const double steps[] = {1e-4, 1e-6, 1e-8, 1e-10};
enum { STEPS = sizeof steps / sizeof *steps };
static const double difference_tolerance = 1e-6, rounding = 5e-15;
// Sums of 1e6 products in another order differ by about 1e-12 of their terms.
static const double transpose_tolerance = 1e-9, batch_tolerance = 1e-10;

static const char jvp_name[] = "jvp = differences", vjp_name[] = "vjp = jvp",
                  vmap_name[] = "vmap = loop";

static bool is_float(const Graph *g, Id v) { return dtype_is_float(graph_type(g, v).dtype); }

static int count_floats(const Graph *g, int n, const Id *ids) {
  int floats = 0;
  for (int i = 0; i < n; i++) floats += is_float(g, ids[i]);
  return floats;
}

// A list of `n` of the arrays of v from `first` on, sharing them.
static Values part(const Values *v, int first, int n) {
  return (Values){n, v->types + first, v->buffers + first};
}

static void fill_normal(Values v, uint64_t *state) {
  for (int k = 0; k < v.n; k++) {
    const int64_t n = type_count(v.types[k]);
    for (int64_t i = 0; i < n; i++) values_set(&v, k, i, random_normal(state));
  }
}

// Sum of the products of the elements of two lists of float arrays.
static double dot(const Values *a, const Values *b, double *terms) {
  double sum = 0;
  for (int k = 0; k < a->n; k++) {
    const int64_t n = type_count(a->types[k]);
    for (int64_t i = 0; i < n; i++) {
      const double p = values_get(a, k, i) * values_get(b, k, i);
      sum += p;
      *terms += fabs(p);
    }
  }
  return sum;
}

// ---- jvp against differences

typedef struct Probe {
  Report *report;
  Arena *arena;
  const Device *device;
  const Graph *g;     // widened
  Executable *f;      // of g
  double zero_scale;  // of directions in arguments that are all 0
  Values in;          // of the jvp: the arguments x, then a direction v per float argument
  Values out;         // of the jvp: the results, then their tangents
} Probe;

// to = x + t v
static void move(const Probe *p, double t, Values *to) {
  int v = p->g->nparams;
  for (int i = 0; i < p->g->nparams; i++) {
    values_copy(to, i, &p->in, i);
    if (!is_float(p->g, p->g->params[i])) continue;
    const int64_t n = type_count(to->types[i]);
    for (int64_t k = 0; k < n; k++)
      values_set(to, i, k, values_get(to, i, k) + t * values_get(&p->in, v, k));
    v++;
  }
}

// difference = (f(x + h v) - f(x - h v)) / 2h in the float results.
static bool central_difference(const Probe *p, double h, Values *difference) {
  Values x = {0}, below = {0};
  bool ok = values_for_params(p->arena, p->g, &x) && values_for_results(p->arena, p->g, &below);
  if (ok) move(p, h, &x);
  ok = ok && values_run(p->f, &x, difference);
  if (ok) move(p, -h, &x);
  ok = ok && values_run(p->f, &x, &below);
  for (int k = 0; ok && k < below.n; k++) {
    const int64_t n = dtype_is_float(below.types[k].dtype) ? type_count(below.types[k]) : 0;
    for (int64_t i = 0; i < n; i++)
      values_set(difference, k, i,
                 (values_get(difference, k, i) - values_get(&below, k, i)) / (2 * h));
  }
  values_free(&x);
  values_free(&below);
  return ok;
}

// How far a tangent is from a difference, relative to what is allowed.
static double tangent_ratio(double got, double want, double allowed) {
  if (!isfinite(want)) return isfinite(got) || got == want || isnan(got) ? 0 : INFINITY;
  return isnan(got) ? INFINITY : fabs(got - want) / allowed;
}

// What a leaf's differences by each step may be off by: from rounding, and in all.
typedef struct Allowed {
  double rounding[STEPS], all[STEPS];
} Allowed;
static Allowed allowed_for(double scale, double values) {
  Allowed a;
  for (int s = 0; s < STEPS; s++) {
    a.rounding[s] = rounding / steps[s] * values + DBL_MIN;
    a.all[s] = difference_tolerance * scale + a.rounding[s];
  }
  return a;
}

static const double same = 0.1;  // numbers that differ by less of their size agree roughly

// Whether the differences of element i settle: those of two neighbouring steps are the same number.
// Where none are, f bends on a scale below the shortest step (Adam's update does, from a second
// moment of 0) and they say nothing about its derivative.
static bool settles(const Values *differences, int k, int64_t i, const Allowed *allowed) {
  for (int s = 1; s < STEPS; s++) {
    const double a = values_get(&differences[s - 1], k, i), b = values_get(&differences[s], k, i);
    const double gap = fabs(a - b), most = same * fmax(fabs(a), fabs(b));
    if (gap <= allowed->rounding[s] || (gap <= allowed->all[s] && gap <= most)) return true;
  }
  return false;
}

// What one direction says.
typedef struct Verdict {
  double worst;  // of the elements whose differences settle, relative to what is allowed
  Difference at;
  int64_t unsettled;
  bool mute;  // most elements of some result do not settle
  bool weak;  // or are small beside what they are allowed to be off by
} Verdict;

// Element i of a tangent against its differences: how far it is from the closest one. A step over a
// pole, or to where there are no values, says nothing where another is finite.
static double compare_element(double got, const Values *differences, int k, int64_t i,
                              const Allowed *allowed, double *closest, bool *weak) {
  double best = INFINITY;
  bool finite = false;
  *closest = NAN;
  for (int s = 0; s < STEPS; s++) finite |= isfinite(values_get(&differences[s], k, i));
  for (int s = 0; s < STEPS; s++) {
    const double want = values_get(&differences[s], k, i);
    if (finite && !isfinite(want)) continue;
    const double ratio = tangent_ratio(got, want, allowed->all[s]);
    if (ratio < best || isnan(*closest))
      best = ratio, *closest = want, *weak = allowed->all[s] > same * fabs(got);
  }
  return best;
}

// Leaf k of the tangents against the differences.
static void compare_leaf(const Values *tangents, const Values *differences, int k, double values,
                         Verdict *v) {
  const Allowed allowed = allowed_for(values_largest(tangents, k), values);
  const int64_t n = type_count(tangents->types[k]);
  int64_t open = 0, weak = 0;
  for (int64_t i = 0; i < n; i++) {
    const double got = values_get(tangents, k, i);
    double closest;
    bool says_little = false;
    const double ratio = compare_element(got, differences, k, i, &allowed, &closest, &says_little);
    weak += got != 0 && says_little;
    if (ratio > 1 && !settles(differences, k, i, &allowed)) open++;
    else if (ratio > v->worst) v->worst = ratio, v->at = (Difference){k, i, got, closest, 1};
  }
  v->unsettled += open;
  v->mute |= 2 * open > n;
  v->weak |= 2 * (open + weak) > n;
}

static void compare_tangents(const Probe *p, const Values *differences, Verdict *v) {
  const Values tangents = part(&p->out, p->g->nresults, p->g->nresults);
  for (int k = 0; k < p->g->nresults; k++) {
    if (is_float(p->g, p->g->results[k]))
      compare_leaf(&tangents, differences, k, values_largest(&p->out, k), v);
  }
}

// A random direction in proportion to the arguments: a step then is a relative one.
static void fill_direction(Probe *p, uint64_t *state) {
  const int n = p->g->nparams;
  fill_normal(part(&p->in, n, p->in.n - n), state);
  for (int i = 0, v = n; i < n; i++) {
    if (!is_float(p->g, p->g->params[i])) continue;
    const double largest = values_largest(&p->in, i), scale = largest > 0 ? largest : p->zero_scale;
    const int64_t count = scale != 1 ? type_count(p->in.types[v]) : 0;
    for (int64_t k = 0; k < count; k++) values_set(&p->in, v, k, scale * values_get(&p->in, v, k));
    v++;
  }
}

// One direction: fills it, runs the jvp and the differences.
static bool probe_direction(Probe *p, Executable *jvp, uint64_t *state, Verdict *verdict) {
  fill_direction(p, state);
  Values differences[STEPS] = {0};
  bool ok = values_run(jvp, &p->in, &p->out);
  for (int s = 0; ok && s < STEPS; s++)
    ok = values_for_results(p->arena, p->g, &differences[s]) &&
         central_difference(p, steps[s], &differences[s]);
  *verdict = (Verdict){.at.leaf = -1};
  if (ok) compare_tangents(p, differences, verdict);
  for (int s = 0; s < STEPS; s++) values_free(&differences[s]);
  return ok;
}

static bool has_op(const Graph *g, Op op) {
  for (int i = 0; i < g->nnodes; i++) {
    if (g->nodes[i].op == op) return true;
  }
  return false;
}

static void report_tangents(Probe *p, double worst, int64_t unsettled, Difference d) {
  if (worst <= 1) {
    char detail[120], left[60] = "";
    if (unsettled)
      snprintf(left, sizeof left, "; differences of %lld elements do not settle",
               (long long)unsettled);
    snprintf(detail, sizeof detail, "worst %.2g of what is allowed%s", worst, left);
    check_pass(p->report, jvp_name, detail);
    return;
  }
  const Type t = graph_type(p->g, p->g->results[d.leaf]);
  check_fault(
      p->report, jvp_name,
      "tangent of result %d %s, element %s: got %.9g, differences give %.9g (%.3g times what "
      "is allowed)%s",
      d.leaf, TYPE_STR(t), index_str(t, d.index, (char[TYPE_TEXT]){0}), d.got, d.want, worst,
      has_op(p->g, OP_stop_gradient) ? "; it has stop_gradient, which differences ignore" : "");
}

static bool has_zeros(const Probe *p) {
  for (int i = 0; i < p->g->nparams; i++) {
    if (is_float(p->g, p->g->params[i]) && values_largest(&p->in, i) == 0) return true;
  }
  return false;
}

static void agree(Verdict *all, const Verdict *v) {
  all->worst = fmax(all->worst, v->worst), all->unsettled += v->unsettled;
}

static bool probe_jvp(Probe *p, Executable *jvp, uint64_t seed) {
  Verdict agreed = {0}, bad = {0}, v;
  int good = 0, little = 0, wrong = 0;
  const bool zeros = has_zeros(p);
  p->zero_scale = 1;
  for (int mute = 0;
       good < DIRECTIONS && good + wrong < MOST_DIRECTIONS && mute < MOST_DIRECTIONS;) {
    if (!probe_direction(p, jvp, &seed, &v)) return false;
    if (v.worst > 1) {
      wrong++, bad = v;
    } else if (v.mute || (v.weak && zeros)) {
      mute++, p->zero_scale *= smaller;
      if (!v.mute) little++, agree(&agreed, &v);
    } else {
      good++, agree(&agreed, &v);
    }
  }
  if (!wrong && good + little < DIRECTIONS) {
    fail(p->report->subject->loc, "differences of most elements do not settle");
    return check_skip(p->report, jvp_name), true;
  }
  const Verdict *said = good == DIRECTIONS || !wrong ? &agreed : &bad;
  report_tangents(p, said->worst, said->unsettled, said->at);
  return true;
}

// ---- vjp against jvp: <c, J v> = <J' c, v>

static void copy_all(Values to, Values from) {
  for (int k = 0; k < to.n; k++) values_copy(&to, k, &from, k);
}

// <c, J v> over the float results.
static double cotangents_times_tangents(const Probe *p, Values cotangents, double *terms) {
  double sum = 0;
  for (int k = 0, c = 0; k < p->g->nresults; k++) {
    if (!is_float(p->g, p->g->results[k])) continue;
    const Values one = part(&cotangents, c++, 1), other = part(&p->out, p->g->nresults + k, 1);
    sum += dot(&one, &other, terms);
  }
  return sum;
}

static bool probe_vjp(Probe *p, const Graph *vjp, uint64_t seed) {
  const int n = p->g->nparams;
  Values in = {0}, out = {0};
  bool ok = values_for_params(p->arena, vjp, &in);
  if (ok) {
    copy_all(part(&in, 0, n), part(&p->in, 0, n));
    fill_normal(part(&in, n, in.n - n), &seed);
  }
  ok = ok && check_run(p->device, p->arena, vjp, &in, &out);
  if (ok) {
    double terms = 0;
    const Values v = part(&p->in, n, p->in.n - n), cotangents = part(&in, n, in.n - n);
    const Values gradients = part(&out, p->g->nresults, out.n - p->g->nresults);
    const double forward = cotangents_times_tangents(p, cotangents, &terms);
    const double backward = dot(&gradients, &v, &terms);
    const double allowed = transpose_tolerance * (terms + 1e-300);
    if (fabs(forward - backward) <= allowed || (isnan(forward) && isnan(backward)))
      check_pass(p->report, vjp_name, "");
    else
      check_fault(p->report, vjp_name, "<c, J v> = %.15g, <J' c, v> = %.15g, allowed %.2g apart",
                  forward, backward, allowed);
  }
  values_free(&in);
  values_free(&out);
  return ok;
}

// ---- the derivatives of a subject

// Runs the probes with everything allocated; false after fail().
static bool probe_all(Probe *p, const Values *arguments, const Graph *jvp, uint64_t seed) {
  const CompileOptions options = {.threads = device_threads()};
  Executable *run = executable_new(p->device, jvp, &options);
  p->f = run ? executable_new(p->device, p->g, &options) : NULL;
  bool ok = p->f && values_for_params(p->arena, jvp, &p->in) &&
            values_for_results(p->arena, jvp, &p->out);
  for (int i = 0; ok && i < p->g->nparams; i++) values_copy(&p->in, i, arguments, i);
  ok = ok && probe_jvp(p, run, seed);
  if (ok) {
    const Graph *vjp = graph_vjp(p->arena, p->g, NULL);
    if (vjp) ok = probe_vjp(p, vjp, seed + 1);
    else check_skip(p->report, vjp_name);
  }
  executable_free(run);
  executable_free(p->f);
  values_free(&p->in);
  values_free(&p->out);
  return ok;
}

bool check_derivatives(Report *r, Arena *a, const Values *in, uint64_t seed) {
  const Graph *g = graph_widen(a, r->subject->graph);
  if (!g) return false;
  if (!count_floats(g, g->nparams, g->params) || !count_floats(g, g->nresults, g->results)) {
    fail(r->subject->loc, "no float arguments or results");
    return check_skip(r, jvp_name), true;
  }
  const Graph *jvp = graph_jvp(a, g, NULL);
  if (!jvp) return check_skip(r, jvp_name), true;
  Probe p = {.report = r, .arena = a, .device = device_default((Loc){0}), .g = g};
  return probe_all(&p, in, jvp, seed);
}

// ---- vmap against a loop

// Element i of the batch in `all` (leading axis), into or out of `one`.
static void copy_element(Values *all, Values *one, int64_t i, bool into_batch) {
  for (int k = 0; k < one->n; k++) {
    const size_t bytes = type_bytes(one->types[k]);
    char *at = (char *)all->buffers[k]->data + bytes * (size_t)i, *single = one->buffers[k]->data;
    memcpy(into_batch ? at : single, into_batch ? single : at, bytes);
  }
}

static bool run_loop(const Device *d, const Graph *g, Values *in, Values *one_in, Values *one_out,
                     Values *out) {
  const CompileOptions options = {.threads = device_threads()};
  Executable *e = executable_new(d, g, &options);
  bool ok = e != NULL;
  for (int64_t i = 0; ok && i < BATCH; i++) {
    copy_element(in, one_in, i, false);
    ok = values_run(e, one_in, one_out);
    copy_element(out, one_out, i, true);
  }
  executable_free(e);
  return ok;
}

static bool compare_batch(Report *r, Arena *a, const Graph *g, const Graph *batched,
                          uint64_t seed) {
  const Device *d = device_default((Loc){0});
  Values in = {0}, mapped = {0}, looped = {0}, one_in = {0}, one_out = {0};
  bool ok = values_for_params(a, batched, &in) && values_for_results(a, batched, &looped) &&
            values_for_params(a, g, &one_in) && values_for_results(a, g, &one_out);
  if (ok) values_random(&in, seed);
  ok = ok && check_run(d, a, batched, &in, &mapped) &&
       run_loop(d, g, &in, &one_in, &one_out, &looped);
  if (ok) {
    Difference difference;
    if (values_close(&mapped, &looped, batch_tolerance, &difference)) check_pass(r, vmap_name, "");
    else check_fault_at(r, vmap_name, &mapped, difference);
  }
  values_free(&in), values_free(&mapped), values_free(&looped);
  values_free(&one_in), values_free(&one_out);
  return ok;
}

bool check_batching(Report *r, Arena *a, uint64_t seed) {
  const Graph *g = graph_widen(a, r->subject->graph);
  if (!g) return false;
  int *axes = ARENA_ARRAY(a, int, g->nparams + g->nresults);  // all 0
  const Graph *batched = graph_vmap(a, g, BATCH, axes, axes);
  if (!batched) return check_skip(r, vmap_name), true;
  return compare_batch(r, a, g, batched, seed);
}
