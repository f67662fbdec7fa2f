// Calls that no sound program makes, one by one: each leaves one error that begins with the line of
// the call, its result reads as poison in silence, nothing is lost, and after jc_clear_error the
// program goes on.
#include "frontend/execute.h"
#include "runtime/buffer.h"
#include "tests/check.h"

// `call` gives an array, or nothing that can be read: the error is at this line and says `part`.
#define BAD(part, ...)                                                               \
  do {                                                                               \
    jc_array result_ = __VA_ARGS__;                                                  \
    bad_at(__LINE__, #__VA_ARGS__, (part));                                          \
    EXPECT(isnan(jc_item(jc_sum(jc_add(result_, result_)))));                        \
    if (failed()) FAULT("poison of %s is not silent: %s", #__VA_ARGS__, jc_error()); \
    jc_clear_error();                                                                \
  } while (0)
#define BAD_READ(part, ...)                 \
  do {                                      \
    (void)(__VA_ARGS__);                    \
    bad_at(__LINE__, #__VA_ARGS__, (part)); \
  } while (0)

static void bad_at(int line, const char *call, const char *part) {
  char place[64];
  snprintf(place, sizeof place, "bad_input.c:%d: ", line);
  const char *error = jc_error();
  if (!error) FAULT("line %d: no error from %s", line, call);
  else if (!strstr(error, place)) FAULT("line %d: %s: the place is another: %s", line, call, error);
  else if (!strstr(error, part))
    FAULT("line %d: %s: \"%s\" is not in: %s", line, call, part, error);
  else if (strchr(error, '\n')) FAULT("line %d: %s: more than one line: %s", line, call, error);
  jc_clear_error();
}

static jc_array matrix(void) { return jc_ones(JC_SHAPE(3, 4)); }
static jc_dims of_rank(int n) {
  jc_dims d = {.n = n};
  for (int i = 0; i < JC_MAX_RANK; i++) d.d[i] = 1;
  return d;
}

static void makers(void) {
  const float data[4] = {0};
  BAD("zeros", jc_zeros(of_rank(17)));
  BAD("zeros", jc_zeros(of_rank(-1)));
  BAD("ones", jc_ones(JC_SHAPE(2, -3)));
  BAD("zeros", jc_zeros(JC_SHAPE(2), (jc_dtype)99));
  BAD("full", jc_full(JC_SHAPE(2), 1, (jc_dtype)-1));
  BAD("from", jc_from(data, -2));
  BAD("from", jc_from((const float *)NULL, 2));
  BAD("borrow", jc_borrow((float *)NULL, 2));
  BAD("arange", jc_arange(-1));
  BAD("linspace", jc_linspace(0, 1, -1));
  BAD("eye", jc_eye(-1));
  BAD("eye", jc_eye(2, (jc_dtype)99));
  BAD("one_hot", jc_one_hot(jc_arange(3), -1));
  BAD("astype", jc_astype(matrix(), (jc_dtype)77));
  BAD("too large", jc_zeros(JC_SHAPE(INT64_MAX, 2)));
  BAD("", jc_zeros(JC_SHAPE(INT64_MAX)));
}

static void shapes(void) {
  jc_array a = matrix();
  BAD("reshape", jc_reshape(a, -1, -1));
  BAD("reshape", jc_reshape(a, 5));
  BAD("reshape", jc_reshape(a, 0, -1));
  BAD("reshape", jc_reshape(a, -2, 6));
  BAD("transpose", jc_transpose(a, .axes = JC_AXES(0, 0)));
  BAD("transpose", jc_transpose(a, .axes = JC_AXES(0)));
  BAD("transpose", jc_transpose(a, .axes = JC_AXES(0, 5)));
  BAD("expand_dims", jc_expand_dims(a, 4));
  BAD("squeeze", jc_squeeze(a, 0));
  BAD("squeeze", jc_squeeze(a, 2));
  BAD("broadcast_to", jc_broadcast_to(a, JC_SHAPE(3)));
  BAD("broadcast_to", jc_broadcast_to(a, JC_SHAPE(4, 3)));
  BAD("flip", jc_flip(a, 2));
  BAD("concatenate", jc_concatenate(JC_LIST(a, jc_ones(JC_SHAPE(3))), 0));
  BAD("concatenate", jc_concatenate(JC_LIST(a, jc_ones(JC_SHAPE(3, 3))), 0));
  BAD("concatenate", jc_concatenate(JC_LIST(a, a), 2));
  BAD("concatenate", jc_concatenate(((jc_list){0}), 0));
  BAD("stack", jc_stack(((jc_list){0}), 0));
  BAD("stack", jc_stack(JC_LIST(a, jc_f32(1)), 0));
  BAD("stack", jc_stack(JC_LIST(a, a), 4));
  BAD("stack", jc_stack(JC_LIST(a, (jc_array){0}), 0));
  BAD("matmul", jc_matmul(jc_f32(1), a));
  BAD("outer", jc_outer(a, a));
  BAD("where", jc_where(jc_ones(JC_SHAPE(5)), a, a));
  BAD("clip", jc_clip(a, jc_ones(JC_SHAPE(5)), 1));
}

static void axes(void) {
  jc_array a = matrix();
  BAD("axis 2", jc_sum(a, .axes = JC_AXES(2)));
  BAD("axis", jc_sum(a, .axes = JC_AXES(0, 0)));
  BAD("axis", jc_mean(a, .axes = JC_AXES(0, -2)));
  BAD("sum", jc_sum(a, .axes = of_rank(17)));
  BAD("max", jc_max(jc_zeros(JC_SHAPE(3, 0)), .axes = JC_AXES(1)));
  BAD("argmax", jc_argmax(jc_zeros(JC_SHAPE(0)), 0));
  BAD("argmin", jc_argmin(jc_f32(1), 0));
  BAD("softmax", jc_softmax(a, 2));
  BAD("log_softmax", jc_log_softmax(a, -3));
  BAD("sort", jc_sort(a, 2));
  BAD("argsort", jc_argsort(a, 2));
}

static void dtypes(void) {
  jc_array a = matrix();
  BAD("does not take f32[3,4]", jc_bitwise_and(a, a));
  BAD("does not take f32[3,4]", jc_bitwise_not(a));
  BAD("shift_left", jc_shift_left(a, 1));
  BAD("does not fit", jc_add(jc_u8(1), -1));
  BAD("does not fit", jc_mul(jc_arange(3), INT64_C(1) << 40));
  BAD("one_hot", jc_one_hot(a, 3));
  BAD("take", jc_take(a, a, 0));
  BAD("at", jc_at(a, jc_f32(1)));
  BAD("cross_entropy", jc_cross_entropy(a, jc_arange(2)));
  BAD("cross_entropy", jc_cross_entropy(jc_f32(1), jc_i32(1)));
}

static void indices(void) {
  jc_array a = matrix();
  BAD("at", jc_at(a, 3));
  BAD("at", jc_at(a, -4));
  BAD("at", jc_at(jc_f32(1), 0));
  BAD("take", jc_take(a, 0, 2));
  BAD("slice", jc_slice(a, JC_AXES(0), JC_AXES(1)));
  BAD("slice", jc_slice(a, JC_AXES(0, 0), JC_AXES(1)));
  BAD("slice", jc_slice(a, JC_AXES(0, 0), JC_AXES(4, 4)));
  BAD("slice", jc_slice(a, JC_AXES(0, 0), JC_AXES(3, 4), .strides = JC_AXES(0, 1)));
  BAD("slice", jc_slice(a, JC_AXES(0, 0), JC_AXES(3, 4), .strides = JC_AXES(1)));
  BAD("dynamic_slice", jc_dynamic_slice(a, JC_LIST(jc_i32(0)), JC_SHAPE(1, 1)));
  BAD("dynamic_slice", jc_dynamic_slice(a, JC_LIST(jc_i32(0), jc_i32(0)), JC_SHAPE(1)));
  BAD("dynamic_slice", jc_dynamic_slice(a, JC_LIST(jc_i32(0), jc_i32(0)), JC_SHAPE(4, 1)));
  BAD("dynamic_slice", jc_dynamic_slice(a, JC_LIST(jc_f32(0), jc_f32(0)), JC_SHAPE(1, 1)));
  jc_array tall = jc_ones(JC_SHAPE(4, 1)), o = jc_i32(0);
  BAD("dynamic_update_slice", jc_dynamic_update_slice(a, tall, JC_LIST(o, o)));
  BAD("dynamic_update_slice", jc_dynamic_update_slice(a, jc_f32(1), JC_LIST(jc_i32(0))));
}

static void random_numbers(void) {
  jc_array key = jc_key(1);
  BAD("normal", jc_normal(jc_f32(1), JC_SHAPE(2)));
  BAD("split", jc_split(matrix()));
  BAD("split", jc_split(key, -1));
  BAD("fold_in", jc_fold_in(jc_arange(2), 1));
  BAD("bits", jc_bits(key, JC_SHAPE(-1)));
  BAD("uniform", jc_uniform(key, JC_SHAPE(2), JC_I32));
  BAD("normal", jc_normal(key, JC_SHAPE(2), JC_BOOL));
  BAD("randint", jc_randint(jc_f32(0), 0, 5, JC_SHAPE(2)));
  BAD("permutation", jc_permutation(key, -1));
  BAD("choice", jc_choice(key, 3, 4, .without_replacement = true));
  BAD("choice", jc_choice(key, 3, -1));
  BAD("choice", jc_choice(key, 0, 1));
  BAD("bernoulli", jc_bernoulli(key, 0.5, JC_SHAPE(-2)));
}

static void readers(void) {
  jc_array a = matrix();
  float room[12];
  BAD_READ("item", jc_item(a));
  BAD_READ("item", jc_item(jc_zeros(JC_SHAPE(0))));
  BAD_READ("data", jc_data(double, a));
  BAD_READ("copy", jc_copy(a, room, 4));
  BAD_READ("dim", jc_dim(a, 2));
  BAD_READ("dim", jc_dim(a, -3));
  BAD_READ("rank", jc_rank((jc_array){0}));
  BAD_READ("size", jc_size((jc_array){7}));
  BAD_READ("dtype_of", jc_dtype_of((jc_array){0}));
  BAD_READ("str", jc_str((jc_array){0}));
  BAD_READ("shape_str", jc_shape_str((jc_array){0}));
  BAD_READ("read", jc_read((jc_array){0}, room));
  jc_batches it = jc_batches(&a, 0);
  EXPECT(!jc_next(&it, &a));
  EXPECT_FAIL("batches");
  it = jc_batches(&a, -3);
  EXPECT(!jc_next(&it, &a));
  EXPECT_FAIL("batches");
  jc_array scalar = jc_f32(1);
  it = jc_batches(&scalar, 2);
  EXPECT(!jc_next(&it, &scalar));
  EXPECT_FAIL("batches");
  it = jc_batches(&a, 2, .shuffle = jc_f32(3));
  EXPECT(!jc_next(&it, &a));
  EXPECT_FAIL("a key is u32[2]");
}

// ---- every function on every dtype: a result, or one error at the line of the call

static jc_array of_dtype(int d, int shape) {
  const jc_dims shapes[] = {JC_SCALAR, JC_SHAPE(3), JC_SHAPE(2, 3), JC_SHAPE(0), JC_SHAPE(3, 1, 3)};
  return jc_astype(jc_ones(shapes[shape]), (jc_dtype)d);
}

static void sound_or_refused(const char *name, int line, jc_array r) {
  char place[64];
  snprintf(place, sizeof place, "bad_input.c:%d: ", line);
  const char *error = jc_error();
  if (error && !strstr(error, place)) FAULT("%s: the place is another: %s", name, error);
  if (error && !strstr(error, name)) FAULT("%s is not named: %s", name, error);
  const bool was_error = error != NULL;
  jc_clear_error();
  if (!jc_shape_str(r) != was_error) FAULT("%s: error and result do not agree", name);
}

typedef jc_array Unary(jc_array, const char *, int);
typedef jc_array Binary(jc_array, jc_array, const char *, int);
typedef jc_array Reduce(struct jc_reduce, const char *, int);
typedef jc_array Along(jc_array, int, const char *, int);

static jc_array traced_unary(Unary *f, jc_array x) { return f(x, JC_HERE); }
enum { TRACED_UNARY = __LINE__ - 1 };
JC_FN(jc_array, traced_unary, Unary *, jc_array);
static jc_array traced_binary(Binary *f, jc_array x, jc_array y) { return f(x, y, JC_HERE); }
enum { TRACED_BINARY = __LINE__ - 1 };
JC_FN(jc_array, traced_binary, Binary *, jc_array, jc_array);

static void every_unary(void) {
#define X(name) {#name, jc_##name##_},
  static const struct {
    const char *name;
    Unary *f;
  } all[] = {JC_UNARY_OPS_(X) JC_UNARY_MATH_(X) JC_UNARY_NN_(X) JC_UNARY_MORE_(X)};
  static const struct {
    const char *name;
    Reduce *f;
  } reductions[] = {JC_REDUCE_OPS_(X) JC_REDUCE_MORE_(X)};
  static const struct {
    const char *name;
    Along *f;
  } along[] = {JC_ALONG_OPS_(X){"flip", jc_flip_}, {"squeeze", jc_squeeze_}};
#undef X
  for (int d = JC_F32; d <= JC_BF16; d++)
    for (int shape = 0; shape < 5; shape++) {
      JC_SCOPE();
      jc_array x = of_dtype(d, shape);
      for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        sound_or_refused(all[i].name, __LINE__, all[i].f(x, JC_HERE));
        if (shape == 1)
          sound_or_refused(all[i].name, TRACED_UNARY, jc_jit(traced_unary)(all[i].f, x));
      }
      const struct jc_reduce r = {.x = x};
      for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++)
        sound_or_refused(reductions[i].name, __LINE__, reductions[i].f(r, JC_HERE));
      for (size_t i = 0; i < sizeof along / sizeof *along; i++)
        sound_or_refused(along[i].name, __LINE__, along[i].f(x, -1, JC_HERE));
    }
}

static void every_binary(void) {
#define X(name) {#name, jc_##name##_},
  static const struct {
    const char *name;
    Binary *f;
  } all[] = {JC_BINARY_OPS_(X) JC_BINARY_MATH_(X) JC_BINARY_NN_(X)};
#undef X
  for (int d = JC_F32; d <= JC_BF16; d++)
    for (int e = JC_F32; e <= JC_BF16; e++) {
      JC_SCOPE();
      const int shape = (int)test_int(0, 4), other = (int)test_int(0, 4);
      jc_array x = of_dtype(d, shape), y = of_dtype(e, other);
      for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        sound_or_refused(all[i].name, __LINE__, all[i].f(x, y, JC_HERE));
        if (d == e)
          sound_or_refused(all[i].name, TRACED_BINARY, jc_jit(traced_binary)(all[i].f, x, y));
      }
    }
}

