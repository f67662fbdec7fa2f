// Reads the types and attributes of StableHLO text.
#include <string.h>

#include "frontend/stablehlo/stablehlo_lex.h"

// ---- types

typedef struct HloDtype {
  const char *name;
  int dtype;  // -1: known to StableHLO, not yet to us
} HloDtype;

static const HloDtype dtypes[] = {
    {"f32", DT_F32},   {"f64", DT_F64},    {"i32", DT_I32},   {"i64", DT_I64},
    {"ui32", DT_U32},  {"i1", DT_BOOL},    {"ui8", DT_U8},    {"f16", DT_F16},
    {"bf16", DT_BF16}, {"i8", DT_I8},      {"i16", DT_I16},   {"ui16", DT_U16},
    {"ui64", DT_U64},  {"i2", -1},         {"i4", -1},        {"ui2", -1},
    {"ui4", -1},       {"tf32", -1},       {"index", DT_I64}, {"f8E4M3FN", -1},
    {"f8E5M2", -1},    {"f8E4M3", -1},     {"f8E3M4", -1},    {"f8E4M3FNUZ", -1},
    {"none", -1},      {"f8E5M2FNUZ", -1}, {"f8E8M0FNU", -1}, {"f8E4M3B11FNUZ", -1},
    {"f6E2M3FN", -1},  {"f6E3M2FN", -1},   {"f4E2M1FN", -1}};

static bool type_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// complex<f32>, behind the word.
static bool complex_type(HloReader *r, Loc loc, Dtype *out) {
  static const char *const names[] = {"<f32>", "<f64>"};
  for (int i = 0; i < 2; i++) {
    if (r->end - r->at < 5 || memcmp(r->at, names[i], 5)) continue;
    r->at += 5;
    return *out = i ? DT_C128 : DT_C64, true;
  }
  return fail(loc, "expected complex<f32> or complex<f64>");
}

static bool element_type(HloReader *r, Dtype *out) {
  const Loc loc = hlo_here(r);
  const char *from = r->at;
  if (from < r->end && *from == '!') return hlo_unsupported(r->unsupported, loc, "quantized types");
  while (r->at < r->end && type_char(*r->at)) r->at++;
  const HloSlice name = {from, (size_t)(r->at - from)};
  if (hlo_is(name, "complex")) return complex_type(r, loc, out);
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
    if (!hlo_is(name, dtypes[i].name)) continue;
    *out = (Dtype)dtypes[i].dtype;
    return dtypes[i].dtype >= 0 || hlo_unsupported(r->unsupported, loc, "%s", dtypes[i].name);
  }
  const int shown = name.n < 40 ? (int)name.n : 40;
  return fail(loc, shown ? "there is no element type '%.*s'" : "expected an element type%.*s",
              shown, name.s);
}

// "12x", character by character: `x` joins what a token would take together. False where there is
// none, or after fail().
static bool dimension(HloReader *r, int64_t *out) {
  hlo_blanks(r);
  if (r->at >= r->end) return false;
  if (*r->at == '?') return hlo_unsupported(r->unsupported, hlo_here(r), "dynamic shapes");
  const Loc loc = hlo_here(r);
  if (*r->at < '0' || *r->at > '9') return false;
  int64_t v = 0;
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
    if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *r->at - '0', &v))
      return fail(loc, "the size does not fit 64 bits");
  }
  hlo_blanks(r);
  if (r->at >= r->end || *r->at != 'x') return fail(loc, "expected 'x' behind a size");
  r->at++;
  *out = v;
  return true;
}

static bool tensor_type(HloReader *r, Loc loc, Type *out) {
  int64_t dim[MAX_RANK], size = 0;
  if (!hlo_at(r, "<")) return hlo_wanted(r, "'<'");
  *out = (Type){.dim = dim};
  while (dimension(r, &size)) {
    if (out->rank == MAX_RANK) return fail(loc, "the rank is above %d", MAX_RANK);
    dim[out->rank++] = size;
  }
  if (failed() || !element_type(r, &out->dtype)) return false;
  hlo_next(r);
  if (!hlo_at(r, ">")) {
    if (!hlo_at(r, ",")) return hlo_wanted(r, "'>'");
    return hlo_unsupported(r->unsupported, loc, "tensor encodings");
  }
  hlo_next(r);
  if (!type_fits(*out)) return fail(loc, "the type has more bytes than any memory");
  *out = type_copy(r->arena, *out);
  return true;
}

