// Evaluation of the scalar rows of ops.def over arrays.
#include "ir/eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Each loop exists twice where machines may have vector FMA: for those and for any.
typedef void Loop(int64_t n, void *out, const void *const *args);
typedef struct Loops {
  Loop *any, *fast;
} Loops;

#define EVAL_INLINE static inline __attribute__((always_inline))
#if defined(__x86_64__)
#define EVAL_VECTOR __attribute__((target("avx2,fma")))
static bool has_vectors(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
#define EVAL_VECTOR
static bool has_vectors(void) { return false; }
#endif

#define FABS(x) _Generic((x), float : fabsf, double : fabs)(x)
#define SQRT(x) _Generic((x), float : sqrtf, double : sqrt)(x)
#define FLOOR(x) _Generic((x), float : floorf, double : floor)(x)
#define CEIL(x) _Generic((x), float : ceilf, double : ceil)(x)
#define RINT(x) _Generic((x), float : rintf, double : rint)(x)
#define FMOD(x, y) _Generic((x), float : fmodf, double : fmod)(x, y)
#define FMA(x, y, z) _Generic((x), float : fmaf, double : fma)(x, y, z)
#define SIGNBIT(x) (signbit(x) != 0)

#define EVAL_LOOP(expr)              \
  for (int64_t i = 0; i < n; i++) {  \
    const __typeof__(*pa) a = pa[i]; \
    const T b = pb[i], c = pc[i];    \
    (void)a, (void)b, (void)c;       \
    ((R *)out)[i] = (R)(expr);       \
  }                                  \
  return;

#define EVAL_TEXT(name) EVAL_TEXT2(name)
#define EVAL_TEXT2(name) #name
#define EVAL_PASTE(a, b) a##b
#define EVAL_PASTE2(a, b) EVAL_PASTE(a, b)
#define EVAL_NAME(prefix) EVAL_PASTE2(prefix, NAME)

// ---- conversion

// Truncation which saturates; NaN gives 0. A float converts to double exactly, so these serve both.
#define FLOAT_TO_INT(name, ctype, least, above, greatest) \
  static inline ctype name(double v) {                    \
    if (v != v) return 0;                                 \
    if (v <= (least)) return (least);                     \
    return v >= (above) ? (greatest) : (ctype)v;          \
  }
FLOAT_TO_INT(i32_of, int32_t, INT32_MIN, 0x1p31, INT32_MAX)
FLOAT_TO_INT(i64_of, int64_t, INT64_MIN, 0x1p63, INT64_MAX)
FLOAT_TO_INT(u32_of, uint32_t, 0, 0x1p32, UINT32_MAX)
FLOAT_TO_INT(u8_of, uint8_t, 0, 0x1p8, UINT8_MAX)
FLOAT_TO_INT(i8_of, int8_t, INT8_MIN, 0x1p7, INT8_MAX)
FLOAT_TO_INT(i16_of, int16_t, INT16_MIN, 0x1p15, INT16_MAX)
FLOAT_TO_INT(u16_of, uint16_t, 0, 0x1p16, UINT16_MAX)
FLOAT_TO_INT(u64_of, uint64_t, 0, 0x1p64, UINT64_MAX)

#define TO_INT(v, ctype, of) \
  _Generic((v), float : of((double)(v)), double : of((double)(v)), default : (ctype)(v))
#define TO_F32(v) (float)(v)
#define TO_F64(v) (double)(v)
#define TO_I32(v) TO_INT(v, int32_t, i32_of)
#define TO_I64(v) TO_INT(v, int64_t, i64_of)
#define TO_U32(v) TO_INT(v, uint32_t, u32_of)
#define TO_U8(v) TO_INT(v, uint8_t, u8_of)
#define TO_I8(v) TO_INT(v, int8_t, i8_of)
#define TO_I16(v) TO_INT(v, int16_t, i16_of)
#define TO_U16(v) TO_INT(v, uint16_t, u16_of)
#define TO_U64(v) TO_INT(v, uint64_t, u64_of)
#define TO_BOOL(v) (uint8_t)((v) != 0)

// ---- the loops

#define NAME F32
#define T float
#define FLOAT(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME F64
#define T double
#define FLOAT(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME I32
#define T int32_t
#define U uint32_t
#define BITS 32
#define SIGNED(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME I64
#define T int64_t
#define U uint64_t
#define BITS 64
#define SIGNED(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME U32
#define T uint32_t
#define U uint32_t
#define BITS 32
#define UNSIGNED(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME U8
#define T uint8_t
#define U uint8_t
#define BITS 8
#define UNSIGNED(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME I8
#define T int8_t
#define U uint8_t
#define BITS 8
#define SIGNED(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME I16
#define T int16_t
#define U uint16_t
#define BITS 16
#define SIGNED(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME U16
#define T uint16_t
#define U uint16_t
#define BITS 16
#define UNSIGNED(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME U64
#define T uint64_t
#define U uint64_t
#define BITS 64
#define UNSIGNED(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#define NAME BOOL
#define T uint8_t
#define BOOL(expr) EVAL_LOOP(expr)
#include "ir/eval_rows.h"
#include "ir/half.h"

static void convert(Dtype from, Dtype to, int64_t n, void *out, const void *x) {
  switch (from) {
#define X(NAME, name, ctype, kind, bytes) \
  case DT_##NAME: convert_##NAME(to, n, out, x); return;
    C_DTYPES(X)
#undef X
    default: BUG("dtype %d", from);
  }
}

// A long double holds every f64, i64 and u64: halves are rounded once.
static void convert_to_half(Dtype from, Dtype to, int64_t n, uint16_t *out, const void *x) {
  switch (from) {
#define X(NAME, name, ctype, kind, bytes)                                                     \
  case DT_##NAME:                                                                             \
    for (int64_t i = 0; i < n; i++) out[i] = half_of(to, (long double)((const ctype *)x)[i]); \
    return;
    C_DTYPES(X)
#undef X
    default: BUG("dtype %d", from);
  }
}

static const Loops *loops_of(Dtype d, Op op) {
  static const Loops *const tables[DT_COUNT] = {
#define X(NAME, name, ctype, kind, bytes) [DT_##NAME] = loops_##NAME,
      C_DTYPES(X)
#undef X
  };
  return &tables[d][op];
}

double eval_number(Dtype d, const void *data, int64_t i) {
  if (dtype_is_half(d)) return half_value(d, ((const uint16_t *)data)[i]);
  if (dtype_is_complex(d)) return eval_number(dtype_part(d), data, 2 * i);
  switch (d) {
#define X(NAME, name, ctype, kind, bytes) \
  case DT_##NAME: return (double)((const ctype *)data)[i];
    C_DTYPES(X)
#undef X
    default: BUG("dtype %d", d);
  }
}

// ---- halves: through f32, a block at a time

enum { HALF_BLOCK = 256 };

// `op` over operands which `args` converts to f32 where they are halves.
static void half_block(Op op, Dtype in, Dtype out_type, int64_t n, char *out,
                       const char *const *args) {
  float wide[4][HALF_BLOCK];
  const void *in_f32[3] = {NULL};
  const int nargs = op_info(op)->args;
  for (int i = 0; i < nargs; i++) {
    in_f32[i] = dtype_is_half(in) ? (const void *)wide[i] : args[i];
    for (int64_t k = 0; dtype_is_half(in) && k < n; k++)
      wide[i][k] = (float)half_value(in, ((const uint16_t *)args[i])[k]);
  }
  const Dtype from = dtype_is_half(in) ? DT_F32 : in;
  if (op == OP_convert && dtype_is_half(out_type)) {
    convert_to_half(from, out_type, n, (uint16_t *)out, in_f32[0]);
  } else if (!dtype_is_half(out_type)) {
    eval_op(op, from, out_type, n, out, in_f32);
  } else {
    eval_op(op, from, DT_F32, n, wide[3], in_f32);
    convert_to_half(DT_F32, out_type, n, (uint16_t *)out, wide[3]);
  }
}

static void eval_half(Op op, Dtype in, Dtype out_type, int64_t n, char *out,
                      const void *const *args) {
  const int nargs = op_info(op)->args;
  for (int64_t i = 0; i < n; i += HALF_BLOCK) {
    const char *at[3] = {NULL};
    for (int k = 0; k < nargs; k++) at[k] = (const char *)args[k] + (size_t)i * dtype_size(in);
    half_block(op, in, out_type, n - i < HALF_BLOCK ? n - i : HALF_BLOCK,
               out + (size_t)i * dtype_size(out_type), at);
  }
}

void eval_op(Op op, Dtype in, Dtype out_type, int64_t n, void *out, const void *const *args) {
  if (s_half_op(op, in, out_type)) {
    eval_half(op, in, out_type, n, out, args);
    return;
  }
  if (dtype_is_half(in)) in = DT_U16;  // moves bits
  const Loops *loops = loops_of(in, op);
  if (op == OP_convert) {
    convert(in, out_type, n, out, args[0]);
  } else if (op == OP_bitcast_convert) {
    if (n) memcpy(out, args[0], (size_t)n * dtype_size(in));
  } else {
    CHECK(loops->any);
    (has_vectors() ? loops->fast : loops->any)(n, out, args);
  }
}

// ---- DAGs

// Points evaluated at a time, and the bytes from a value of so many points to the next: a DAG stays
// in cache, and its values are not a multiple of 4096 bytes apart.
enum { BLOCK = 256 };
static size_t value_bytes(int64_t block) { return (size_t)block * 8 + 64; }

typedef struct DagRun {
  const Dag *dag;
  int64_t block;        // points at a time
  char *values;         // so many elements per node
  unsigned char *mark;  // per node: what of it is needed
  unsigned char *done;  // per node: computed for this block
} DagRun;

enum { NEED_ALWAYS = 1, NEED_SLOW = 2 };

static char *dag_value(const DagRun *r, Sid s) {
  return r->values + (size_t)s * value_bytes(r->block);
}

// Marks what `from` needs, without the slow operands of S_RARE nodes when `bit` is NEED_ALWAYS.
static void mark_needed(unsigned char *mark, const Dag *d, Sid from, int bit) {
  mark[from] |= (unsigned char)bit;
  for (Sid s = from + 1; s-- > 0;) {
    const Scalar *x = &d->nodes[s];
    if (!(mark[s] & bit)) continue;
    int nargs = x->kind == S_RARE && bit == NEED_ALWAYS ? 2 : x->nargs;
    for (int i = 0; i < nargs; i++) mark[x->args[i]] |= (unsigned char)bit;
  }
}

static void splat(char *out, size_t size, int64_t n, uint64_t bits) {
  for (int64_t i = 0; i < n; i++) memcpy(out + (size_t)i * size, &bits, size);
}

static void table_lookup(const DagRun *r, const Scalar *x, int64_t n, char *out) {
  const ScalarTable *t = &r->dag->tables[x->imm];
  const int32_t *index = (const int32_t *)dag_value(r, x->args[0]);
  size_t size = dtype_size(x->dtype);
  for (int64_t i = 0; i < n; i++) {
    CHECK(index[i] >= 0 && index[i] < t->n);
    memcpy(out + (size_t)i * size, (const char *)t->data + (size_t)index[i] * size, size);
  }
}

static void eval_node(const DagRun *r, Sid s, int64_t n) {
  const Scalar *x = &r->dag->nodes[s];
  char *out = dag_value(r, s);
  const void *args[3] = {0};
  for (int i = 0; i < x->nargs; i++) args[i] = dag_value(r, x->args[i]);
  if (x->kind == S_TABLE) {
    table_lookup(r, x, n, out);
  } else if (x->kind == S_RARE) {
    const void *picks[] = {args[0], args[2], args[1]};
    eval_op(OP_select, x->dtype, x->dtype, n, out, picks);
  } else {
    CHECK(x->kind == S_OP);
    Sid typed = x->args[x->op == OP_select];
    eval_op(x->op, r->dag->nodes[typed].dtype, x->dtype, n, out, args);
  }
  r->done[s] = true;
}

// Computes what the slow operand of S_RARE needs beyond the rest, where a point asks for it.
static void eval_slow(DagRun *r, const Scalar *rare, int64_t n) {
  const char *cond = dag_value(r, rare->args[0]);
  if (r->done[rare->args[2]]) return;
  if (!memchr(cond, 1, (size_t)n)) {
    memset(dag_value(r, rare->args[2]), 0, (size_t)n * dtype_size(rare->dtype));
    return;
  }
  unsigned char *mark = xcalloc(rare->args[2] + 1, 1);
  mark_needed(mark, r->dag, rare->args[2], NEED_SLOW);
  for (Sid s = 0; s <= rare->args[2]; s++) {
    if (mark[s] && !r->done[s]) eval_node(r, s, n);
  }
  free(mark);
}

static void eval_block(DagRun *r, Sid root, int64_t first, int64_t n, const void *const *inputs) {
  const Dag *d = r->dag;
  for (Sid s = 0; s <= root; s++) {
    const Scalar *x = &d->nodes[s];
    size_t size = dtype_size(x->dtype);
    if (x->kind == S_CONST) continue;
    r->done[s] = x->kind == S_INPUT && r->mark[s];
    if (r->done[s])
      memcpy(dag_value(r, s), (const char *)inputs[x->imm] + (size_t)first * size,
             (size_t)n * size);
  }
  for (Sid s = 0; s <= root; s++) {
    if (!(r->mark[s] & NEED_ALWAYS) || r->done[s]) continue;
    if (d->nodes[s].kind == S_RARE) eval_slow(r, &d->nodes[s], n);
    eval_node(r, s, n);
  }
}

void eval_dag(const Dag *d, Sid root, int64_t n, void *out, const void *const *inputs) {
  size_t nodes = (size_t)root + 1, size = dtype_size(d->nodes[root].dtype);
  int64_t block = n < BLOCK ? n : BLOCK;
  DagRun r = {d, block, xmalloc(nodes * value_bytes(block)), xcalloc(nodes, 1), xcalloc(nodes, 1)};
  mark_needed(r.mark, d, root, NEED_SLOW);
  mark_needed(r.mark, d, root, NEED_ALWAYS);
  for (Sid s = 0; s <= root; s++) {
    const Scalar *x = &d->nodes[s];
    if (x->kind != S_CONST || !r.mark[s]) continue;
    splat(dag_value(&r, s), dtype_size(x->dtype), r.block, x->imm);
    r.done[s] = true;
  }
  for (int64_t i = 0; i < n; i += block) {
    int64_t count = n - i < block ? n - i : block;
    eval_block(&r, root, i, count, inputs);
    memcpy((char *)out + (size_t)i * size, dag_value(&r, root), (size_t)count * size);
  }
  free(r.values);
  free(r.mark);
  free(r.done);
}

void eval_map(Op op, const Attrs *attrs, Dtype in, Dtype out_type, int64_t n, void *out,
              const void *const *args) {
  if (!op_info(op)->expands) {
    eval_op(op, in, out_type, n, out, args);
    return;
  }
  Arena *a = arena_new();
  Dag d;
  Sid operands[3];
  dag_init(&d, a);
  for (int i = 0; i < op_info(op)->args; i++) operands[i] = s_input(&d, in, i);
  eval_dag(&d, s_op(&d, op, op_info(op)->args, operands, attrs), n, out, args);
  arena_free(a);
}
