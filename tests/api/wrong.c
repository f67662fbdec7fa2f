// Programs that must not compile: one for each WRONG_n. Without any it compiles.
#include <jitc.h>

typedef struct {
  jc_array w, b;
} P;
static jc_array f(P p, jc_array x) { return jc_sum(jc_mul(p.w, x)); }
JC_FN(jc_array, f, P, jc_array);
static jc_array g(jc_array x) { return x; }
#if WRONG_1
JC_FN(jc_array, g, P);  // not its signature
#endif
#if WRONG_17
static const jc_layer net = JC_SERIAL(JC_CONV(8, 3, 3, .strides = 2), JC_RELU);  // no such option
#endif
static const jc_layer layers = JC_SERIAL(JC_DENSE(3), JC_RELU);
jc_array apply(jc_params p, jc_array x);
jc_array apply(jc_params p, jc_array x) {
#if WRONG_18
  return jc_add(p, x);  // a list of parameters is no array
#elif WRONG_19
  return jc_apply(&layers, x, x);  // nor an array one
#endif
  return jc_apply(&layers, p, x);
}
jc_array use(P p, jc_array x);
jc_array use(P p, jc_array x) {
#if WRONG_2
  return jc_add(p, x);  // a tree is no array
#elif WRONG_3
  return jc_jit(f)(x, p);          // arguments exchanged
#elif WRONG_4
  return jc_grad(g)(x);  // no JC_FN
#elif WRONG_5
  return jc_sum(x, .axis = 1);  // no such option
#elif WRONG_6
  return jc_vmap(f, .donate = {1})(p, x);  // an option of another transformation
#elif WRONG_7
  return jc_tree_add(p, x).w;  // trees of two types
#elif WRONG_8
  return x + x;  // operators are for numbers
#elif WRONG_9
  return jc_grad(f)(p, x);  // a gradient has its argument's type
#elif WRONG_10
  return jc_jvp(jc_grad(f))(p, x, p, x).value;  // jc_grad changed the result's type
#elif WRONG_11
  return jc_jit(f)(p);  // too few arguments
#elif WRONG_12
  if (x) return x;  // a traced value has no truth
#elif WRONG_13
  return jc_sum(x, 0);  // axes are lists (with -Werror=missing-braces)
#elif WRONG_14
  return jc_cond(x, f, g)(p, x);  // branches of two types
#elif WRONG_15
  return jc_switch(x, g, g, f)(x);  // branches of two types
#elif WRONG_16
  return jc_scan(f, .steps = 3)(p, x);  // no such option
#endif
  return jc_add(jc_grad(f)(p, x).w, g(x));
}
