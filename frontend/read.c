// Reading arrays, making them from memory, and errors.
#include "frontend/read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/execute.h"
#include "ir/eval.h"
#include "ir/half.h"

bool elements_of(jc_array x, const char *who, const char *what, Loc loc, Elements *out) {
  const Slot *s = out->slot = slot_need(x, loc, who, "%s", what);
  if (!s || slot_kind(s) == SLOT_POISON) return false;
  out->type = type_info(s->type)->type;
  out->data = s->data;
  if (slot_kind(s) == SLOT_LITERAL)
    literal_store(s, out->type.dtype, out->number), out->data = out->number;
  if (slot_kind(s) != SLOT_TRACER) return true;
  const Node *n = graph_def(s->trace->g, s->id);
  Loc at = n ? n->loc : s->trace->loc;
  return fail(
      loc,
      "%s: this is a traced value (%s at %s:%d) inside %s: it has a type (%s), but no elements: "
      "choose by it with jc_where or jc_cond; to look at it, call the function without jc_jit",
      who, n ? op_info(n->op)->name : "a parameter", at.file ? at.file : "?", at.line,
      s->trace->name, TYPE_STR(out->type));
}

static bool argument(jc_array x, const char *who, Loc loc, Elements *out) {
  return elements_of(x, who, "its argument", loc, out);
}

double jc_item_(jc_array x, const char *file, int line) {
  Elements e;
  if (!argument(x, "item", HERE(file, line), &e)) return NAN;
  if (type_count(e.type) != 1)
    return fail(HERE(file, line), "item: %s is not a single number", TYPE_STR(e.type)), NAN;
  if (dtype_is_complex(e.type.dtype))
    return fail(HERE(file, line), "item: %s is complex: read it by jc_item(jc_real(x)) and jc_imag",
                TYPE_STR(e.type)),
           NAN;
  return eval_number(e.type.dtype, e.data, 0);
}

// Zeros in place of the elements of a traced value: whoever reads them without asking comes back
// from its function, and its caller is told.
static const void *no_elements(jc_array x, jc_dtype dtype, Loc loc) {
  enum { MOST = 1 << 26 };
  const Slot *s = slot_find(x);
  void *data = NULL;
  if (!s || slot_kind(s) != SLOT_TRACER || (unsigned)dtype >= DT_COUNT) return NULL;
  Type t = type_info(s->type)->type;
  t.dtype = (Dtype)dtype;
  if (type_bytes(t) > MOST) return NULL;
  handle_new(type_intern(t, false), loc, &data);
  if (data) memset(data, 0, type_bytes(t));
  return data;
}

const void *jc_data_(jc_array x, jc_dtype dtype, const char *file, int line) {
  Elements e;
  if (!argument(x, "data", HERE(file, line), &e)) return no_elements(x, dtype, HERE(file, line));
  if (e.type.dtype != (Dtype)dtype)
    return fail(HERE(file, line), "data: the array is %s, asked for as %s: jc_read converts",
                TYPE_STR(e.type), dtype_name((Dtype)dtype)),
           NULL;
  if (slot_kind(e.slot) == SLOT_LITERAL)
    return fail(HERE(file, line), "data: a lifted number has no memory"), NULL;
  return e.data;
}

static bool has_room(const void *out, Type t, const char *who, Loc loc) {
  return out || !type_bytes(t) ||
         fail(loc, "%s: the pointer to the room for %s is NULL", who, TYPE_STR(t));
}

bool jc_copy_(jc_array x, void *out, size_t bytes, const char *file, int line) {
  Elements e;
  if (!argument(x, "copy", HERE(file, line), &e)) return false;
  if (type_bytes(e.type) != bytes)
    return fail(HERE(file, line), "copy: %s has %zu bytes, not %zu", TYPE_STR(e.type),
                type_bytes(e.type), bytes);
  if (!has_room(out, e.type, "copy", HERE(file, line))) return false;
  if (bytes) memcpy(out, e.data, bytes);
  return true;
}

