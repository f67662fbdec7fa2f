// Trees of arrays to files and back: each leaf goes by its path.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/data.h"
#include "frontend/data/npz.h"
#include "frontend/data/safetensors.h"
#include "frontend/read.h"
#include "frontend/tree.h"

// ---- leaves

// An array of the tree, or one of its numbers.
typedef struct Place {
  char path[TREE_PATH];
  char kind;      // as in jc_param_
  jc_array word;  // an array's
  void *number;   // where it lies
} Place;

typedef struct Places {
  Place *v;  // first all arrays, in the order of the tree
  int n, cap;
} Places;

// The dtypes of plain fields; those of other kinds (strings, pointers) stay as they are.
static bool plain_dtype(const struct jc_field_ *f, Dtype *out) {
  switch (f->kind) {
    case 'b': return *out = DT_BOOL, true;
    case 'i': return *out = DT_I32, true;
    case 'u': return *out = DT_U32, true;
    case 'l': return *out = DT_I64, f->size == 8;
    case 'f': return *out = DT_F32, true;
    case 'd': return *out = DT_F64, true;
    default: return false;
  }
}

static bool place_add(Places *to, const char *path, Place place) {
  GROW(to->v, to->cap, to->n + 1);
  Place *p = &to->v[to->n++];
  *p = place;
  snprintf(p->path, sizeof p->path, "%s", *path ? path : "array");
  return strlen(path) < TREE_PATH - 1;
}

static bool places_of(struct jc_tree_ tree, const char *who, Loc loc, Places *out) {
  char *base = (char *)tree.at;
  const struct jc_field_ *fields = NULL;
  int n = 0;
  *out = (Places){0};
  if (!base) return fail(loc, "%s: the tree is NULL", who);
  if (!tree.is_array && !tree_fields(tree.unit, tree.size, tree.at, who, loc, &fields, &n))
    return false;
  for (TreeWalk w = tree_walk(tree); tree_walk_next(&w);) {
    if (!place_add(out, w.path, (Place){.kind = 'a', .word = w.x}))
      return fail(loc, "%s: the path '%.60s...' is too long", who, w.path);
  }
  for (int i = 0; i < n; i++) {
    Dtype d;
    if (!plain_dtype(&fields[i], &d)) continue;
    place_add(out, fields[i].name,
              (Place){.kind = fields[i].kind, .number = base + fields[i].offset});
  }
  return true;
}

static Dtype place_dtype(const Place *p) {
  Dtype d = DT_F32;
  CHECK(plain_dtype(&(struct jc_field_){.kind = p->kind, .size = 8}, &d));
  return d;
}

// ---- saving

static bool is_npz(const char *path) {
  const size_t n = strlen(path);
  return n > 4 && !strcmp(path + n - 4, ".npz");
}

// What goes into a file beside the tree.
typedef struct Saving {
  struct jc_pairs metadata;
  bool deflate;
} Saving;

static bool metadata_ok(const struct jc_pairs *m, const char *path, Loc loc) {
  if (m->n && is_npz(path))
    return fail(loc, "save: '%s': an .npz file has no metadata: safetensors has", path);
  for (int i = 0; i < m->n; i++) {
    if (!m->items[i].key || !m->items[i].value)
      return fail(loc, "save: metadata %d: its key or value is NULL", i);
  }
  return true;
}

// "format" says who wrote the file, where nothing else is given for it.
static bool write_tensors(Loc loc, const char *path, int n, const Named *named,
                          const struct jc_pairs *m) {
  Pair *pairs = xcalloc((size_t)m->n + 1, sizeof *pairs);
  int extra = 0;
  bool told = false;
  for (int i = 0; i < m->n; i++) told = told || !strcmp(m->items[i].key, "format");
  if (!told) pairs[extra++] = (Pair){"format", "jitc"};
  for (int i = 0; i < m->n; i++) pairs[extra++] = (Pair){m->items[i].key, m->items[i].value};
  const bool ok = safetensors_write(loc, path, n, named, extra, pairs, true);
  free(pairs);
  return ok;
}

static bool write_named(Loc loc, const char *path, int n, const Named *named, const Saving *s) {
  if (!metadata_ok(&s->metadata, path, loc)) return false;
  if (s->deflate || is_npz(path)) return npz_write(loc, path, n, named, s->deflate, true);
  return write_tensors(loc, path, n, named, &s->metadata);
}

