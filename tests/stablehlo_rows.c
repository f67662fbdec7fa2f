// Every row of StableHLO's table, over operands of all dtypes and shapes, with attributes of any
// kind or none, with and without regions: each text is a graph that holds, or is refused with one
// error at its place.
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_ops.h"
#include "ir/text.h"
#include "tests/check.h"
#include "tests/hlo_check.h"

enum { MOST_OPERANDS = 6, MOST_VALUES = 12, DRAWN = 300 };

#define ONE_OF(list) ((list)[test_int(0, (int64_t)(sizeof(list) / sizeof *(list)) - 1)])

enum { DTYPES = sizeof hlo_dtypes / sizeof *hlo_dtypes };
static const char *const shapes[] = {"",     "3x", "0x",     "2x3x",     "3x3x",
                                     "2x2x", "1x", "2x3x3x", "1x1x4x4x", "4x0x2x"};

// Each with what it may well be.
static const struct {
  const char *name, *values[MOST_VALUES];
} attributes[] = {
    {"dims",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"dim", {"0", "1 : i64"}},
    {"dimension", {"0 : i64", "1"}},
    {"dimensions",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"permutation",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"broadcast_dimensions",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"start_indices",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"limit_indices",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"strides",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"slice_sizes",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"sizes",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"iota_dimension", {"0 : i64"}},
    {"edge_padding_low",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"edge_padding_high",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"interior_padding",
     {"array<i64: 0>", "array<i64: 1, 0>", "array<i64: 0, 1>", "array<i64: 1>", "array<i64: 1, 1>",
      "array<i64: 2, 2>"}},
    {"exponent_bits", {"5 : i32"}},
    {"mantissa_bits", {"10 : i32"}},
    {"epsilon", {"1.0e-3 : f32"}},
    {"feature_index", {"1 : i64", "0"}},
    {"comparison_direction",
     {"#stablehlo<comparison_direction LT>", "#stablehlo<comparison_direction EQ>"}},
    {"compare_type",
     {"#stablehlo<comparison_type TOTALORDER>", "#stablehlo<comparison_type FLOAT>"}},
    {"fft_type",
     {"#stablehlo<fft_type RFFT>", "#stablehlo<fft_type IRFFT>", "#stablehlo<fft_type FFT>"}},
    {"fft_length", {"array<i64: 3>", "array<i64: 2, 3>", "array<i64: 0>"}},
    {"lower", {"true", "false"}},
    {"left_side", {"true", "false"}},
    {"unit_diagonal", {"true", "false"}},
    {"transpose_a", {"#stablehlo<transpose NO_TRANSPOSE>", "#stablehlo<transpose ADJOINT>"}},
    {"k", {"1 : i64", "2 : i64"}},
    {"window_dimensions", {"array<i64: 1, 2>", "array<i64: 2>", "array<i64: 1, 1, 2, 2>"}},
    {"window_strides", {"array<i64: 1, 2>", "array<i64: 2>", "array<i64: 1, 1, 2, 2>"}},
    {"base_dilations", {"array<i64: 1, 2>", "array<i64: 2>"}},
    {"window_dilations", {"array<i64: 2, 1>", "array<i64: 1>", "array<i64: 1, 1>"}},
    {"padding",
     {"dense<0> : tensor<2x2xi64>", "dense<1> : tensor<1x2xi64>", "dense<1> : tensor<4x2xi64>",
      "dense<-1> : tensor<2x2xi64>"}},
    {"dimension_numbers",
     {"#stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], "
      "index_vector_dim = 1>",
      "#stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>",
      "#stablehlo.conv<[b, f]x[i, o]->[b, f]>", "#stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>"}},
    {"dot_dimension_numbers",
     {"#stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>",
      "#stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], "
      "lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>"}},
    {"scatter_dimension_numbers",
     {"#stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], "
      "scatter_dims_to_operand_dims = [0], index_vector_dim = 1>",
      "#stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], "
      "index_vector_dim = 1>"}},
    {"lhs_dilation", {"array<i64: 1, 2>", "array<i64: 2>"}},
    {"rhs_dilation", {"array<i64: 2, 1>", "array<i64: 1>"}},
    {"feature_group_count", {"1 : i64", "2"}},
    {"batch_group_count", {"1 : i64", "2"}},
    {"rng_algorithm",
     {"#stablehlo<rng_algorithm THREE_FRY>", "#stablehlo<rng_algorithm PHILOX>",
      "#stablehlo<rng_algorithm DEFAULT>"}},
    {"rng_distribution",
     {"#stablehlo<rng_distribution NORMAL>", "#stablehlo<rng_distribution UNIFORM>"}},
    {"index", {"0 : i32", "1"}},
    {"value", {"dense<0> : tensor<f32>", "dense<1> : tensor<3xi32>", "1.5 : f32"}},
    {"is_stable", {"true", "false"}},
    {"einsum_config", {"\"ij,jk->ik\"", "\"ij->ji\"", "\"i,i->\""}},
    {"batch_dims", {"0 : i64", "1"}},
    {"call_target_name",
     {"@Sharding", "@lapack_dgetrf_ffi", "@lapack_ssyevd_ffi", "@mhlo.topk", "@mhlo.erf", "@Qr",
      "@check.expect_eq", "\"ApproxTopK\"", "\"lapack_sgeqrf_ffi\"", "\"lapack_dgesdd_ffi\"",
      "\"lapack_strsm_ffi\"", "\"cu_threefry2x32_ffi\""}},
    {"callee", {"@f", "@main"}},
    {"applies", {"add", "\"stablehlo.add\""}},
    {"all_gather_dim", {"0 : i64"}},
    {"scatter_dimension", {"0 : i64"}},
    {"replica_groups", {"dense<0> : tensor<1x1xi64>"}},
    {"source_target_pairs", {"dense<0> : tensor<1x2xi64>"}},
    {"split_dimension", {"0 : i64"}},
    {"concat_dimension", {"0 : i64"}},
    {"split_count", {"1 : i64"}},
    {"precision_config", {"[#stablehlo<precision HIGHEST>]"}},
    {"ulps", {"3 : i64"}},
};
enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };
static const char *const any_values[] = {
    "0",
    "1",
    "-1",
    "2 : i64",
    "7",
    "9223372036854775807 : i64",
    "true",
    "false",
    "1.0e-3 : f32",
    "array<i64>",
    "array<i64: 0>",
    "array<i64: 1>",
    "array<i64: 0, 1>",
    "array<i64: 1, 0>",
    "array<i64: 1, 1>",
    "array<i64: 2, 3>",
    "array<i64: 2, 2, 2>",
    "array<i64: -1>",
    "array<i1: true, false>",
    "dense<0> : tensor<1x2xi64>",
    "dense<1> : tensor<2x2xi64>",
    "dense<0> : tensor<f32>",
    "dense<[[0, 1]]> : tensor<1x2xi64>",
    "[]",
    "[0, 1]",
    "{}",
    "\"ij,jk->ik\"",
    "\"ij->ji\"",
    "\"a\"",
    "@f",
    "unit",
    "#stablehlo<comparison_direction LT>",
    "#stablehlo<fft_type RFFT>",
    "#stablehlo<fft_type IRFFT>",
    "#stablehlo<rng_distribution NORMAL>",
    "#stablehlo<rng_algorithm THREE_FRY>",
    "#stablehlo<transpose NO_TRANSPOSE>",
    "#stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>",
    "#stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], "
    "index_vector_dim = 1>",
    "#stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], "
    "scatter_dims_to_operand_dims = [0], "
    "index_vector_dim = 1>",
    "#stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>"};