bool jc_read_(jc_array x, void *out, jc_dtype dtype, const char *file, int line) {
  Elements e;
  if (!argument(x, "read", HERE(file, line), &e)) return false;
  if (!has_room(out, e.type, "read", HERE(file, line))) return false;
  if (e.type.dtype == (Dtype)dtype) {
    if (out) memcpy(out, e.data, type_bytes(e.type));
  } else if (dtype_is_complex(e.type.dtype) || dtype_is_complex((Dtype)dtype)) {
    return fail(HERE(file, line), "read: the array is %s, asked for as %s", TYPE_STR(e.type),
                dtype_name((Dtype)dtype));
  } else {
    eval_op(OP_convert, e.type.dtype, (Dtype)dtype, type_count(e.type), out, &e.data);
  }
  return true;
}

// ---- text

const char *text_keep(char *text) {
  Context *c = context();
  int i = c->next_string++ % (int)(sizeof c->strings / sizeof *c->strings);
  free(c->strings[i].text);
  return c->strings[i].text = text;
}

enum { SHOWN = 6, WHOLE = 64 };  // elements at either end of a long axis; counts shown whole

static void print_element(FILE *out, Dtype d, const void *data, int64_t i) {
  if (dtype_is_complex(d)) {
    const Dtype part = dtype_part(d);
    const double re = eval_number(part, data, 2 * i), im = eval_number(part, data, 2 * i + 1);
    fprintf(out, isnan(re) ? "nan" : "%.6g", re);
    fprintf(out, isnan(im) ? "+nanj" : "%+.6gj", im);
    return;
  }
  const double v = eval_number(d, data, i);
  if (d == DT_BOOL) fputs(v != 0 ? "true" : "false", out);
  else fprintf(out, "%.6g", v);
}

static void print_elements(FILE *out, Type t, const void *data, int axis, int64_t *at, bool whole) {
  if (axis == t.rank) {
    print_element(out, t.dtype, data, (*at)++);
    return;
  }
  int64_t inner = 1;
  for (int i = axis + 1; i < t.rank; i++) inner *= t.dim[i];
  fputc('[', out);
  for (int64_t i = 0; i < t.dim[axis]; i++) {
    if (!whole && t.dim[axis] > 2 * SHOWN && i == SHOWN) {
      int64_t skipped = t.dim[axis] - 2 * SHOWN;
      fputs(" ...", out);
      *at += skipped * inner;
      i += skipped;
    }
    if (i) fputs(axis + 1 < t.rank ? "\n " : " ", out);
    print_elements(out, t, data, axis + 1, at, whole);
  }
  fputc(']', out);
}

const char *jc_str_(jc_array x, const char *file, int line) {
  Elements e;
  if (!argument(x, "str", HERE(file, line), &e)) {
    const Slot *s = slot_find(x);
    return s && slot_kind(s) == SLOT_TRACER ? text_keep(strdup(TYPE_STR(e.type))) : NULL;
  }
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  if (!out) return NULL;
  int64_t at = 0;
  print_elements(out, e.type, e.data, 0, &at, type_count(e.type) <= WHOLE);
  fclose(out);
  return text_keep(text);
}

// ---- types: of traced values as well

static const TypeInfo *typed(jc_array x, const char *who, Loc loc) {
  const Slot *s = slot_need(x, loc, who, "its argument");
  return s && slot_kind(s) != SLOT_POISON ? type_info(s->type) : NULL;
}

const char *jc_shape_str_(jc_array x, const char *file, int line) {
  const TypeInfo *t = typed(x, "shape_str", HERE(file, line));
  return t ? text_keep(strdup(TYPE_STR(t->type))) : NULL;
}

int jc_rank_(jc_array x, const char *file, int line) {
  const TypeInfo *t = typed(x, "rank", HERE(file, line));
  return t ? t->type.rank : 0;
}

int64_t jc_dim_(jc_array x, int axis, const char *file, int line) {
  const TypeInfo *t = typed(x, "dim", HERE(file, line));
  if (!t) return 0;
  int rank = t->type.rank;
  if (axis < -rank || axis >= rank)
    return fail(HERE(file, line), "dim: axis %d is out of range for %s", axis, TYPE_STR(t->type)),
           0;
  return t->type.dim[axis < 0 ? axis + rank : axis];
}

