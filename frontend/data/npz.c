// Reads NumPy's .npz files: zip archives of .npy files, stored or deflated.
//
// All that is believed is the central directory at the file's end; of a member's own header only
// its length counts. Numbers are little-endian; 0xFFFFFFFF stands for one of 64 bits in an extra
// field.
#include "frontend/data/npz.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "frontend/data/zip.h"

#define NOT_READ "'%s' is no .npz file that can be read"

static bool bad(const Archive *a, const char *problem) {
  return fail(a->file.loc, NOT_READ ": %s", a->file.path, problem);
}

bool npz_is(const DataFile *f) {
  unsigned char start[8];
  if (f->size < ZIP_END || !data_file_read(f, 0, start, sizeof start)) return false;
  const uint32_t mark = (uint32_t)get_number(start, 4);
  if (mark == ZIP_END_MARK) return f->size == ZIP_END;
  return (mark == ZIP_LOCAL_MARK || mark == ZIP_END64_MARK) && start[4];
}

// ---- the directory

typedef struct Directory {
  int64_t at, bytes, count;
} Directory;

// The last place where the end record can stand: a comment may follow it.
static bool find_end(Archive *a, int64_t *at) {
  const DataFile *f = &a->file;
  const int64_t most = ZIP_END + UINT16_MAX, n = f->size < most ? f->size : most;
  unsigned char *tail = arena_alloc(a->arena, (size_t)n);
  if (!data_file_read(f, f->size - n, tail, (size_t)n)) return false;
  for (int64_t i = n - ZIP_END; i >= 0; i--) {
    if (get_number(tail + i, 4) != ZIP_END_MARK) continue;
    *at = f->size - n + i;
    return true;
  }
  return bad(a, "it is truncated: its directory is missing");
}

// Where the directory does not fit the short record, the long one in front of it tells.
static bool find_long(Archive *a, int64_t end, Directory *d) {
  unsigned char locator[ZIP_LOCATOR], record[ZIP_END64];
  if (end < ZIP_LOCATOR) return true;
  if (!data_file_read(&a->file, end - ZIP_LOCATOR, locator, sizeof locator)) return false;
  if (get_number(locator, 4) != ZIP_LOCATOR_MARK) return true;
  const uint64_t at = get_number(locator + 8, 8);
  if (at > (uint64_t)end - ZIP_LOCATOR || (uint64_t)end - ZIP_LOCATOR - at < ZIP_END64)
    return bad(a, "its directory's end is out of place");
  if (!data_file_read(&a->file, (int64_t)at, record, sizeof record)) return false;
  if (get_number(record, 4) != ZIP_END64_MARK) return bad(a, "its directory's end is missing");
  d->count = (int64_t)get_number(record + 32, 8);
  d->bytes = (int64_t)get_number(record + 40, 8);
  d->at = (int64_t)get_number(record + 48, 8);
  return true;
}

static bool find_directory(Archive *a, Directory *d) {
  int64_t end = 0;
  unsigned char record[ZIP_END];
  if (!find_end(a, &end) || !data_file_read(&a->file, end, record, sizeof record)) return false;
  *d = (Directory){.count = (int64_t)get_number(record + 10, 2),
                   .bytes = (int64_t)get_number(record + 12, 4),
                   .at = (int64_t)get_number(record + 16, 4)};
  if (!find_long(a, end, d)) return false;
  if (d->at < 0 || d->bytes < 0 || d->at > end || d->bytes > end - d->at || d->count < 0 ||
      d->count > d->bytes / ZIP_ENTRY)
    return bad(a, "its directory does not lie in the file");
  return true;
}

// Takes the 64-bit numbers that the short fields leave open, in their order.
static bool take_long(const unsigned char *extra, size_t n, uint64_t *fields[3]) {
  while (n >= 4) {
    const size_t id = get_number(extra, 2), size = get_number(extra + 2, 2);
    if (size > n - 4) return false;
    for (size_t at = 0, i = 0; id == ZIP_LONG && i < 3; i++) {
      if (*fields[i] != UINT32_MAX) continue;
      if (at + 8 > size) return false;
      *fields[i] = get_number(extra + 4 + at, 8);
      at += 8;
    }
    extra += 4 + size;
    n -= 4 + size;
  }
  return true;
}