static void ternary(void) {
  for (int d = JC_F32; d <= JC_BF16; d++)
    for (int e = JC_F32; e <= JC_BF16; e++) {
      JC_SCOPE();
      jc_array x = of_dtype(d, 1), y = of_dtype(e, 2);
      sound_or_refused("where", __LINE__, jc_where(x, y, x));
      sound_or_refused("clip", __LINE__, jc_clip(x, y, 1));
      sound_or_refused("fma", __LINE__, jc_fma(x, y, x));
      sound_or_refused("take", __LINE__, jc_take(x, y, 0));
      sound_or_refused("at", __LINE__, jc_at(x, y));
      sound_or_refused("cross_entropy", __LINE__, jc_cross_entropy(y, x));
      sound_or_refused("leaky_relu", __LINE__, jc_leaky_relu(x, y));
      sound_or_refused("one_hot", __LINE__, jc_one_hot(x, 2));
      sound_or_refused("concatenate", __LINE__, jc_concatenate(JC_LIST(x, x, y), 0));
      sound_or_refused("full_like", __LINE__, jc_full_like(x, y));
    }
}

// ---- words of every kind in the place of an array

static jc_array freed(void) {
  JC_SCOPE();
  return jc_ones(JC_SHAPE(5));
}
typedef struct {
  jc_array a[3];
} Three;
static jc_array first(Three t, jc_array x) { return jc_mul(t.a[0], x); }
JC_FN(jc_array, first, Three, jc_array);

