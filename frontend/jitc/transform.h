// Functions compiled, batched, differentiated. Part of jitc.h, which includes it.
#ifndef JITC_TRANSFORM_H
#define JITC_TRANSFORM_H

// ---- transformations

// A function pointer in, a function pointer of natural type out; the same expression gives the same
// pointer, which stays valid, so that it may stand in a loop. They nest in any order.

// jc_jit(f)(x): f compiled, once for each combination of shapes, dtypes and static arguments.
//   .donate = {[0] = true}: the buffers of that argument may be reused for results; the arrays
//     passed in are gone afterwards.
struct jc_jit {
  jc_fn f;
  bool donate[JC_MAX_ARGS];
};
jc_fn jc_jit_(struct jc_jit options, JC_AT_);
#define jc_jit(...)                                                                          \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_jit_((struct jc_jit){.f = (jc_fn)__VA_ARGS__}, \
                                                   JC_HERE))

// jc_vmap(f)(xs): f on each slice of its arguments along an axis; results are stacked.
//   .in_axes = {0, JC_NONE}: that axis of each argument; JC_NONE: the argument is shared by all.
//     Axis 0 where not given.
//   .leaf_axes = {[0] = JC_AXES(0, JC_NONE)}: of each array of that argument, a tree of at most 16.
//   .out_axes = {1}: where the batch axis of each leaf of the result stands; 0 where not given.
//   .axis_name = "b": a name for the axis, for jc_psum and its kin.
struct jc_vmap {
  jc_fn f;
  int in_axes[JC_MAX_ARGS], out_axes[JC_MAX_ARGS];
  const char *axis_name;
  jc_dims leaf_axes[JC_MAX_ARGS];
};
jc_fn jc_vmap_(struct jc_vmap options, JC_AT_);
#define jc_vmap(...)                                                                           \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_vmap_((struct jc_vmap){.f = (jc_fn)__VA_ARGS__}, \
                                                    JC_HERE))

