// NumPy's .npy files: "\x93NUMPY", a version, a Python dict as text, the elements.
#include "frontend/data/npy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "frontend/data/mapped.h"
#include "runtime/file.h"

enum { MAGIC = 6, MOST_HEADER = 1 << 16, HEADER_ALIGN = 64 };
static const char magic[] = "\x93NUMPY";

static const char *const descr[DT_COUNT] = {
    [DT_F32] = "<f4", [DT_F64] = "<f8",   [DT_I32] = "<i4",  [DT_I64] = "<i8",
    [DT_U32] = "<u4", [DT_BOOL] = "|b1",  [DT_U8] = "|u1",   [DT_I8] = "|i1",
    [DT_I16] = "<i2", [DT_U16] = "<u2",   [DT_U64] = "<u8",  [DT_F16] = "<f2",
    [DT_C64] = "<c8", [DT_C128] = "<c16", [DT_BF16] = "<V2",  // what numpy.save makes of
                                                              // ml_dtypes.bfloat16
};

typedef struct Reader {
  Loc loc;
  Arena *arena;
  NpySource *from;
} Reader;

static bool bad(const Reader *r, const char *what) {
  return fail(r->loc, "'%s' is no .npy file that can be read: %s", r->from->name, what);
}

// The text behind "'key':" in the header's dict, or NULL.
static const char *value_of(const char *header, const char *key) {
  const char *p = strstr(header, key);
  if (!p) return NULL;
  p += strlen(key);
  return p + strspn(p, " :");
}

static bool parse_dtype(const Reader *r, const char *header, Dtype *out) {
  const char *p = value_of(header, "'descr'");
  if (p && *p == '[') return bad(r, "its elements are records: save each field by itself");
  if (!p || *p != '\'') return bad(r, "its header has no 'descr'");
  for (int d = 0; d < DT_COUNT; d++) {
    const size_t n = strlen(descr[d]);
    if (!strncmp(p + 1, descr[d], n) && p[n + 1] == '\'') return *out = (Dtype)d, true;
  }
  if (!strncmp(p, "'|V2'", 5)) return *out = DT_BF16, true;  // '<V2' that numpy has read
  if (!strncmp(p, "'|O'", 4))
    return bad(r, "it holds Python objects: save x.astype(numpy.float32), or another number");
  return fail(r->loc,
              "'%s' has the dtype %.8s, which is not supported: convert it to one of <f4 <f8 "
              "<f2 <V2 |i1 <i2 <i4 <i8 |u1 <u2 <u4 <u8 |b1 <c8 <c16",
              r->from->name, p);
}

static bool parse_shape(const Reader *r, const char *header, Type *t) {
  const char *p = value_of(header, "'shape'");
  if (!p || *p++ != '(') return bad(r, "its header has no 'shape'");
  int64_t *dim = ARENA_ARRAY(r->arena, int64_t, MAX_RANK);
  int rank = 0;
  for (p += strspn(p, " ,"); *p && *p != ')'; p += strspn(p, " ,")) {
    char *end;
    errno = 0;
    const long long n = strtoll(p, &end, 10);
    if (end == p || n < 0 || errno || rank == MAX_RANK) return bad(r, "its 'shape' is malformed");
    dim[rank++] = n;
    p = end;
  }
  t->rank = rank;
  t->dim = dim;
  return *p == ')' && type_fits(*t) ? true : bad(r, "its 'shape' is malformed");
}

static bool parse_header(const Reader *r, const char *header, Type *t) {
  const char *order = value_of(header, "'fortran_order'");
  if (!order) return bad(r, "its header has no 'fortran_order'");
  if (!strncmp(order, "True", 4))
    return bad(r, "it is in Fortran order: save numpy.ascontiguousarray(x)");
  return parse_dtype(r, header, &t->dtype) && parse_shape(r, header, t);
}

// Whole, or false after fail().
static bool take(const Reader *r, void *to, size_t n) {
  const int64_t got = r->from->read(r->from->context, to, n);
  if (got < 0) return false;
  if (r->from->left >= 0) r->from->left -= got;
  return (size_t)got == n || bad(r, "it is truncated");
}

// The dict's text, NUL-terminated.
static char *read_header(const Reader *r) {
  unsigned char start[MAGIC + 6] = {0};
  const int64_t got = r->from->read(r->from->context, start, MAGIC + 4);
  if (got < 0) return NULL;
  if (got < MAGIC + 4 || memcmp(start, magic, MAGIC))
    return bad(r, "it does not begin with \\x93NUMPY"), NULL;
  if (r->from->left >= 0) r->from->left -= got;
  const int version = start[MAGIC];
  if (version < 1 || version > 3) return bad(r, "its version is none of 1, 2 and 3"), NULL;
  size_t n = (size_t)start[MAGIC + 2] | (size_t)start[MAGIC + 3] << 8;
  if (version > 1) {
    if (!take(r, start + MAGIC + 4, 2)) return NULL;
    n |= (size_t)start[MAGIC + 4] << 16 | (size_t)start[MAGIC + 5] << 24;
  }
  if (n > MOST_HEADER) return bad(r, "its header is too long"), NULL;
  char *header = arena_alloc(r->arena, n + 1);
  return take(r, header, n) ? header : NULL;
}