static void words(void) {
  jc_array stale = freed(), x = jc_f32(2);
  BAD("was freed with its scope", jc_exp(stale));
  BAD("argument 1", jc_matmul(matrix(), stale));
  Three t = {{x, x, stale}};
  BAD("leaf 2", jc_jit(first)(t, x));
  BAD("leaf 2", jc_grad(first)(t, x).a[0]);
  BAD("was freed with its scope", jc_tree_map(jc_exp, t).a[2]);
  BAD_READ("was freed with its scope", jc_tree_norm(t));
  const uint64_t wild[] = {1,
                           UINT64_MAX,
                           UINT64_C(0xFFF9) << 48 | 0xFFFFFFFF,
                           UINT64_C(0xFFF9000000000001) + (UINT64_C(77) << 32),
                           UINT64_C(0x7ff8000000000000),
                           (uint64_t)(uintptr_t)&t};
  for (size_t i = 0; i < sizeof wild / sizeof *wild; i++) {
    jc_array w = {wild[i]};
    BAD("argument 0", jc_tanh(w));
    BAD("argument 1", jc_jit(first)((Three){{x, x, x}}, w));
  }
}

// ---- structs with floats: small ones travel in other registers than arrays do

typedef struct {
  jc_array w;
  double rate;
} WithRate;
typedef struct {
  double x;
} Number;
typedef struct {
  float x, y;
} Point;
typedef struct {
  float x, y;
  jc_array w;
} PointFirst;
typedef struct {
  jc_array w;
  double rate;
} Described;
JC_TREE(Described, w, rate);
static jc_array of_rate(WithRate p) { return p.w; }
JC_FN(jc_array, of_rate, WithRate);
static jc_array of_number(Number p, jc_array w) { return jc_mul(p.x, w); }
JC_FN(jc_array, of_number, Number, jc_array);
static jc_array of_point(jc_array w, Point p) { return jc_mul(p.x, w); }
JC_FN(jc_array, of_point, jc_array, Point);
static jc_array of_point_first(PointFirst p) { return p.w; }
JC_FN(jc_array, of_point_first, PointFirst);
static WithRate gives_rate(jc_array w) { return (WithRate){w, 2}; }
JC_FN(WithRate, gives_rate, jc_array);
static Described of_described(Described p) { return (Described){jc_mul(p.w, p.rate), p.rate}; }
JC_FN(Described, of_described, Described);

