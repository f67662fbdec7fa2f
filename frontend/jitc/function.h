// What makes a C function one that can be transformed. Part of jitc.h, which includes it.
#ifndef JITC_FUNCTION_H
#define JITC_FUNCTION_H

// A function can be transformed when JC_FN stands behind it, at file scope:
//
//   static jc_array loss(Mlp p, jc_array x, jc_array y) { ... }
//   JC_FN(jc_array, loss, Mlp, jc_array, jc_array);
//
// Parameters (1 to 8) and the result are jc_array or trees: structs, by value, made of arrays, of
// such structs and of C arrays of them. Parameters may also be static: bool, int, unsigned, long,
// float, double, char *, jc_opt, and pointers to static storage or functions; under jc_jit each
// value of a static parameter is compiled for itself, so a number that changes often should be a
// jc_array. Helpers that are only called need no JC_FN.

typedef void (*jc_fn)(void);  // any function

// What JC_FN tells about a result or parameter. kind: a array, t struct, b i u l f d numbers,
// s string, o jc_opt, p pointer, x struct with floats that travels otherwise than one of arrays.
struct jc_param_ {
  const char *type;
  size_t size, align;
  char kind;
};
struct jc_field_ {
  const char *name;
  size_t offset, size;
  char kind;
};
enum { JC_ABI_ = 1 };  // the form of these tables
void jc_register_(int abi, const char *name, jc_fn f, const void *unit, int n,
                  const struct jc_param_ *result_and_params, JC_AT_);
void jc_register_tree_(int abi, const char *type, const void *unit, size_t size, int n,
                       const struct jc_field_ *fields, JC_AT_);
// Called as if they took a struct of one or two words: whether its words arrive as those of arrays
// do. C cannot look into a struct, but one with floats comes in other registers.
struct jc_word_ {
  uint64_t w[1];
};
struct jc_words_ {
  uint64_t w[2];
};
#define JC_PATTERN_ \
  { UINT64_C(0x7ff8a5c31d2e4f60), UINT64_C(0x7ff85a3ce2d1b09f) }
bool jc_word_arrives_(struct jc_word_ w);
bool jc_words_arrive_(struct jc_words_ w);
__attribute__((unused)) static char jc_unit_;  // its address names the translation unit

// Signatures are registered before any function is made of them.
#define JC_BEFORE_MAIN_ __attribute__((constructor(1000)))

// A struct that mixes arrays with plain fields lists its fields:
//   JC_TREE(Conv, w, b, stride);
// Plain fields are static. It also gives leaves their names, and may be given for any tree. A field
// is an array, a number, a string, or a struct or C array made only of arrays. It counts for the
// source file in which it stands: that of a struct in a header belongs there, behind the struct.
#define JC_TREE(T, ...)                                                                            \
  JC_BEFORE_MAIN_ static void jc_register_tree_##T(void) {                                         \
    static const struct jc_field_ fields[] = {JC_EACH_(JC_FIELD_ROW_, T, __VA_ARGS__)};            \
    jc_register_tree_(JC_ABI_, #T, &jc_unit_, sizeof(T), JC_COUNT_(__VA_ARGS__), fields, JC_HERE); \
  }                                                                                                \
  struct jc_tree_of_##T