bool hlo_type(HloReader *r, Type *out) {
  const Loc loc = r->token.loc;
  if (hlo_accept(r, "tensor")) return tensor_type(r, loc, out);
  if (hlo_accept(r, "!")) {
    // A token is a value without elements.
    if (!hlo_accept(r, "stablehlo.token"))
      return hlo_unsupported(r->unsupported, loc, "types other than tensors");
    *out = type_copy(r->arena, type_of(DT_BOOL, INTS(0)));
    return true;
  }
  if (hlo_at(r, "tuple") || hlo_at(r, "memref") || hlo_at(r, "vector") || hlo_at(r, "none"))
    return hlo_unsupported(r->unsupported, loc, "%.*s types", (int)r->token.text.n,
                           r->token.text.s);
  return hlo_wanted(r, "a tensor type");
}

// ---- attributes

static HloValue *new_value(HloReader *r, HloKind kind) {
  HloValue *v = ARENA_NEW(r->arena, HloValue);
  v->kind = kind;
  v->text = r->token.text;
  return v;
}

static HloValue *number(HloReader *r) {
  HloValue *v = new_value(r, HLO_FLOAT);
  if (memchr(v->text.s, '.', v->text.n) || memchr(v->text.s, 'e', v->text.n)) {
    hlo_next(r);
    return v;
  }
  v->kind = HLO_INT;
  return hlo_int(r, &v->i) ? v : NULL;
}

// Items up to `close`. "lo:hi:stride" is a list of its own: slices; so is a single item of them.
static HloValue *range(HloReader *r) {
  HloValue *v = hlo_value(r);
  if (!v || v->kind != HLO_INT || !hlo_at(r, ":")) return v;
  HloValue *list = new_value(r, HLO_LIST), *last = list->items = v;
  list->n = 1;
  while (hlo_accept(r, ":")) {
    if (list->n == 3) return hlo_wanted(r, "',' or ']'"), NULL;
    last->next = new_value(r, HLO_INT);
    last = last->next;
    if (!hlo_int(r, &last->i)) return NULL;
    list->n++;
  }
  return list;
}

static HloValue *list_of(HloReader *r, const char *close, HloValue *(*item)(HloReader *)) {
  HloValue *list = new_value(r, HLO_LIST), **end = &list->items;
  if (!hlo_enter(r)) return NULL;
  while (!hlo_at(r, close)) {
    if (list->n && !hlo_expect(r, ",")) return NULL;
    if (list->n++ == HLO_MOST_ITEMS)
      return fail(r->token.loc, "the list has more than %d items", HLO_MOST_ITEMS), NULL;
    if (!(*end = item(r))) return NULL;
    end = &(*end)->next;
  }
  r->depth--;
  hlo_next(r);
  return list;
}

// After `array`: <i64: 1, 2>, <i64>.
static HloValue *array(HloReader *r) {
  if (!hlo_expect(r, "<")) return NULL;
  if (r->token.kind != HT_WORD) return hlo_wanted(r, "an element type"), NULL;
  hlo_next(r);
  hlo_accept(r, ":");
  return list_of(r, ">", hlo_value);
}

// Behind a `<`: up to the `>` that belongs to it.
static bool skip_angles(HloReader *r) {
  for (int depth = 1; depth;) {
    if (r->token.kind == HT_END) return hlo_wanted(r, "'>'");
    depth += hlo_at(r, "<") - hlo_at(r, ">");
    hlo_next(r);
  }
  return true;
}

// `#stablehlo.gather<..>`, `#loc3`; what other dialects say (#sdy: how to share work) is nothing.
static HloValue *named_attribute(HloReader *r) {
  HloValue *v = new_value(r, HLO_DICT);
  if (r->token.kind != HT_WORD) return hlo_wanted(r, "the name of an attribute"), NULL;
  const bool foreign = r->token.text.n > 4 && !memcmp(r->token.text.s, "sdy.", 4);
  hlo_next(r);
  if (foreign) return hlo_accept(r, "<") && !skip_angles(r) ? NULL : v;
  if (hlo_accept(r, "<") && !hlo_entries(r, ">", &v->entries, &v->n)) return NULL;
  return v;
}

