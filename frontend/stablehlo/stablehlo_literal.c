// Reads constants of StableHLO text: nested lists, one element for all, raw bytes in hexadecimal.
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/stablehlo/stablehlo_lex.h"
#include "ir/half.h"

enum { NUMBER_SIZE = 400 };

// ---- raw bytes

static const unsigned char *hex_digits(void) {
  static _Thread_local unsigned char table[256];
  if (table['1'] == 1) return table;
  memset(table, 0xff, sizeof table);
  for (int i = 0; i < 10; i++) table['0' + i] = (unsigned char)i;
  for (int i = 0; i < 6; i++) table['a' + i] = table['A' + i] = (unsigned char)(10 + i);
  return table;
}

// n bytes out of 2 n digits; false if there is anything else among them.
static bool unhex(const char *s, size_t n, unsigned char *out) {
  const unsigned char *digit = hex_digits();
  unsigned bad = 0;
  for (size_t i = 0; i < n; i++) {
    const unsigned hi = digit[(unsigned char)s[2 * i]], lo = digit[(unsigned char)s[2 * i + 1]];
    bad |= hi | lo;
    out[i] = (unsigned char)(hi << 4 | lo);
  }
  return bad < 16;
}

// Bools come a byte each, or a bit each.
static void spread_bools(Arena *a, Literal *l, size_t bytes) {
  const unsigned char *from = l->data;
  const size_t count = l->splat ? 1 : type_bytes(l->type);
  unsigned char *to = arena_alloc(a, count);
  for (size_t i = 0; i < count; i++)
    to[i] = bytes == count ? from[i] != 0 : from[i / 8] >> (i % 8) & 1;
  l->data = to;
}

static bool raw_bytes(HloReader *r, Literal *l) {
  const Loc loc = hlo_here(r);
  const char *s = r->at + 1;
  const size_t n = (size_t)(r->end - s) - 1, bytes = (n - 2) / 2, size = dtype_size(l->type.dtype);
  const size_t all = type_bytes(l->type);
  if (n < 2 || n % 2 || s[0] != '0' || (s[1] != 'x' && s[1] != 'X'))
    return fail(loc, "expected \"0x\" and two digits for each byte");
  const bool packed = l->type.dtype == DT_BOOL && bytes == all / 8 + (all % 8 != 0);
  l->splat = bytes == size && all != size && !(packed && all > 1);
  if (l->type.dtype == DT_BOOL && bytes == 1 && all > 8) l->splat = true;
  if (bytes != all && !l->splat && !packed)
    return fail(loc, "%zu bytes for %s, which has %zu", bytes, TYPE_STR(l->type), all);
  unsigned char *data = arena_alloc(r->arena, bytes);
  if (!unhex(s + 2, bytes, data)) return fail(loc, "a digit is not hexadecimal");
  l->data = data;
  if (l->type.dtype == DT_BOOL) spread_bools(r->arena, l, l->splat ? 1 : bytes);
  return true;
}

// ---- one element

static bool element_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '+' || c == '-';
}

// The magnitude, decimal or hexadecimal.
static bool unsigned_of(const char *s, uint64_t *out) {
  const bool hex = s[0] == '0' && s[1] == 'x';
  if (hex) s += 2;
  const size_t digits = strspn(s, hex ? "0123456789abcdefABCDEF" : "0123456789");
  if (!digits || s[digits]) return false;
  uint64_t v = 0;
  if (hex) {
    if (digits > 16) return false;
    v = strtoull(s, NULL, 16);
  } else {
    for (; *s; s++) {
      if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
        return false;
    }
  }
  *out = v;
  return true;
}

static bool int_bits(const char *s, Dtype d, uint64_t *bits) {
  const unsigned width = 8 * (unsigned)dtype_size(d);
  const uint64_t all = UINT64_MAX >> (64 - width), half = UINT64_C(1) << (width - 1);
  const bool negative = *s == '-', is_signed = dtype_kind(d) == KIND_SIGNED;
  const bool hex = s[negative] == '0' && s[negative + 1] == 'x';
  uint64_t v;
  if (!unsigned_of(s + negative, &v)) return false;
  if (v > (negative ? (is_signed ? half : 0) : is_signed && !hex ? half - 1 : all)) return false;
  *bits = negative ? -v : v;
  return true;
}