typedef struct Drawn {
  bool wild;  // some attributes are what they cannot be
  int nargs, nresults, nregions, nattributes, parameters;
  int constant;  // operands from this one on are
  const char *shape[MOST_OPERANDS], *dtype[MOST_OPERANDS], *result_shape, *result_dtype;
} Drawn;

static void operand_types(Text *t, const Drawn *d, bool names) {
  for (int i = 0; i < d->nargs; i++) {
    if (i) text_str(t, ", ");
    if (names) text_fmt(t, "%%a%d: ", i);
    text_fmt(t, "tensor<%s%s>", d->shape[i], d->dtype[i]);
  }
}

static void regions(Text *t, const Drawn *d) {
  static const char *const ops[] = {"add", "maximum", "and", "multiply", "compare LT,", "subtract"};
  if (!d->nregions) return;
  text_str(t, " (");
  for (int i = 0; i < d->nregions; i++) {
    const char *type = d->dtype[d->nargs ? d->nargs - 1 : 0], *op = ONE_OF(ops);
    text_fmt(t, "%s{\n^bb0(", i ? ", " : "");
    for (int k = 0; k < d->parameters; k++)
      text_fmt(t, "%s%%x%d_%d: tensor<%s>", k ? ", " : "", i, k, type);
    text_str(t, "):\n");
    if (d->parameters >= 2 && strchr(op, ' '))
      text_fmt(t,
               "%%y%d = stablehlo.%s %%x%d_0, %%x%d_1 : (tensor<%s>, tensor<%s>) -> tensor<i1>\n"
               "stablehlo.return %%y%d : tensor<i1>\n",
               i, op, i, i, type, type, i);
    else if (d->parameters >= 2)
      text_fmt(t,
               "%%y%d = stablehlo.%s %%x%d_0, %%x%d_1 : tensor<%s>\nstablehlo.return %%y%d : "
               "tensor<%s>\n",
               i, op, i, i, type, i, type);
    else if (d->parameters) text_fmt(t, "stablehlo.return %%x%d_0 : tensor<%s>\n", i, type);
    else text_str(t, "stablehlo.return\n");
    text_str(t, "}");
  }
  text_str(t, ")");
}

static const char *attribute_value(int k, bool wild) {
  int n = 0;
  while (n < MOST_VALUES && attributes[k].values[n]) n++;
  return wild && !test_int(0, 9) ? ONE_OF(any_values) : attributes[k].values[test_int(0, n - 1)];
}