static const char *member_name(Arena *a, const unsigned char *text, size_t n) {
  char *name = arena_alloc(a, n + 1);
  memcpy(name, text, n);
  if (n > 4 && !strcmp(name + n - 4, ".npy")) name[n - 4] = 0;
  return name;
}

static bool member_fits(Archive *a, const Member *m) {
  const int64_t size = a->file.size, most_ratio = 1040;  // of deflate: 1032
  if (m->at < 0 || m->bytes < 0 || m->at > size || m->bytes > size - m->at)
    return fail(a->file.loc, NOT_READ ": member '%s' does not lie in it", a->file.path, m->name);
  if (m->deflated ? m->whole / most_ratio > m->bytes : m->whole != m->bytes)
    return fail(a->file.loc, NOT_READ ": member '%s' would have %lld bytes out of %lld",
                a->file.path, m->name, (long long)m->whole, (long long)m->bytes);
  return true;
}

// One entry of the directory, of which `n` bytes are left; how long it is, 0 after fail().
static size_t read_entry(Archive *a, const unsigned char *e, size_t n, Member *m) {
  if (n < ZIP_ENTRY || get_number(e, 4) != ZIP_ENTRY_MARK)
    return bad(a, "its directory is damaged"), 0;
  const size_t name = get_number(e + 28, 2), extra = get_number(e + 30, 2),
               all = ZIP_ENTRY + name + extra + get_number(e + 32, 2);
  if (all > n) return bad(a, "its directory is damaged"), 0;
  uint64_t bytes = get_number(e + 20, 4), whole = get_number(e + 24, 4), at = get_number(e + 42, 4);
  if (!take_long(e + ZIP_ENTRY + name, extra, (uint64_t *[]){&whole, &bytes, &at}))
    return bad(a, "its directory is damaged"), 0;
  const uint64_t method = get_number(e + 10, 2);
  *m = (Member){.name = member_name(a->arena, e + ZIP_ENTRY, name),
                .at = (int64_t)at,
                .bytes = (int64_t)bytes,
                .whole = (int64_t)(whole & INT64_MAX),
                .checksum = (uint32_t)get_number(e + 16, 4),
                .deflated = method == ZIP_DEFLATED};
  if (get_number(e + 8, 2) & ZIP_ENCRYPTED || (method != ZIP_STORED && method != ZIP_DEFLATED))
    return fail(a->file.loc,
                NOT_READ
                ": member '%s' is encrypted or compressed by method %llu: "
                "save it by numpy.savez or savez_compressed",
                a->file.path, m->name, (unsigned long long)method),
           0;
  return member_fits(a, m) ? all : 0;
}

bool npz_open(Archive *a) {
  Directory d;
  if (!find_directory(a, &d)) return false;
  unsigned char *text = arena_alloc(a->arena, (size_t)d.bytes + 1);
  if (!data_file_read(&a->file, d.at, text, (size_t)d.bytes)) return false;
  a->members = ARENA_ARRAY(a->arena, Member, d.count + 1);
  for (size_t at = 0; a->n < d.count; a->n++) {
    const size_t n = read_entry(a, text + at, (size_t)d.bytes - at, &a->members[a->n]);
    if (!n) return false;
    at += n;
  }
  return archive_sort(a);
}

// ---- members

enum { CHUNK = 1 << 16 };
typedef struct Inflating {
  const DataFile *file;
  const char *name;
  int64_t at, left;  // of the member's bytes in the file
  bool deflated;
  uint32_t checksum;  // of what was read
  z_stream z;
  unsigned char chunk[CHUNK];
} Inflating;

