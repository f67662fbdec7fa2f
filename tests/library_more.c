// Norms of every order, sets, parts of numbers, the normal distribution: values of JAX.
#include "tests/library.h"

#define F(seed, ...) DATA(JC_F32, seed, __VA_ARGS__)
#define C(seed, ...) COMPLEX(JC_F32, seed, __VA_ARGS__)

static const char *dtype_text(jc_dtype d) {
  return d == JC_F32    ? "f32"
         : d == JC_F64  ? "f64"
         : d == JC_F16  ? "f16"
         : d == JC_BF16 ? "bf16"
         : d == JC_I32  ? "i32"
                        : "u8";
}

// ---- norms

static const struct {
  const char *name;
  double ord;
} orders[] = {{"1", 1},    {"2", 2}, {"inf", INFINITY}, {"-inf", -INFINITY},
              {"0", -0.0}, {"3", 3}, {"half", 0.5},     {"-1", -1}},
  matrix_orders[] = {{"fro", 0}, {"1", 1},          {"-1", -1},         {"2", 2},
                     {"-2", -2}, {"inf", INFINITY}, {"-inf", -INFINITY}};

static jc_array by_1(jc_array x) { return jc_norm(x, .ord = 1); }
JC_FN(jc_array, by_1, jc_array);
static jc_array by_3(jc_array x) { return jc_norm(x, .ord = 3); }
JC_FN(jc_array, by_3, jc_array);
static jc_array by_inf(jc_array x) { return jc_norm(x, .ord = INFINITY); }
JC_FN(jc_array, by_inf, jc_array);
static jc_array by_values(jc_array x) { return jc_norm(x, .nuclear = true); }
JC_FN(jc_array, by_values, jc_array);

static void norms(void) {
  jc_array v = F(2, 7), m = F(1, 3, 4), c = C(1, 2, 3), stack = F(1, 2, 3, 2);
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
    const double o = orders[i].ord;
    JAX_ULPS(named("norm_v_%s", orders[i].name), jc_norm(v, .ord = o), 16);
    JAX_ULPS(named("norm_axis_%s", orders[i].name),
             jc_norm(m, .ord = o, .axes = JC_AXES(-1), .keepdims = true), 16);
    JAX_ULPS(named("norm_c_%s", orders[i].name), jc_norm(c, .ord = o, .axes = JC_AXES(0)), 16);
  }
  for (size_t i = 0; i < sizeof matrix_orders / sizeof *matrix_orders; i++) {
    const double o = matrix_orders[i].ord;
    const char *name = matrix_orders[i].name;
    JAX_ULPS(named("norm_m_%s", name), jc_norm(m, .ord = o), 32);
    JAX_ULPS(named("norm_axes_%s", name), jc_norm(stack, .ord = o, .axes = JC_AXES(2, 0)), 32);
    JAX_ULPS(named("norm_keep_%s", name),
             jc_norm(stack, .ord = o, .axes = JC_AXES(0, -1), .keepdims = true), 32);
    JAX_ULPS(named("norm_cm_%s", name), jc_norm(c, .ord = o), 32);
  }
  JAX_ULPS("norm_m_nuc", jc_norm(m, .nuclear = true), 16);
  JAX_ULPS("norm_axes_nuc", jc_norm(stack, .nuclear = true, .axes = JC_AXES(2, 0)), 16);
  JAX_ULPS("norm_keep_nuc",
           jc_norm(stack, .nuclear = true, .axes = JC_AXES(0, -1), .keepdims = true), 16);
  JAX_ULPS("norm_cm_nuc", jc_norm(c, .nuclear = true), 16);
  JAX("norm_c", jc_norm(c));
  JAX("norm_i32", jc_norm(DATA(JC_I32, 1, 5), .ord = 1));
  JAX("norm_grad_1", jc_grad(by_1)(v));
  JAX_ULPS("norm_grad_3", jc_jit(jc_grad(by_3))(v), 32);
  JAX("norm_grad_inf", jc_grad(by_inf)(v));
  JAX_NEAR("norm_grad_nuc", jc_grad(by_values)(m), 32);
  EXPECT_CLOSE(jc_item(jc_norm(jc_zeros(JC_SHAPE(0)), .ord = 1)), 0, 0);
  EXPECT_CLOSE(jc_item((jc_norm)(jc_vector(3, 4))), 5, 1e-6);
  MESSAGE(jc_norm(m, .ord = 3), "norm: a matrix has no norm of order 3: 1, -1, 2, -2, INFINITY");
  MESSAGE(jc_norm(stack, .ord = 1), "norm: of f32[2,3,2] over 3 axes: an .ord is for one axis");
  MESSAGE(jc_norm(v, .nuclear = true), "norm: of f32[7] over 1 axes");
  MESSAGE(jc_norm(m, .nuclear = true, .ord = 2), "takes .nuclear or .ord = 2, not both");
  MESSAGE(jc_norm(v, .ord = NAN), "takes no .ord of NaN");
  MESSAGE(jc_norm(v, .ord = 1, .axes = JC_AXES(1)), "norm: axis 1 is out of range");
}