static bool save_places(const Places *p, const char *path, const Saving *s, Loc loc) {
  Elements *elements = xcalloc((size_t)p->n + 1, sizeof *elements);
  Named *named = xcalloc((size_t)p->n + 1, sizeof *named);
  bool ok = true;
  for (int i = 0; i < p->n && ok; i++) {
    const Place *place = &p->v[i];
    char what[TREE_PATH + 8];
    snprintf(what, sizeof what, "leaf '%s'", place->path);
    if (place->kind != 'a') {
      named[i] = (Named){place->path, type_scalar(place_dtype(place)), place->number};
      continue;
    }
    ok = elements_of(place->word, "save", what, loc, &elements[i]);
    named[i] = (Named){place->path, elements[i].type, elements[i].data};
  }
  ok = ok && write_named(loc, path, p->n, named, s);
  free(named);
  free(elements);
  return ok;
}

static bool save(struct jc_tree_ tree, Saving s, Loc loc, const char *format, va_list ap) {
  char path[MOST_PATH];
  Places p;
  if (!data_path(path, loc, format, ap)) return false;
  const bool ok = places_of(tree, "save", loc, &p) && save_places(&p, path, &s, loc);
  free(p.v);
  return ok;
}

bool jc_save_(struct jc_tree_ tree, const char *file, int line, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  const bool ok = save(tree, (Saving){0}, HERE(file, line), format, ap);
  va_end(ap);
  return ok;
}

bool jc_save_with_(struct jc_tree_ tree, struct jc_pairs metadata, const char *file, int line,
                   const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  const bool ok = save(tree, (Saving){.metadata = metadata}, HERE(file, line), format, ap);
  va_end(ap);
  return ok;
}

bool jc_save_compressed_(struct jc_tree_ tree, const char *file, int line, const char *format,
                         ...) {
  va_list ap;
  va_start(ap, format);
  const bool ok = save(tree, (Saving){.deflate = true}, HERE(file, line), format, ap);
  va_end(ap);
  return ok;
}

// ---- loading

typedef struct Loading {
  Archive archive;
  Loc loc;
  const char *who;
  NpyArray *arrays;  // as many as places
  TypeId *types;
} Loading;

// "'a', 'b', 'c' and 5 more"
static const char *names_in(const Archive *a) {
  enum { SHOWN = 4 };
  char *text = arena_str(a->arena, a->n ? "" : "none");
  for (int i = 0; i < a->n && i < SHOWN; i++)
    text = arena_printf(a->arena, "%s%s'%s'", text, i ? ", " : "", a->members[i].name);
  return a->n > SHOWN ? arena_printf(a->arena, "%s and %d more", text, a->n - SHOWN) : text;
}

static bool type_agrees(const Loading *l, const Place *p, Type got, TypeId *out) {
  *out = type_intern(got, false);
  const char *path = l->archive.file.path;
  Type want = type_scalar(DT_F32);
  if (p->kind != 'a') {
    want = type_scalar(place_dtype(p));
  } else {
    if (!p->word.handle) return true;  // takes what comes
    const Slot *s = slot_need(p->word, l->loc, l->who, "leaf '%s'", p->path);
    if (!s) return false;
    if (slot_kind(s) == SLOT_POISON || slot_kind(s) == SLOT_TRACER)
      return fail(l->loc,
                  "%s: leaf '%s' is a traced value or an error's: load outside of functions "
                  "that are transformed",
                  l->who, p->path);
    *out = s->type;
    want = type_info(s->type)->type;
  }
  if (type_equal(got, want)) return true;
  return fail(l->loc, "%s: leaf '%s' is %s, in '%s' it is %s", l->who, p->path, TYPE_STR(want),
              path, TYPE_STR(got));
}

static bool read_place(Loading *l, const Place *p, int i) {
  Archive *a = &l->archive;
  const Member *m = archive_find(a, p->path);
  if (!m)
    return fail(l->loc, "%s: '%s' has no array for leaf '%s': it has %s", l->who, a->file.path,
                p->path, names_in(a));
  return archive_read(a, m, &l->arrays[i]) && type_agrees(l, p, l->arrays[i].type, &l->types[i]);
}

