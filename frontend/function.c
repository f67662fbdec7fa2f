// The registry of signatures and trees; leaves; calls through libffi.
#include "frontend/function.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// ---- trees

typedef struct Tree {
  const char *type;
  const void *unit;
  size_t size;
  int n;
  const struct jc_field_ *fields;
  bool mixed;  // there is more in it than arrays
} Tree;

static struct {
  Tree *v;
  int n, cap;
} trees;

// A field made of arrays only: a struct, or a C array, whose kind is that of a pointer.
static bool field_is_tree(const struct jc_field_ *f) {
  return f->kind == 't' || f->kind == 'v' || (f->kind == 'p' && f->size > sizeof(void *));
}
static bool field_is_arrays(const struct jc_field_ *f) {
  return f->kind == 'a' || field_is_tree(f);
}

static bool is_mixed(size_t size, int n, const struct jc_field_ *fields) {
  size_t arrays = 0;
  for (int i = 0; i < n; i++) arrays += field_is_arrays(&fields[i]) ? fields[i].size : 0;
  return arrays < size;
}

void jc_register_tree_(int abi, const char *type, const void *unit, size_t size, int n,
                       const struct jc_field_ *fields, const char *file, int line) {
  if (abi != JC_ABI_) {
    fail(HERE(file, line), "jitc.h and the library differ in version: compile again");
    return;
  }
  pthread_mutex_lock(&lock);
  GROW(trees.v, trees.cap, trees.n + 1);
  trees.v[trees.n++] = (Tree){type, unit, size, n, fields, is_mixed(size, n, fields)};
  pthread_mutex_unlock(&lock);
}

// "const struct Ctx *" names Ctx.
static size_t bare_type(const char **type) {
  static const char *const skipped[] = {"const ", "struct ", " "};
  for (size_t i = 0; i < 3; i++) {
    size_t n = strlen(skipped[i]);
    if (!strncmp(*type, skipped[i], n)) *type += n, i = (size_t)-1;
  }
  size_t n = 0;
  while ((*type)[n] && (*type)[n] != ' ' && (*type)[n] != '*') n++;
  return n;
}

static const Tree *tree_find(const Function *f, const char *type, size_t size) {
  size_t n = bare_type(&type);
  for (int i = 0; i < trees.n; i++) {
    const Tree *t = &trees.v[i];
    const char *name = t->type;
    if (t->unit == f->unit && bare_type(&name) == n && !memcmp(name, type, n) &&
        (!size || t->size == size))
      return t;
  }
  return NULL;
}

// Whether the struct at `at` can be of this type: what it has beside arrays are no arrays.
static bool tree_fits(const Tree *t, const void *at) {
  for (size_t k = 0; t->mixed && k + 8 <= t->size; k += 8) {
    bool is_array = false;
    for (int i = 0; i < t->n && !is_array; i++) {
      const struct jc_field_ *f = &t->fields[i];
      is_array = field_is_arrays(f) && k >= f->offset && k < f->offset + f->size;
    }
    jc_array word;
    memcpy(&word, (const char *)at + k, sizeof word);
    if (!is_array && slot_find(word)) return false;
  }
  return true;
}

// What is known of the struct at `at` (NULL: any) of this size. Several types may have one size.
static const Tree *tree_of_size(const void *unit, size_t size, const void *at) {
  for (int i = 0; i < trees.n; i++) {
    const Tree *t = &trees.v[i];
    if (t->unit == unit && t->size == size && (!at || tree_fits(t, at))) return t;
  }
  return NULL;
}

bool tree_next_array(const void *unit, size_t size, const void *tree, size_t *at, int *field,
                     size_t *offset) {
  const Tree *t = tree_of_size(unit, size, tree);
  for (; t && *field < t->n; ++*field, *at = 0) {
    const struct jc_field_ *f = &t->fields[*field];
    if (!field_is_arrays(f) || *at + 8 > f->size) continue;
    *offset = f->offset + *at;
    *at += 8;
    return true;
  }
  if (t || *at + 8 > size) return false;
  *offset = *at;
  *at += 8;
  return true;
}

