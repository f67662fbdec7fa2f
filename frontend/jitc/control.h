// Loops and branches inside traced functions. Part of jitc.h, which includes it.
#ifndef JITC_CONTROL_H
#define JITC_CONTROL_H

// jc_while(holds, body)(x, limit): x = body(x, limit) while holds(x, limit), a bool scalar.
// Parameter 0 is what the loop carries and what body returns; the others stay. Both functions take
// the same parameters. Not differentiable in reverse.
jc_fn jc_while_(jc_fn holds, jc_fn body, JC_AT_);
#define jc_while(holds, body) \
  ((JC_POINTER_TO_(body))jc_while_((jc_fn)(holds), (jc_fn)(body), JC_HERE))

// jc_fori(body, n)(jc_i32(0), s): for i from the first argument (an i32 scalar) below n:
// s = body(i, s, ...); gives s. n is a C number, and the loop then has a reverse derivative, or an
// integer scalar, and has none.
jc_fn jc_fori_(jc_fn body, jc_array end, JC_AT_);
#define jc_fori(body, end) ((JC_POINTER_TO_(body))jc_fori_((jc_fn)(body), jc_lift(end), JC_HERE))

// jc_scan(f)(carry, xs, ...): for each x along axis 0 of xs (an array or a tree of them)
// {carry, y} = f(carry, x, ...); gives the last carry and the stacked ys. What f returns begins
// with the carry, in the carry's type; what follows is y, and there may be none. Further arguments
// are the same in each step, arrays that f uses from around it as well. Differentiable in reverse.
//   .length: how many steps; needed where parameter 1 of f is a jc_none (JC_NO_XS at the call).
//   .reverse = true: from the last x to the first; ys stand where their xs do.
//   .unroll: so many steps in each turn of the loop; the same bits.
typedef struct jc_none {  // nothing: a tree without arrays
  char nothing;
} jc_none;
#define JC_NO_XS ((jc_none){0})
struct jc_scan {
  jc_fn f;
  int64_t length;
  int unroll;
  bool reverse;
};
jc_fn jc_scan_(struct jc_scan options, JC_AT_);
#define jc_scan(...)                                                                           \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_scan_((struct jc_scan){.f = (jc_fn)__VA_ARGS__}, \
                                                    JC_HERE))

// jc_map(f)(xs, ...): f(x, ...) for each x along axis 0 of xs, one after the other; results are
// stacked. Further arguments stay.
jc_fn jc_map_(jc_fn f, JC_AT_);
#define jc_map(f) ((JC_POINTER_TO_(f))jc_map_((jc_fn)(f), JC_HERE))

// jc_cond(p, f, g)(x, ...): f(x, ...) where p, a bool scalar, is true, else g(x, ...). Both are of
// one C type and give the same shapes and dtypes. Only the one is computed; under a vmap that maps
// p both are.
jc_fn jc_cond_(jc_array pred, jc_fn yes, jc_fn no, JC_AT_);
#define jc_cond(p, f, g) \
  ((JC_POINTER_TO_(f))jc_cond_(jc_lift(p), (jc_fn)(f), JC_BRANCH_FN_(f, 0, g) JC_HERE))
#define JC_BRANCH_FN_(f, i, g) (jc_fn) JC_OF_TYPE_(g, JC_POINTER_TO_(f)),

// jc_switch(i, f, g, h)(x, ...): what function number i (an integer scalar; clamped) gives. As
// jc_cond; at most 12 functions.
jc_fn jc_switch_(jc_array index, int n, const jc_fn *branches, JC_AT_);
#define jc_switch(i, ...)                              \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_switch_( \
      jc_lift(i), JC_COUNT_(__VA_ARGS__),              \
      JC_ITEMS_(jc_fn, JC_EACH_(JC_BRANCH_FN_, JC_FIRST_(__VA_ARGS__), __VA_ARGS__)), JC_HERE))

// jc_associative_scan(op, x, axis): running combinations along an axis, x[0], op(x[0], x[1]), ..,
// in a tree of log n steps for an op that is associative: op(a, b) combines slices of x, of any
// length along the axis, elementwise in it. .reverse = true: from the end.
struct jc_associative_scan {
  jc_array (*op)(jc_array, jc_array);
  jc_array x;
  int axis;
  bool reverse;
};
jc_array jc_associative_scan_(struct jc_associative_scan scan, JC_AT_);
#define jc_associative_scan(f, array, ...) \
  jc_associative_scan_(                    \
      (struct jc_associative_scan){.op = (f), .x = jc_lift(array), .axis = __VA_ARGS__}, JC_HERE)

// jc_reduce(op, x, init): x's elements combined in a tree by an associative op, which works
// elementwise on arrays; init comes in once, last. Over .axes, all by default; .keepdims = true.
struct jc_combine {
  jc_array (*op)(jc_array, jc_array);
  jc_array x, init;
  jc_dims axes;
  bool keepdims;
  char end_;
};
jc_array jc_combine_(struct jc_combine combine, JC_AT_);
#define jc_reduce(f, array, ...) JC_REDUCE_(f, array, __VA_ARGS__, .end_ = 0)
#define JC_REDUCE_(f, array, value, ...)                                                        \
  jc_combine_(                                                                                  \
      (struct jc_combine){.op = (f), .x = jc_lift(array), .init = jc_lift(value), __VA_ARGS__}, \
      JC_HERE)

#endif