// ---- sets

static void expect_unique(const char *name, struct jc_unique u) {
  char base[60];
  snprintf(base, sizeof base, "%s", name);
  JAX(base, u.values);
  JAX(named("%s_index", base), u.index);
  JAX(named("%s_inverse", base), u.inverse);
  JAX(named("%s_counts", base), u.counts);
}

static struct jc_unique four(jc_array x) { return jc_unique(x, 4); }
static jc_array jitted_counts(jc_array x) { return four(x).counts; }
JC_FN(jc_array, jitted_counts, jc_array);

static void sets(void) {
  static const jc_dtype dtypes[] = {JC_F32, JC_I32, JC_F64, JC_U8};
  for (int i = 0; i < 4; i++) {
    const jc_array x = jc_mod(DATA(dtypes[i], 1, 4, 5), i % 2 ? 7 : 2);
    const char *d = dtype_text(dtypes[i]);
    expect_unique(named("unique_%s_exact", d), jc_unique(x, 7));
    expect_unique(named("unique_%s_more", d), jc_unique(x, 12));
    expect_unique(named("unique_%s_few", d), jc_unique(x, 3));
    expect_unique(named("unique_%s_filled", d), jc_unique(x, 12, .fill = jc_i32(1)));
  }
  const struct jc_unique nan = jc_unique(jc_vector(2, NAN, -1, NAN, 2, 0), 5);
  JAX("unique_nan", nan.values);
  JAX("unique_nan_counts", nan.counts);
  JAX("unique_empty", jc_unique(jc_zeros(JC_SHAPE(0)), 2, .fill = jc_f32(4)).values);
  JAX("unique_bool", jc_unique(DATA(JC_BOOL, 1, 9), 3, .fill = jc_bool(true)).values);
  const jc_array a = jc_mod(DATA(JC_I32, 1, 9), 6), b = jc_mod(DATA(JC_I32, 4, 2, 4), 5),
                 nine = jc_i32(-9);
  JAX("union1d", jc_union1d(a, b, 12, .fill = nine));
  JAX("intersect1d", jc_intersect1d(a, b, 12, .fill = nine));
  JAX("setdiff1d", jc_setdiff1d(a, b, 12, .fill = nine));
  JAX("setxor1d", jc_setxor1d(a, b, 12, .fill = nine));
  JAX("union1d_few", jc_union1d(a, b, 2, .fill = nine));
  JAX("intersect1d_few", jc_intersect1d(a, b, 2, .fill = nine));
  JAX("setdiff1d_few", jc_setdiff1d(a, b, 2, .fill = nine));
  JAX("setxor1d_few", jc_setxor1d(a, b, 2, .fill = nine));
  JAX("setdiff1d_zero", jc_setdiff1d(a, b, 9));
  JAX("union1d_least", jc_union1d(a, b, 14));
  JAX("intersect1d_mixed", jc_intersect1d(jc_astype(a, JC_F32), b, 3, .fill = jc_f32(0.5)));
  JAX("isin", jc_isin(F(1, 3, 4), jc_vector(.5, -1.25, 3, 0)));
  JAX("isin_invert", jc_isin(a, b, .invert = true));
  JAX("isin_empty", jc_isin(a, jc_zeros(JC_SHAPE(0), JC_I32)));
  EXPECT_STR(jc_str(jc_jit(jitted_counts)(jc_vector(3, 1, 3, 2))), "[1 1 2 0]");
  EXPECT_STR(jc_shape_str(jc_vmap(jitted_counts)(F(1, 3, 5))), "i32[3,4]");
  EXPECT_STR(jc_shape_str(jc_unique(a, 0).values), "i32[0]");
  EXPECT_OK();
  MESSAGE(jc_unique(a, -1).values, "unique: -1 elements");
  MESSAGE(jc_unique(C(1, 3), 3).values, "unique: does not take complex numbers");
  MESSAGE(jc_unique(a, 2, .fill = a).values, "unique: the filler is a scalar, not i32[9]");
  MESSAGE(jc_isin(a, C(1, 3)), "isin: does not take complex numbers");
}

// ---- parts of numbers

static jc_array shifted(jc_array x) {
  return jc_sum(jc_ldexp(x, jc_from(((int32_t[]){1, -2, 3}), 3)));
}
JC_FN(jc_array, shifted, jc_array);

