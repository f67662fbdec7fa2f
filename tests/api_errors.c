// What users do wrong: each is one message with their place, and the program goes on.
#include "frontend/execute.h"
#include "tests/check.h"

typedef struct {
  jc_array w, b;
} P;
static jc_array f(P p, jc_array x) { return jc_add(jc_matmul(p.w, x), p.b); }
JC_FN(jc_array, f, P, jc_array);
static jc_array id(jc_array x) { return x; }
JC_FN(jc_array, id, jc_array);
static jc_array endless(jc_array x);
JC_FN(jc_array, endless, jc_array);
static jc_array endless(jc_array x) { return jc_jit(endless)(x); }

#define HERE_HAS(line, part)                                    \
  do {                                                          \
    char place_[64];                                            \
    snprintf(place_, sizeof place_, "api_errors.c:%d: ", line); \
    EXPECT_HAS(jc_error(), place_);                             \
    EXPECT_FAIL(part);                                          \
  } while (0)

static void shapes(void) {
  jc_array a = jc_ones(JC_SHAPE(32, 784)), b = jc_ones(JC_SHAPE(512, 10));
  int line = __LINE__ + 1;
  jc_array bad = jc_matmul(a, b);
  HERE_HAS(line, "matmul: inner dimensions differ: f32[32,784] x f32[512,10]");
  EXPECT(isnan(jc_item(jc_sum(bad))));  // poison stays silent
  EXPECT_OK();
  jc_add(jc_ones(JC_SHAPE(3)), jc_ones(JC_SHAPE(4)));
  EXPECT_FAIL("add: shapes f32[3] and f32[4] do not broadcast");
  jc_reshape(a, 3, -1);
  EXPECT_FAIL("reshape: f32[32,784] has 25088 elements");
  jc_sum(a, .axes = JC_AXES(2));
  EXPECT_FAIL("sum: axis 2 is out of range for rank 2");
  jc_argmax(a, -3);
  EXPECT_FAIL("argmax: axis -3 is out of range for rank 2");
  jc_at(a, 32);
  EXPECT_FAIL("at: index 32 is out of range for f32[32,784]");
  jc_max(jc_zeros(JC_SHAPE(0)));
  EXPECT_FAIL("max: of nothing");
  jc_zeros(JC_SHAPE(-1));
  EXPECT_FAIL("zeros: size -1 of axis 0 is negative");
  jc_zeros(JC_SHAPE(INT64_C(1) << 40, INT64_C(1) << 40));
  EXPECT_FAIL("zeros: the shape is too large");
  jc_bitwise_and(jc_f32(1), 1);
  EXPECT_FAIL("and");
  jc_add(jc_u8(1), 300);
  EXPECT_FAIL("add: 300 does not fit u8");
  jc_one_hot(jc_f32(1), 3);
  EXPECT_FAIL("one_hot: labels are f32[]");
  jc_item(a);
  EXPECT_FAIL("item: f32[32,784] is not a single number");
  EXPECT(!jc_data(double, a));
  EXPECT_FAIL("data: the array is f32[32,784], asked for as f64: jc_read converts");
}

static void the_first_error_sticks(void) {
  jc_argmax(jc_f32(0), 7);
  jc_argmax(jc_f32(0), 8);
  EXPECT(!jc_ok());
  jc_array sound = jc_add(jc_f32(1), 1);  // ops on sound values still run
  EXPECT_CLOSE(jc_item(sound), 2, 0);
  EXPECT_FAIL("axis 7");
  EXPECT(jc_error() == NULL);
}

static void words_that_are_no_arrays(void) {
  jc_array zero = {0}, wild = {0x00007fff12345678};
  jc_neg(zero);
  EXPECT_FAIL("neg: argument 0 is not an array: it is zero");
  jc_add(1, wild);
  EXPECT_FAIL("add: argument 1 is not an array: uninitialised");
  int line = __LINE__ + 1;
  jc_jit(f)((P){.w = jc_ones(JC_SHAPE(2, 2))}, jc_vector(1, 2));
  HERE_HAS(line, "f: argument 0 (P), leaf 1 is not an array: it is zero");
  jc_grad(f)((P){.w = jc_ones(JC_SHAPE(2, 2))}, jc_vector(1, 2));
  EXPECT_FAIL("argument 0 (P), leaf 1");
  jc_item(zero);
  EXPECT_FAIL("item: its argument is not an array");
}

static jc_array leaked;
static jc_array leak(jc_array x) {
  leaked = jc_exp(x);
  return jc_sum(x);
}
JC_FN(jc_array, leak, jc_array);
static double read_value;
static jc_array reads(jc_array x) {
  jc_array y = jc_mul(x, 2);
  read_value = jc_item(y);
  return y;
}
JC_FN(jc_array, reads, jc_array);

static void traced_values(void) {
  jc_jit(leak)(jc_vector(1, 2, 3));
  EXPECT_OK();
  jc_add(leaked, 1);
  EXPECT_FAIL("is a traced value (exp at ");
  jc_grad(leak)(jc_vector(1, 2, 3));
  jc_item(leaked);
  EXPECT_FAIL("outlived its trace");
  jc_jit(reads)(jc_f32(1));
  EXPECT(isnan(read_value));
  EXPECT_FAIL("item: this is a traced value (mul at ");
}

