// What stands before the kernels: scalar operations as device functions, printed from the C columns
// of ops.def.
#include "backends/cuda/prelude.h"

#include "backends/cuda/emit_value.h"

#include <string.h>

// One text for NVRTC and, behind the shim, for a C compiler. The type-generic names of the C
// columns choose by T.
static const char common[] =
    "#ifdef JITC_SHIM\n"
    "#define EXPORT __attribute__((visibility(\"default\")))\n"
    "#define THREAD jc_thread\n"
    "#else\n"
    "#define EXPORT extern \"C\" __global__\n"
    "#define THREAD ((int64_t)blockIdx.x * blockDim.x + threadIdx.x)\n"
    "#endif\n"
    "typedef signed char int8_t;\ntypedef unsigned char uint8_t;\ntypedef int int32_t;\n"
    "typedef short int16_t;\ntypedef unsigned short uint16_t;\n"
    "typedef unsigned uint32_t;\ntypedef long long int64_t;\ntypedef unsigned long long uint64_t;\n"
    "#define SINGLE (sizeof(T) == 4)\n"
    "#define FABS(x) ((T)(SINGLE ? fabsf((float)(x)) : fabs((double)(x))))\n"
    "#define SQRT(x) ((T)(SINGLE ? sqrtf((float)(x)) : sqrt((double)(x))))\n"
    "#define FLOOR(x) ((T)(SINGLE ? floorf((float)(x)) : floor((double)(x))))\n"
    "#define CEIL(x) ((T)(SINGLE ? ceilf((float)(x)) : ceil((double)(x))))\n"
    "#define RINT(x) ((T)(SINGLE ? rintf((float)(x)) : rint((double)(x))))\n"
    "#define FMOD(x, y) ((T)(SINGLE ? fmodf((float)(x), (float)(y)) : fmod((double)(x), "
    "(double)(y))))\n"
    "#define FMA(x, y, z) \\\n"
    "  ((T)(SINGLE ? fmaf((float)(x), (float)(y), (float)(z)) : fma((double)(x), (double)(y), "
    "(double)(z))))\n"
    "#define SIGNBIT(x) (SINGLE ? __float_as_int((float)(x)) < 0 : "
    "__double_as_longlong((double)(x)) < 0)\n"
    "#define BITS ((U)(8 * sizeof(T)))\n"
    "__device__ int64_t clamp_index(int64_t i, int64_t lo, int64_t hi) { return i < lo ? lo : i > "
    "hi ? hi : i; }\n"
    "__device__ int inside(int64_t i, int64_t lo, int64_t hi) { return i >= lo && i < hi; }\n";

const char cuda_shim[] =
    "#define __device__ static inline\n#define JITC_SHIM 1\n"
    "extern float fabsf(float), sqrtf(float), floorf(float), ceilf(float), rintf(float);\n"
    "extern float fmodf(float, float), fmaf(float, float, float);\n"
    "extern double fabs(double), sqrt(double), floor(double), ceil(double), rint(double);\n"
    "extern double fmod(double, double), fma(double, double, double);\n"
    "__attribute__((visibility(\"default\"))) long long jc_thread;\n"
    "static inline int __float_as_int(float x) { union { float f; int i; } u = {x}; return u.i; }\n"
    "static inline float __int_as_float(int x) { union { int i; float f; } u = {x}; return u.f; }\n"
    "static inline long long __double_as_longlong(double x) {\n"
    "  union { double f; long long i; } u = {x};\n  return u.i;\n}\n"
    "static inline double __longlong_as_double(long long x) {\n"
    "  union { long long i; double f; } u = {x};\n  return u.f;\n}\n";

static const char *const c_types[DT_COUNT] = {
#define X(NAME, name, ctype, kind, bytes) #ctype,
    DTYPES(X)
#undef X
};

const char *cuda_type(Dtype d) { return c_types[d]; }

static const char *unsigned_type(Dtype d) {
  switch (dtype_size(d)) {
    case 1: return "uint8_t";
    case 2: return "uint16_t";
    case 4: return "uint32_t";
    default: return "uint64_t";
  }
}

typedef struct Meaning {
  const char *on_float, *on_signed, *on_unsigned, *on_bool;
} Meaning;

static const Meaning meanings[OP_COUNT] = {
#define OP(op, ...) [OP_##op] = {__VA_ARGS__},
#define FLOAT(c) .on_float = #c,
#define SIGNED(c) .on_signed = #c,
#define UNSIGNED(c) .on_unsigned = #c,
#define BOOL(c) .on_bool = #c,
#include "ir/ops.def"
};

static const char *meaning(Op op, Dtype d) {
  const Meaning *m = &meanings[op];
  switch (dtype_kind(d)) {
    case KIND_FLOAT: return m->on_float;
    case KIND_SIGNED: return m->on_signed;
    case KIND_UNSIGNED: return m->on_unsigned;
    default: return m->on_bool;
  }
}

static bool is_cast(Op op) { return op == OP_convert || op == OP_bitcast_convert; }

static void print_name(FILE *f, Op op, Dtype in, Dtype out) {
  fprintf(f, "%s_%s", op_info(op)->name, dtype_name(in));
  if (is_cast(op)) fprintf(f, "_%s", dtype_name(out));
}

