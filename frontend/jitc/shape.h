// Other shapes of the same elements, and elements at places. Part of jitc.h, which includes it.
#ifndef JITC_SHAPE_H
#define JITC_SHAPE_H

// ---- shape

// jc_reshape(x, -1, 784): one size may be -1, what is left. jc_ravel(x): one axis.
jc_array jc_reshape_(jc_array x, jc_dims shape, JC_AT_);
#define jc_reshape(x, ...) jc_reshape_(x, JC_SHAPE(__VA_ARGS__), JC_HERE)
#define jc_ravel(x) jc_reshape(x, -1)

// jc_transpose(x), jc_transpose(x, .axes = JC_AXES(1, 0, 2)): axes reversed where none are given.
struct jc_transpose {
  jc_array x;
  jc_dims axes;
};
jc_array jc_transpose_(struct jc_transpose t, JC_AT_);
#define jc_transpose(...) jc_transpose_((struct jc_transpose){.x = __VA_ARGS__}, JC_HERE)

// A new axis of size 1 at `axis`; jc_squeeze(x, axis) takes one away.
jc_array jc_expand_dims_(jc_array x, int axis, JC_AT_);
jc_array jc_squeeze_(jc_array x, int axis, JC_AT_);
#define jc_expand_dims(x, axis) jc_expand_dims_(x, axis, JC_HERE)
#define jc_squeeze(x, axis) jc_squeeze_(x, axis, JC_HERE)

// jc_broadcast_to(x, JC_SHAPE(8, 3)).
jc_array jc_broadcast_to_(jc_array x, jc_dims shape, JC_AT_);
#define jc_broadcast_to(x, shape) jc_broadcast_to_(jc_lift(x), shape, JC_HERE)

// jc_flip(x, axis): elements in reverse order.
jc_array jc_flip_(jc_array x, int axis, JC_AT_);
#define jc_flip(x, axis) jc_flip_(x, axis, JC_HERE)

// jc_stack(JC_LIST(a, b), 0): along a new axis; jc_concatenate(JC_LIST(a, b), 0): along one of
// theirs.
jc_array jc_stack_(jc_list list, int axis, JC_AT_);
jc_array jc_concatenate_(jc_list list, int axis, JC_AT_);
#define jc_stack(list, axis) jc_stack_(list, axis, JC_HERE)
#define jc_concatenate(list, axis) jc_concatenate_(list, axis, JC_HERE)

// ---- indexing

// Negative indices count from the end. A C index out of range is an error; indices in arrays are
// clamped to the range.

// jc_at(x, i): x[i], of an int or an integer array.
jc_array jc_at_(jc_array x, jc_array i, JC_AT_);
#define jc_at(x, i) jc_at_(x, jc_lift(i), JC_HERE)

// What reading outside an array gives.
typedef enum jc_mode {
  JC_CLIP,  // the nearest slice
  JC_FILL,  // NaN, 0 for integers
  JC_WRAP,  // the slice at the index modulo the size
} jc_mode;
// jc_take(x, rows, axis): the slices of x at `rows` along an axis; .mode = JC_FILL or JC_WRAP.
struct jc_take {
  int axis;
  jc_mode mode;
};
jc_array jc_take_(jc_array x, jc_array indices, struct jc_take t, JC_AT_);
#define jc_take(x, indices, ...) \
  jc_take_(x, jc_lift(indices), (struct jc_take){.axis = __VA_ARGS__}, JC_HERE)
// jc_take_along_axis(x, i, axis): x[.., i[.., k, ..], ..], i of x's rank; other axes broadcast.
jc_array jc_take_along_axis_(jc_array x, jc_array indices, struct jc_take t, JC_AT_);
#define jc_take_along_axis(x, indices, ...) \
  jc_take_along_axis_(x, jc_lift(indices), (struct jc_take){.axis = __VA_ARGS__}, JC_HERE)

// jc_at_set(x, i, v): x with x[i] = v, of an int or an integer array; v broadcasts to the shape of
// x[i]. Where indices repeat the last one stays; those out of range do nothing. jc_at_add,
// jc_at_mul, jc_at_max, jc_at_min combine x[i] with v, with each of them where indices repeat.
#define JC_AT_DECLARE_(name) jc_array jc_at_##name##_(jc_array x, jc_array i, jc_array v, JC_AT_);
JC_AT_DECLARE_(set)
JC_AT_DECLARE_(add)
JC_AT_DECLARE_(mul)
JC_AT_DECLARE_(max)
JC_AT_DECLARE_(min)
#define jc_at_set(x, i, v) jc_at_set_(x, jc_lift(i), jc_lift(v), JC_HERE)
#define jc_at_add(x, i, v) jc_at_add_(x, jc_lift(i), jc_lift(v), JC_HERE)
#define jc_at_mul(x, i, v) jc_at_mul_(x, jc_lift(i), jc_lift(v), JC_HERE)
#define jc_at_max(x, i, v) jc_at_max_(x, jc_lift(i), jc_lift(v), JC_HERE)
#define jc_at_min(x, i, v) jc_at_min_(x, jc_lift(i), jc_lift(v), JC_HERE)

// jc_slice(x, JC_AXES(0, 2), JC_AXES(4, 6)), with .strides: x[0:4, 2:6]; one start and limit per
// axis.
struct jc_slice {
  jc_dims limit, strides;
};
jc_array jc_slice_(jc_array x, jc_dims start, struct jc_slice s, JC_AT_);
#define jc_slice(x, start, ...) \
  jc_slice_(x, start, (struct jc_slice){.limit = __VA_ARGS__}, JC_HERE)

// jc_dynamic_slice(x, JC_LIST(i, j), JC_SHAPE(2, 2)): a window whose start is computed; starts are
// clamped so that it fits. jc_dynamic_update_slice(x, v, JC_LIST(i, j)): x with v written there.
jc_array jc_dynamic_slice_(jc_array x, jc_list start, jc_dims sizes, JC_AT_);
jc_array jc_dynamic_update_slice_(jc_array x, jc_array v, jc_list start, JC_AT_);
#define jc_dynamic_slice(x, start, sizes) jc_dynamic_slice_(x, start, sizes, JC_HERE)
#define jc_dynamic_update_slice(x, v, start) jc_dynamic_update_slice_(x, v, start, JC_HERE)

#endif
