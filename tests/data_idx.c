// The IDX reader: round trips of files made here, every way in which a file can be bad, and real
// data where it lies.
#include "frontend/data/data_idx.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "tests/check.h"

enum { PATH_SIZE = 4200, FILE_SIZE = 1 << 16 };
static char directory[64];
static const Loc here = {.file = "user.c", .line = 7};

static const char *path_of(const char *name) {
  static char path[PATH_SIZE];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return path;
}

static void write_plain(const char *name, const void *bytes, size_t n) {
  FILE *f = fopen(path_of(name), "wb");
  CHECK(f && fwrite(bytes, 1, n, f) == n && !fclose(f));
}

static void write_gz(const char *name, const void *bytes, size_t n) {
  gzFile f = gzopen(path_of(name), "wb");
  CHECK(f && gzwrite(f, bytes, (unsigned)n) == (int)n && gzclose(f) == Z_OK);
}

typedef struct Bytes {
  size_t n;
  uint8_t v[FILE_SIZE];
} Bytes;

static void put(Bytes *b, uint64_t value, int bytes) {
  while (bytes--) b->v[b->n++] = (uint8_t)(value >> 8 * bytes);
}

static void put_header(Bytes *b, uint8_t code, int rank, const uint32_t *dim) {
  put(b, code, 3);
  put(b, (uint64_t)rank, 1);
  for (int i = 0; i < rank; i++) put(b, dim[i], 4);
}

// A file of `size`-byte elements; `want` gets them in this machine's order.
static void random_file(Bytes *file, Bytes *want, uint8_t code, int size, int rank) {
  uint32_t dim[MAX_RANK];
  int64_t count = 1;
  for (int i = 0; i < rank; i++)
    count *= dim[i] = (uint32_t)test_int(rank > 4 ? 1 : 0, rank > 4 ? 2 : 5);
  put_header(file, code, rank, dim);
  for (int64_t i = 0; i < count; i++) {
    const uint64_t value = test_random() & (size == 8 ? UINT64_MAX : (1ull << 8 * size) - 1);
    put(file, value, size);
    memcpy(want->v + want->n, &value, (size_t)size);  // little-endian machine
    want->n += (size_t)size;
  }
}

static void expect_array(const char *name, const Bytes *want, Dtype dtype, int rank) {
  IdxArray a;
  if (!EXPECT(idx_read(here, path_of(name), &a))) {
    EXPECT_OK();
    return;
  }
  EXPECT_EQ(a.dtype, dtype);
  EXPECT_EQ(a.rank, rank);
  if (EXPECT_EQ(type_bytes(idx_type(&a)), want->n)) EXPECT_BYTES(a.data, want->v, want->n);
  idx_free(&a);
}

static void files_round_trip(void) {
  static const struct {
    uint8_t code;
    int size;
    Dtype dtype;
  } types[] = {{0x08, 1, DT_U8},  {0x09, 1, DT_I8},  {0x0b, 2, DT_I16},
               {0x0c, 4, DT_I32}, {0x0d, 4, DT_F32}, {0x0e, 8, DT_F64}};
  for (size_t t = 0; t < 6; t++)
    for (int rank = 0; rank <= 9; rank++) {
      static Bytes file, want;
      file.n = want.n = 0;
      random_file(&file, &want, types[t].code, types[t].size, rank);
      write_plain("plain", file.v, file.n);
      write_gz("zipped.gz", file.v, file.n);
      write_gz("zipped-without-suffix", file.v, file.n);
      expect_array("plain", &want, types[t].dtype, rank);
      expect_array("plain.gz", &want, types[t].dtype, rank);
      expect_array("zipped", &want, types[t].dtype, rank);
      expect_array("zipped.gz", &want, types[t].dtype, rank);
      expect_array("zipped-without-suffix", &want, types[t].dtype, rank);
    }
}

// More than the reader's first chunk of memory.
static void large_files_grow(void) {
  enum { N = 5000001 };
  static uint8_t file[8 + N];
  memcpy(file, (uint8_t[]){0, 0, 8, 1, N >> 24, N >> 16 & 255, N >> 8 & 255, N & 255}, 8);
  for (int i = 0; i < N; i++) file[8 + i] = (uint8_t)test_random();
  write_gz("large", file, sizeof file);
  IdxArray a;
  EXPECT(idx_read(here, path_of("large"), &a));
  if (EXPECT_EQ(type_count(idx_type(&a)), N)) EXPECT_BYTES(a.data, file + 8, N);
  idx_free(&a);
}

static void expect_refused(const char *name, const char *message) {
  IdxArray a;
  EXPECT(!idx_read(here, path_of(name), &a));
  EXPECT(!a.data);
  EXPECT_HAS(diag_message(), "user.c:7: data: ");
  EXPECT_HAS(diag_message(), name);
  EXPECT_FAIL(message);
}

static void refuse_bytes(const Bytes *file, const char *message) {
  write_plain("bad", file->v, file->n);
  expect_refused("bad", message);
  write_gz("bad", file->v, file->n);
  expect_refused("bad", message);
}