int64_t jc_size_(jc_array x, const char *file, int line) {
  const TypeInfo *t = typed(x, "size", HERE(file, line));
  return t ? t->count : 0;
}

jc_dtype jc_dtype_of_(jc_array x, const char *file, int line) {
  const TypeInfo *t = typed(x, "dtype_of", HERE(file, line));
  return t ? (jc_dtype)t->type.dtype : JC_F32;
}

// ---- arrays from memory

// A shape that fits, and elements to fill it.
static bool memory_ok(const void *p, jc_dtype dtype, const jc_dims *d, Loc loc, const char *who) {
  if (d->n < 0 || d->n > MAX_RANK || !type_fits((Type){DT_C128, d->n, d->d}))
    return fail(loc, "%s: the shape is negative or too large", who);
  const Type t = {(Dtype)dtype, d->n, d->d};
  if (!p && type_count(t))
    return fail(loc, "%s: the pointer to the elements of %s is NULL", who, TYPE_STR(t));
  return true;
}

jc_array jc_from_(const void *p, jc_dtype dtype, jc_dims shape, const char *file, int line) {
  Loc loc = HERE(file, line);
  void *data;
  if (!memory_ok(p, dtype, &shape, loc, "from")) return handle_poison();
  Type t = {(Dtype)dtype, shape.n, shape.d};
  jc_array h = handle_new(type_intern(t, false), loc, &data);
  if (data && p) memcpy(data, p, type_bytes(t));
  return h;
}

jc_array jc_borrow_(void *p, jc_dtype dtype, jc_dims shape, const char *file, int line) {
  Loc loc = HERE(file, line);
  if (!memory_ok(p, dtype, &shape, loc, "borrow")) return handle_poison();
  Type t = {(Dtype)dtype, shape.n, shape.d};
  if (type_bytes(t) <= INLINE_BYTES) return jc_from_(p, dtype, shape, file, line);
  return handle_array(type_intern(t, false), buffer_borrow(p, type_bytes(t), NULL, NULL));
}

#define SCALAR(name, NAME, ctype)                                        \
  jc_array jc_##name(ctype v) {                                          \
    return handle_small(type_intern(type_scalar(DT_##NAME), false), &v); \
  }
jc_array jc_f32(double v) {
  float f = (float)v;
  return handle_small(type_intern(type_scalar(DT_F32), false), &f);
}
#define HALF(name, NAME)                                                    \
  jc_array jc_##name(double v) {                                            \
    const uint16_t bits = half_of(DT_##NAME, v);                            \
    return handle_small(type_intern(type_scalar(DT_##NAME), false), &bits); \
  }
HALF(f16, F16)
HALF(bf16, BF16)
jc_array jc_c64(double re, double im) {
  return handle_small(type_intern(type_scalar(DT_C64), false), (float[]){(float)re, (float)im});
}
jc_array jc_c128(double re, double im) {
  return jc_from_((double[]){re, im}, JC_C128, JC_SCALAR, NULL, 0);
}
SCALAR(f64, F64, double)
SCALAR(i32, I32, int32_t)
SCALAR(i64, I64, int64_t)
SCALAR(u32, U32, uint32_t)
SCALAR(u8, U8, uint8_t)
SCALAR(i8, I8, int8_t)
SCALAR(i16, I16, int16_t)
SCALAR(u16, U16, uint16_t)
SCALAR(u64, U64, uint64_t)
SCALAR(bool, BOOL, bool)

// ---- errors

bool jc_ok(void) { return !failed(); }
const char *jc_error(void) { return diag_message(); }
void jc_clear_error(void) { diag_clear(); }

// An error that nobody asked for is told at the end of the program.
__attribute__((destructor)) static void tell_error(void) {
  if (!diag_untold()) return;
  fflush(stdout);
  fprintf(stderr, "%s\n(end main by `return jc_finish();`)\n", diag_message());
}

int jc_finish(void) {
  fflush(stdout);
  if (!failed()) return 0;
  fprintf(stderr, "%s\n", diag_message());
  return 1;
}
