// How long arrays live, and how to read them. Part of jitc.h, which includes it.
#ifndef JITC_MEMORY_H
#define JITC_MEMORY_H

// ---- memory

// Arrays belong to the innermost scope in which they were made and are freed with it.
//
// JC_SCOPE(params, key); as the first statement of a block: what these variables (arrays or trees)
// hold at the end of the block lives on in the enclosing scope. All else made in the block is
// freed, and what they held at its start where that had been carried out of a JC_SCOPE before: one
// line keeps a loop in constant memory. JC_SCOPE() keeps nothing. It works on every way out of the
// block (break, continue, return, goto). Inside a traced function it does nothing.
struct jc_kept_ {
  void *at;
  size_t size;
};
typedef struct jc_scope {
  void *frame;
} jc_scope;
jc_scope jc_scope_begin_(int n, const struct jc_kept_ *kept, JC_AT_);
void jc_scope_end_(jc_scope *scope);
#define JC_SCOPE(...)                                                                        \
  __attribute__((cleanup(jc_scope_end_), unused)) jc_scope JC_CAT_(jc_scope_at_, __LINE__) = \
      JC_CAT_(JC_SCOPE_EMPTY_, JC_IS_EMPTY_(__VA_ARGS__))(__VA_ARGS__)
#define JC_SCOPE_EMPTY_1(...) jc_scope_begin_(0, 0, JC_HERE)
#define JC_SCOPE_EMPTY_0(...)             \
  jc_scope_begin_(JC_COUNT_(__VA_ARGS__), \
                  JC_ITEMS_(struct jc_kept_, JC_EACH_(JC_KEPT_ROW_, , __VA_ARGS__)), JC_HERE)
#define JC_KEPT_ROW_(c, i, v) {&(v), sizeof(v)},
// 1 for an empty list, 0 for names.
#define JC_IS_EMPTY_(...) JC_IS_EMPTY__(JC_FIRST_(__VA_ARGS__))
#define JC_IS_EMPTY__(a) JC_HAS_COMMA_(JC_COMMA_OF_ a())
#define JC_COMMA_OF_(...) ,
#define JC_HAS_COMMA_(...) \
  JC_COUNT__(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, ~)

// `return jc_keep(x);`: x (an array or a tree) moves to the scope outside the innermost.
#define jc_keep(x) (*(const __typeof__(x) *)jc_kept_copy_(sizeof(x), JC_COPY_OF_(x), JC_HERE))
const void *jc_kept_copy_(size_t size, const void *tree, JC_AT_);

// ---- reading

// Of a traced value each is an error that names the operation and line which made it.

// The value of an array of one element; NaN after an error.
double jc_item_(jc_array x, JC_AT_);
#define jc_item(x) jc_item_(x, JC_HERE)
// jc_data(float, x): its elements, row-major, as long as x lives; NULL after an error, also when x
// holds another type; of a traced value zeros, of up to 64 MiB.
const void *jc_data_(jc_array x, jc_dtype dtype, JC_AT_);
#define jc_data(T, x) ((const T *)jc_data_(x, JC_DTYPE_OF((T *)0), JC_HERE))
// Copies the elements to `out`, which has exactly that many bytes.
bool jc_copy_(jc_array x, void *out, size_t bytes, JC_AT_);
#define jc_copy(x, out, bytes) jc_copy_(x, out, bytes, JC_HERE)
// Copies the elements to `out`, converted to the type it points to; room for jc_size(x).
bool jc_read_(jc_array x, void *out, jc_dtype dtype, JC_AT_);
#define jc_read(x, out) jc_read_(x, out, JC_DTYPE_OF(out), JC_HERE)
// Text, valid for the next dozen calls: "[1 2 3]" (shortened when long); "f32[3]". NULL after an
// error; of a traced value the first says "f32[3]" as well.
const char *jc_str_(jc_array x, JC_AT_);
const char *jc_shape_str_(jc_array x, JC_AT_);
#define jc_str(x) jc_str_(x, JC_HERE)
#define jc_shape_str(x) jc_shape_str_(x, JC_HERE)
// Shape and dtype; of traced values as well.
int jc_rank_(jc_array x, JC_AT_);
int64_t jc_dim_(jc_array x, int axis, JC_AT_);
int64_t jc_size_(jc_array x, JC_AT_);
jc_dtype jc_dtype_of_(jc_array x, JC_AT_);
#define jc_rank(x) jc_rank_(x, JC_HERE)
#define jc_dim(x, axis) jc_dim_(x, axis, JC_HERE)
#define jc_size(x) jc_size_(x, JC_HERE)
#define jc_dtype_of(x) jc_dtype_of_(x, JC_HERE)

#endif