#define JC_FIELD_ROW_(T, i, field) \
  {#field, offsetof(T, field), sizeof(((T *)0)->field), JC_KIND_OF_(((T *)0)->field)},

#define JC_PARAM_ROW_(c, i, T) {#T, sizeof(T), __alignof__(T), JC_KIND_OF_(*(T *)0)},
// Turns the kind of a struct that travels otherwise into x. Volatile: an optimizer that knew the
// callee would pass what it wants.
#define JC_PARAM_PROBE_(row, i, T)                                                          \
  if (row->kind == 't' && (sizeof(T) == 8 || sizeof(T) == 16)) {                            \
    union {                                                                                 \
      uint64_t w[2];                                                                        \
      T value;                                                                              \
    } probe_ = {JC_PATTERN_};                                                               \
    jc_fn volatile f_ = sizeof(T) == 8 ? (jc_fn)jc_word_arrives_ : (jc_fn)jc_words_arrive_; \
    if (!((bool (*)(T))f_)(probe_.value)) row->kind = 'x';                                  \
  }                                                                                         \
  row++;

// Preprocessor kit: JC_EACH_(m, c, x, y, ...) is m(c, 0, x) m(c, 1, y) ..., up to 16.
#define JC_CAT__(a, b) a##b
#define JC_CAT_(a, b) JC_CAT__(a, b)
#define JC_FIRST__(a, ...) a
#define JC_FIRST_(...) JC_FIRST__(__VA_ARGS__, ~)
#define JC_COUNT__(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, count, ...) count
#define JC_COUNT_(...) \
  JC_COUNT__(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, ~)
#define JC_EACH_(m, c, ...) JC_CAT_(JC_EACH_FROM_, JC_COUNT_(__VA_ARGS__))(m, c, __VA_ARGS__)
#define JC_EACH_FROM_1(m, c, a) m(c, 0, a)
#define JC_EACH_FROM_2(m, c, a, b) m(c, 0, a) m(c, 1, b)
#define JC_EACH_FROM_3(m, c, a, b, d) JC_EACH_FROM_2(m, c, a, b) m(c, 2, d)
#define JC_EACH_FROM_4(m, c, a, b, d, e) JC_EACH_FROM_3(m, c, a, b, d) m(c, 3, e)
#define JC_EACH_FROM_5(m, c, a, b, d, e, f) JC_EACH_FROM_4(m, c, a, b, d, e) m(c, 4, f)
#define JC_EACH_FROM_6(m, c, a, b, d, e, f, g) JC_EACH_FROM_5(m, c, a, b, d, e, f) m(c, 5, g)
#define JC_EACH_FROM_7(m, c, a, b, d, e, f, g, h) JC_EACH_FROM_6(m, c, a, b, d, e, f, g) m(c, 6, h)
#define JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) \
  JC_EACH_FROM_7(m, c, a, b, d, e, f, g, h) m(c, 7, i)
#define JC_EACH_FROM_9(m, c, a, b, d, e, f, g, h, i, ...) \
  JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) JC_EACH_FROM_1(m, c, __VA_ARGS__)
#define JC_EACH_FROM_10(m, c, a, b, d, e, f, g, h, i, ...) \
  JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) JC_EACH_FROM_2(m, c, __VA_ARGS__)
#define JC_EACH_FROM_11(m, c, a, b, d, e, f, g, h, i, ...) \
  JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) JC_EACH_FROM_3(m, c, __VA_ARGS__)
#define JC_EACH_FROM_12(m, c, a, b, d, e, f, g, h, i, ...) \
  JC_EACH_FROM_8(m, c, a, b, d, e, f, g, h, i) JC_EACH_FROM_4(m, c, __VA_ARGS__)

// The types of everything derived from a function. Nothing of these structs is ever stored.
//   g0, g1, ..: its gradients     vg0, vg1, ..: value and gradient     jvp, vjp, ..
#define JC_GRAD_MEMBER_(params, i, T) T(*g##i) params;
#define JC_VALUE_GRAD_TYPE_(f, i, T) \
  struct jc_vg##i##_##f {            \
    jc_result_of_##f value;          \
    T grad;                          \
  };
