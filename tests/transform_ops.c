// Transformations of every elementwise row of the op table.
#include "ir/build.h"
#include "tests/transform.h"

// Where a row is differentiable; -2..2 for those not named.
static const struct {
  Op op;
  double low, high, tolerance;
} domains[] = {
    {OP_log, 0.2, 2, 0},           {OP_sqrt, 0.2, 2, 0},
    {OP_rsqrt, 0.3, 2, 0},         {OP_log1p, -0.5, 2, 0},
    {OP_pow, 0.2, 2, 0},           {OP_div, 0.4, 2, 0},
    {OP_rem, 0.4, 2, 0},           {OP_integer_pow, 0.3, 1.5, 0},
    {OP_erf_inv, -0.9, 0.9, 2e-4},  // its polynomial is one for f32
    {OP_asin, -0.9, 0.9, 0},       {OP_acos, -0.9, 0.9, 0},
    {OP_atanh, -0.9, 0.9, 0},      {OP_acosh, 1.3, 3, 0},
    {OP_cbrt, 0.3, 2, 0},          {OP_tan, -1.2, 1.2, 0},
    {OP_lgamma, 0.3, 4, 0},        {OP_digamma, 0.6, 4, 0},
    {OP_atan2, 0.3, 2, 0},         {OP_zeta, 1.5, 3, 0},
};

// Rows without a derivative in some operand.
static bool lacks_derivative(Op op) {
  return op == OP_nextafter || op == OP_zeta || op == OP_polygamma;
}

static void domain_of(Op op, double *low, double *high, double *tolerance) {
  *low = -2, *high = 2, *tolerance = 1e-6;
  for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
    if (domains[i].op != op) continue;
    *low = domains[i].low, *high = domains[i].high;
    if (domains[i].tolerance > 0) *tolerance = domains[i].tolerance;
  }
}

static const Graph *op_graph(Arena *a, Op op, Dtype d, Ints shape, const Attrs *at) {
  Graph *g = graph_new(a, op_info(op)->name);
  Id args[3];
  for (int i = 0; i < op_info(op)->args; i++)
    args[i] = graph_param(g, type_of(op == OP_select && i == 0 ? DT_BOOL : d, shape), NULL);
  const Id r = graph_add(g, op, op_info(op)->args, args, at);
  graph_set_results(g, 1, &r);
  return g;
}

static void check_op(Op op, Dtype d, const Attrs *at) {
  double low, high, tolerance;
  domain_of(op, &low, &high, &tolerance);
  const Ints shapes[] = {INTS(2, 3), {0}, INTS(2, 0)};
  for (int s = 0; s < 3; s++) {
    Arena *a = arena_new();
    const Graph *g = op_graph(a, op, d, shapes[s], at);
    if (lacks_derivative(op)) check_vmap(g, low, high, 0);
    else if (d == DT_F64) check_graph(g, low, high, tolerance);
    else if (d == DT_F32) check_vjp(g, random_arguments(a, g, low, high), 1e-5);
    else check_vmap(g, low, high, 0);
    arena_free(a);
  }
}

// (stop_gradient's derivative is not that of its values.)
static void elementwise_rows(void) {
  for (Op op = 0; op < OP_COUNT; op++) {
    const OpInfo *info = op_info(op);
    if (info->op_class != CLASS_MAP || info->attrs || op == OP_stop_gradient) continue;
    if (op == OP_complex) continue;  // tests/complex.c
    const int before = test_counts.faults;
    if (info->accepts & ACCEPTS_FLOAT) {
      check_op(op, DT_F64, NULL), check_op(op, DT_F32, NULL);
      check_op(op, DT_F16, NULL), check_op(op, DT_BF16, NULL);
    }
    if (info->accepts & ACCEPTS_INT) check_op(op, DT_I32, NULL);
    if (info->accepts & ACCEPTS_BOOL) check_op(op, DT_BOOL, NULL);
    if (test_counts.faults > before) fprintf(stderr, "(faults of %s)\n", info->name);
  }
}

static void rows_with_attributes(void) {
  for (int64_t e = -3; e <= 5; e++) {
    check_op(OP_integer_pow, DT_F64, &(Attrs){.exponent = e});
    check_op(OP_integer_pow, DT_F32, &(Attrs){.exponent = e});
  }
  check_op(OP_convert, DT_F64, &(Attrs){.dtype = DT_F64});
  check_op(OP_convert, DT_F32, &(Attrs){.dtype = DT_F64});
  check_op(OP_convert, DT_I32, &(Attrs){.dtype = DT_F64});
  check_op(OP_bitcast_convert, DT_I32, &(Attrs){.dtype = DT_U32});
}