// An operation on halves, by its meaning in others.
static void print_half(FILE *f, PreludeSeen *seen, Op op, Dtype in, Dtype out) {
  Arena *a = arena_new();
  Kernel k = {.arena = a};
  Emit e = {.f = f, .k = &k, .indent = 1};
  dag_init(&k.dag, a);
  const Sid root = s_half_meaning(&k.dag, op, in, out);
  cuda_prelude_need(f, seen, &k.dag);
  fprintf(f, "__device__ %s ", cuda_type(out));
  print_name(f, op, in, out);
  for (int i = 0; i < op_info(op)->args; i++)
    fprintf(f, "%s%s %c", i ? ", " : "(", cuda_type(in), 'a' + i);
  fprintf(f, ") {\n");
  for (Sid s = 0; s <= root; s++) {
    emit_line_begin(&e);
    fprintf(f, "const %s v%u = ", cuda_type(dag_node(&k.dag, s)->dtype), s);
    emit_scalar(&e, dag_node(&k.dag, s));
    fprintf(f, ";\n");
  }
  fprintf(f, "  return v%u;\n}\n", root);
  arena_free(a);
}

static void print_arithmetic(FILE *f, Op op, Dtype d, Dtype out) {
  const OpInfo *info = op_info(op);
  const char *c = meaning(op, d);
  if (!c) BUG("%s has no meaning for %s", info->name, dtype_name(d));
  fprintf(f, "__device__ %s %s_%s(", cuda_type(out), info->name, dtype_name(d));
  for (int i = 0; i < info->args; i++) {
    bool predicate = i == 0 && op == OP_select;
    fprintf(f, "%s%s %c", i ? ", " : "", predicate ? "uint8_t" : cuda_type(d), 'a' + i);
  }
  fprintf(f, ") {\n  typedef %s T;\n  typedef %s U;\n", cuda_type(d), unsigned_type(d));
  fprintf(f, "  (void)sizeof(U), (void)sizeof(T);\n  return (%s)(%s);\n}\n", cuda_type(out), c);
}

static void print_saturating(FILE *f, Dtype from, Dtype to) {
  int bits = 8 * (int)dtype_size(to);
  bool is_signed = dtype_kind(to) == KIND_SIGNED;
  int exponent = is_signed ? bits - 1 : bits;
  const char *t = cuda_type(to), *u = unsigned_type(to);
  double limit = 2.0 * (double)(UINT64_C(1) << (exponent - 1));
  fprintf(f, "  const %s limit = (%s)%.1f;\n", cuda_type(from), cuda_type(from), limit);
  fprintf(f, "  if (a != a) return 0;\n");
  if (is_signed) {
    fprintf(f, "  if (a >= limit) return (%s)(((%s)1 << %d) - 1);\n", t, u, bits - 1);
    fprintf(f, "  if (a < -limit) return (%s)((%s)1 << %d);\n", t, u, bits - 1);
  } else {
    fprintf(f, "  if (a >= limit) return (%s)-1;\n  if (a < 0) return 0;\n", t);
  }
  fprintf(f, "  return (%s)a;\n", t);
}

static void print_convert(FILE *f, Dtype from, Dtype to) {
  fprintf(f, "__device__ %s convert_%s_%s(%s a) {\n", cuda_type(to), dtype_name(from),
          dtype_name(to), cuda_type(from));
  if (to == DT_BOOL) fprintf(f, "  return a != 0;\n");
  else if (dtype_is_float(from) && dtype_is_int(to)) print_saturating(f, from, to);
  else fprintf(f, "  return (%s)a;\n", cuda_type(to));
  fprintf(f, "}\n");
}

static void print_bitcast(FILE *f, Dtype from, Dtype to) {
  fprintf(f, "__device__ %s bitcast_convert_%s_%s(%s a) {\n", cuda_type(to), dtype_name(from),
          dtype_name(to), cuda_type(from));
  fprintf(f, "  union { %s from; %s to; } u;\n  u.from = a;\n  return u.to;\n}\n", cuda_type(from),
          cuda_type(to));
}

// The operand dtype that names the function: a select's is not its predicate's.
static Dtype operand_dtype(const Dag *d, const Scalar *s) {
  return dag_node(d, s->args[s->op == OP_select])->dtype;
}

void cuda_call_name(FILE *f, const Dag *d, const Scalar *s) {
  print_name(f, s->op, operand_dtype(d, s), s->dtype);
}

void cuda_prelude_begin(FILE *f) { fputs(common, f); }

void cuda_prelude_need(FILE *f, PreludeSeen *seen, const Dag *d) {
  for (int i = 0; i < d->n; i++) {
    const Scalar *s = dag_node(d, (Sid)i);
    if (s->kind != S_OP) continue;
    Dtype from = operand_dtype(d, s);
    bool *have = &seen->have[s->op][from][s->dtype];
    if (*have) continue;
    *have = true;
    if (s_half_op(s->op, from, s->dtype)) print_half(f, seen, s->op, from, s->dtype);
    else if (s->op == OP_convert) print_convert(f, from, s->dtype);
    else if (s->op == OP_bitcast_convert) print_bitcast(f, from, s->dtype);
    else print_arithmetic(f, s->op, from, s->dtype);
  }
}

void cuda_prelude_need_op(FILE *f, PreludeSeen *seen, Op op, Dtype d) {
  bool *have = &seen->have[op][d][d];
  if (*have) return;
  *have = true;
  if (dtype_is_half(d)) print_half(f, seen, op, d, d);
  else print_arithmetic(f, op, d, d);
}