static void structs_with_floats(void) {
  jc_array x = jc_f32(2);
  BAD("JC_TREE(WithRate, ...)", jc_jit(of_rate)((WithRate){x, 3}));
  BAD("JC_TREE(WithRate, ...)", jc_grad(of_rate)((WithRate){x, 3}).w);
  BAD("JC_TREE(Number, ...)", jc_jit(of_number)((Number){3}, x));
  BAD("JC_TREE(Point, ...)", jc_vmap(of_point)(x, (Point){3, 4}));
  BAD("JC_TREE(PointFirst, ...)", jc_jit(of_point_first)((PointFirst){3, 4, x}));
  BAD("JC_TREE(WithRate, ...)", jc_jit(gives_rate)(x).w);
  Described d = jc_jit(of_described)((Described){x, 3});
  EXPECT_CLOSE(jc_item(d.w), 6, 0);
  EXPECT_CLOSE(d.rate, 3, 0);
}

// ---- NULL where something has to be, and tables that say nothing

typedef struct {
  jc_array w, b;
} Layer;
typedef JC_OPT_STATE(Layer) Moments;
typedef jc_array Op1(jc_array);
typedef jc_array Op2(jc_array, jc_array);

static void no_optimisers(void) {
  static const jc_opt adam = JC_ADAM(1e-3), empty = {0}, never = JC_ADAM(1e-3, .every = -1);
  static const jc_opt flat = JC_ADAM(1e-3, .schedule = JC_LINEAR(0));
  static const jc_opt short_ = JC_ADAM(1e-3, .schedule = JC_WARMUP_COSINE(9, 5));
  static const jc_opt strange = JC_ADAM(1e-3, .schedule = {.kind_ = (jc_schedule_kind_)99});
  const jc_opt *none = NULL;
  Layer p = {matrix(), jc_f32(1)};
  Layer *no_layer = NULL;
  Moments s = {0}, *no_state = NULL;
  BAD_READ("opt_init: the jc_opt is NULL", jc_opt_init(none, &p, &s));
  BAD_READ("opt_init: the jc_opt is empty", jc_opt_init(&empty, &p, &s));
  BAD_READ("NULL in place of the parameters", jc_opt_init(&adam, no_layer, &s));
  BAD_READ("NULL in place of the state", jc_opt_init(&adam, &p, no_state));
  BAD_READ(".every = -1", jc_opt_init(&never, &p, &s));
  BAD_READ("a schedule of 0 updates", jc_opt_init(&flat, &p, &s));
  BAD_READ("of 5 updates, of which 9 are its warmup", jc_opt_init(&short_, &p, &s));
  BAD_READ("99 is no kind of schedule", jc_opt_init(&strange, &p, &s));
  EXPECT(jc_opt_init(&adam, &p, &s));
  BAD_READ("opt_update: the jc_opt is NULL", jc_opt_update(none, &p, p, &s));
  BAD_READ("NULL in place of the parameters", jc_opt_update(&adam, no_layer, p, &s));
  BAD_READ("NULL in place of the state", jc_opt_update(&adam, &p, p, no_state));
  BAD("opt_rate: the jc_opt is NULL", jc_opt_rate(none, &s));
  BAD("NULL in place of the state", jc_opt_rate(&adam, no_state));
  s.step = jc_f32(1);
  BAD("the state's count is f32[], not an integer scalar", jc_opt_rate(&adam, &s));
  BAD_READ("the state's count is f32[]", jc_opt_update(&adam, &p, p, &s));
}