static bool same_layout(const Tree *a, const Tree *b) {
  if (a->n != b->n) return false;
  for (int i = 0; i < a->n; i++) {
    const struct jc_field_ *f = &a->fields[i], *g = &b->fields[i];
    if (f->offset != g->offset || f->size != g->size || f->kind != g->kind) return false;
  }
  return true;
}

bool tree_fields(const void *unit, size_t size, const void *tree, const char *who, Loc loc,
                 const struct jc_field_ **fields, int *n) {
  const Tree *t = tree_of_size(unit, size, tree);
  *fields = t ? t->fields : NULL;
  *n = t ? t->n : 0;
  for (int i = 0; t && i < trees.n; i++) {
    const Tree *other = &trees.v[i];
    if (other->unit == unit && other->size == size && tree_fits(other, tree) &&
        !same_layout(t, other))
      return fail(loc,
                  "%s: a tree is known by its size and what lies in it, and this one of %zu bytes "
                  "may be %s or %s: give one of them another field",
                  who, size, t->type, other->type);
  }
  return true;
}

// ---- paths

// The only tree whose size divides `size` (or is `size`, where `exact`) and is below `limit`: what
// a field holds is known by its size alone.
static const Tree *tree_only(const void *unit, size_t size, bool exact, size_t limit) {
  const Tree *found = NULL;
  for (int i = 0; i < trees.n; i++) {
    const Tree *t = &trees.v[i];
    if (t->unit != unit || t->size >= limit || (exact ? t->size != size : size % t->size != 0))
      continue;
    if (found) return NULL;
    found = t;
  }
  return found;
}

static const struct jc_field_ *field_at(const Tree *t, size_t offset) {
  for (int i = 0; i < t->n; i++) {
    const struct jc_field_ *f = &t->fields[i];
    if (offset >= f->offset && offset < f->offset + f->size) return f;
  }
  return NULL;
}