static bool bool_bits(const char *s, uint64_t *bits) {
  *bits = !strcmp(s, "true") || !strcmp(s, "1");
  return *bits || !strcmp(s, "false") || !strcmp(s, "0");
}

static bool float_bits(char *s, Dtype d, uint64_t *bits) {
  const size_t digits = 2 * dtype_size(d);
  if (s[0] == '0' && s[1] == 'x') return strlen(s + 2) == digits && unsigned_of(s, bits);
  if (!strpbrk(s, "0123456789") || strspn(s, "+-0123456789.eE") != strlen(s)) return false;
  const char *point = localeconv()->decimal_point;
  char *dot = strchr(s, '.'), *end;
  if (dot && point[0] && !point[1]) *dot = point[0];
  // Rounded once: through strtof, not through a double.
  const float f = strtof(s, &end);
  const double v = d == DT_F32 ? 0 : strtod(s, &end);
  if (*end) return false;
  if (d == DT_F32) memcpy(bits, &f, sizeof f);
  else if (d == DT_F64) memcpy(bits, &v, sizeof v);
  else *bits = half_of(d, v);
  return true;
}

static bool real_element(HloReader *r, Dtype d, void *out) {
  uint64_t bits[1];
  const Loc loc = hlo_here(r);
  const char *from = r->at;
  char text[NUMBER_SIZE];
  while (r->at < r->end && element_char(*r->at)) r->at++;
  const size_t n = (size_t)(r->at - from);
  if (!n || n >= NUMBER_SIZE) return fail(loc, "expected an element of %s", dtype_name(d));
  memcpy(text, from, n);
  text[n] = 0;
  *bits = 0;
  const bool ok = dtype_is_float(d) ? float_bits(text, d, bits)
                  : d == DT_BOOL    ? bool_bits(text, bits)
                                    : int_bits(text, d, bits);
  if (!ok)
    return fail(loc, "'%.*s' is no element of %s", n < 40 ? (int)n : 40, from, dtype_name(d));
  memcpy(out, bits, dtype_size(d));  // little-endian
  return true;
}

static bool sign_of(HloReader *r, char c) {
  hlo_blanks(r);
  if (r->at >= r->end || *r->at != c) return fail(hlo_here(r), "expected '%c'", c);
  r->at++;
  hlo_blanks(r);
  return true;
}

static bool element(HloReader *r, Dtype d, void *out) {
  if (!dtype_is_complex(d)) return real_element(r, d, out);
  const Dtype part = dtype_part(d);
  return sign_of(r, '(') && real_element(r, part, out) && sign_of(r, ',') &&
         real_element(r, part, (char *)out + dtype_size(part)) && sign_of(r, ')');
}

// ---- lists

typedef struct Nest {
  Literal *l;
  unsigned char *data;
  int64_t at[MAX_RANK + 1];  // items so far at each depth
  int depth;
  size_t filled;
} Nest;

static bool has_room(HloReader *r, const Nest *n) {
  const Type t = n->l->type;
  if (!n->depth || n->at[n->depth] < t.dim[n->depth - 1]) return true;
  return fail(hlo_here(r), "more than %lld elements for dimension %d of %s",
              (long long)t.dim[n->depth - 1], n->depth - 1, TYPE_STR(t));
}

static bool open_list(HloReader *r, Nest *n) {
  if (n->depth == n->l->type.rank)
    return fail(hlo_here(r), "the lists are nested deeper than %s", TYPE_STR(n->l->type));
  if (!has_room(r, n)) return false;
  n->at[++n->depth] = 0;
  r->at++;
  return true;
}

