// Reads IDX files (the format of MNIST), plain or gzipped, into memory.
//
// The format (all numbers big-endian): two zero bytes, a byte for the element type, a byte for the
// rank, one 32-bit size per axis, then the elements. zlib reads plain files through the same calls
// as gzipped ones.
#include "frontend/data/data_idx.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

// Sizes in a header are claims: memory grows with the bytes that are really there, from this much
// on.
enum { FIRST_CHUNK = 1 << 20, GZ_BUFFER = 1 << 17 };

typedef struct Reader {
  Loc loc;
  const char *path;  // the file that was opened
  gzFile file;
} Reader;

static const struct ElementType {
  uint8_t code;
  Dtype dtype;
} element_types[] = {
    {0x08, DT_U8}, {0x09, DT_I8}, {0x0b, DT_I16}, {0x0c, DT_I32}, {0x0d, DT_F32}, {0x0e, DT_F64},
};

// Opens without looking: NULL leaves errno.
static gzFile open_file(const char *path) {
  errno = 0;
  return gzopen(path, "rbe");
}

// The other spelling of a name: with ".gz" taken off or put on.
static char *other_name(const char *path) {
  const size_t n = strlen(path);
  char *other = xmalloc(n + sizeof ".gz");
  memcpy(other, path, n + 1);
  if (n > 3 && !strcmp(path + n - 3, ".gz")) other[n - 3] = 0;
  else strcpy(other + n, ".gz");
  return other;
}

static bool fail_open(Loc loc, const char *path, const char *other, int error) {
  if (error == ENOENT)
    return fail(loc, "data: neither '%s' nor '%s' exists: check the path of the data directory",
                path, other);
  return fail(loc, "data: cannot open '%s': %s: check the file's permissions", path,
              error ? strerror(error) : "out of memory");
}

static bool fail_stream(Reader *r) {
  int code = Z_OK;
  const char *text = gzerror(r->file, &code);
  if (code == Z_ERRNO)
    return fail(r->loc, "data: cannot read '%s': %s: a readable IDX file is needed", r->path,
                strerror(errno));
  if (code == Z_BUF_ERROR)
    return fail(r->loc, "data: '%s' is truncated: its gzip stream ends early: fetch it again",
                r->path);
  const char *reason = strstr(text, ": ");  // zlib puts the path before it
  return fail(r->loc, "data: '%s' is corrupt: %s: fetch it again", r->path,
              reason ? reason + 2 : text);
}

// Up to n bytes; fewer only at the end of the file. -1 after an error was recorded.
static int64_t read_up_to(Reader *r, void *to, size_t n) {
  size_t done = 0;
  while (done < n) {
    const size_t left = n - done;
    const int got =
        gzread(r->file, (char *)to + done, left > FIRST_CHUNK ? FIRST_CHUNK : (unsigned)left);
    int code = Z_OK;
    if (got <= 0) gzerror(r->file, &code);
    if (got < 0 || code != Z_OK) return fail_stream(r), -1;
    if (!got) break;
    done += (size_t)got;
  }
  return (int64_t)done;
}

static bool read_exactly(Reader *r, void *to, size_t n) {
  const int64_t got = read_up_to(r, to, n);
  if (got < 0) return false;
  return (size_t)got == n ||
         fail(r->loc,
              "data: '%s' is truncated: it ends inside the IDX header: fetch it "
              "again",
              r->path);
}

static bool element_type(Reader *r, uint8_t code, Dtype *out) {
  for (size_t i = 0; i < sizeof element_types / sizeof *element_types; i++) {
    const struct ElementType *t = &element_types[i];
    if (t->code != code) continue;
    *out = t->dtype;
    return true;
  }
  return fail(r->loc, "data: '%s' is not an IDX file: unknown element type 0x%02x", r->path, code);
}

static bool read_header(Reader *r, IdxArray *a) {
  uint8_t magic[4];
  if (!read_exactly(r, magic, sizeof magic)) return false;
  if (magic[0] || magic[1])
    return fail(r->loc, "data: '%s' is not an IDX file: it starts with %02x %02x, not with 00 00",
                r->path, magic[0], magic[1]);
  if (!element_type(r, magic[2], &a->dtype)) return false;
  a->rank = magic[3];
  if (a->rank > MAX_RANK)
    return fail(r->loc, "data: '%s' has %d axes, at most %d are possible", r->path, a->rank,
                MAX_RANK);
  uint32_t sizes[MAX_RANK];
  if (!read_exactly(r, sizes, sizeof *sizes * (size_t)a->rank)) return false;
  for (int i = 0; i < a->rank; i++) a->dim[i] = be32toh(sizes[i]);
  return type_fits(idx_type(a)) ||
         fail(r->loc,
              "data: the header of '%s' is corrupt: %s is larger than any memory: fetch it again",
              r->path, TYPE_STR(idx_type(a)));
}

static bool read_elements(Reader *r, IdxArray *a) {
  const size_t want = type_bytes(idx_type(a));
  size_t have = 0, room = want < FIRST_CHUNK ? want : FIRST_CHUNK;
  for (;;) {
    void *grown = realloc(a->data, room ? room : 1);
    if (!grown) return fail(r->loc, "data: out of memory: %zu bytes for '%s'", room, r->path);
    a->data = grown;
    const int64_t got = read_up_to(r, (char *)a->data + have, room - have);
    if (got < 0) return false;
    have += (size_t)got;
    if (have == want) return true;
    if (have < room)
      return fail(r->loc, "data: '%s' is truncated: %zu of the %zu bytes of %s: fetch it again",
                  r->path, have, want, TYPE_STR(idx_type(a)));
    room = room > want / 2 ? want : 2 * room;
  }
}

// Reading past the elements also makes zlib compare the checksum.
static bool expect_end(Reader *r, const IdxArray *a) {
  char extra;
  const int64_t got = read_up_to(r, &extra, 1);
  if (got < 0) return false;
  return !got ||
         fail(r->loc, "data: '%s' is corrupt: bytes follow the elements of %s: fetch it again",
              r->path, TYPE_STR(idx_type(a)));
}

static void to_host_order(IdxArray *a) {
  const int64_t n = type_count(idx_type(a));
  if (dtype_size(a->dtype) == 2) {
    uint16_t *v = a->data;
    for (int64_t i = 0; i < n; i++) v[i] = be16toh(v[i]);
  } else if (dtype_size(a->dtype) == 4) {
    uint32_t *v = a->data;
    for (int64_t i = 0; i < n; i++) v[i] = be32toh(v[i]);
  } else if (dtype_size(a->dtype) == 8) {
    uint64_t *v = a->data;
    for (int64_t i = 0; i < n; i++) v[i] = be64toh(v[i]);
  }
}

static bool read_stream(Reader *r, IdxArray *out) {
  gzbuffer(r->file, GZ_BUFFER);
  if (!read_header(r, out) || !read_elements(r, out) || !expect_end(r, out)) return false;
  to_host_order(out);
  return true;
}

bool idx_read(Loc loc, const char *path, IdxArray *out) {
  *out = (IdxArray){0};
  char *other = other_name(path);
  Reader r = {.loc = loc, .path = path, .file = open_file(path)};
  if (!r.file && errno == ENOENT) {
    r.path = other;
    r.file = open_file(other);
    if (!r.file && errno == ENOENT) r.path = path;
  }
  bool ok = r.file ? read_stream(&r, out) : fail_open(loc, r.path, other, errno);
  if (r.file) gzclose_r(r.file);
  if (!ok) idx_free(out);
  free(other);
  return ok;
}

void idx_free(IdxArray *a) {
  free(a->data);
  *a = (IdxArray){0};
}