// Every float row has a tangent column for each float operand (it may say zero).
static void no_row_without_derivative(void) {
  for (Op op = 0; op < OP_COUNT; op++) {
    const OpInfo *info = op_info(op);
    if (info->op_class != CLASS_MAP || !(info->accepts & ACCEPTS_FLOAT) || lacks_derivative(op))
      continue;
    Arena *a = arena_new();
    static const Dtype floats[] = {DT_F32, DT_F16, DT_BF16};
    const int count = op == OP_complex ? 1 : 3;  // complex numbers have no halves
    for (int k = 0; k < count; k++) {
      const Attrs at = {.exponent = 2, .dtype = floats[k], .exponent_bits = 8, .mantissa_bits = 3};
      if (!graph_jvp(a, op_graph(a, op, floats[k], INTS(2), &at), NULL))
        FAULT("%s of %s: %s", info->name, dtype_name(floats[k]), diag_message());
      diag_clear();
    }
    arena_free(a);
  }
}

// ---- what has no derivative has a zero one

static void zero_derivatives(void) {
  const char *const bodies[] = {
      "r: f64 = stop_gradient(x)",
      "i: i64 = bitcast_convert(x, dtype=i64)\n    r: f64 = bitcast_convert(i, dtype=f64)",
      "i: i32 = convert(x, dtype=i32)\n    r: f64 = convert(i, dtype=f64)",
      "p: bool = gt(x, f64(1.0))\n    r: f64 = convert(p, dtype=f64)",
  };
  for (int i = 0; i < 4; i++) {
    Arena *a = arena_new();
    char text[200];
    snprintf(text, sizeof text, "def f(x: f64) -> f64:\n    %s\n    return r\n", bodies[i]);
    const Graph *g = parse_case(a, text);
    double x = 1.5, one = 1, *got;
    void **back = run_graph(a, g ? graph_vjp(a, g, NULL) : NULL, (void *[]){&x, &one});
    if (back && (got = back[1])) EXPECT_EQ(*got, 0);
    void **forward = run_graph(a, g ? graph_jvp(a, g, NULL) : NULL, (void *[]){&x, &one});
    if (forward && (got = forward[1])) EXPECT_EQ(*got, 0);
    arena_free(a);
  }
}

// A conversion between floats converts the tangent there and the cotangent back.
static void conversion_of_tangents(void) {
  Arena *a = arena_new();
  const Graph *g = op_graph(a, OP_convert, DT_F64, (Ints){0}, &(Attrs){.dtype = DT_F32});
  const Graph *jvp = graph_jvp(a, g, NULL), *vjp = graph_vjp(a, g, NULL);
  double x = 0.1, t = 1.0 / 3;
  float c = 0.7f;
  void **forward = run_graph(a, jvp, (void *[]){&x, &t});
  void **back = run_graph(a, vjp, (void *[]){&x, &c});
  if (forward) EXPECT(*(float *)forward[1] == (float)t);
  if (back) EXPECT(*(double *)back[1] == (double)c);
  arena_free(a);
}

// ---- corners: derivatives at ties, edges and zeros, as JAX has them

static bool nearly(double got, double want) {
  return same_value(got, want) || fabs(got - want) <= 1e-15 * fabs(want);
}

static void corner(const char *body, double x, double y, double want) {
  Arena *a = arena_new();
  char text[400];
  snprintf(text, sizeof text, "def f(x: f64, y: f64) -> f64:\n    %s\n    return r\n", body);
  const Graph *g = parse_case(a, text);
  double one = 1;
  void **back = run_graph(a, g ? graph_vjp(a, g, NULL) : NULL, (void *[]){&x, &y, &one});
  void **forward =
      run_graph(a, g ? graph_jvp(a, g, (bool[]){true, false}) : NULL, (void *[]){&x, &y, &one});
  const double got_back = back ? *(double *)back[1] : -99;
  const double got_forward = forward ? *(double *)forward[1] : -99;
  if (!nearly(got_back, want) || !nearly(got_forward, want))
    FAULT("derivative of %s at %g, %g: %g backward, %g forward, not %g", body, x, y, got_back,
          got_forward, want);
  arena_free(a);
}