// The type, checked against the bytes that are there: a header that lies must not cost memory.
static bool read_type(const Reader *r, Type *t) {
  const char *header = read_header(r);
  if (!header || !parse_header(r, header, t)) return false;
  if (r->from->left < 0 || (size_t)r->from->left >= type_bytes(*t)) return true;
  return fail(r->loc,
              "'%s' is no .npy file that can be read: it is truncated: %lld of the %zu bytes of %s",
              r->from->name, (long long)r->from->left, type_bytes(*t), TYPE_STR(*t));
}

bool npy_read_type(Arena *a, Loc loc, NpySource *from, Type *out) {
  return read_type(&(Reader){loc, a, from}, out);
}

// Gives up an array that is not.
static bool npy_sound(const Reader *r, NpyArray *x) {
  if (!x->buffer) return false;
  if (bools_sound(r->loc, r->from->name, x->type, x->buffer->data)) return true;
  buffer_release(x->buffer);
  x->buffer = NULL;
  return false;
}

bool npy_read_from(Arena *a, Loc loc, NpySource *from, NpyArray *out) {
  const Reader r = {loc, a, from};
  *out = (NpyArray){0};
  if (!read_type(&r, &out->type)) return false;
  const size_t bytes = type_bytes(out->type);
  out->buffer = buffer_new(loc, bytes);
  if (!out->buffer) return false;
  if (take(&r, out->buffer->data, bytes)) return npy_sound(&r, out);
  buffer_release(out->buffer);
  out->buffer = NULL;
  return false;
}

// ---- files

typedef struct File {
  Loc loc;
  const char *path;
  FILE *f;
} File;

static int64_t file_read(void *context, void *to, size_t n) {
  const File *file = context;
  errno = 0;
  const size_t got = fread(to, 1, n, file->f);
  if (got == n || !ferror(file->f)) return (int64_t)got;
  return fail(file->loc, "cannot read '%s': %s", file->path, strerror(errno)), -1;
}

bool npy_read(Arena *a, Loc loc, const char *path, NpyArray *out) {
  File file = {loc, path, fopen(path, "re")};
  *out = (NpyArray){0};
  if (!file.f) return fail(loc, "cannot open '%s': %s", path, strerror(errno));
  struct stat st;
  const bool sized = !fstat(fileno(file.f), &st) && S_ISREG(st.st_mode);
  NpySource from = {path, sized ? (int64_t)st.st_size : -1, file_read, &file};
  const bool ok = npy_read_from(a, loc, &from, out);
  fclose(file.f);
  return ok;
}

typedef struct Place {
  DataFile *file;
  int64_t at;
} Place;

static int64_t place_read(void *context, void *to, size_t n) {
  Place *p = context;
  const int64_t left = p->file->size - p->at;
  if ((int64_t)n > left) n = (size_t)left;
  if (!data_file_read(p->file, p->at, to, n)) return -1;
  p->at += (int64_t)n;
  return (int64_t)n;
}

bool npy_map(Arena *a, Loc loc, const char *path, NpyArray *out) {
  DataFile file;
  *out = (NpyArray){0};
  bool ok = data_file_open(&file, loc, path, true);
  Place place = {&file, 0};
  NpySource from = {path, file.size, place_read, &place};
  const Reader r = {loc, a, &from};
  ok = ok && read_type(&r, &out->type);
  if (ok) out->buffer = data_file_array(&file, place.at, out->type);
  data_file_close(&file);
  return ok && npy_sound(&r, out);
}

// ---- writing

const char *npy_header(Arena *a, Type t, size_t *n) {
  char dict[TYPE_TEXT + 100];
  int used = snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                      descr[t.dtype]);
  for (int i = 0; i < t.rank; i++)
    used += snprintf(dict + used, sizeof dict - (size_t)used, i ? ", %lld" : "%lld",
                     (long long)t.dim[i]);
  used += snprintf(dict + used, sizeof dict - (size_t)used, t.rank == 1 ? ",), }" : "), }");
  const size_t before = MAGIC + 4;
  *n = (before + (size_t)used + 1 + HEADER_ALIGN - 1) / HEADER_ALIGN * HEADER_ALIGN;
  char *header = arena_alloc(a, *n);
  memset(header, ' ', *n);
  memcpy(header, magic, MAGIC);
  header[MAGIC] = 1, header[MAGIC + 1] = 0;
  header[MAGIC + 2] = (char)((*n - before) & 255);
  header[MAGIC + 3] = (char)((*n - before) >> 8);
  memcpy(header + before, dict, (size_t)used);
  header[*n - 1] = '\n';
  return header;
}

bool npy_write(Loc loc, const char *path, Type t, const void *data) {
  Arena *a = arena_new();
  FileWriter w;
  size_t n;
  const char *header = npy_header(a, t, &n);
  file_begin(&w, loc, path, false);
  file_add(&w, header, n);
  file_add(&w, data, type_bytes(t));
  arena_free(a);
  return file_end(&w, true);
}
