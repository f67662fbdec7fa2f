// safetensors files: named arrays. A 64-bit length, that many bytes of JSON, the elements.
//
// The format has no complex128: such an array is written as F64 with an axis more, of its real and
// imaginary parts, and the metadata "dtype:NAME" says so.
#include "frontend/data/safetensors.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/json.h"
#include "runtime/file.h"

enum {
  LENGTH = 8,               // bytes of the header's length
  MOST_HEADER = 100 << 20,  // as the format says
  DATA_ALIGN = 64,          // of the first array that is written
};

static const char *const names[DT_COUNT] = {
    [DT_F32] = "F32",   [DT_F64] = "F64", [DT_I32] = "I32",   [DT_I64] = "I64", [DT_U32] = "U32",
    [DT_BOOL] = "BOOL", [DT_U8] = "U8",   [DT_I8] = "I8",     [DT_I16] = "I16", [DT_U16] = "U16",
    [DT_U64] = "U64",   [DT_F16] = "F16", [DT_BF16] = "BF16", [DT_C64] = "C64",  // c128: see above
};

#define NOT_READ "'%s' is no safetensors file that can be read"

// ---- the header

static bool read_shape(Json *j, Type *t) {
  int64_t *dim = ARENA_ARRAY(j->arena, int64_t, MAX_RANK);
  *t = (Type){.dim = dim};
  if (!json_needs(j, '[')) return false;
  for (bool first = true; json_more(j, ']', &first);) {
    if (t->rank == MAX_RANK) return json_fail(j, "a shape of more than 16 axes");
    if (!json_count(j, &dim[t->rank++])) return false;
  }
  return !failed();
}

static bool read_offsets(Json *j, Member *m) {
  int64_t end;
  if (!json_needs(j, '[') || !json_count(j, &m->at) || !json_needs(j, ',') ||
      !json_count(j, &end) || !json_needs(j, ']'))
    return false;
  m->bytes = end - m->at;
  return m->bytes >= 0 || json_fail(j, "data_offsets that run backwards");
}

// A dtype that ours has not is an error only for who reads the array.
static void set_dtype(Member *m, const char *name) {
  for (int d = 0; d < DT_COUNT; d++) {
    if (!names[d] || strcmp(names[d], name) != 0) continue;
    m->type.dtype = (Dtype)d;
    return;
  }
  m->dtype = name;
}

static bool read_member(Json *j, Member *m) {
  const char *dtype = NULL;
  bool shape = false, offsets = false;
  if (!json_needs(j, '{')) return false;
  for (bool first = true; json_more(j, '}', &first);) {
    const char *key = json_text(j);
    if (!key || !json_needs(j, ':')) return false;
    if (!strcmp(key, "dtype") && !dtype) dtype = json_text(j);
    else if (!strcmp(key, "shape") && !shape) shape = read_shape(j, &m->type);
    else if (!strcmp(key, "data_offsets") && !offsets) offsets = read_offsets(j, m);
    else return json_fail(j, "another key than one each of dtype, shape and data_offsets");
  }
  if (failed()) return false;
  if (!dtype || !shape || !offsets) return json_fail(j, "no dtype, shape or data_offsets");
  set_dtype(m, dtype);
  return true;
}

static bool read_metadata(Json *j, Archive *a) {
  int cap = 0;
  Pair *pairs = NULL;
  if (a->metadata) return json_fail(j, "__metadata__ twice");
  a->metadata = ARENA_NEW(a->arena, Pair);
  if (!json_needs(j, '{')) return false;
  for (bool first = true; json_more(j, '}', &first);) {
    GROW(pairs, cap, a->nmetadata + 1);
    Pair *p = &pairs[a->nmetadata];
    p->key = json_text(j);
    if (!p->key || !json_needs(j, ':') || !(p->value = json_text(j))) break;
    a->nmetadata++;
  }
  if (a->nmetadata) a->metadata = arena_copy(a->arena, pairs, sizeof *pairs * (size_t)a->nmetadata);
  free(pairs);
  return !failed();
}

static bool read_names(Json *j, Archive *a) {
  int cap = 0;
  Member *members = NULL;
  if (!json_needs(j, '{')) return false;
  for (bool first = true; json_more(j, '}', &first);) {
    const char *name = json_text(j);
    if (!name || !json_needs(j, ':')) break;
    if (!strcmp(name, "__metadata__")) {
      if (!read_metadata(j, a)) break;
      continue;
    }
    GROW(members, cap, a->n + 1);
    members[a->n] = (Member){.name = name};
    if (!read_member(j, &members[a->n])) break;
    a->n++;
  }
  if (a->n) a->members = arena_copy(a->arena, members, sizeof *members * (size_t)a->n);
  free(members);
  return !failed() && json_ends(j);
}

