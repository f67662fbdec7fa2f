// How the public functions of one, two and three operands are written: a name and what it records.
#ifndef JITC_FRONTEND_OPS_H
#define JITC_FRONTEND_OPS_H
#include "frontend/call.h"

#define OPS_BUILD(name) static Val build_##name(Np *n, int k, const Val *v, Ints options)
#define OPS_UNUSED (void)n, (void)k, (void)v, (void)options

// UNARY(exp, np_real1(n, OP_exp, x)): the operand is x.
#define UNARY(name, ...)                                          \
  OPS_BUILD(name) {                                               \
    OPS_UNUSED;                                                   \
    Val x = v[0];                                                 \
    return __VA_ARGS__;                                           \
  }                                                               \
  jc_array jc_##name##_(jc_array x, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};     \
    return call(&fn, 1, &x, (Ints){0}, HERE(file, line));         \
  }                                                               \
  jc_array(jc_##name)(jc_array x) {                               \
    Loc here = context()->here;                                   \
    return jc_##name##_(x, here.file, here.line);                 \
  }

// BINARY(add, np_add(n, a, b)): the operands are a and b; literals take the other's dtype.
#define BINARY(name, ...)                                                     \
  OPS_BUILD(name) {                                                           \
    OPS_UNUSED;                                                               \
    Val a = v[0], b = v[1];                                                   \
    return __VA_ARGS__;                                                       \
  }                                                                           \
  jc_array jc_##name##_(jc_array a, jc_array b, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, 0};                            \
    return call(&fn, 2, (jc_array[]){a, b}, (Ints){0}, HERE(file, line));     \
  }                                                                           \
  jc_array(jc_##name)(jc_array a, jc_array b) {                               \
    Loc here = context()->here;                                               \
    return jc_##name##_(a, b, here.file, here.line);                          \
  }

// TERNARY(where, 1, ...): the operands are a, b and c, promoted from the given one on.
#define TERNARY(name, from, ...)                                                          \
  OPS_BUILD(name) {                                                                       \
    OPS_UNUSED;                                                                           \
    Val a = v[0], b = v[1], c = v[2];                                                     \
    return __VA_ARGS__;                                                                   \
  }                                                                                       \
  jc_array jc_##name##_(jc_array a, jc_array b, jc_array c, const char *file, int line) { \
    static const Fn fn = {#name, build_##name, from};                                     \
    return call(&fn, 3, (jc_array[]){a, b, c}, (Ints){0}, HERE(file, line));              \
  }                                                                                       \
  jc_array(jc_##name)(jc_array a, jc_array b, jc_array c) {                               \
    Loc here = context()->here;                                                           \
    return jc_##name##_(a, b, c, here.file, here.line);                                   \
  }

// Of two vectors: numpy's convolve.
Val np_convolve(Np *n, Val a, Val v, jc_overlap mode);

// A double among options, and back.
static inline int64_t ops_word(double v) {
  const union {
    double v;
    int64_t word;
  } u = {v};
  return u.word;
}
static inline double ops_double(Ints options, int i) {
  const union {
    int64_t word;
    double v;
  } u = {options.v[i]};
  return u.v;
}
// REDUCE(sum, ...): of x over axes (none: all), with keepdims and ddof. Options are keepdims,
// ddof's bits, axes.
#define REDUCE(name, ...)                                                  \
  OPS_BUILD(name) {                                                        \
    OPS_UNUSED;                                                            \
    Val x = v[0];                                                          \
    bool keepdims = options.v[0];                                          \
    double ddof = ops_double(options, 1);                                  \
    Ints axes = {options.n - 2, options.v + 2};                            \
    (void)ddof;                                                            \
    return __VA_ARGS__;                                                    \
  }                                                                        \
  jc_array jc_##name##_(struct jc_reduce r, const char *file, int line) {  \
    static const Fn fn = {#name, build_##name, PROMOTE_NONE};              \
    return ops_reduce(&fn, &r, HERE(file, line));                          \
  }                                                                        \
  jc_array(jc_##name)(jc_array x) {                                        \
    Loc here = context()->here;                                            \
    return jc_##name##_((struct jc_reduce){.x = x}, here.file, here.line); \
  }
jc_array ops_reduce(const Fn *fn, const struct jc_reduce *r, Loc loc);

static inline Ints ops_dims(const jc_dims *d) { return (Ints){d->n, d->d}; }
// A list of sizes that a shape can have; fails otherwise.
bool ops_shape_ok(const jc_dims *d, Loc loc, const char *who);
bool ops_dtype_ok(jc_dtype dtype, Loc loc, const char *who);
#endif