static void bad_headers_are_refused(void) {
  Bytes f = {0};
  refuse_bytes(&f, "truncated");
  f = (Bytes){.n = 4, .v = "PNG."};
  refuse_bytes(&f, "not an IDX file");
  f = (Bytes){.n = 4, .v = {0, 0, 7, 1}};
  refuse_bytes(&f, "unknown element type 0x07");
  f = (Bytes){.n = 4, .v = {0, 0, 10, 1}};
  refuse_bytes(&f, "unknown element type 0x0a");
  f = (Bytes){.n = 4, .v = {0, 0, 8, MAX_RANK + 1}};
  refuse_bytes(&f, "17 axes");
  f.n = 0;
  put_header(&f, 0x08, 3, (uint32_t[]){UINT32_MAX, UINT32_MAX, UINT32_MAX});
  refuse_bytes(&f, "larger than any memory");
  f.n = 0;
  put_header(&f, 0x0e, 3, (uint32_t[]){0, UINT32_MAX, UINT32_MAX});
  refuse_bytes(&f, "larger than any memory");
  f.n = 0;
  put_header(&f, 0x0d, 2, (uint32_t[]){UINT32_MAX, 1 << 15});  // a claim of 0.5 PB, no element
  refuse_bytes(&f, "truncated: 0 of");
  put(&f, 0, 5);
  refuse_bytes(&f, "truncated: 5 of");
  f.n = 0;
  put_header(&f, 0x08, 1, (uint32_t[]){2});
  put(&f, 0, 3);
  refuse_bytes(&f, "bytes follow the elements");
}

// Every truncation of a gzip file, and every byte of it changed, is either told or harmless.
static void damaged_gzip_is_told(void) {
  static Bytes file, want;
  file.n = want.n = 0;
  random_file(&file, &want, 0x0d, 4, 3);
  write_gz("whole.gz", file.v, file.n);
  static uint8_t zipped[FILE_SIZE];
  FILE *f = fopen(path_of("whole.gz"), "rb");
  CHECK(f);
  const size_t n = fread(zipped, 1, sizeof zipped, f);
  fclose(f);
  for (size_t keep = 0; keep < n; keep++) {
    write_plain("cut.gz", zipped, keep);
    expect_refused("cut.gz", "");
  }
  for (size_t i = 0; i < n; i++) {
    const uint8_t good = zipped[i];
    zipped[i] ^= (uint8_t)test_int(1, 255);
    write_plain("changed.gz", zipped, n);
    zipped[i] = good;
    IdxArray a;
    if (idx_read(here, path_of("changed.gz"), &a)) {
      if (EXPECT_EQ(type_bytes(idx_type(&a)), want.n)) EXPECT_BYTES(a.data, want.v, want.n);
      idx_free(&a);
    } else {
      EXPECT_FAIL("changed.gz");
    }
  }
}

static void unreadable_paths_are_told(void) {
  expect_refused("nowhere", "nowhere.gz' exists");
  expect_refused("nowhere.gz", "neither");
  mkdir(path_of("folder"), 0700);
  expect_refused("folder", "Is a directory");
  write_plain("file", "x", 1);
  expect_refused("file/inside", "Not a directory");
  if (!geteuid()) return;  // root reads everything
  write_plain("secret", "x", 1);
  chmod(path_of("secret"), 0);
  expect_refused("secret", "Permission denied");
}

static void a_pending_error_stays(void) {
  IdxArray a;
  fail(here, "the first");
  EXPECT(!idx_read(here, path_of("nowhere"), &a));
  EXPECT_FAIL("the first");
}

static void real_data_is_read(void) {
  static const char *const places[] = {"/usr/share/datasets/fashion-mnist", "../shared/data/mnist",
                                       "../../shared/data/mnist"};
  int found = 0;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    if (access(places[i], R_OK)) continue;
    char path[PATH_SIZE];
    IdxArray images, labels;
    snprintf(path, sizeof path, "%s/t10k-images-idx3-ubyte", places[i]);
    EXPECT(idx_read(here, path, &images));
    snprintf(path, sizeof path, "%s/t10k-labels-idx1-ubyte.gz", places[i]);
    EXPECT(idx_read(here, path, &labels));
    if (!EXPECT_OK()) continue;
    EXPECT_STR(TYPE_STR(idx_type(&images)), "u8[10000,28,28]");
    EXPECT_STR(TYPE_STR(idx_type(&labels)), "u8[10000]");
    for (int j = 0; j < 10000; j++) EXPECT(((uint8_t *)labels.data)[j] < 10);
    idx_free(&images);
    idx_free(&labels);
    found++;
  }
  if (!found) test_skip("no real data here: install dataset-fashion-mnist");
}

static void remove_directory(void) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", directory);
  CHECK(!system(command));
}

int main(void) {
  snprintf(directory, sizeof directory, "/tmp/jitc-idx-XXXXXX");
  CHECK(mkdtemp(directory));
  RUN(files_round_trip);
  RUN(large_files_grow);
  RUN(bad_headers_are_refused);
  RUN(damaged_gzip_is_told);
  RUN(unreadable_paths_are_told);
  RUN(a_pending_error_stays);
  RUN(real_data_is_read);
  remove_directory();
  return tests_done();
}
