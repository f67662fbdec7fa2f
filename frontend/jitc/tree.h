// Functions on trees: structs of arrays. Part of jitc.h, which includes it.
#ifndef JITC_TREE_H
#define JITC_TREE_H

// Any struct made of arrays. jc_tree_map(f, a, b): f on each pair of leaves; f is an op or any
// function on arrays, a and b are of one type. Plain fields of a JC_TREE struct are the first's.
const void *jc_tree_map_(jc_fn f, size_t size, const char *type, const void *unit, int n,
                         const void *const *trees, JC_AT_);
#define JC_TREE_CALL_(f, a, n, ...)                                             \
  (*(const __typeof__(a) *)jc_tree_map_((jc_fn)(f), sizeof(a), 0, &jc_unit_, n, \
                                        JC_ITEMS_(const void *, __VA_ARGS__), JC_HERE))
#define JC_TREE_MAP1_(f, a) JC_TREE_CALL_(f, a, 1, JC_COPY_OF_(a))
#define JC_TREE_MAP2_(f, a, b) JC_TREE_CALL_(f, a, 2, JC_COPY_OF_(a), JC_COPY_LIKE_(a, b))
#define JC_TREE_MAP3_(f, a, b, c) \
  JC_TREE_CALL_(f, a, 3, JC_COPY_OF_(a), JC_COPY_LIKE_(a, b), JC_COPY_LIKE_(a, c))
#define JC_TREE_ARITY_(a, b, c, name, ...) name
#define jc_tree_map(f, ...) \
  JC_TREE_ARITY_(__VA_ARGS__, JC_TREE_MAP3_, JC_TREE_MAP2_, JC_TREE_MAP1_, ~)(f, __VA_ARGS__)
#define jc_tree_add(a, b) JC_TREE_MAP2_(jc_add, a, b)             // leaf by leaf
#define jc_tree_sub(a, b) JC_TREE_MAP2_(jc_sub, a, b)             // leaf by leaf
#define jc_tree_zeros_like(a) JC_TREE_MAP1_((jc_zeros_leaf_), a)  // zeros in the shapes of a
jc_array jc_zeros_leaf_(jc_array x);
// jc_tree_scale(s, a): s times each leaf.
const void *jc_tree_scale_(jc_array s, size_t size, const void *unit, const void *tree, JC_AT_);
#define jc_tree_scale(s, a)                                                                 \
  (*(const __typeof__(a) *)jc_tree_scale_(jc_lift(s), sizeof(a), &jc_unit_, JC_COPY_OF_(a), \
                                          JC_HERE))
// jc_tree_where(c, a, b): a where c holds, else b, leaf by leaf; c is a bool scalar as a rule, or
// broadcasts with every leaf. Both are computed; jc_cond computes one.
const void *jc_tree_where_(jc_array c, size_t size, const void *unit, const void *a, const void *b,
                           JC_AT_);
#define jc_tree_where(c, a, b)                                                              \
  (*(const __typeof__(a) *)jc_tree_where_(jc_lift(c), sizeof(a), &jc_unit_, JC_COPY_OF_(a), \
                                          JC_COPY_LIKE_(a, b), JC_HERE))
// jc_tree_norm(a): the square root of the sum of all squares.
jc_array jc_tree_norm_(size_t size, const void *unit, const void *tree, JC_AT_);
#define jc_tree_norm(a) jc_tree_norm_(sizeof(a), &jc_unit_, JC_COPY_OF_(a), JC_HERE)

// A tree, or a single array or jc_params, on its way to a function.
struct jc_tree_ {
  const void *at;
  size_t size;
  const void *unit;
  bool is_array;
};
#define JC_TREE_OF_(x)                                     \
  ((struct jc_tree_){JC_COPY_OF_(x), sizeof(x), &jc_unit_, \
                     JC_IS_(x, jc_array) || JC_IS_(x, jc_params)})

// jc_tree_count(t): how many elements all arrays of t have together: the parameters of a model.
int64_t jc_tree_count_(struct jc_tree_ tree, JC_AT_);
#define jc_tree_count(t) jc_tree_count_(JC_TREE_OF_(t), JC_HERE)

// jc_tree_reduce(f, t, init): f(... f(f(init, leaf 0), leaf 1) ...) over the arrays of t in order;
// f is an op or any function on two arrays: jc_tree_reduce(jc_maximum, jc_tree_map(jc_max, t),
// 0.0).
jc_array jc_tree_reduce_(jc_array (*f)(jc_array, jc_array), struct jc_tree_ tree, jc_array init,
                         JC_AT_);
#define jc_tree_reduce(f, t, init) jc_tree_reduce_(f, JC_TREE_OF_(t), jc_lift(init), JC_HERE)

// jc_tree_associative_scan(op, x, axis): jc_associative_scan of a struct of arrays: running
// combinations along an axis that each has, all of one length. T op(T a, T b), which has a JC_FN,
// combines trees of slices, of any length along the axis; it is associative. jc_vmap(f) is one,
// along axis 0, of an f on trees without that axis. .reverse = true: from the end.
struct jc_tree_associative_scan {
  int axis;
  bool reverse;
};
const void *jc_tree_associative_scan_(jc_fn op, struct jc_tree_ x,
                                      struct jc_tree_associative_scan o, JC_AT_);
#define jc_tree_associative_scan(op, x, ...)                                 \
  (*(const __typeof__(x) *)jc_tree_associative_scan_(                        \
      ((void)sizeof(1 ? (op)((x), (x)) : (x)), (jc_fn)(op)), JC_TREE_OF_(x), \
      (struct jc_tree_associative_scan){.axis = __VA_ARGS__}, JC_HERE))

// An array of a tree with its path, "layer[1].w": names are those of JC_TREE, of the tree's type
// and of the structs inside it; where there is none, "[3]" for its number.
typedef struct jc_leaf {
  jc_array x;
  char path[64];  // cut where longer
} jc_leaf;
// jc_leaf leaves[20]; int n = jc_tree_flatten(t, 20, leaves): the arrays of t in order. Gives how
// many t has; what goes beyond the room is left out.
int jc_tree_flatten_(struct jc_tree_ tree, int room, jc_leaf *leaves);
#define jc_tree_flatten(t, room, leaves) jc_tree_flatten_(JC_TREE_OF_(t), room, leaves)

// jc_params_of(JC_LIST(w, b)): a jc_params of these arrays, which stay what they are: it lives as
// long as they do. .names = an array of as many names, for messages; "[0]", "[1]", ... without.
struct jc_params_of {
  jc_list list;
  const char *const *names;
};
jc_params jc_params_of_(struct jc_params_of o, JC_AT_);
#define jc_params_of(...) jc_params_of_((struct jc_params_of){.list = __VA_ARGS__}, JC_HERE)
// How many arrays it has; array i of it; its name, which lives for ever. 0, poison and NULL after
// an error.
int jc_params_count_(jc_params p, JC_AT_);
jc_array jc_params_at_(jc_params p, int i, JC_AT_);
const char *jc_params_name_(jc_params p, int i, JC_AT_);
#define jc_params_count(p) jc_params_count_(p, JC_HERE)
#define jc_params_at(p, i) jc_params_at_(p, i, JC_HERE)
#define jc_params_name(p, i) jc_params_name_(p, i, JC_HERE)

#endif
