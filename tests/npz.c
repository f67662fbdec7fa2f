// .npz files: written and read back, those that NumPy wrote, and every way in which one can be
// wrong.
#include "frontend/data/npz.h"

#include <unistd.h>

#include "frontend/jitc.h"
#include "tests/check.h"

static char path[64];
static const Loc here = {"in.c", 4, 0};

enum { MOST = 1 << 14 };
typedef struct Bytes {
  size_t n;
  unsigned char v[MOST];
} Bytes;

static void read_bytes(const char *from, Bytes *b) {
  FILE *f = fopen(from, "rb");
  CHECK(f);
  b->n = fread(b->v, 1, MOST, f);
  fclose(f);
}

static void write_bytes(const void *bytes, size_t n) {
  FILE *f = fopen(path, "wb");
  CHECK(f && fwrite(bytes, 1, n, f) == n && !fclose(f));
}

static const char *numpy_file(const char *name) {
  static char text[4200];
  snprintf(text, sizeof text, "%s/fuzz/archive/%s", getenv("TESTS_DIR"), name);
  return text;
}

static void what_is_written_reads_back(void) {
  static unsigned char data[16 * 4000];
  for (size_t i = 0; i < sizeof data; i++) data[i] = (unsigned char)(i % 7 / 6);
  static const int64_t dims[] = {8, 125, 4}, none[] = {0, 7};
  Named in[DT_COUNT + 1];
  char names[DT_COUNT][16];
  for (int d = 0; d < DT_COUNT; d++) {
    snprintf(names[d], sizeof names[d], "a[%d].w", d);
    in[d] = (Named){names[d], {(Dtype)d, d % 4, dims}, data};
  }
  in[DT_COUNT] = (Named){"empty", {DT_F32, 2, none}, data};
  for (int way = 0; way < 4; way++) {
    Archive a;
    const bool deflate = way & 1, map = way & 2;
    EXPECT(npz_write(here, path, DT_COUNT + 1, in, deflate, false));
    if (!EXPECT(archive_open(&a, here, path, map))) return;
    EXPECT_EQ(a.n, DT_COUNT + 1);
    for (int i = 0; i <= DT_COUNT; i++) {
      NpyArray x;
      const Member *m = archive_find(&a, in[i].name);
      if (!EXPECT(m && archive_read(&a, m, &x))) continue;
      EXPECT(type_equal(x.type, in[i].type));
      EXPECT_BYTES(x.buffer->data, in[i].data, type_bytes(x.type));
      EXPECT_EQ(x.buffer->kind == BUFFER_BORROWED, map && !deflate);  // all are aligned
      buffer_release(x.buffer);
    }
    archive_close(&a);
  }
  EXPECT(npz_write(here, path, 0, NULL, false, false));
  Archive a;
  EXPECT(archive_open(&a, here, path, false));
  EXPECT_EQ(a.n, 0);
  archive_close(&a);
}

static void numpys_files_are_read(void) {
  static const char *const files[] = {"numpy.npz", "numpy_compressed.npz"};
  for (int i = 0; i < 2; i++) {
    const char *file = numpy_file(files[i]);
    EXPECT_STR(jc_str(jc_load_named("w", "%s", file)), "[[0 1 2]\n [3 4 5]]");
    EXPECT_STR(jc_shape_str(jc_load_named("n", "%s", file)), "i64[]");
    EXPECT_EQ(jc_item(jc_load_named("n", "%s", file)), -7);
    EXPECT_OK();
    EXPECT(isnan(jc_item(jc_load_named("b", "%s", file))));
    EXPECT_FAIL("has no array 'b': it has 'n', 'w'");
  }
}

typedef struct {
  jc_array w, n;
} Pair2;
JC_TREE(Pair2, w, n);

static void trees_are_saved_by_the_name_of_the_file(void) {
  Pair2 p = {jc_normal(jc_key(1), JC_SHAPE(50, 3)), jc_c128(1, 2)};
  char file[80];
  snprintf(file, sizeof file, "%s.npz", path);
  for (int way = 0; way < 2; way++) {
    EXPECT(way ? jc_save_compressed(&p, "%s", file) : jc_save(&p, "%s", file));
    Bytes b;
    read_bytes(file, &b);
    EXPECT(!memcmp(b.v, "PK\3\4", 4));
    Pair2 q = {{0}, {0}};
    EXPECT(way ? jc_map_file(&q, "%s", file) : jc_load(&q, "%s", file));
    EXPECT_EQ(jc_item(jc_all(jc_equal(p.w, q.w))), 1);
    EXPECT_STR(jc_str(q.n), jc_str(p.n));
  }
  EXPECT_OK();
  unlink(file);
}