// Names that the tree lacks: as many names as leaves, and no leaf without its name, is all.
static bool nothing_is_left(const Loading *l, const Places *p) {
  const Archive *a = &l->archive;
  for (int i = 0; i < a->n && a->n != p->n; i++) {
    bool found = false;
    for (int k = 0; k < p->n && !found; k++) found = !strcmp(a->members[i].name, p->v[k].path);
    if (!found)
      return fail(l->loc,
                  "%s: '%s' has the array '%s', which is no leaf of the tree: read single arrays "
                  "by jc_load_named",
                  l->who, a->file.path, a->members[i].name);
  }
  return true;
}

// The tree changes once all of it is there.
static void put_places(Loading *l, struct jc_tree_ tree, const Places *p) {
  jc_array *arrays = xmalloc(sizeof *arrays * ((size_t)p->n + 1));
  for (int i = 0; i < p->n; i++) {
    Buffer *b = l->arrays[i].buffer;
    l->arrays[i].buffer = NULL;
    if (p->v[i].kind == 'a') {
      arrays[i] = data_array(l->types[i], b);
    } else {
      memcpy(p->v[i].number, b->data, dtype_size(place_dtype(&p->v[i])));
      buffer_release(b);
    }
  }
  if (tree.is_array) memcpy((void *)tree.at, arrays, sizeof *arrays);
  else tree_write(tree.unit, tree.size, tree.at, arrays, (void *)tree.at);
  free(arrays);
}

static bool load(struct jc_tree_ tree, const char *who, bool map, Loc loc, const char *format,
                 va_list ap) {
  char path[MOST_PATH];
  Places p = {0};
  Loading l = {.loc = loc, .who = who};
  if (!data_path(path, loc, format, ap) || !places_of(tree, who, loc, &p)) return free(p.v), false;
  l.arrays = xcalloc((size_t)p.n + 1, sizeof *l.arrays);
  l.types = xcalloc((size_t)p.n + 1, sizeof *l.types);
  bool ok = archive_open(&l.archive, loc, path, map);
  for (int i = 0; i < p.n && ok; i++) ok = read_place(&l, &p.v[i], i);
  ok = ok && nothing_is_left(&l, &p);
  if (ok) put_places(&l, tree, &p);
  for (int i = 0; i < p.n; i++) buffer_release(l.arrays[i].buffer);
  archive_close(&l.archive);
  free(l.types);
  free(l.arrays);
  free(p.v);
  return ok;
}

bool jc_load_(struct jc_tree_ tree, const char *file, int line, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  const bool ok = load(tree, "load", false, HERE(file, line), format, ap);
  va_end(ap);
  return ok;
}

bool jc_map_file_(struct jc_tree_ tree, const char *file, int line, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  const bool ok = load(tree, "map_file", true, HERE(file, line), format, ap);
  va_end(ap);
  return ok;
}

// ---- one array

static jc_array load_named(const char *name, const char *path, Loc loc) {
  Archive a;
  NpyArray x = {0};
  const bool ok = archive_open(&a, loc, path, false);
  const Member *m = ok ? archive_find(&a, name) : NULL;
  if (ok && !m)
    fail(loc, "load_named: '%s' has no array '%s': it has %s", path, name, names_in(&a));
  jc_array h = handle_poison();
  if (m && archive_read(&a, m, &x)) h = data_array(type_intern(x.type, false), x.buffer);
  archive_close(&a);
  return h;
}

jc_array jc_load_named_(const char *name, const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  if (ok && !name) fail(loc, "load_named: the name is NULL");
  return ok && name ? load_named(name, path, loc) : handle_poison();
}

static const char *load_metadata(const char *key, const char *path, Loc loc) {
  Archive a;
  const char *value = NULL;
  const bool ok = archive_open(&a, loc, path, false);
  for (int i = 0; ok && i < a.nmetadata; i++) {
    if (!strcmp(a.metadata[i].key, key)) value = a.metadata[i].value;
  }
  if (value) value = text_keep(strdup(value));
  archive_close(&a);
  return value;
}

const char *jc_load_metadata_(const char *key, const char *file, int line, const char *format,
                              ...) {
  DATA_PATH(format);
  if (ok && !key) fail(loc, "load_metadata: the key is NULL");
  return ok && key ? load_metadata(key, path, loc) : NULL;
}
