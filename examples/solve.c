// solve.c: minima of a function of many variables: Newton's method on products with the Hessian,
// which is never formed, and L-BFGS in plain C around a compiled gradient.
#include <jitc.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N = 100, PAIRS = 10, MOST = 1000 };
static const double tolerance = 1e-6;

// Rosenbrock's valley; the minimum is 0, where all x are 1.
static jc_array f(jc_array x) {
  jc_array a = jc_slice(x, JC_AXES(0), JC_AXES(N - 1)), b = jc_slice(x, JC_AXES(1), JC_AXES(N));
  return jc_sum(jc_add(jc_mul(100, jc_square(jc_sub(b, jc_square(a)))), jc_square(jc_sub(1, a))));
}
JC_FN(jc_array, f, jc_array);

static jc_array gradient(jc_array x) { return jc_grad(f)(x); }
JC_FN(jc_array, gradient, jc_array);
JC_ENTRY(gradient, jc_spec(JC_SHAPE(N), JC_F64));

// ---- plain C, around functions that take and give doubles

static double dot(const double *a, const double *b) {
  double sum = 0;
  for (int i = 0; i < N; i++) sum += a[i] * b[i];
  return sum;
}

static void add(double *x, double s, const double *v) {  // x += s v
  for (int i = 0; i < N; i++) x[i] += s * v[i];
}

static double value_at(const double *x) {
  JC_SCOPE();
  return jc_item(jc_jit(f)(jc_from(x, N)));
}

static void gradient_at(const double *x, double *g) {
  JC_SCOPE();
  jc_array (*compiled)(jc_array) = jc_jit(jc_grad(f));  // a C function like any other
  jc_copy(compiled(jc_from(x, N)), g, sizeof(double[N]));
}

// The Hessian times v is the derivative of the gradient along v; what it needs of the point where
// it is taken is in `curve`.
static void hessian_times(jc_params curve, const double *v, double *hv) {
  JC_SCOPE();
  jc_copy(jc_jit(jc_pushforward(gradient))(curve, jc_from(v, N)), hv, sizeof(double[N]));
}

// Halves the step until the value falls as the slope promises; 0 where it does not.
static double line_search(double *x, const double *way, const double *g) {
  const double start = value_at(x), slope = dot(way, g);
  for (double s = 1; s > 1e-12; s /= 2) {
    double y[N];
    memcpy(y, x, sizeof y);
    add(y, s, way);
    if (value_at(y) <= start + 1e-4 * s * slope) return memcpy(x, y, sizeof y), s;
  }
  return 0;
}

// ---- Newton: conjugate gradients solve H way = -g, up to where H is not positive

static void newton_way(const double *x, const double *g, double *way) {
  JC_SCOPE();
  jc_params curve = jc_jit(jc_linearize(gradient))(jc_from(x, N)).linear;
  double r[N] = {0}, p[N], hp[N];
  memset(way, 0, sizeof r);
  add(r, -1, g);
  memcpy(p, r, sizeof p);
  double rr = dot(r, r);
  const double enough = rr * fmin(0.25, rr);
  for (int i = 0; i < 2 * N && rr > enough; i++) {
    hessian_times(curve, p, hp);
    const double along = dot(p, hp);
    if (along <= 0) {
      if (i == 0) memcpy(way, p, sizeof p);
      return;
    }
    add(way, rr / along, p);
    add(r, -rr / along, hp);
    const double next = dot(r, r);
    for (int k = 0; k < N; k++) p[k] = r[k] + next / rr * p[k];
    rr = next;
  }
}

// ---- L-BFGS: the last PAIRS changes of x and g stand for the Hessian

static double s[PAIRS][N], y[PAIRS][N];
static int pairs;

static void remember(const double *x, const double *g, const double *old_x, const double *old_g) {
  double *ds = s[pairs % PAIRS], *dy = y[pairs % PAIRS];
  for (int i = 0; i < N; i++) ds[i] = x[i] - old_x[i], dy[i] = g[i] - old_g[i];
  if (dot(ds, dy) > 0) pairs++;
}

static void lbfgs_way(const double *x, const double *g, double *way) {
  static double old_x[N], old_g[N];
  static bool begun;
  if (begun) remember(x, g, old_x, old_g);
  begun = true;
  memcpy(old_x, x, sizeof old_x), memcpy(old_g, g, sizeof old_g);
  double a[PAIRS];
  memset(way, 0, sizeof old_x);
  add(way, -1, g);
  const int first = pairs > PAIRS ? pairs - PAIRS : 0;
  for (int i = pairs - 1; i >= first; i--) {
    const double *si = s[i % PAIRS], *yi = y[i % PAIRS];
    add(way, -(a[i % PAIRS] = dot(si, way) / dot(si, yi)), yi);
  }
  if (pairs) {
    const double *si = s[(pairs - 1) % PAIRS], *yi = y[(pairs - 1) % PAIRS];
    const double scale = dot(si, yi) / dot(yi, yi);
    for (int k = 0; k < N; k++) way[k] *= scale;
  }
  for (int i = first; i < pairs; i++) {
    const double *si = s[i % PAIRS], *yi = y[i % PAIRS];
    add(way, a[i % PAIRS] - dot(yi, way) / dot(si, yi), si);
  }
}

typedef void Way(const double *x, const double *g, double *way);

static bool minimise(const jc_options *o, const char *name, Way *way_at, const double *from) {
  double x[N], g[N], way[N], start = jc_seconds();
  memcpy(x, from, sizeof x);
  gradient_at(x, g);
  int i = 0;
  while (jc_ok() && i < MOST && dot(g, g) > tolerance * tolerance) {
    way_at(x, g, way);
    if (line_search(x, way, g) == 0) break;
    gradient_at(x, g);
    i++;
    if (!o->quiet && i % 20 == 0) printf("%s, step %d: %.6g\n", name, i, value_at(x));
  }
  const bool found = dot(g, g) <= tolerance * tolerance;
  printf("%s: f = %.3g, |gradient| = %.3g after %d steps, %.0f ms\n", name, value_at(x),
         sqrt(dot(g, g)), i, (jc_seconds() - start) * 1e3);
  return found;
}

int main(int argc, char **argv) {
  jc_options o = jc_parse_options(argc, argv, .seed = 0);
  double from[N];
  jc_read(jc_uniform(jc_key(o.seed), JC_SHAPE(N), .minval = 0, .maxval = 2), from);
  bool found = minimise(&o, "Newton", newton_way, from);
  found = minimise(&o, "L-BFGS", lbfgs_way, from) && found;
  return jc_finish() || !found;
}