static void no_lists(void) {
  const jc_list none = {2, NULL};
  jc_array a = matrix(), i = jc_i32(0);
  BAD("stack: the list of 2 arrays is NULL", jc_stack(none, 0));
  BAD("hstack: the list", jc_hstack(none));
  BAD("meshgrid: the list", jc_meshgrid(none).v[0]);
  BAD("select: the list", jc_select(none, JC_LIST(a, a), 0));
  BAD("dynamic_slice: 2 starts, of which", jc_dynamic_slice(a, none, JC_SHAPE(1, 1)));
  BAD("dynamic_update_slice: 2 starts", jc_dynamic_update_slice(a, a, none));
  BAD_READ("params_of: the list", jc_params_of(none));
  BAD_READ("params_of: name 1", jc_params_of(JC_LIST(a, i), .names = (const char *[]){"a", NULL}));
}

static void no_trees(void) {
  jc_array a = matrix(), *none = NULL;
  jc_batches it = jc_batches(&a, 2), *no_loop = NULL;
  BAD_READ("save: the tree is NULL", jc_save(none, "nowhere.safetensors"));
  BAD_READ("load_named: the name is NULL", jc_load_named(NULL, "nowhere.npz"));
  BAD_READ("load_metadata: the key is NULL", jc_load_metadata(NULL, "nowhere.safetensors"));
  BAD_READ("next: the loop is NULL", jc_next(no_loop, &a));
  BAD_READ("next: the batch is NULL", jc_next(&it, none));
  BAD_READ("batches: the data is NULL", jc_batches(none, 2));
  BAD_READ("the data is NULL", jc_train_test_split(none, &a, &a, 0.5));
  BAD_READ("the test part is NULL", jc_train_test_split(&a, &a, none, 0.5));
  BAD("tree_map: there is no function", jc_tree_map((Op1 *)NULL, a));
  BAD("tree_reduce: there is no function", jc_tree_reduce((Op2 *)NULL, a, 0));
  BAD_READ("while: this function is unknown", jc_while((Op1 *)NULL, jc_sum)(a));
  BAD("next_key: the key is NULL", jc_next_key(none));
  BAD_READ("init: the network is NULL", jc_init((const jc_layer *)NULL, jc_key(0), JC_SHAPE(2)));
  BAD("apply: the network is NULL", jc_apply((const jc_layer *)NULL, jc_params_of(JC_LIST(a)), a));
  BAD_READ("report_step: the options are NULL", jc_report_step((jc_options *)NULL, 1, 2));
  jc_options *no_options = NULL;
  BAD_READ("report_epoch: the options", (jc_report_epoch(no_options, 1, .loss = 1), 0));
}