static bool close_list(HloReader *r, Nest *n) {
  const int64_t want = n->l->type.dim[n->depth - 1];
  if (n->at[n->depth] != want)
    return fail(hlo_here(r), "a list of %lld for dimension %d of %s", (long long)n->at[n->depth],
                n->depth - 1, TYPE_STR(n->l->type));
  n->at[--n->depth]++;
  r->at++;
  return true;
}

static bool put_element(HloReader *r, Nest *n) {
  const Type t = n->l->type;
  const size_t size = dtype_size(t.dtype);
  if (n->depth != t.rank)
    return fail(hlo_here(r), "an element %d brackets deep for %s", n->depth, TYPE_STR(t));
  if (!has_room(r, n)) return false;
  n->at[n->depth]++;
  return element(r, t.dtype, n->data + size * n->filled++);
}

// After an item: a comma and another one, or the end of lists.
static bool behind_item(HloReader *r, Nest *n) {
  hlo_blanks(r);
  while (n->depth && r->at < r->end && *r->at == ']') {
    if (!close_list(r, n)) return false;
    hlo_blanks(r);
  }
  if (!n->depth) return true;
  if (r->at >= r->end || *r->at != ',') return fail(hlo_here(r), "expected ',' or ']'");
  r->at++;
  hlo_blanks(r);
  return true;
}

static bool list(HloReader *r, Literal *l) {
  // An element takes two characters at least: what is declared cannot make us allocate more.
  const int64_t count = type_count(l->type);
  if (count / 2 > r->end - r->at)
    return fail(hlo_here(r), "too few elements for %s", TYPE_STR(l->type));
  Nest n = {.l = l, .data = arena_alloc(r->arena, type_bytes(l->type))};
  l->data = n.data;
  do {
    hlo_blanks(r);
    const bool opens = r->at < r->end && *r->at == '[';
    if (opens ? !open_list(r, &n) : !put_element(r, &n)) return false;
    hlo_blanks(r);
    if (opens && !(r->at < r->end && *r->at == ']')) continue;
    if (!behind_item(r, &n)) return false;
  } while (n.depth);
  return true;
}

static bool content(HloReader *r, Literal *l) {
  hlo_blanks(r);
  if (r->at >= r->end) {
    if (type_count(l->type) == 0) return true;
    return fail(hlo_here(r), "no elements for %s", TYPE_STR(l->type));
  }
  if (*r->at == '"') return raw_bytes(r, l);
  bool ok;
  if (*r->at == '[') {
    ok = list(r, l);
  } else {
    uint64_t *bits = ARENA_ARRAY(r->arena, uint64_t, ELEMENT_WORDS);
    l->splat = true;
    l->data = bits;
    ok = element(r, l->type.dtype, bits);
  }
  if (!ok) return false;
  hlo_blanks(r);
  return r->at >= r->end || fail(hlo_here(r), "expected '>'");
}

// From behind `<` to the closing `>`, which becomes the current token. The raw bytes may be
// hundreds of MB: they are searched for their end, not cut into tokens.
static bool find_content(HloReader *r, HloReader *inner) {
  hlo_blanks(r);
  *inner = *r;
  if (r->at < r->end && *r->at == '"') {
    const char *stop = memchr(r->at + 1, '"', (size_t)(r->end - r->at) - 1);
    if (!stop) return fail(hlo_here(r), "the string does not end");
    r->at = inner->end = stop + 1;
  } else {
    while (r->at < r->end && *r->at != '>') {
      if (*r->at == '\n') r->line++, r->line_start = r->at + 1;
      r->at++;
    }
    inner->end = r->at;
  }
  hlo_next(r);
  return true;
}

bool hlo_dense(HloReader *r, Literal *out) {
  HloReader inner;
  *out = (Literal){0};
  if (!hlo_at(r, "<")) return hlo_wanted(r, "'<'");
  return find_content(r, &inner) && hlo_expect(r, ">") && hlo_expect(r, ":") &&
         hlo_type(r, &out->type) && content(&inner, out);
}
