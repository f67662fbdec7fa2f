// Types of values: a dtype and a static shape.
#ifndef JITC_IR_TYPE_H
#define JITC_IR_TYPE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/arena.h"

enum { MAX_RANK = 16, MAX_LIST = MAX_RANK * MAX_RANK };

// X(NAME, name in text, C type, kind, bytes): the dtypes in which C itself computes.
#define C_DTYPES(X)                       \
  X(F32, f32, float, KIND_FLOAT, 4)       \
  X(F64, f64, double, KIND_FLOAT, 8)      \
  X(I32, i32, int32_t, KIND_SIGNED, 4)    \
  X(I64, i64, int64_t, KIND_SIGNED, 8)    \
  X(U32, u32, uint32_t, KIND_UNSIGNED, 4) \
  X(BOOL, bool, uint8_t, KIND_BOOL, 1)    \
  X(U8, u8, uint8_t, KIND_UNSIGNED, 1)    \
  X(I8, i8, int8_t, KIND_SIGNED, 1)       \
  X(I16, i16, int16_t, KIND_SIGNED, 2)    \
  X(U16, u16, uint16_t, KIND_UNSIGNED, 2) \
  X(U64, u64, uint64_t, KIND_UNSIGNED, 8)

// All of them. New dtypes are appended: values are in the public API (jc_dtype). Of the half types
// C has only the bits; arithmetic in them is arithmetic in f32, rounded after every op. Complex
// numbers are two floats, the real part first: no backend sees them (compiler/legalize_complex.c).
#define DTYPES(X)                              \
  C_DTYPES(X)                                  \
  X(F16, f16, uint16_t, KIND_FLOAT, 2)         \
  X(BF16, bf16, uint16_t, KIND_FLOAT, 2)       \
  X(C64, c64, float _Complex, KIND_COMPLEX, 8) \
  X(C128, c128, double _Complex, KIND_COMPLEX, 16)

typedef enum DtypeKind {
  KIND_FLOAT,
  KIND_SIGNED,
  KIND_UNSIGNED,
  KIND_BOOL,
  KIND_COMPLEX
} DtypeKind;
enum { ELEMENT_WORDS = 2 };  // of 64 bits, which hold any element

typedef enum Dtype {
#define X(NAME, name, ctype, kind, bytes) DT_##NAME,
  DTYPES(X)
#undef X
      DT_COUNT,
  DT_REAL_COUNT = DT_C64  // those that are not complex stand first
} Dtype;

const char *dtype_name(Dtype d);
DtypeKind dtype_kind(Dtype d);
size_t dtype_size(Dtype d);                             // bytes of one element
bool dtype_parse(const char *s, size_t n, Dtype *out);  // "f32" -> DT_F32
static inline bool dtype_is_float(Dtype d) { return dtype_kind(d) == KIND_FLOAT; }
static inline bool dtype_is_half(Dtype d) { return d == DT_F16 || d == DT_BF16; }
static inline bool dtype_is_complex(Dtype d) { return dtype_kind(d) == KIND_COMPLEX; }
// What has derivatives.
static inline bool dtype_is_inexact(Dtype d) { return dtype_is_float(d) || dtype_is_complex(d); }
static inline bool dtype_is_int(Dtype d) {
  return dtype_kind(d) == KIND_SIGNED || dtype_kind(d) == KIND_UNSIGNED;
}

Dtype dtype_part(Dtype d);     // of the real part of a complex dtype; d itself of others
Dtype dtype_complex(Dtype d);  // whose parts are f32 or f64

// A counted list of int64_t: axes, shapes, permutations. Points into an arena or the caller's
// memory.
typedef struct Ints {
  int n;
  const int64_t *v;
} Ints;
#define INTS(...)                                                    \
  ((Ints){(int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), \
          (const int64_t[]){__VA_ARGS__}})
bool ints_equal(Ints a, Ints b);
bool ints_has(Ints a, int64_t v);
int ints_find(Ints a, int64_t v);  // where its first v stands, or -1
Ints ints_copy(Arena *a, Ints v);

// By value; `dim` points into an arena or the caller's memory (graph_add copies it).
typedef struct Type {
  Dtype dtype;
  int rank;
  const int64_t *dim;
} Type;

static inline Type type_scalar(Dtype d) { return (Type){d, 0, NULL}; }
static inline Type type_of(Dtype d, Ints shape) { return (Type){d, shape.n, shape.v}; }
static inline Ints type_shape(Type t) { return (Ints){t.rank, t.dim}; }
bool type_equal(Type a, Type b);
bool shape_equal(Type a, Type b);
int64_t type_count(Type t);  // number of elements
size_t type_bytes(Type t);
bool type_fits(Type t);  // rank <= MAX_RANK, no negative dim, at most 2^50 bytes
Type type_copy(Arena *a, Type t);

enum { TYPE_TEXT = 400 };
// "f32[32,784]" into buf; returns buf, so that it can stand in an argument list.
const char *type_str(Type t, char buf[TYPE_TEXT]);
#define TYPE_STR(t) type_str((t), (char[TYPE_TEXT]){0})
#endif