static void path_add(char path[TREE_PATH], const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void path_add(char path[TREE_PATH], const char *fmt, ...) {
  const size_t n = strlen(path);
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(path + n, TREE_PATH - n, fmt, ap);
  va_end(ap);
}

static bool unit_has_other(const Tree *t);  // another type of that size, by JC_FN

void tree_path(const void *unit, size_t size, size_t offset, char path[TREE_PATH]) {
  *path = 0;
  const Tree *t = tree_only(unit, size, true, SIZE_MAX);
  if (t && unit_has_other(t)) t = NULL;
  while (t) {
    const struct jc_field_ *f = field_at(t, offset);
    if (!f) return;
    path_add(path, "%s%s", *path ? "." : "", f->name);
    size = f->size, offset -= f->offset;
    if (f->kind == 'a') return;
    const Tree *inner = f->kind == 'v' ? NULL : tree_only(unit, size, f->kind == 't', t->size);
    if (inner && f->kind == 'p') path_add(path, "[%zu]", offset / inner->size);
    if (inner) offset %= inner->size;
    t = inner;
  }
  if (size > sizeof(jc_array)) path_add(path, "[%zu]", offset / sizeof(jc_array));
}

// ---- leaves

typedef struct Leaves {
  Leaf *v;
  int n, cap, narrays;
} Leaves;

static void leaf_add(Leaves *to, Leaf l) {
  GROW(to->v, to->cap, to->n + 1);
  to->v[to->n++] = l;
  to->narrays += l.kind == 'a';
}

static void words_add(Leaves *to, int param, size_t offset, size_t size, const char *name) {
  for (size_t at = 0; at + 8 <= size; at += 8)
    leaf_add(to, (Leaf){(uint32_t)param, (uint32_t)(offset + at), 8, 'a', .name = name});
}

// False for a field that no leaf can hold.
static bool tree_add(Leaves *to, int param, const Tree *t) {
  for (int i = 0; i < t->n; i++) {
    const struct jc_field_ *field = &t->fields[i];
    if (!field_is_tree(field) && field->kind != 'o' && field->size > 8) return false;
    if (field_is_tree(field)) {
      words_add(to, param, field->offset, field->size, field->name);
    } else {
      leaf_add(to, (Leaf){(uint32_t)param, (uint32_t)field->offset, (uint16_t)field->size,
                          field->kind, .name = field->name});
    }
  }
  return true;
}

static ffi_type *scalar_ffi(char kind) {
  switch (kind) {
    case 'b': return &ffi_type_uint8;
    case 'i': return &ffi_type_sint32;
    case 'u': return &ffi_type_uint32;
    case 'f': return &ffi_type_float;
    case 'd': return &ffi_type_double;
    case 's':
    case 'p': return &ffi_type_pointer;
    default: return &ffi_type_uint64;
  }
}

// The elements of a struct as libffi wants them. Above 16 bytes a struct goes in memory, and only
// its size and alignment count.
static void struct_ffi(Param *p, const Leaves *all) {
  const bool exact = p->nleaves && p->size <= 16;
  const size_t word = p->align < 8 ? p->align : 8;
  const size_t count = exact ? (size_t)p->nleaves : p->size / word;
  p->own.type = FFI_TYPE_STRUCT;
  p->own.elements = xcalloc(count + 1, sizeof *p->own.elements);
  for (size_t i = 0; i < count; i++)
    p->own.elements[i] = exact       ? scalar_ffi(all->v[p->first + (int)i].kind)
                         : word == 8 ? &ffi_type_uint64
                         : word == 4 ? &ffi_type_uint32
                                     : &ffi_type_uint8;
  p->ffi = &p->own;
}

static const uint64_t pattern[2] = JC_PATTERN_;
bool jc_word_arrives_(struct jc_word_ w) { return w.w[0] == pattern[0]; }
bool jc_words_arrive_(struct jc_words_ w) { return w.w[0] == pattern[0] && w.w[1] == pattern[1]; }

static bool is_none(const Param *p) {
  const char *name = p->type;
  return p->kind == 't' && p->size == 1 && bare_type(&name) == 7 && !memcmp(name, "jc_none", 7);
}

static void param_resolve(Function *f, Param *p, int number, Leaves *to) {
  const bool has_floats = p->kind == 'x';
  if (has_floats) p->kind = 't';
  p->first = to->n;
  int before = to->narrays;
  const Tree *t =
      p->kind == 't' || p->kind == 'p' ? tree_find(f, p->type, p->kind == 't' ? p->size : 0) : NULL;
  if (is_none(p)) {
    // no leaves
  } else if (t) {
    p->indirect = p->kind == 'p';
    if (!tree_add(to, number, t)) f->fault = p->type;
  } else if (p->kind == 't') {
    if (p->size % 8 || p->align != 8 || has_floats) f->fault = p->type;
    words_add(to, number, 0, p->size, NULL);
  } else {
    leaf_add(to, (Leaf){(uint32_t)number, 0, (uint16_t)p->size, p->kind});
  }
  p->nleaves = to->n - p->first;
  p->narrays = to->narrays - before;
  p->ffi = scalar_ffi(p->kind);
  if (p->kind == 't' || p->kind == 'o') struct_ffi(p, to);
}

static void resolve(Function *f) {
  Leaves in = {0}, out = {0};
  param_resolve(f, &f->result, 0, &out);
  for (int i = 0; i < f->n; i++) param_resolve(f, &f->params[i], i, &in);
  f->leaves = in.v, f->nleaves = in.n, f->narrays = in.narrays;
  f->result_leaves = out.v, f->nresult_leaves = out.n, f->nresult_arrays = out.narrays;
  ffi_type **types = xmalloc(sizeof *types * (size_t)f->n);
  for (int i = 0; i < f->n; i++) types[i] = f->params[i].ffi;
  CHECK(ffi_prep_cif(&f->cif, FFI_DEFAULT_ABI, (unsigned)f->n, f->result.ffi, types) == FFI_OK);
  if (f->result.kind != 'a' && f->result.kind != 't') f->fault = f->result.type;
  __atomic_store_n(&f->resolved, true, __ATOMIC_RELEASE);
}

static void function_resolve(Function *f) {
  static pthread_mutex_t resolving = PTHREAD_MUTEX_INITIALIZER;
  if (__atomic_load_n(&f->resolved, __ATOMIC_ACQUIRE)) return;
  pthread_mutex_lock(&resolving);
  if (!f->resolved) resolve(f);
  pthread_mutex_unlock(&resolving);
}

static bool tree_of_other_file(const Function *f) {
  for (int i = 0; i < trees.n; i++) {
    const char *type = f->fault, *name = trees.v[i].type;
    const size_t n = bare_type(&type);
    if (trees.v[i].unit != f->unit && bare_type(&name) == n && !memcmp(name, type, n)) return true;
  }
  return false;
}

bool function_sound(const Function *f, const char *who, Loc loc) {
  if (!f->fault) return true;
  if (f->fault == f->result.type && f->result.kind != 't')
    return fail(loc, "%s: %s gives %s, not arrays", who, f->name, f->fault);
  return fail(
      loc,
      "%s: %s: %s has plain fields or padding beside its arrays: describe it by "
      "JC_TREE(%s, ...)%s",
      who, f->name, f->fault, f->fault,
      tree_of_other_file(f) ? " in this file too, or in the header that has the struct" : "");
}

const char *leaf_text(const Function *f, const Leaf *l, char buf[200]) {
  const Param *p = &f->params[l->param];
  const Leaf *first = f->leaves + p->first;
  int words = 0, number = -1;
  for (int i = 0; i < p->nleaves; i++) {
    words += !first[i].item;
    number += !first[i].item && first + i <= l;
  }
  int n = snprintf(buf, 200, "argument %u (%s)", l->param, p->type);
  if (words > 1 && n < 200) n += snprintf(buf + n, (size_t)(200 - n), ", leaf %d", number);
  if (l->name && (words > 1 || l->item) && n < 200)
    snprintf(buf + n, (size_t)(200 - n), "%s%s", words > 1 ? " " : ", ", l->name);
  return buf;
}

const char *leaf_name(const Function *f, const Leaf *l, Arena *a) {
  const Param *p = &f->params[l->param];
  if (p->nleaves == 1) return arena_printf(a, "a%u", l->param);
  int number = (int)(l - f->leaves) - p->first;
  bool own = l->name && (number == 0 || f->leaves[p->first + number - 1].name != l->name) &&
             (number + 1 == p->nleaves || f->leaves[p->first + number + 1].name != l->name);
  if (!own) {
    for (int i = p->first; i < l - f->leaves; i++) number -= f->leaves[i].kind == 'L';
    return arena_printf(a, "a%u_%d", l->param, number);
  }
  char *name = arena_printf(a, "a%u_%s", l->param, l->name);
  for (char *s = name; *s; s++) {
    if (*s == '.' || *s == '[' || *s == ']') *s = '_';
  }
  // "[3].w" becomes 3_w, not _3__w.
  char *to = name;
  for (const char *s = name; l->item && *s; s++) {
    if (*s != '_' || (to > name && to[-1] != '_')) *to++ = *s;
  }
  if (l->item) *(to > name && to[-1] == '_' ? to - 1 : to) = 0;
  return name;
}

// ---- the registry

static struct {
  Function **slots;
  size_t cap, n;
} functions;

static size_t spot(jc_fn fn) {
  return (size_t)((uintptr_t)fn * UINT64_C(0x9e3779b97f4a7c15) >> 20);
}

static Function **function_slot(jc_fn fn) {
  for (size_t i = spot(fn);; i++) {
    Function **s = &functions.slots[i & (functions.cap - 1)];
    if (!*s || (*s)->fn == fn) return s;
  }
}

void function_add(Function *f) {
  pthread_mutex_lock(&lock);
  if (2 * functions.n >= functions.cap) {
    Function **old = functions.slots;
    size_t n = functions.cap;
    functions.cap = n ? 2 * n : 256;
    functions.slots = xcalloc(functions.cap, sizeof *old);
    for (size_t i = 0; i < n; i++) {
      if (old[i]) *function_slot(old[i]->fn) = old[i];
    }
    free(old);
  }
  Function **s = function_slot(f->fn);
  functions.n += !*s;
  *s = f;
  pthread_mutex_unlock(&lock);
}

static bool is_other(const Tree *t, const Param *p) {
  const char *type = p->type, *own = t->type;
  const size_t n = bare_type(&type);
  return p->kind == 't' && p->size == t->size &&
         (bare_type(&own) != n || memcmp(own, type, n) != 0);
}

static bool unit_has_other(const Tree *t) {
  bool other = false;
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < functions.cap; i++) {
    const Function *f = functions.slots[i];
    if (!f || f->unit != t->unit) continue;
    other |= is_other(t, &f->result);
    for (int k = 0; k < f->n; k++) other |= is_other(t, &f->params[k]);
  }
  pthread_mutex_unlock(&lock);
  return other;
}