// Opens and reads everything; whether all went well. Errors name the file.
static bool reads(bool map, const Bytes *want_w) {
  Archive a;
  bool ok = archive_open(&a, here, path, map);
  for (int i = 0; ok && i < a.n; i++) {
    NpyArray x;
    ok = archive_read(&a, &a.members[i], &x);
    if (ok && want_w && !strcmp(a.members[i].name, "w") && EXPECT_EQ(type_bytes(x.type), want_w->n))
      EXPECT_BYTES(x.buffer->data, want_w->v, want_w->n);
    buffer_release(x.buffer);
  }
  if (!ok) {
    EXPECT_HAS(diag_message(), "in.c:4: ");
    EXPECT_FAIL(path);
  }
  archive_close(&a);
  return ok;
}

static void damaged_files_are_told(void) {
  static const char *const files[] = {"numpy.npz", "numpy_compressed.npz"};
  Bytes file, w = {.n = 24};
  memcpy(w.v, (float[]){0, 1, 2, 3, 4, 5}, 24);
  for (int i = 0; i < 2; i++) {
    read_bytes(numpy_file(files[i]), &file);
    for (size_t n = 0; n < file.n; n++) {
      write_bytes(file.v, n);
      EXPECT(!reads(false, NULL));
      EXPECT(!reads(true, NULL));
    }
    for (size_t at = 0; at < file.n; at++) {
      const unsigned char good = file.v[at];
      file.v[at] ^= (unsigned char)test_int(1, 255);
      write_bytes(file.v, file.n);
      reads(false, &w);  // an error, or the same elements
      reads(true, NULL);
      file.v[at] = good;
    }
  }
}

// Changes bytes of the numpy file's directory by a mark and an offset behind it.
static void refuse(uint32_t mark, size_t offset, uint64_t value, int bytes, const char *part) {
  Bytes file;
  read_bytes(numpy_file("numpy_compressed.npz"), &file);
  for (size_t i = 0; i + offset + (size_t)bytes <= file.n; i++) {
    if (memcmp(file.v + i, &mark, 4) != 0) continue;
    memcpy(file.v + i + offset, &value, (size_t)bytes);
    break;
  }
  write_bytes(file.v, file.n);
  Archive a;
  bool ok = archive_open(&a, here, path, false);
  NpyArray x;
  for (int i = 0; ok && i < a.n; i++) {
    ok = archive_read(&a, &a.members[i], &x);
    buffer_release(x.buffer);
  }
  EXPECT(!ok);
  EXPECT_FAIL(part);
  archive_close(&a);
}

static void what_is_wrong_is_said(void) {
  enum { ENTRY = 0x02014b50, END = 0x06054b50 };
  refuse(ENTRY, 10, 12, 2, "compressed by method 12");
  refuse(ENTRY, 8, 1, 2, "is encrypted");
  refuse(ENTRY, 16, 1, 4, "its checksum differs");
  refuse(ENTRY, 24, 1 << 30, 4, "would have 1073741824 bytes out of");
  refuse(ENTRY, 20, 1 << 30, 4, "does not lie in it");
  refuse(ENTRY, 42, 3, 4, "a member is out of place");
  refuse(END, 16, 1 << 30, 4, "its directory does not lie in the file");
  refuse(END, 10, 3, 2, "its directory does not lie in the file");
  refuse(ENTRY, 28, 9999, 2, "its directory is damaged");
  refuse(END, 0, 0, 4, "its directory is missing");
}

int main(void) {
  snprintf(path, sizeof path, "/tmp/jitc-npz-%ld", (long)getpid());
  RUN(what_is_written_reads_back);
  RUN(numpys_files_are_read);
  RUN(trees_are_saved_by_the_name_of_the_file);
  RUN(damaged_files_are_told);
  RUN(what_is_wrong_is_said);
  unlink(path);
  return tests_done();
}