// ---- complex128

static const char of_dtype[] = "dtype:", complex_pairs[] = "C128";

static bool names_pairs(const Pair *p) {
  return !strncmp(p->key, of_dtype, sizeof of_dtype - 1) && !strcmp(p->value, complex_pairs);
}

static bool find_pairs(Archive *a) {
  for (int i = 0; i < a->nmetadata; i++) {
    if (!names_pairs(&a->metadata[i])) continue;
    const char *name = a->metadata[i].key + sizeof of_dtype - 1;
    Member *m = (Member *)archive_find(a, name);
    const int last = m ? m->type.rank - 1 : -1;
    if (last < 0 || m->dtype || m->type.dtype != DT_F64 || m->type.dim[last] != 2)
      return fail(a->file.loc, NOT_READ ": '%s' is no pairs of F64, as its metadata says",
                  a->file.path, name);
    m->type = (Type){DT_C128, last, m->type.dim};
  }
  return true;
}

// ---- places

static bool bad(const Archive *a, const Member *m, const char *problem) {
  return fail(a->file.loc, NOT_READ ": array '%s': %s", a->file.path, m->name, problem);
}

static bool size_agrees(const Archive *a, const Member *m) {
  if (m->dtype) return true;
  if (!type_fits(m->type)) return bad(a, m, "its shape is larger than any memory");
  if (type_bytes(m->type) == (size_t)m->bytes) return true;
  return fail(a->file.loc, NOT_READ ": array '%s': %s has %zu bytes, its data_offsets %lld",
              a->file.path, m->name, TYPE_STR(m->type), type_bytes(m->type), (long long)m->bytes);
}