// jc_grad(f)(p, x): the gradient of f's result with respect to argument 0, in its type. The first
// leaf of the result, a scalar, is differentiated; other leaves are carried along by
// jc_value_and_grad. jc_grad_arg(f, 1): with respect to argument 1; the number is a literal.
struct jc_grad {
  jc_fn f;
  int argument;
};
jc_fn jc_grad_(struct jc_grad options, JC_AT_);
#define jc_grad(...)                                                 \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__), g0))jc_grad_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_grad_arg(f_, i)                         \
  ((JC_MEMBER_(JC_FN_MISSING_##f_, g##i))jc_grad_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))

// jc_auto r = jc_value_and_grad(f)(p, x): r.value is f's result, r.grad its gradient.
jc_fn jc_value_and_grad_(struct jc_grad options, JC_AT_);
#define jc_value_and_grad(...)                                                    \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), vg0))jc_value_and_grad_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_value_and_grad_arg(f_, i)                            \
  ((JC_MEMBER_(JC_FN_MISSING_R_##f_, vg##i))jc_value_and_grad_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))

// jc_jacfwd(f)(x), jc_jacrev(f)(x): the Jacobian of f's first result by argument 0, in f's
// parameter type: each leaf has the result's axes, then its own. Forward costs a jvp per element of
// the argument, in reverse a vjp per element of the result. jc_hessian(f)(x): second derivatives of
// a scalar by argument 0, one array; of shape [x's axes, x's axes]. With _arg: by another argument.
jc_fn jc_jacfwd_(struct jc_grad options, JC_AT_);
jc_fn jc_jacrev_(struct jc_grad options, JC_AT_);
jc_fn jc_hessian_(struct jc_grad options, JC_AT_);
#define jc_jacfwd(...)                                                 \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__), g0))jc_jacfwd_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_jacrev(...)                                                 \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__), g0))jc_jacrev_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_hessian(...)                                                 \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_##__VA_ARGS__), g0))jc_hessian_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_jacfwd_arg(f_, i)                         \
  ((JC_MEMBER_(JC_FN_MISSING_##f_, g##i))jc_jacfwd_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))
#define jc_jacrev_arg(f_, i)                         \
  ((JC_MEMBER_(JC_FN_MISSING_##f_, g##i))jc_jacrev_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))
#define jc_hessian_arg(f_, i)                         \
  ((JC_MEMBER_(JC_FN_MISSING_##f_, g##i))jc_hessian_( \
      (struct jc_grad){.f = (jc_fn)f_, .argument = (i)}, JC_HERE))

// jc_auto t = jc_jvp(f)(x, y, dx, dy): t.value is f's result, t.tangent its derivative along the
// tangents, of which there is one per argument.
jc_fn jc_jvp_(struct jc_grad options, JC_AT_);
#define jc_jvp(...)                                                    \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), jvp))jc_jvp_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// jc_auto c = jc_vjp(f)(x, y, ct): c.value is f's result, c.grads.a0, .a1, .. what the cotangent ct
// of the result gives for each argument; zeros for integers.
jc_fn jc_vjp_(struct jc_grad options, JC_AT_);
#define jc_vjp(...)                                                    \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), vjp))jc_vjp_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// jc_auto at = jc_linearize(f)(x, y): at.value is f's result; at.linear holds what f's derivative
// at this point needs, computed once and kept, for any number of tangents and cotangents:
//   jc_pushforward(f)(at.linear, dx, dy)  the tangent, of f's result type: what
//                                         jc_jvp(f)(x, y, dx, dy).tangent is
//   jc_auto ct = jc_pullback(f)(at.linear, dz)  the cotangents ct.a0, ct.a1, ..: what
//                                         jc_vjp(f)(x, y, dz).grads is
// There is one tangent per argument, of its shape and dtype; what stands for an integer or a static
// argument counts for nothing, and cotangents of integers are zeros. All three nest with jc_jit,
// jc_vmap and the rest; to share at.linear among the lanes of a jc_vmap, its axis is JC_NONE. A
// jc_params of another function, or which jc_linearize did not give, and tangents of other shapes
// are errors. at.linear lives as any jc_params, and its arrays say nothing by themselves.
jc_fn jc_linearize_(struct jc_grad options, JC_AT_);
jc_fn jc_pushforward_(struct jc_grad options, JC_AT_);
jc_fn jc_pullback_(struct jc_grad options, JC_AT_);
#define jc_linearize(...)                                                          \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), linearize))jc_linearize_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_pushforward(...)                                                            \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), pushforward))jc_pushforward_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))
#define jc_pullback(...)                                                         \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), pullback))jc_pullback_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// jc_linear_transpose(f)(x, y, ct): of a linear f, what the cotangent ct of its result gives for
// each argument: .a0, .a1, ..; x and y say the shapes only. What f adds that is constant is left
// out, as in JAX; anything else that is not linear is an error.
jc_fn jc_linear_transpose_(struct jc_grad options, JC_AT_);
#define jc_linear_transpose(...)                                                           \
  ((JC_MEMBER_(JC_FIRST_(JC_FN_MISSING_R_##__VA_ARGS__), transposed))jc_linear_transpose_( \
      (struct jc_grad){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// jc_checkpoint(f)(x): f, of which nothing but its arguments is kept for a derivative in reverse:
// that computes f again. Less memory for more time; the same values.
//   .policy = JC_SAVE_DOTS: the results of matrix products and convolutions are kept, but not those
//     inside loops and branches of f.
enum jc_policy { JC_SAVE_NOTHING, JC_SAVE_DOTS };
struct jc_checkpoint {
  jc_fn f;
  enum jc_policy policy;
};
jc_fn jc_checkpoint_(struct jc_checkpoint options, JC_AT_);
#define jc_checkpoint(...)                                 \
  ((JC_POINTER_TO_(JC_FIRST_(__VA_ARGS__)))jc_checkpoint_( \
      (struct jc_checkpoint){.f = (jc_fn)__VA_ARGS__}, JC_HERE))

// ---- functions with derivatives of their own

// JC_CUSTOM_VJP(name, f, fwd, bwd), at file scope: `name` is f with this reverse derivative. Call
// and transform `name`; f itself keeps its own derivative.
//   R f(A, B);
//   Fwd fwd(A, B);            what it gives begins with f's result; what follows are the residuals
//   Grads bwd(Residuals, R);  from the residuals (jc_none for nothing) and the result's cotangent:
//                             a cotangent of each parameter's type, in their order, in one struct
//                             (the parameter's type alone where there is one); plain fields and
//                             cotangents of integers count for nothing
// JC_CUSTOM_JVP(name, f, jvp): with this forward derivative, which reverse mode transposes.
//   Pair jvp(A, B, A, B);     from the parameters and their tangents: {value, tangent}, R each
// All have a JC_FN. No derivative is taken by values that f uses from around it; there is no
// forward derivative of a JC_CUSTOM_VJP.
jc_fn jc_custom_jvp_(jc_fn f, jc_fn jvp, JC_AT_);
jc_fn jc_custom_vjp_(jc_fn f, jc_fn fwd, jc_fn bwd, JC_AT_);
#define JC_CUSTOM_JVP(name, f, jvp) \
  JC_CUSTOM_(name, f, jc_custom_jvp_((jc_fn)(f), (jc_fn)(jvp), JC_HERE))
#define JC_CUSTOM_VJP(name, f, fwd, bwd) \
  JC_CUSTOM_(name, f, jc_custom_vjp_((jc_fn)(f), (jc_fn)(fwd), (jc_fn)(bwd), JC_HERE))
#define JC_CUSTOM_(name, f, made)                                               \
  static JC_POINTER_TO_(f) JC_UNUSED_(name);                                    \
  JC_FN_NAMES_(struct jc_types_of_##f, name);                                   \
  typedef JC_FN_MISSING_G1_##f JC_UNUSED_(JC_FN_MISSING_G1_##name),             \
      JC_UNUSED_(JC_FN_MISSING_G2_##name), JC_UNUSED_(JC_FN_MISSING_G3_##name), \
      JC_UNUSED_(JC_FN_MISSING_G4_##name);                                      \
  __attribute__((constructor)) static void jc_make_##name(void) {               \
    name = (JC_POINTER_TO_(f))made;                                             \
  }                                                                             \
  struct jc_types_of_##f

// ---- the axis of a batch

// Inside f of a jc_vmap(f, .axis_name = "b"), also in functions that f calls: x of all examples at
// once.
jc_array jc_psum_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_pmean_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_pmax_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_pmin_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_all_gather_(jc_array x, const char *axis_name, JC_AT_);
jc_array jc_axis_index_(const char *axis_name, JC_AT_);
jc_array jc_ppermute_(jc_array x, const char *axis_name, int n, const int64_t (*pairs)[2], JC_AT_);
#define jc_psum(x, axis_name) jc_psum_(jc_lift(x), axis_name, JC_HERE)    // their sum
#define jc_pmean(x, axis_name) jc_pmean_(jc_lift(x), axis_name, JC_HERE)  // f32 of integers
#define jc_pmax(x, axis_name) jc_pmax_(jc_lift(x), axis_name, JC_HERE)    // largest
#define jc_pmin(x, axis_name) jc_pmin_(jc_lift(x), axis_name, JC_HERE)    // smallest
// x of all, along a new axis 0.
#define jc_all_gather(x, axis_name) jc_all_gather_(jc_lift(x), axis_name, JC_HERE)
// The number of this example, an i32 scalar.
#define jc_axis_index(axis_name) jc_axis_index_(axis_name, JC_HERE)
// jc_ppermute(x, "b", {0, 1}, {1, 2}): example 1 gets the x of 0, 2 that of 1, others zeros.
#define jc_ppermute(x, axis_name, ...)                                                \
  jc_ppermute_(jc_lift(x), axis_name,                                                 \
               (int)(sizeof((const int64_t[][2]){__VA_ARGS__}) / sizeof(int64_t[2])), \
               (const int64_t[][2]){__VA_ARGS__}, JC_HERE)

#endif