static Param param_of(const struct jc_param_ *p) {
  return (Param){
      .type = p->type, .size = p->size, .align = p->align, .kind = p->kind == 'v' ? 'p' : p->kind};
}

void jc_register_(int abi, const char *name, jc_fn fn, const void *unit, int n,
                  const struct jc_param_ *all, const char *file, int line) {
  if (abi != JC_ABI_) {
    fail(HERE(file, line), "jitc.h and the library differ in version: compile again");
    return;
  }
  Function *f = xcalloc(1, sizeof *f);
  *f = (Function){.name = name, .fn = fn, .unit = unit, .loc = HERE(file, line), .n = n};
  f->result = param_of(&all[0]);
  for (int i = 0; i < n; i++) f->params[i] = param_of(&all[1 + i]);
  function_add(f);
}

static void library_add(const char *name, jc_fn fn, int n) {
  static const struct jc_param_ arrays[4] = {{"jc_array", 8, 8, 'a'},
                                             {"jc_array", 8, 8, 'a'},
                                             {"jc_array", 8, 8, 'a'},
                                             {"jc_array", 8, 8, 'a'}};
  jc_register_(JC_ABI_, name, fn, NULL, n, arrays, NULL, 0);
}

__attribute__((constructor)) static void library_functions(void) {
#define X(name) library_add("jc_" #name, (jc_fn)(jc_##name), 1);
  JC_UNARY_OPS_(X)
  JC_UNARY_MATH_(X)
  JC_UNARY_NN_(X)
  JC_REDUCE_OPS_(X)
  X(norm)
  X(expi)
  X(exp1)
  X(spence)
  JC_MATRIX_OPS_(X)
  JC_UNARY_MORE_(X)
  JC_SHAPE_OPS_(X)
  JC_REDUCE_MORE_(X)
#undef X
#define X(name) library_add("jc_" #name, (jc_fn)(jc_##name), 2);
  JC_BINARY_OPS_(X)
  JC_BINARY_MATH_(X)
  JC_BINARY_NN_(X)
  JC_PRODUCT_OPS_(X)
  JC_SPECIAL2_OPS_(X)
  JC_BINARY_MORE_(X)
  JC_POLY_OPS_(X)
#undef X
}