static int64_t read_stored(Inflating *s, void *to, size_t n) {
  if ((int64_t)n > s->left) n = (size_t)s->left;
  if (!data_file_read(s->file, s->at, to, n)) return -1;
  s->at += (int64_t)n, s->left -= (int64_t)n;
  return (int64_t)n;
}

// As many bytes as zlib's count can say are made at once.
static int64_t inflate_some(Inflating *s, void *to, size_t n) {
  const unsigned most = n < (1u << 30) ? (unsigned)n : 1u << 30;
  s->z.next_out = to, s->z.avail_out = most;
  while (s->z.avail_out) {
    if (!s->z.avail_in) {
      const int64_t got = read_stored(s, s->chunk, CHUNK);
      if (got < 0) return -1;
      s->z.next_in = s->chunk, s->z.avail_in = (unsigned)got;
    }
    const int status = inflate(&s->z, Z_NO_FLUSH);
    if (status == Z_STREAM_END || status == Z_BUF_ERROR) break;
    if (status != Z_OK)
      return fail(s->file->loc, "'%s' is corrupt: %s", s->name,
                  s->z.msg ? s->z.msg : "its deflated bytes"),
             -1;
  }
  return most - s->z.avail_out;
}

static int64_t member_read(void *context, void *to, size_t n) {
  Inflating *s = context;
  size_t done = 0;
  while (done < n) {
    char *at = (char *)to + done;
    const int64_t got = s->deflated ? inflate_some(s, at, n - done) : read_stored(s, at, n - done);
    if (got < 0) return -1;
    if (!got) break;
    done += (size_t)got;
  }
  s->checksum = (uint32_t)crc32_z(s->checksum, to, done);
  return (int64_t)done;
}

// Behind the member's own header, whose length the directory does not tell.
static bool find_bytes(Archive *a, const Member *m, int64_t *at) {
  unsigned char header[ZIP_LOCAL];
  if (a->file.size - m->at < ZIP_LOCAL) return bad(a, "a member is truncated");
  if (!data_file_read(&a->file, m->at, header, sizeof header)) return false;
  if (get_number(header, 4) != ZIP_LOCAL_MARK) return bad(a, "a member is out of place");
  *at =
      m->at + ZIP_LOCAL + (int64_t)get_number(header + 26, 2) + (int64_t)get_number(header + 28, 2);
  return m->bytes <= a->file.size - *at || bad(a, "a member is truncated");
}

// Mapped elements are not compared with the checksum: that would read them all.
static bool read_through(Archive *a, Inflating *s, const Member *m, NpyArray *out) {
  NpySource from = {s->name, m->whole, member_read, s};
  if (a->file.map && !m->deflated) {
    if (!npy_read_type(a->arena, a->file.loc, &from, &out->type)) return false;
    out->buffer = data_file_array(&a->file, s->at, out->type);
    return out->buffer && bools_sound(a->file.loc, s->name, out->type, out->buffer->data);
  }
  if (!npy_read_from(a->arena, a->file.loc, &from, out)) return false;
  if (from.left)
    return fail(a->file.loc, "'%s' is corrupt: %lld bytes follow the elements", s->name,
                (long long)from.left);
  return s->checksum == m->checksum ||
         fail(a->file.loc, "'%s' is corrupt: its checksum differs", s->name);
}

bool npz_read(Archive *a, const Member *m, NpyArray *out) {
  Inflating *s = xcalloc(1, sizeof *s);
  *s = (Inflating){.file = &a->file, .left = m->bytes, .deflated = m->deflated};
  s->name = arena_printf(a->arena, "%s: %s", a->file.path, m->name);
  *out = (NpyArray){0};
  bool ok = find_bytes(a, m, &s->at);
  if (ok && inflateInit2(&s->z, -MAX_WBITS) == Z_OK) {
    ok = read_through(a, s, m, out);
    inflateEnd(&s->z);
  } else if (ok) {
    ok = fail(a->file.loc, "'%s': out of memory", s->name);
  }
  if (!ok) buffer_release(out->buffer), out->buffer = NULL;
  free(s);
  return ok;
}
