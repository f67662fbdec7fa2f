// Writes NumPy's .npz files. Sizes and offsets always stand in the extra fields of 64 bits.
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "frontend/data/npz.h"
#include "frontend/data/zip.h"
#include "ir/text.h"
#include "runtime/file.h"

enum { ALIGN = 64, LONG_LOCAL = 20, LONG_ENTRY = 28 };

typedef struct Writing {
  Loc loc;
  const char *path;
  FileWriter file;
  int64_t at;  // bytes so far
  Text directory;
  int count;
} Writing;

static void put(Text *to, uint64_t v, int bytes) {
  for (; bytes; bytes--, v >>= 8) text_add(to, (char[]){(char)(v & 255)}, 1);
}

static void write_bytes(Writing *w, const void *bytes, size_t n) {
  file_add(&w->file, bytes, n);
  w->at += (int64_t)n;
}

typedef struct Content {
  const char *name;
  size_t header_bytes, bytes;  // the .npy header, the elements
  const char *header;
  const void *data;
  unsigned char *deflated;  // both, malloc'ed, or NULL
  int64_t packed;           // bytes as they stand in the file
  uint32_t checksum;
} Content;

// Version, flags, method, time, date and checksum stand so in both kinds of header.
static void put_common(Text *to, const Content *c) {
  put(to, ZIP_VERSION, 2);
  put(to, ZIP_UTF8, 2);
  put(to, c->deflated ? ZIP_DEFLATED : ZIP_STORED, 2);
  put(to, 0, 2);
  put(to, ZIP_DATE, 2);
  put(to, c->checksum, 4);
  put(to, UINT32_MAX, 4);
  put(to, UINT32_MAX, 4);
  put(to, strlen(c->name), 2);
}

static void put_sizes(Text *to, const Content *c, size_t more) {
  put(to, ZIP_LONG, 2);
  put(to, 16 + more, 2);
  put(to, c->header_bytes + c->bytes, 8);
  put(to, (uint64_t)c->packed, 8);
}

// Its bytes begin at a multiple of ALIGN, so that the elements do as well.
static void write_local(Writing *w, const Content *c) {
  Text t = {0};
  const size_t used = ZIP_LOCAL + strlen(c->name) + LONG_LOCAL + 4;
  const size_t padding = (ALIGN - ((size_t)w->at + used) % ALIGN) % ALIGN;
  put(&t, ZIP_LOCAL_MARK, 4);
  put_common(&t, c);
  put(&t, LONG_LOCAL + 4 + padding, 2);
  text_str(&t, c->name);
  put_sizes(&t, c, 0);
  put(&t, ZIP_PADDING, 2);
  put(&t, padding, 2);
  for (size_t i = 0; i < padding; i++) put(&t, 0, 1);
  write_bytes(w, t.s, t.n);
  text_free(&t);
}

static void add_entry(Writing *w, const Content *c) {
  Text *t = &w->directory;
  put(t, ZIP_ENTRY_MARK, 4);
  put(t, ZIP_VERSION, 2);
  put_common(t, c);
  put(t, LONG_ENTRY, 2);
  put(t, 0, 2 + 2 + 2 + 4);  // no comment, disk 0, no attributes
  put(t, UINT32_MAX, 4);
  text_str(t, c->name);
  put_sizes(t, c, 8);
  put(t, (uint64_t)w->at, 8);
  w->count++;
}

static void write_end(Writing *w) {
  const int64_t directory = w->at;
  const size_t n = w->directory.n;
  Text t = {0};
  if (n) write_bytes(w, w->directory.s, n);
  put(&t, ZIP_END64_MARK, 4);
  put(&t, ZIP_END64 - 12, 8);
  put(&t, ZIP_VERSION, 2);
  put(&t, ZIP_VERSION, 2);
  put(&t, 0, 8);
  put(&t, (uint64_t)w->count, 8);
  put(&t, (uint64_t)w->count, 8);
  put(&t, n, 8);
  put(&t, (uint64_t)directory, 8);
  put(&t, ZIP_LOCATOR_MARK, 4);
  put(&t, 0, 4);
  put(&t, (uint64_t)w->at, 8);
  put(&t, 1, 4);
  put(&t, ZIP_END_MARK, 4);
  put(&t, 0, 4);
  put(&t, UINT32_MAX, 4);
  put(&t, UINT64_MAX, 8);
  put(&t, 0, 2);
  write_bytes(w, t.s, t.n);
  text_free(&t);
}

// ---- members

// Feeds n bytes; zlib counts with 32 bits.
static bool deflate_part(z_stream *z, const void *from, size_t n, bool last) {
  const unsigned char *at = from;
  do {
    const unsigned part = n < (1u << 30) ? (unsigned)n : 1u << 30;
    z->next_in = (unsigned char *)at, z->avail_in = part;
    at += part, n -= part;
    z->avail_out = UINT32_MAX;  // there is room for all
    const int status = deflate(z, last && !n ? Z_FINISH : Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return false;
  } while (n);
  return true;
}

static bool content_deflate(Content *c) {
  z_stream z = {0};
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    return false;
  c->deflated = malloc(deflateBound(&z, c->header_bytes + c->bytes) + 64);
  z.next_out = c->deflated;
  const bool ok = c->deflated && deflate_part(&z, c->header, c->header_bytes, false) &&
                  deflate_part(&z, c->data, c->bytes, true);
  c->packed = ok ? (int64_t)(z.next_out - c->deflated) : 0;
  deflateEnd(&z);
  return ok;
}

static bool write_member(Writing *w, const Named *x, bool deflate) {
  Arena *a = arena_new();
  Content c = {
      .name = arena_printf(a, "%s.npy", x->name), .data = x->data, .bytes = type_bytes(x->type)};
  c.header = npy_header(a, x->type, &c.header_bytes);
  c.packed = (int64_t)(c.header_bytes + c.bytes);
  c.checksum =
      (uint32_t)crc32_z(crc32_z(0, (const void *)c.header, c.header_bytes), x->data, c.bytes);
  const bool ok = !deflate || content_deflate(&c);
  if (ok) {
    add_entry(w, &c);
    write_local(w, &c);
    if (c.deflated) write_bytes(w, c.deflated, (size_t)c.packed);
    else write_bytes(w, c.header, c.header_bytes), write_bytes(w, c.data, c.bytes);
  }
  free(c.deflated);
  arena_free(a);
  return ok || fail(w->loc, "out of memory: %zu bytes to write '%s'", c.bytes, w->path);
}

bool npz_write(Loc loc, const char *path, int n, const Named *arrays, bool deflate, bool lasting) {
  Writing w = {.loc = loc, .path = path};
  bool ok = true;
  file_begin(&w.file, loc, path, lasting);
  for (int i = 0; i < n && ok; i++) ok = write_member(&w, &arrays[i], deflate);
  write_end(&w);
  text_free(&w.directory);
  return file_end(&w.file, ok);
}
