// NumPy's .npy files: "\x93NUMPY", a version, a Python dict as text, the elements.
#include "frontend/data/npy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
  const char *path;
  Arena *arena;
} Reader;

static bool bad(const Reader *r, const char *what) {
  return fail(r->loc, "'%s' is no .npy file that can be read: %s", r->path, what);
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
  if (!p || *p != '\'') return bad(r, "its header has no 'descr'");
  for (int d = 0; d < DT_COUNT; d++) {
    const size_t n = strlen(descr[d]);
    if (!strncmp(p + 1, descr[d], n) && p[n + 1] == '\'') return *out = (Dtype)d, true;
  }
  if (!strncmp(p, "'|V2'", 5)) return *out = DT_BF16, true;  // '<V2' that numpy has read
  return fail(r->loc,
              "'%s' has the dtype %.8s, which is not supported: convert it to one of <f4 <f8 "
              "<f2 <V2 |i1 <i2 <i4 <i8 |u1 <u2 <u4 <u8 |b1 <c8 <c16",
              r->path, p);
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

// The dict's text, NUL-terminated.
static char *read_header(const Reader *r, FILE *f) {
  unsigned char start[MAGIC + 6];
  if (fread(start, 1, MAGIC + 4, f) != MAGIC + 4 || memcmp(start, magic, MAGIC))
    return bad(r, "it does not begin with \\x93NUMPY"), NULL;
  const int version = start[MAGIC];
  size_t n = (size_t)start[MAGIC + 2] | (size_t)start[MAGIC + 3] << 8;
  if (version > 1) {
    if (fread(start + MAGIC + 4, 1, 2, f) != 2) return bad(r, "it is truncated"), NULL;
    n |= (size_t)start[MAGIC + 4] << 16 | (size_t)start[MAGIC + 5] << 24;
  }
  if (n > MOST_HEADER) return bad(r, "its header is too long"), NULL;
  char *header = arena_alloc(r->arena, n + 1);
  if (fread(header, 1, n, f) != n) return bad(r, "it is truncated"), NULL;
  return header;
}

// Checked against the file's size first: a header that lies must not cost memory.
static bool read_elements(const Reader *r, FILE *f, NpyArray *out) {
  struct stat st;
  const size_t bytes = type_bytes(out->type);
  const long at = ftell(f);
  if (!fstat(fileno(f), &st) && S_ISREG(st.st_mode) && at >= 0 &&
      (size_t)st.st_size - (size_t)at < bytes)
    return bad(r, "it is truncated");
  out->buffer = buffer_new(r->loc, bytes);
  if (!out->buffer) return false;
  if (fread(out->buffer->data, 1, bytes, f) == bytes) return true;
  buffer_release(out->buffer);
  out->buffer = NULL;
  return bad(r, "it is truncated");
}

bool npy_read(Arena *a, Loc loc, const char *path, NpyArray *out) {
  const Reader r = {loc, path, a};
  *out = (NpyArray){0};
  FILE *f = fopen(path, "re");
  if (!f) return fail(loc, "cannot open '%s': %s", path, strerror(errno));
  const char *header = read_header(&r, f);
  const bool ok = header && parse_header(&r, header, &out->type) && read_elements(&r, f, out);
  fclose(f);
  return ok;
}

bool npy_write(Loc loc, const char *path, Type t, const void *data) {
  char dict[TYPE_TEXT + 100];
  int n = snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                   descr[t.dtype]);
  for (int i = 0; i < t.rank; i++)
    n += snprintf(dict + n, sizeof dict - (size_t)n, i ? ", %lld" : "%lld", (long long)t.dim[i]);
  n += snprintf(dict + n, sizeof dict - (size_t)n, t.rank == 1 ? ",), }" : "), }");
  const size_t before = MAGIC + 4, bytes = type_bytes(t);
  const size_t header = (before + (size_t)n + 1 + HEADER_ALIGN - 1) / HEADER_ALIGN * HEADER_ALIGN;
  char *file = malloc(header + bytes);
  if (!file) return fail(loc, "out of memory: %zu bytes to write '%s'", header + bytes, path);
  memset(file, ' ', header);
  memcpy(file, magic, MAGIC);
  file[MAGIC] = 1, file[MAGIC + 1] = 0;
  file[MAGIC + 2] = (char)((header - before) & 255),
               file[MAGIC + 3] = (char)((header - before) >> 8);
  memcpy(file + before, dict, (size_t)n);
  file[header - 1] = '\n';
  memcpy(file + header, data, bytes);
  const bool ok = file_write(loc, path, file, header + bytes);
  free(file);
  return ok;
}