static void no_such_choice(void) {
  jc_array image = jc_ones(JC_SHAPE(1, 3, 3, 1));
  BAD("conv: 7 is no padding", jc_conv(image, image, .padding = (jc_padding)7));
  BAD("max_pool: 7 is no padding", jc_max_pool(image, JC_SHAPE(2, 2), .padding = (jc_padding)7));
  BAD("fft: 8 is no norm", jc_fft(matrix(), 0, .norm = (jc_fft_norm)8));
  BAD("scale -1", jc_variance_scaling(jc_key(0), JC_SHAPE(2, 2), .scale = -1));
  BAD("has -1 axes", jc_vmap(jc_sum, .leaf_axes = {{.n = -1}})(matrix()));
}

// ---- inside traced functions

static jc_array wrong_inside(jc_array x) { return jc_sum(jc_matmul(x, jc_ones(JC_SHAPE(7, 7)))); }
enum { WRONG_LINE = __LINE__ - 1 };
JC_FN(jc_array, wrong_inside, jc_array);
static int calls;
static jc_array bad_once(jc_array x) {
  if (!calls++) jc_add(x, jc_ones(JC_SHAPE(9)));
  return jc_sum(x);
}
JC_FN(jc_array, bad_once, jc_array);
static jc_array gives_nothing(jc_array x) {
  (void)x;
  return (jc_array){0};
}
JC_FN(jc_array, gives_nothing, jc_array);
static jc_array reads(jc_array x) { return jc_mul(x, jc_data(float, jc_exp(x))[11]); }
enum { READ_LINE = __LINE__ - 1 };
JC_FN(jc_array, reads, jc_array);
static jc_array tells(jc_array x) { return jc_mul(x, (double)strlen(jc_str(x))); }
enum { TELL_LINE = __LINE__ - 1 };
JC_FN(jc_array, tells, jc_array);