Function *function_find(jc_fn fn, const char *who, Loc loc) {
  pthread_mutex_lock(&lock);
  Function *f = functions.cap ? *function_slot(fn) : NULL;
  pthread_mutex_unlock(&lock);
  if (!f) {
    fail(loc, "%s: this function is unknown: put JC_FN(...) behind it", who);
    return NULL;
  }
  function_resolve(f);
  return f;
}

// ---- calls

void function_call(Function *f, Arena *a, void *const *args, const jc_array *arrays,
                   void **result) {
  void *values[MAX_PARAMS], *pointers[MAX_PARAMS];
  for (int i = 0; i < f->n; i++) {
    const Param *p = &f->params[i];
    if (p->indirect) {
      size_t size = 0;  // up to the end of its last leaf
      for (int k = p->first; k < p->first + p->nleaves; k++) {
        size_t end = f->leaves[k].offset + f->leaves[k].size;
        if (end > size) size = end;
      }
      pointers[i] = arena_copy(a, *(void **)args[i], size);
      values[i] = &pointers[i];
    } else {
      values[i] = arena_copy(a, args[i], p->size);
    }
  }
  for (int i = 0; i < f->nleaves; i++)
    leaf_put(&f->leaves[i], leaf_at(f, &f->leaves[i], values), &arrays);
  size_t size = f->result.size < sizeof(ffi_arg) ? sizeof(ffi_arg) : f->result.size;
  *result = arena_alloc(a, size);
  void *again[MAX_PARAMS];  // ffi_call overwrites its argument array
  memcpy(again, values, sizeof values);
  ffi_call(&f->cif, f->fn, *result, again);
}