// Plain fields without JC_TREE.
typedef struct {
  jc_array w;
  int n;
} Padded;
static jc_array padded(Padded p) { return p.w; }
JC_FN(jc_array, padded, Padded);
typedef struct {
  jc_array w, b;
  double rate;
} Foreign;
static jc_array foreign(Foreign p) { return p.w; }
JC_FN(jc_array, foreign, Foreign);

static jc_array branches(jc_array x) {
  if (jc_item(jc_greater(x, 0)) > 0) return jc_neg(x);
  return x;
}
JC_FN(jc_array, branches, jc_array);
static void errors_inside_spoil_the_result(void) {
  for (int i = 0; i < 2; i++) {  // it is not compiled either
    EXPECT(isnan(jc_item(jc_jit(branches)(jc_f32(1)))));
    EXPECT_FAIL("choose by it with jc_where or jc_cond");
  }
  EXPECT(jc_item(branches(jc_f32(1))) == -1);
  EXPECT_OK();
}

static void structs_with_plain_fields(void) {
  jc_jit(padded)((Padded){jc_f32(1), 3});
  EXPECT_FAIL("Padded");  // its fields, or leaf 1: whether padding travels is up to the compiler
  jc_jit(foreign)((Foreign){jc_f32(1), jc_f32(2), 0.5});
  EXPECT_FAIL("foreign: argument 0 (Foreign), leaf 2 is not an array");
}

static jc_array vector_loss(jc_array x) { return jc_mul(x, 2); }
JC_FN(jc_array, vector_loss, jc_array);
static jc_array int_loss(jc_array x) { return jc_sum(jc_astype(x, JC_F32)); }
JC_FN(jc_array, int_loss, jc_array);
static jc_array pointed(jc_array x, const int *n) { return jc_mul(x, *n); }
JC_FN(jc_array, pointed, jc_array, const int *);

static void transformations(void) {
  int line = __LINE__ + 1;
  jc_grad(vector_loss)(jc_vector(1, 2));
  HERE_HAS(line, "grad: vector_loss gives f32[2], not a float scalar");
  jc_grad(int_loss)(jc_arange(3));
  EXPECT_FAIL("grad: int_loss: argument 0 (jc_array) is i32[3]: only floats have a gradient");
  jc_vmap(id)(jc_f32(1));
  EXPECT_FAIL("vmap: id: argument 0 (jc_array) is f32[]: it has no axis 0");
  jc_vmap(f)((P){jc_ones(JC_SHAPE(2, 3)), jc_ones(JC_SHAPE(3))}, jc_vector(1, 2));
  EXPECT_FAIL("along axis 0");
  jc_vmap(id, .in_axes = {JC_NONE})(jc_f32(1));
  EXPECT_FAIL("vmap: id: no argument has a batch axis");
  int n = 3;
  jc_jit(pointed)(jc_f32(1), &n);
  EXPECT_FAIL("points to memory that may change");
  jc_jvp(id)(jc_f32(1), jc_vector(1, 2));
  EXPECT_FAIL("jvp: id: argument 0 (jc_array) is f32[], its tangent f32[2]");
}

static jc_array unregistered(jc_array x) { return jc_mul(x, 2); }
static void functions_without_jc_fn(void) {
  jc_jit(unregistered)(jc_f32(1));
  EXPECT_FAIL("jit: this function is unknown: put JC_FN(...) behind it");
  jc_array (*none)(jc_array) = NULL;
  jc_jit(none)(jc_f32(1));
  EXPECT_FAIL("jit: this function is unknown");
  jc_jit(endless)(jc_f32(1));
  EXPECT_FAIL("endless: 256 transformed functions call one another inside");
  EXPECT(!jc_read(jc_f32(1), (float *)NULL));
  EXPECT_FAIL("read: the pointer to the room for f32[] is NULL");
  EXPECT(!jc_copy(jc_f32(1), NULL, 4));
  EXPECT_FAIL("copy: the pointer to the room for f32[] is NULL");
}

static void files(void) {
  jc_load_idx("/nonexistent/%s.gz", "images");
  EXPECT_FAIL("/nonexistent/images");
  jc_array x = jc_zeros(JC_SHAPE(4, 2)), y = jc_zeros(JC_SHAPE(3));
  P data = {x, y}, batch;
  jc_batches it = jc_batches(&data, 2);
  EXPECT(!jc_next(&it, &batch));
  EXPECT_FAIL("batches: leaf 1 has 3 rows, leaf 0 4");
}

static void out_of_memory(void) {
  jc_zeros(JC_SHAPE(INT64_C(1) << 45));
  EXPECT_FAIL("api_errors.c");
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  RUN(shapes);
  RUN(the_first_error_sticks);
  RUN(words_that_are_no_arrays);
  RUN(traced_values);
  RUN(errors_inside_spoil_the_result);
  RUN(structs_with_plain_fields);
  RUN(transformations);
  RUN(functions_without_jc_fn);
  RUN(files);
  RUN(out_of_memory);
  return tests_done();
}