static int by_place(const void *x, const void *y) {
  const Member *a = *(Member *const *)x, *b = *(Member *const *)y;
  if (a->at != b->at) return a->at < b->at ? -1 : 1;
  return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

// In the order of their places the arrays lie end to end, from the header to the end of the file.
static bool places_agree(const Archive *a, int64_t start) {
  Member **order = xmalloc(sizeof *order * (size_t)(a->n + 1));
  const Member *before = NULL;
  int64_t at = 0;
  bool ok = true;
  for (int i = 0; i < a->n; i++) order[i] = &a->members[i];
  qsort(order, (size_t)a->n, sizeof *order, by_place);
  for (int i = 0; i < a->n && ok; i++) {
    Member *m = order[i];
    ok = size_agrees(a, m);
    if (ok && m->at < at)
      ok = fail(a->file.loc, NOT_READ ": arrays '%s' and '%s' overlap", a->file.path, before->name,
                m->name);
    if (ok && m->at > at) ok = bad(a, m, "bytes in front of it belong to no array");
    if (ok && m->at > a->file.size - start - m->bytes)
      ok = bad(a, m, "the file ends before it does: it is truncated");
    at = m->at + m->bytes;
    before = m;
    m->at += start;
  }
  free(order);
  if (ok && at != a->file.size - start)
    return fail(a->file.loc, NOT_READ ": %lld bytes behind its arrays belong to none", a->file.path,
                (long long)(a->file.size - start - at));
  return ok;
}

bool safetensors_open(Archive *a) {
  uint64_t n;
  const DataFile *f = &a->file;
  if (f->size < LENGTH) return fail(f->loc, NOT_READ ": it is truncated", f->path);
  if (!data_file_read(f, 0, &n, sizeof n)) return false;
  n = le64toh(n);
  if (n > MOST_HEADER || (int64_t)n > f->size - LENGTH)
    return fail(f->loc, NOT_READ ": its header would have %llu bytes, the file has %lld", f->path,
                (unsigned long long)n, (long long)f->size);
  char *text = arena_alloc(a->arena, n + 1);
  if (!data_file_read(f, LENGTH, text, n)) return false;
  Json j = {f->loc, arena_printf(a->arena, NOT_READ, f->path), text, text, text + n, a->arena};
  return read_names(&j, a) && archive_sort(a) && find_pairs(a) &&
         places_agree(a, LENGTH + (int64_t)n);
}

bool safetensors_read(Archive *a, const Member *m, NpyArray *out) {
  *out = (NpyArray){0};
  if (m->dtype)
    return fail(a->file.loc,
                "'%s': array '%s' has the dtype %s, which is not supported: convert it to F32, F16 "
                "or BF16",
                a->file.path, m->name, m->dtype);
  *out = (NpyArray){m->type, data_file_array(&a->file, m->at, m->type)};
  if (!out->buffer) return false;
  if (bools_sound(a->file.loc, a->file.path, out->type, out->buffer->data)) return true;
  buffer_release(out->buffer);
  out->buffer = NULL;
  return false;
}

// ---- writing

// Large elements first: then all are aligned. Sizes are powers of two up to 16.
static int order_by_size(int n, const Named *arrays, int *order) {
  int k = 0;
  for (size_t size = 16; size; size /= 2) {
    for (int i = 0; i < n; i++) {
      if (dtype_size(arrays[i].type.dtype) == size) order[k++] = i;
    }
  }
  return k;
}

static void print_array(Text *out, const Named *x, int64_t at) {
  json_string(out, x->name);
  const bool pairs = x->type.dtype == DT_C128;
  text_fmt(out, ":{\"dtype\":\"%s\",\"shape\":[", names[pairs ? DT_F64 : x->type.dtype]);
  for (int i = 0; i < x->type.rank; i++)
    text_fmt(out, i ? ",%lld" : "%lld", (long long)x->type.dim[i]);
  if (pairs) text_str(out, x->type.rank ? ",2" : "2");
  text_fmt(out, "],\"data_offsets\":[%lld,%lld]}", (long long)at,
           (long long)at + (long long)type_bytes(x->type));
}

static void print_pair(Text *out, bool *first, const char *before, const Pair *p) {
  Text key = {0};
  text_fmt(&key, "%s%s", before, p->key);
  text_str(out, *first ? "\"__metadata__\":{" : ",");
  json_string(out, key.s);
  text_str(out, ":");
  json_string(out, p->value);
  text_free(&key);
  *first = false;
}

// Whether there is some.
static bool print_metadata(Text *out, int n, const Named *arrays, int extra, const Pair *metadata) {
  bool first = true;
  for (int i = 0; i < extra; i++) print_pair(out, &first, "", &metadata[i]);
  for (int i = 0; i < n; i++) {
    if (arrays[i].type.dtype == DT_C128)
      print_pair(out, &first, of_dtype, &(Pair){arrays[i].name, complex_pairs});
  }
  if (!first) text_str(out, "}");
  return !first;
}

static void print_header(Text *out, int n, const Named *arrays, const int *order, int extra,
                         const Pair *metadata) {
  int64_t at = 0;
  text_str(out, "{");
  bool more = print_metadata(out, n, arrays, extra, metadata);
  for (int i = 0; i < n; i++, more = true) {
    const Named *x = &arrays[order[i]];
    if (more) text_str(out, ",");
    print_array(out, x, at);
    at += (int64_t)type_bytes(x->type);
  }
  text_str(out, "}");
  while (out->n % DATA_ALIGN != DATA_ALIGN - LENGTH) text_str(out, " ");
}

static bool can_write(Loc loc, const char *path, int n, const Named *arrays, int extra,
                      const Pair *metadata) {
  for (int i = 0; i < n; i++) {
    if (arrays[i].type.dtype == DT_C128 && arrays[i].type.rank == MAX_RANK)
      return fail(loc,
                  "cannot write '%s': safetensors has no c128, and no axis is left for the "
                  "parts of '%s': save it as .npz",
                  path, arrays[i].name);
    if (!strcmp(arrays[i].name, "__metadata__"))
      return fail(loc, "cannot write '%s': no array can be called __metadata__", path);
  }
  for (int i = 0; i < extra; i++) {
    if (!strncmp(metadata[i].key, of_dtype, sizeof of_dtype - 1))
      return fail(loc, "cannot write '%s': metadata '%s': those of '%s' are for complex arrays",
                  path, metadata[i].key, of_dtype);
    for (int k = 0; k < i; k++) {
      if (!strcmp(metadata[i].key, metadata[k].key))
        return fail(loc, "cannot write '%s': metadata '%s' twice", path, metadata[i].key);
    }
  }
  return true;
}

bool safetensors_write(Loc loc, const char *path, int n, const Named *arrays, int extra,
                       const Pair *metadata, bool lasting) {
  if (!can_write(loc, path, n, arrays, extra, metadata)) return false;
  int *order = xmalloc(sizeof *order * (size_t)(n + 1));
  CHECK(order_by_size(n, arrays, order) == n);
  Text header = {0};
  print_header(&header, n, arrays, order, extra, metadata);
  const uint64_t length = htole64(header.n);
  FileWriter w;
  file_begin(&w, loc, path, lasting);
  file_add(&w, &length, sizeof length);
  file_add(&w, header.s, header.n);
  for (int i = 0; i < n; i++)
    file_add(&w, arrays[order[i]].data, type_bytes(arrays[order[i]].type));
  text_free(&header);
  free(order);
  return file_end(&w, true);
}
