// jitc: numeric functions in plain C that are traced, differentiated, batched and compiled.
//
//   static jc_array loss(jc_array w, jc_array x) { return jc_sum(jc_square(jc_matmul(x, w))); }
//   JC_FN(jc_array, loss, jc_array, jc_array);
//   ... jc_array g = jc_jit(jc_grad(loss))(w, x);
//
// Every function below behaves as numpy's (or JAX's) of that name; what differs is said beside it.
// The first error sticks, with the caller's file and line: see jc_ok, jc_error, jc_finish. A failed
// operation gives a poison value, on which further operations do nothing.
#ifndef JITC_H
#define JITC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// ---- values

// An array, or inside a transformed function a traced stand-in for one. A struct, so that
// `if (x)`, `x + y` and `x == y` do not compile. Copying it copies no elements.
typedef struct jc_array {
  uint64_t handle;
} jc_array;

// Element types. Arithmetic in f16 and bf16 is that of f32, rounded after every op; sums and
// products of matrices are rounded once.
typedef enum jc_dtype {
  JC_F32,
  JC_F64,
  JC_I32,
  JC_I64,
  JC_U32,
  JC_BOOL,
  JC_U8,
  JC_I8,
  JC_I16,
  JC_U16,
  JC_U64,
  JC_F16,
  JC_BF16,
  JC_C64,  // float _Complex
  JC_C128  // double _Complex
} jc_dtype;

enum {
  JC_MAX_RANK = 16,
  JC_MAX_ARGS = 8,     // most parameters of a function handed to a transformation
  JC_NONE = INT32_MIN  // in .in_axes: the argument has no batch axis
};

// A counted list of sizes or axes.
typedef struct jc_dims {
  int n;
  int64_t d[JC_MAX_RANK];
} jc_dims;

// JC_SHAPE(32, 784): a shape; JC_SCALAR: the shape of a single number; JC_AXES(0, -1): axes,
// negative ones count from the last.
#define JC_SHAPE(...) \
  ((jc_dims){.n = sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t), .d = {__VA_ARGS__}})
#define JC_AXES(...) JC_SHAPE(__VA_ARGS__)
#define JC_SCALAR ((jc_dims){.n = 0})

// A counted list of arrays: JC_LIST(a, b, c), or JC_LIST_OF(v) of a C array `jc_array v[N]`.
typedef struct jc_list {
  int n;
  const jc_array *items;
} jc_list;
#define JC_LIST(...)                                                      \
  ((jc_list){(int)(sizeof((jc_array[]){__VA_ARGS__}) / sizeof(jc_array)), \
             JC_ITEMS_(jc_array, __VA_ARGS__)})
#define JC_LIST_OF(v) ((jc_list){(int)(sizeof(v) / sizeof *(v)), (v)})

// A list of arrays behind one handle, for models whose number of arrays is known at run time only
// (jc_init makes one). It stands wherever a jc_array may as a parameter, a result or a member of a
// tree, and counts there as the arrays in it: see jc_params_of.
typedef struct jc_params {
  uint64_t handle;
} jc_params;

// The place of the call: every function with a macro of its name gets it.
#define JC_HERE __FILE__, __LINE__
#define JC_AT_ const char *file_, int line_

// `jc_auto r = jc_value_and_grad(f)(x);` declares r with the type of its initialiser.
#if __STDC_VERSION__ >= 202311L || defined __cplusplus
#define jc_auto auto
#else
#define jc_auto __extension__ __auto_type
#endif

// ---- errors

// No error is pending in this thread.
bool jc_ok(void);
// The first error, "file.c:12: what", or NULL.
const char *jc_error(void);
// Forgets it; poison stays poison.
void jc_clear_error(void);
// `return jc_finish();` ends main: prints the first error, if any, and gives the exit status. An
// error that neither this nor jc_error told is printed when the program ends.
int jc_finish(void);

// ---- the parts, in the order in which they build on each other

#include "jitc/dialect.h"      // what C and C++ write differently
#include "jitc/make.h"         // jc_f32, jc_from, jc_zeros, jc_arange; C numbers as operands
#include "jitc/elementwise.h"  // jc_add, jc_exp, jc_where, jc_astype
#include "jitc/reduce.h"       // jc_sum, jc_max, jc_softmax, jc_sort, jc_cumsum
#include "jitc/shape.h"        // jc_reshape, jc_transpose, jc_stack; jc_at, jc_slice, jc_take
//
#include "jitc/function.h"   // JC_FN, JC_TREE: what can be transformed
#include "jitc/nest.h"       // how nests of transformations find their types
#include "jitc/transform.h"  // jc_jit, jc_vmap, jc_grad, jc_jvp, jc_vjp, jc_hessian, jc_checkpoint
#include "jitc/control.h"    // jc_while, jc_fori, jc_scan, jc_map, jc_cond, jc_switch
#include "jitc/memory.h"     // JC_SCOPE, jc_keep; reading: jc_item, jc_data, jc_copy, jc_str
#include "jitc/tool.h"       // jc_block, JC_TIMEIT, JC_ENTRY
//
#include "jitc/window.h"  // jc_conv, jc_max_pool, jc_reduce_window
#include "jitc/array.h"   // more of numpy: jc_pad, jc_median, jc_unique, jc_histogram
#include "jitc/linalg.h"  // jc_einsum, jc_solve, jc_svd, jc_fft
#include "jitc/stats.h"   // jc_norm_logpdf, jc_gamma_cdf: distributions
#include "jitc/random.h"  // jc_key, jc_split, jc_normal, jc_permutation
#include "jitc/nn.h"      // jc_gelu, jc_layer_norm, jc_cross_entropy, JC_SERIAL and layers
#include "jitc/optim.h"   // JC_ADAM, jc_opt_update, schedules
#include "jitc/tree.h"    // jc_tree_map, jc_tree_norm
#include "jitc/data.h"    // npy, npz, safetensors, idx, csv, DLPack; batches
#include "jitc/show.h"    // jc_print, jc_show, jc_progress

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