static void expect_at(int line, const char *op) {
  char place[64];
  snprintf(place, sizeof place, "bad_input.c:%d: %s", line, op);
  EXPECT_FAIL(place);
}
static void expect_inside(void) { expect_at(WRONG_LINE, "matmul"); }

// Programs that do not look at what they are given get as far as where the error is told.
static void reads_inside(void) {
  jc_array x = matrix();
  EXPECT(isnan(jc_item(jc_sum(jc_jit(reads)(x)))));
  expect_at(READ_LINE, "data: this is a traced value (exp");
  jc_vmap(reads)(jc_ones(JC_SHAPE(2, 12)));
  expect_at(READ_LINE, "data");
  EXPECT(isnan(jc_item(jc_sum(jc_jit(tells)(x)))));
  expect_at(TELL_LINE, "str: this is a traced value");
}

static void faults_inside(void) {
  jc_array x = matrix();
  jc_jit(wrong_inside)(x);
  expect_inside();
  jc_grad(wrong_inside)(x);
  expect_inside();
  jc_vmap(wrong_inside)(x);
  expect_inside();
  jc_jit(jc_vmap(jc_grad(wrong_inside)))(jc_ones(JC_SHAPE(2, 3, 4)));
  expect_inside();
  BAD("gives_nothing: leaf 0 of its result", jc_jit(gives_nothing)(x));
  BAD("gives_nothing: leaf 0 of its result", jc_vmap(gives_nothing)(x));
  BAD("gives_nothing: leaf 0 of its result", jc_grad(gives_nothing)(x));
  jc_jit(bad_once)(x);  // a dead branch of the trace fails: the error sticks, the result may stand
  EXPECT(!jc_ok());
  jc_clear_error();
  EXPECT_CLOSE(jc_item(jc_jit(bad_once)(x)), 12, 0);
}

// ---- what fails consumes nothing

static jc_array huge(jc_array x, jc_array y) {
  jc_array big = jc_broadcast_to(jc_sum(y), JC_SHAPE(INT64_C(1) << 36));
  return jc_add(x, jc_at(jc_sort(big, 0), 5));
}
JC_FN(jc_array, huge, jc_array, jc_array);
static jc_array sum_of(jc_array x, jc_array y) { return jc_add(x, y); }
JC_FN(jc_array, sum_of, jc_array, jc_array);