static HloValue *word(HloReader *r) {
  HloValue *v = new_value(r, HLO_WORD);
  hlo_next(r);
  if (hlo_is(v->text, "dense")) {
    v->kind = HLO_DENSE;
    return hlo_dense(r, &v->literal) ? v : NULL;
  }
  if (hlo_is(v->text, "array")) return array(r);
  // Types, locations, maps: nothing that we ask for.
  if (hlo_at(r, "<") || (hlo_at(r, "(") && hlo_is(v->text, "loc"))) {
    v->kind = HLO_OTHER;
    return hlo_skip_brackets(r) ? v : NULL;
  }
  return v;
}

static HloValue *untyped_value(HloReader *r) {
  if (r->token.kind == HT_NUMBER) return number(r);
  if (r->token.kind == HT_WORD) return word(r);
  if (r->token.kind == HT_STRING || r->token.kind == HT_SYMBOL) {
    HloValue *v = new_value(r, r->token.kind == HT_STRING ? HLO_STRING : HLO_SYMBOL);
    hlo_next(r);
    return v;
  }
  if (hlo_accept(r, "[")) return list_of(r, "]", range);
  if (hlo_accept(r, "#")) return named_attribute(r);
  HloValue *v = new_value(r, HLO_DICT);
  if (hlo_accept(r, "{")) return hlo_entries(r, "}", &v->entries, &v->n) ? v : NULL;
  if (hlo_accept(r, "<")) return hlo_entries(r, ">", &v->entries, &v->n) ? v : NULL;
  if (hlo_accept(r, "!")) return word(r);
  hlo_wanted(r, "an attribute");
  return NULL;
}

HloValue *hlo_value(HloReader *r) {
  if (!hlo_enter(r)) return NULL;
  HloValue *v = untyped_value(r);
  if (!v) return NULL;
  r->depth--;
  // `[1] x [0]`
  if (v->kind == HLO_LIST && hlo_accept(r, "x")) {
    HloValue *pair = new_value(r, HLO_PAIR);
    if (!hlo_at(r, "[")) return hlo_wanted(r, "'['"), NULL;
    pair->items = v;
    pair->n = 2;
    if (!(v->next = hlo_value(r))) return NULL;
    // `[..] x [..] -> [..]`
    if (!hlo_accept(r, "->")) return pair;
    pair->n = 3;
    if (!hlo_at(r, "[")) return hlo_wanted(r, "'['"), NULL;
    return (v->next->next = hlo_value(r)) ? pair : NULL;
  }
  return v;
}

bool hlo_add_attr(HloReader *r, HloAttr **list, HloSlice name, Loc loc, HloValue *v) {
  int n = 0;
  for (; *list; list = &(*list)->next, n++) {
    if (name.n && hlo_same(name, (*list)->name))
      return fail(loc, "'%.*s' is given twice", name.n < 100 ? (int)name.n : 100, name.s);
  }
  if (n == HLO_MOST_ATTRS) return fail(loc, "more than %d attributes", HLO_MOST_ATTRS);
  *list = ARENA_NEW(r->arena, HloAttr);
  **list = (HloAttr){name, v, loc, NULL};
  return true;
}

// The type of a number: `1 : i64`.
static bool skip_number_type(HloReader *r, const HloValue *v) {
  if (v->kind != HLO_INT && v->kind != HLO_FLOAT && v->kind != HLO_STRING) return true;
  if (!hlo_accept(r, ":")) return true;
  return word(r) != NULL;
}

static bool entry(HloReader *r, HloAttr **list) {
  const HloToken name = r->token;
  if (name.kind != HT_WORD && name.kind != HT_STRING) {
    HloValue *v = hlo_value(r);
    return v && hlo_add_attr(r, list, (HloSlice){0}, name.loc, v);
  }
  hlo_next(r);
  HloValue *v = NULL;
  if (hlo_accept(r, "=") && (!(v = hlo_value(r)) || !skip_number_type(r, v))) return false;
  return hlo_add_attr(r, list, name.text, name.loc, v);
}

bool hlo_entries(HloReader *r, const char *close, HloAttr **list, int *n) {
  if (!hlo_enter(r)) return false;
  while (!hlo_at(r, close)) {
    if (!entry(r, list)) return false;
    ++*n;
    hlo_accept(r, ",");
  }
  r->depth--;
  hlo_next(r);
  return true;
}