static void parts_of_numbers(void) {
  static const jc_dtype dtypes[] = {JC_F32, JC_F64, JC_F16, JC_BF16};
  static const double values[] = {0, -0.0, 1, -1.5, 3e-3, 1e4, INFINITY, -INFINITY, NAN, 6e-8};
  static const int32_t by[] = {1, 2, -3, 5, 7, -12, 3, 1, 2, 2};
  for (int i = 0; i < 4; i++) {
    const jc_array x = jc_astype(jc_from(values, 10), dtypes[i]);
    const char *d = dtype_text(dtypes[i]);
    const struct jc_frexp f = jc_frexp(x);
    JAX(named("frexp_%s", d), f.part);
    JAX(named("frexp_%s_exponent", d), f.exponent);
    const struct jc_modf w = jc_modf(jc_slice_in_dim(x, 0, 6, 0));
    JAX(named("modf_%s", d), w.fraction);
    JAX(named("modf_%s_whole", d), w.whole);
    JAX(named("ldexp_%s", d), jc_ldexp(x, jc_from(by, 10)));
  }
  const jc_array far = jc_from(((double[]){5e-324, 2.5e-310, 1.7e308, 3, -1, 1.3}), 6);
  const jc_array e = jc_from(((int64_t[]){1074, 2000, -2100, -1075, 1023, -1074}), 6);
  expect_jax(__FILE__, __LINE__, "ldexp_far", jc_ldexp(far, e), 0, 0);
  JAX("frexp_far", jc_frexp(far).part);
  JAX("frexp_far_exponent", jc_frexp(far).exponent);
  JAX("ldexp_grad", jc_grad(shifted)(F(2, 3)));
  EXPECT_CLOSE(jc_item(jc_ldexp(3, 2)), 12, 0);
  EXPECT_CLOSE(jc_item(jc_ldexp(1.5, jc_i64(INT64_MAX))), INFINITY, 0);
  EXPECT_CLOSE(jc_item(jc_ldexp(1.5, jc_i64(INT64_MIN))), 0, 0);
  EXPECT_CLOSE(jc_item(jc_ldexp(1.5, jc_u8(200))), ldexp(1.5, 200), INFINITY);
  MESSAGE(jc_ldexp(1, 2.5), "ldexp: the exponent is an integer, not f32[]");
  MESSAGE(jc_frexp(C(1, 2)).part, "frexp: does not take c64[2]");
  MESSAGE(jc_modf(C(1, 2)).whole, "modf: does not take c64[2]");
}

// ---- the normal distribution

static jc_array sum_log_ndtr(jc_array x) { return jc_sum(jc_log_ndtr(x)); }
JC_FN(jc_array, sum_log_ndtr, jc_array);
static jc_array sum_ndtri(jc_array x) { return jc_sum(jc_ndtri(x)); }
JC_FN(jc_array, sum_ndtri, jc_array);

static void normal(void) {
  static const double ps[] = {0,  1e-30, 1e-9, 1e-3, .1,     .13, .14, .25,
                              .5, .75,   .87,  .99,  .99999, 1,   -1,  2};
  static const double xs[] = {-1e5, -300, -37, -20.5, -20, -10.5, -10, -5, -1,
                              0,    .5,   3,   5.5,   7.9, 9,     30,  NAN};
  static const jc_dtype dtypes[] = {JC_F32, JC_F64};
  for (int i = 0; i < 2; i++) {
    const jc_array p = jc_astype(jc_from(ps, 16), dtypes[i]),
                   x = jc_astype(jc_from(xs, 17), dtypes[i]);
    const char *d = dtype_text(dtypes[i]);
    // Where p is near 1/2 the result is small, and near 1 the complement has few digits.
    expect_jax(__FILE__, __LINE__, named("ndtri_%s", d), jc_ndtri(p), 32, 1);
    JAX_ULPS(named("log_ndtr_%s", d), jc_log_ndtr(x), 2000);  // erfc of 20 has that many
    JAX_ULPS(named("log_ndtr_%s_grad", d),
             jc_jit(jc_grad(sum_log_ndtr))(jc_slice_in_dim(x, 3, 12, 0)), 256);
    JAX_ULPS(named("ndtri_%s_grad", d), jc_grad(sum_ndtri)(jc_slice_in_dim(p, 1, 12, 0)), 256);
  }
  EXPECT_STR(jc_shape_str(jc_ndtri(jc_ones(JC_SHAPE(2), JC_BF16))), "bf16[2]");
  for (int i = 1; i < 50; i++) {
    const jc_array q = jc_f64(i / 50.);
    EXPECT_CLOSE(jc_item(jc_ndtr(jc_ndtri(q))), i / 50., 1e-14);
  }
}

int main(void) {
  expected_read("more");
  RUN(norms);
  RUN(sets);
  RUN(parts_of_numbers);
  RUN(normal);
  RUN(expected_done);
  return tests_done();
}