static void failed_calls_consume_nothing(void) {
  jc_array x = jc_vector(1, 2, 3), y = jc_vector(1, 1), other = jc_vector(4, 5, 6);
  EXPECT(isnan(jc_item(jc_sum(jc_jit(sum_of, .donate = {true, true})(x, y)))));
  EXPECT_FAIL("add: shapes f32[3] and f32[2] do not broadcast");
  EXPECT_STR(jc_str(x), "[1 2 3]");
  BAD("argument 1", jc_jit(sum_of, .donate = {true, true})(x, (jc_array){0}));
  EXPECT_STR(jc_str(x), "[1 2 3]");
  EXPECT(isnan(jc_item(jc_sum(jc_jit(huge, .donate = {true})(x, y)))));
  EXPECT_FAIL("out of memory");
  EXPECT_STR(jc_str(x), "[1 2 3]");
  jc_array sum = jc_jit(sum_of, .donate = {true})(x, other);
  EXPECT_STR(jc_str(sum), "[5 7 9]");
  BAD("was donated at", jc_neg(x));
}

static Layer both_of(Layer p, jc_array x) { return (Layer){jc_add(p.w, x), jc_mul(p.b, x)}; }
JC_FN(Layer, both_of, Layer, jc_array);

static void donated_twice(void) {
  jc_array x = jc_vector(1, 2, 3), small = jc_f32(2), none = jc_zeros(JC_SHAPE(0));
  Layer p = {matrix(), small};
  BAD("argument 0 (jc_array) and argument 1", jc_jit(sum_of, .donate = {true, true})(x, x));
  BAD("one and the same array", jc_jit(sum_of, .donate = {true, true})(small, small));
  BAD("argument 0 (Layer), leaf 1 and", jc_jit(both_of, .donate = {true, true})(p, small).w);
  EXPECT_STR(jc_str(x), "[1 2 3]");
  // One parameter's own arrays, and what holds nothing, may be the same.
  EXPECT_STR(jc_str(jc_jit(both_of, .donate = {true})((Layer){x, x}, small).b), "[2 4 6]");
  EXPECT(jc_size(jc_jit(sum_of, .donate = {true, true})(none, none)) == 0);
  EXPECT_STR(jc_str(jc_jit(sum_of, .donate = {true})(x, x)), "[2 4 6]");
}

// ---- out of memory

static void out_of_memory(void) {
  const int64_t before = buffer_stats().live_buffers;
  BAD("out of memory", jc_zeros(JC_SHAPE(INT64_C(1) << 45)));
  BAD("out of memory", jc_zeros(JC_SHAPE(50, 1000, 1000, 1000)));
  BAD("out of memory", jc_broadcast_to(jc_f32(1), JC_SHAPE(50, 1000, 1000, 1000)));
  BAD("out of memory", jc_normal(jc_key(1), JC_SHAPE(INT64_C(1) << 40)));
  BAD("arange", jc_arange(INT64_C(1) << 33));
  EXPECT(buffer_stats().live_buffers <= before + 8);
  EXPECT_CLOSE(jc_item(jc_sum(matrix())), 12, 0);
}

// ---- an error in one thread, poison afterwards

static void the_first_sticks(void) {
  jc_array bad = jc_add(jc_ones(JC_SHAPE(2)), jc_ones(JC_SHAPE(3)));
  const int line = __LINE__ - 1;
  for (int i = 0; i < 3; i++) bad = jc_tanh(jc_matmul(bad, bad));
  jc_reshape(matrix(), 7);
  bad = jc_jit(sum_of)(bad, bad);
  bad = jc_grad(wrong_inside)(bad);
  char place[64];
  snprintf(place, sizeof place, "bad_input.c:%d: add", line);
  EXPECT_HAS(jc_error(), place);
  jc_clear_error();
  EXPECT(jc_ok() && !jc_error() && !jc_finish());
  jc_array after = jc_jit(sum_of)(jc_exp(bad), bad);
  EXPECT(isnan(jc_item(after)) && !jc_data(float, after) && jc_ok());
}

int main(void) {
  if (!getenv("JITC_DEVICE")) execute_on((Loc){0}, "interp");
  RUN(makers);
  RUN(shapes);
  RUN(axes);
  RUN(dtypes);
  RUN(indices);
  RUN(random_numbers);
  RUN(readers);
  RUN(every_unary);
  RUN(every_binary);
  RUN(ternary);
  RUN(words);
  RUN(structs_with_floats);
  RUN(no_optimisers);
  RUN(no_lists);
  RUN(no_trees);
  RUN(no_such_choice);
  RUN(faults_inside);
  RUN(reads_inside);
  RUN(failed_calls_consume_nothing);
  RUN(donated_twice);
  RUN(out_of_memory);
  RUN(the_first_sticks);
  return tests_done();
}