// `%r = "NAME"(%a0, ..) <{..}> ({..}) : (T0, ..) -> R`
static void write_program(Text *t, const char *name, const Drawn *d) {
  text_str(t, "func.func @main(");
  operand_types(t, d, true);
  text_str(t, ") {\n  ");
  for (int i = d->constant; i < d->nargs; i++)
    text_fmt(t, "%%c%d = stablehlo.constant dense<1> : tensor<%s%s>\n  ", i, d->shape[i],
             d->dtype[i]);
  if (d->nresults) text_fmt(t, "%%r:%d = ", d->nresults);
  text_fmt(t, "\"%s\"(", name);
  for (int i = 0; i < d->nargs; i++)
    text_fmt(t, "%s%%%s%d", i ? ", " : "", i < d->constant ? "a" : "c", i);
  text_str(t, ")");
  regions(t, d);
  text_str(t, " {");
  for (int i = 0, first = (int)test_int(0, ATTRIBUTES - 1); i < d->nattributes; i++) {
    const int k = (first + i) % ATTRIBUTES;
    text_fmt(t, "%s%s = %s", i ? ", " : "", attributes[k].name, attribute_value(k, d->wild));
  }
  text_str(t, "} : (");
  operand_types(t, d, false);
  text_str(t, ") -> (");
  for (int i = 0; i < d->nresults; i++)
    text_fmt(t, "%stensor<%s%s>", i ? ", " : "", d->result_shape, d->result_dtype);
  text_str(t, ")\n  return\n}\n");
}

static bool try_program(const char *name, const Drawn *d) {
  Text t = {0};
  write_program(&t, name, d);
  bool accepted;
  const char *fault = hlo_checked(t.s, t.n, &accepted);
  if (fault) FAULT("%s:\n%s", fault, t.s);
  text_free(&t);
  return accepted;
}

static Drawn same_type(int nargs, const char *dtype, const char *shape, const char *result) {
  Drawn d = {.nargs = nargs,
             .constant = nargs,
             .nresults = 1,
             .result_shape = shape,
             .result_dtype = result};
  for (int i = 0; i < nargs; i++) d.shape[i] = shape, d.dtype[i] = dtype;
  return d;
}

static int operands_of(const HloRow *row) {
  return row->nargs == VARIADIC ? (int)test_int(0, MOST_OPERANDS) : row->nargs;
}

// Of one dtype all operands, and the result of it, or of its truth.
static void every_dtype(void) {
  int n, rows_accepted = 0;
  const HloRow *rows = hlo_rows(&n);
  for (int k = 0; k < n; k++) {
    int count = 0;
    for (int i = 0; i < DTYPES; i++) {
      for (int s = 0; s < 3; s++) {
        const int nargs = rows[k].nargs == VARIADIC ? 2 : rows[k].nargs;
        Drawn d = same_type(nargs, hlo_dtypes[i], shapes[s], hlo_dtypes[i]);
        count += try_program(rows[k].name, &d);
        d.result_dtype = "i1";
        count += try_program(rows[k].name, &d);
      }
    }
    rows_accepted += count > 0;
  }
  if (rows_accepted < 70) FAULT("of %d rows only %d take a program", n, rows_accepted);
}

static Drawn drawn(const HloRow *row) {
  const char *dtype = ONE_OF(hlo_dtypes), *shape = ONE_OF(shapes);
  Drawn d = same_type(operands_of(row), dtype, shape, test_int(0, 2) ? dtype : ONE_OF(hlo_dtypes));
  const bool halves = row->nargs == VARIADIC && test_int(0, 1);  // arrays, then as many scalars
  for (int i = 0; i < d.nargs; i++) {
    if (!test_int(0, 3)) d.shape[i] = ONE_OF(shapes);
    if (!test_int(0, 4)) d.dtype[i] = ONE_OF(hlo_dtypes);
    if (halves && i >= d.nargs / 2) d.shape[i] = "", d.dtype[i] = d.dtype[i - d.nargs / 2];
  }
  if (!d.nargs) d.dtype[0] = dtype;
  if (!test_int(0, 2)) d.result_shape = ONE_OF(shapes);
  d.nresults = halves ? d.nargs / 2 : row->many ? (int)test_int(0, 3) : 1;
  d.nattributes = test_int(0, 3) ? ATTRIBUTES : (int)test_int(0, 4);
  d.nregions = test_int(0, 1) ? (int)test_int(0, 2) : 0;
  d.parameters = halves ? d.nargs : test_int(0, 2) ? 2 : (int)test_int(0, 4);
  d.constant = test_int(0, 3) ? d.nargs : (int)test_int(0, d.nargs);
  d.wild = test_int(0, 1);
  return d;
}

static void drawn_programs(void) {
  int n;
  const HloRow *rows = hlo_rows(&n);
  for (int k = 0; k < n; k++) {
    for (int i = 0; i < DRAWN; i++) {
      const Drawn d = drawn(&rows[k]);
      try_program(rows[k].name, &d);
    }
  }
}

int main(void) {
  RUN(every_dtype);
  RUN(drawn_programs);
  return tests_done();
}