#define JC_VALUE_GRAD_MEMBER_(f_params, i, T) \
  struct JC_CAT_(jc_vg##i##_, JC_HEAD_ f_params)(*vg##i) JC_TAIL_ f_params;
#define JC_HEAD_(f, ...) f
#define JC_TAIL_(f, ...) (__VA_ARGS__)
#define JC_ARGUMENT_(c, i, T) T a##i;

#define JC_FN(R, f, ...)                                                                       \
  JC_ASSERT_TYPE_("JC_FN: this is not the signature of " #f, &f, R (*)(__VA_ARGS__));          \
  JC_FN_TYPES_(R, f, __VA_ARGS__);                                                             \
  JC_BEFORE_MAIN_ static void jc_register_fn_##f(void) {                                       \
    struct jc_param_ params_[] = {JC_EACH_(JC_PARAM_ROW_, , R, __VA_ARGS__)}, *row_ = params_; \
    JC_EACH_(JC_PARAM_PROBE_, row_, R, __VA_ARGS__)                                            \
    jc_register_(JC_ABI_, #f, (jc_fn)f, &jc_unit_, JC_COUNT_(__VA_ARGS__), params_, JC_HERE);  \
  }                                                                                            \
  struct jc_types_of_##f

#define JC_FN_TYPES_(R, f, ...)                                                            \
  typedef R jc_result_of_##f;                                                              \
  struct jc_jvp_##f {                                                                      \
    R value, tangent;                                                                      \
  };                                                                                       \
  struct jc_args_##f {                                                                     \
    JC_EACH_(JC_ARGUMENT_, , __VA_ARGS__)                                                  \
  };                                                                                       \
  struct jc_vjp_##f {                                                                      \
    R value;                                                                               \
    struct jc_args_##f grads;                                                              \
  };                                                                                       \
  struct jc_linear_##f {                                                                   \
    R value;                                                                               \
    jc_params linear;                                                                      \
  };                                                                                       \
  JC_EACH_(JC_VALUE_GRAD_TYPE_, f, __VA_ARGS__)                                            \
  struct jc_types_of_##f {                                                                 \
    JC_EACH_(JC_GRAD_MEMBER_, (__VA_ARGS__), __VA_ARGS__)                                  \
    JC_EACH_(JC_VALUE_GRAD_MEMBER_, (f, __VA_ARGS__), __VA_ARGS__)                         \
    struct jc_jvp_##f (*jvp)(__VA_ARGS__, __VA_ARGS__);                                    \
    struct jc_vjp_##f (*vjp)(__VA_ARGS__, R);                                              \
    struct jc_args_##f (*transposed)(__VA_ARGS__, R);                                      \
    struct jc_linear_##f (*linearize)(__VA_ARGS__);                                        \
    R (*pushforward)(jc_params, __VA_ARGS__);                                              \
    struct jc_args_##f (*pullback)(jc_params, R);                                          \
  };                                                                                       \
  JC_FN_NAMES_(struct jc_types_of_##f, f);                                                 \
  typedef JC_IF_SAME_(R, JC_FIRST_(__VA_ARGS__), jc_array, struct jc_types_of_##f,         \
                      struct jc_grad_changed_the_result) JC_UNUSED_(JC_FN_MISSING_G1_##f), \
      JC_UNUSED_(JC_FN_MISSING_G2_##f), JC_UNUSED_(JC_FN_MISSING_G3_##f),                  \
      JC_UNUSED_(JC_FN_MISSING_G4_##f)
struct jc_grad_changed_the_result {  // see JC_PEEL_: wrap jc_grad(f) in a function with its own
                                     // JC_FN
  char nothing;
};
#define JC_UNUSED_(name) name __attribute__((unused))
#define JC_FN_NAMES_(S, f)                                                 \
  typedef S JC_UNUSED_(JC_FN_MISSING_##f), JC_UNUSED_(JC_FN_MISSING1_##f), \
      JC_UNUSED_(JC_FN_MISSING2_##f), JC_UNUSED_(JC_FN_MISSING3_##f),      \
      JC_UNUSED_(JC_FN_MISSING4_##f), JC_UNUSED_(JC_FN_MISSING5_##f),      \
      JC_UNUSED_(JC_FN_MISSING_R_##f), JC_UNUSED_(JC_FN_MISSING_R1_##f),   \
      JC_UNUSED_(JC_FN_MISSING_R2_##f), JC_UNUSED_(JC_FN_MISSING_R3_##f),  \
      JC_UNUSED_(JC_FN_MISSING_R4_##f)

// JC_FN_AS(v, f): in a block where the variable or parameter v holds functions of f's signature, so
// that jc_grad(v) and its kin know the types.
#define JC_FN_AS(v, f)                                                                 \
  JC_ASSERT_TYPE_("JC_FN_AS: " #v " and " #f " differ in type", v, __typeof__(&*(f))); \
  JC_FN_NAMES_(struct jc_types_of_##f, v)

// The types that jc_grad(jc_tanh) and its kin need; the library registers the functions.
#define JC_LIBRARY_FN_(name) JC_FN_TYPES_(jc_array, jc_##name, jc_array);
#define JC_LIBRARY_FN2_(name) JC_FN_TYPES_(jc_array, jc_##name, jc_array, jc_array);
JC_UNARY_OPS_(JC_LIBRARY_FN_)
JC_UNARY_MATH_(JC_LIBRARY_FN_)
JC_REDUCE_OPS_(JC_LIBRARY_FN_)
JC_BINARY_OPS_(JC_LIBRARY_FN2_)
JC_BINARY_MATH_(JC_LIBRARY_FN2_)

#endif