static void corners(void) {
  corner("r: f64 = max(x, y)", 1, 1, 0.5);
  corner("r: f64 = max(x, y)", -0.0, 0, 0.5);
  corner("r: f64 = max(x, y)", 2, 1, 1);
  corner("r: f64 = max(x, y)", 0, 1, 0);
  corner("r: f64 = min(x, y)", 1, 1, 0.5);
  corner("r: f64 = min(x, y)", 2, 1, 0);
  corner("a: f64 = max(x, y)\n    r: f64 = min(a, f64(3.0))", 1, 1, 0.5);  // clip's edge
  corner("a: f64 = max(x, y)\n    r: f64 = min(a, f64(3.0))", 3, 1, 0.5);
  corner("r: f64 = clamp(y, x, f64(3.0))", 1, 1, 0);
  corner("r: f64 = clamp(y, x, f64(3.0))", 3, 1, 0);
  corner("r: f64 = clamp(y, x, f64(3.0))", 2, 1, 1);
  corner("r: f64 = abs(x)", 0, 0, 1);
  corner("r: f64 = abs(x)", -0.0, 0, 1);
  corner("r: f64 = abs(x)", -1, 0, -1);
  corner("r: f64 = sqrt(x)", 0, 0, INFINITY);
  corner("a: f64 = mul(x, x)\n    r: f64 = sqrt(a)", 0, 0, NAN);  // norm of 0
  corner("r: f64 = sign(x)", 0, 0, 0);
  corner("r: f64 = floor(x)", 1, 0, 0);
  corner("r: f64 = ceil(x)", 1, 0, 0);
  corner("r: f64 = round_even(x)", 0.5, 0, 0);
  corner("r: f64 = pow(x, y)", 0, 0, NAN);
  corner("r: f64 = pow(x, y)", 0, 2, 0);
  corner("r: f64 = pow(y, x)", 0, 0, 0);  // log of 0 is never taken
  corner("r: f64 = integer_pow(x, exponent=0)", 0, 0, 0);
  corner("r: f64 = integer_pow(x, exponent=1)", 0, 0, 1);
  corner("r: f64 = integer_pow(x, exponent=2)", 0, 0, 0);
  corner("p: bool = gt(x, y)\n    r: f64 = select(p, x, f64(0.0))", 0, 0, 0);  // relu
  corner("r: f64 = tanh(x)", 0, 0, 1);
  corner("r: f64 = logistic(x)", 0, 0, 0.25);
  corner("r: f64 = div(x, y)", 0, 2, 0.5);
  corner("r: f64 = rem(x, y)", 5, 3, 1);
  corner("r: f64 = erf(x)", 0, 0, 1.1283791670955126);
  corner("r: f64 = cbrt(x)", 0, 0, INFINITY);
  corner("r: f64 = acosh(x)", 1, 0, INFINITY);
  corner("r: f64 = atanh(x)", -1, 0, INFINITY);
  corner("r: f64 = asin(x)", 1, 0, INFINITY);
  corner("r: f64 = acos(x)", 1, 0, -INFINITY);
  corner("r: f64 = atan2(x, y)", 0, 0, NAN);
  corner("r: f64 = bessel_i0e(x)", 0, 0, 0);
  corner("r: f64 = bessel_i1e(x)", 0, 0, 0.5);
  corner("r: f64 = lgamma(x)", 0, 0, NAN);
  corner("r: f64 = digamma(x)", -1, 0, INFINITY);
  corner("r: f64 = round_away(x)", 0.5, 0, 0);
  corner("r: f64 = reduce_precision(x, exponent_bits=5, mantissa_bits=3)", 1.234, 0, 1);
  corner("s: f64 = stop_gradient(y)\n    r: f64 = zeta(s, x)", 2, 3, -3 * 0.082323233711138191516);
  corner("s: f64 = stop_gradient(y)\n    r: f64 = polygamma(s, x)", 2, 1, -2 * 0.20205690315959429);
}

int main(void) {
  RUN(elementwise_rows);
  RUN(rows_with_attributes);
  RUN(no_row_without_derivative);
  RUN(zero_derivatives);
  RUN(conversion_of_tangents);
  RUN(corners);
  return tests_done();
}
