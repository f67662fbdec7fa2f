// The loops of one dtype, generated from a C column of ops.def. eval.c includes this once per dtype
// with its NAME, T, U, BITS and one of FLOAT, SIGNED, UNSIGNED, BOOL as EVAL_LOOP; all are
// undefined here.

// A row's function declares its operands and the result type R; its column is the loop and returns.
// Operands that the row does not have stand for the first: their loads are dead.
#define OP(name, ...)
#define ROW(name, RESULT, FIRST, second, third, ...)                                    \
  EVAL_INLINE void EVAL_NAME(body_##name##_)(int64_t n, void *restrict out,             \
                                             const void *const *args) {                 \
    typedef RESULT R;                                                                   \
    const FIRST *pa = args[0];                                                          \
    const T *pb = args[second], *pc = args[third];                                      \
    (void)n, (void)out, (void)pa, (void)pb, (void)pc, (void)sizeof(R);                  \
    __VA_ARGS__ BUG("%s has no scalar meaning for " EVAL_TEXT(NAME), #name);            \
  }                                                                                     \
  static void EVAL_NAME(row_##name##_)(int64_t n, void *out, const void *const *args) { \
    EVAL_NAME(body_##name##_)(n, out, args);                                            \
  }                                                                                     \
  EVAL_VECTOR static void EVAL_NAME(fast_##name##_)(int64_t n, void *out,               \
                                                    const void *const *args) {          \
    EVAL_NAME(body_##name##_)(n, out, args);                                            \
  }
#define MAP1(name, cols) ROW(name, T, T, 0, 0, cols)
#define PART1(name, cols) ROW(name, T, T, 0, 0, cols)
#define MAP2(name, cols) ROW(name, T, T, 1, 0, cols)
#define MAP3(name, cols) ROW(name, T, T, 1, 2, cols)
#define PRED1(name, cols) ROW(name, uint8_t, T, 0, 0, cols)
#define PRED2(name, cols) ROW(name, uint8_t, T, 1, 0, cols)
#define PICK(name, cols) ROW(name, T, uint8_t, 1, 2, cols)
#include "ir/ops.def"
#undef ROW

static const Loops EVAL_NAME(loops_)[OP_COUNT] = {
#define OP(name, ...)
#define MAP1(name, cols) [OP_##name] = {EVAL_NAME(row_##name##_), EVAL_NAME(fast_##name##_)},
#define PART1(name, cols) [OP_##name] = {EVAL_NAME(row_##name##_), EVAL_NAME(fast_##name##_)},
#define MAP2(name, cols) [OP_##name] = {EVAL_NAME(row_##name##_), EVAL_NAME(fast_##name##_)},
#define MAP3(name, cols) [OP_##name] = {EVAL_NAME(row_##name##_), EVAL_NAME(fast_##name##_)},
#define PRED1(name, cols) [OP_##name] = {EVAL_NAME(row_##name##_), EVAL_NAME(fast_##name##_)},
#define PRED2(name, cols) [OP_##name] = {EVAL_NAME(row_##name##_), EVAL_NAME(fast_##name##_)},
#define PICK(name, cols) [OP_##name] = {EVAL_NAME(row_##name##_), EVAL_NAME(fast_##name##_)},
#include "ir/ops.def"
};

static void EVAL_NAME(convert_)(Dtype to, int64_t n, void *restrict out, const T *x) {
  switch (to) {
#define X(NAME, name, ctype, kind, bytes)                                \
  case DT_##NAME:                                                        \
    for (int64_t i = 0; i < n; i++) ((ctype *)out)[i] = TO_##NAME(x[i]); \
    return;
    C_DTYPES(X)
#undef X
    default: BUG("dtype %d", to);
  }
}
#undef NAME
#undef T
#undef U
#undef BITS
