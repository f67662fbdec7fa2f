// .npy files and lists of arrays: written and read back, every way a file can be wrong;
// comparisons.
#include "frontend/data/npy.h"

#include <unistd.h>

#include "check.h"
#include "frontend/jitc.h"
#include "frontend/values.h"

static char path[64];
static Arena *arena;

static void write_bytes(const void *bytes, size_t n) {
  FILE *f = fopen(path, "w");
  if (!EXPECT(f && fwrite(bytes, 1, n, f) == n)) abort();
  fclose(f);
}

// By both readers, which agree.
static bool reads(const char *part) {
  NpyArray x[2] = {0};
  bool ok[2];
  for (int mapped = 0; mapped < 2; mapped++) {
    const Loc loc = {"in.c", 4, 0};
    ok[mapped] = mapped ? npy_map(arena, loc, path, &x[1]) : npy_read(arena, loc, path, &x[0]);
    if (ok[mapped]) continue;
    EXPECT(diag_message() && strstr(diag_message(), path));
    EXPECT_FAIL(part);
    EXPECT(x[mapped].buffer == NULL);
  }
  EXPECT_EQ(ok[0], ok[1]);
  if (ok[0] && ok[1] && EXPECT(type_equal(x[0].type, x[1].type)))
    EXPECT_BYTES(x[1].buffer->data, x[0].buffer->data, type_bytes(x[0].type));
  buffer_release(x[0].buffer);
  buffer_release(x[1].buffer);
  return ok[0];
}

static void what_is_written_reads_back(void) {
  for (int round = 0; round < 100; round++) {
    int64_t dim[4];
    Type t = {(Dtype)test_int(0, DT_COUNT - 1), (int)test_int(0, 4), dim};
    for (int i = 0; i < t.rank; i++) dim[i] = test_int(0, 5);
    unsigned char data[16 * 625];
    for (size_t i = 0; i < type_bytes(t); i++)
      data[i] = (unsigned char)test_int(0, t.dtype == DT_BOOL ? 1 : 255);
    EXPECT(npy_write((Loc){0}, path, t, data));
    NpyArray x;
    if (!EXPECT(npy_read(arena, (Loc){0}, path, &x))) return;
    EXPECT(type_equal(x.type, t));
    EXPECT_BYTES(x.buffer->data, data, type_bytes(t));
    buffer_release(x.buffer);
    EXPECT(reads(""));
  }
}

static const char good[] =
    "\x93NUMPY\1\0\x46\0{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }            "
    "\n\0\0\0\0\0\0\0\0";
enum { GOOD = sizeof good - 1, GOOD_START = 10 };

static void truncated_files_are_errors(void) {
  EXPECT_EQ(GOOD, GOOD_START + 0x46 + 8);
  write_bytes(good, GOOD);
  EXPECT(reads(""));
  for (size_t n = 0; n < GOOD; n++) {
    write_bytes(good, n);
    EXPECT(!reads("is no .npy file that can be read"));
  }
}

static void damaged_bytes_never_crash(void) {
  for (int round = 0; round < 3000; round++) {
    char bad[GOOD];
    memcpy(bad, good, GOOD);
    const int64_t at = test_int(0, GOOD - 9);
    bad[at] = (char)test_int(0, 255);
    write_bytes(bad, GOOD);
    NpyArray x;
    if (!npy_read(arena, (Loc){0}, path, &x)) EXPECT_FAIL(path);
    buffer_release(x.buffer);
  }
}

static bool reads_header(const char *dict, const char *part) {
  char file[400] = "\x93NUMPY\1\0";
  const size_t n = strlen(dict);
  file[8] = (char)n, file[9] = 0;
  memcpy(file + 10, dict, n);
  write_bytes(file, 10 + n + 8);
  return reads(part);
}

static void headers_are_understood_or_named(void) {
  EXPECT(reads_header("{'descr':'<f8','fortran_order':False,'shape':()}", ""));
  EXPECT(!reads_header("{'descr':'<f8','fortran_order':True,'shape':()}", "Fortran order"));
  EXPECT(reads_header("{'descr':'<f2','fortran_order':False,'shape':()}", ""));
  EXPECT(reads_header("{'descr':'<V2','fortran_order':False,'shape':()}", ""));
  EXPECT(reads_header("{'descr':'|V2','fortran_order':False,'shape':()}", ""));
  EXPECT(!reads_header("{'descr':'|O','fortran_order':False,'shape':()}", "Python objects"));
  EXPECT(!reads_header("{'descr':[('a','<f4')],'fortran_order':False,'shape':()}", "records"));
  EXPECT(!reads_header("{'descr':'<V4','fortran_order':False,'shape':()}", "not supported"));
  EXPECT(!reads_header("{'descr':'>f8','fortran_order':False,'shape':()}", "not supported"));
  EXPECT(!reads_header("{'descr':'<f8','fortran_order':False}", "'shape'"));
  EXPECT(!reads_header("{'descr':'<f8','fortran_order':False,'shape':(-1,)}", "malformed"));
  EXPECT(!reads_header("{'descr':'<f8','fortran_order':False,'shape':(1,", "malformed"));
  EXPECT(!reads_header(
      "{'descr':'<f8','fortran_order':False,'shape':(4611686018427387904,4611686018427387904)}",
      "malformed"));
  EXPECT(
      !reads_header("{'descr':'<f8','fortran_order':False,'shape':(100000000000,)}", "truncated"));
  unlink(path);
  EXPECT(!reads("cannot open"));
  char other[GOOD];
  memcpy(other, good, GOOD);
  for (int version = 0; version < 256; version++) {
    other[6] = (char)version;
    write_bytes(other, GOOD);
    if (version < 1 || version > 3) EXPECT(!reads("its version is none of 1, 2 and 3"));
  }
}

static void a_bool_is_zero_or_one(void) {
  EXPECT(npy_write((Loc){0}, path, type_of(DT_BOOL, INTS(3)), "\1\0\2"));
  EXPECT(!reads("byte 2 of bool[3] is 2, which is no bool"));
}

// ---- what users call

static void users_save_and_load(void) {
  jc_array x = jc_from(((float[]){1, 2, 3, 4, 5, 6}), 2, 3);
  EXPECT(jc_save_npy(x, "%s", path));
  EXPECT_STR(jc_str(jc_load_npy("%s", path)), "[[1 2 3]\n [4 5 6]]");
  EXPECT(jc_save_npy(jc_i64(-7), "%s", path));
  EXPECT_EQ(jc_item(jc_load_npy("%s", path)), -7);
  EXPECT_EQ(jc_item(jc_map_npy("%s", path)), -7);
  EXPECT(jc_save_npy(2.5, "%s", path));
  EXPECT_STR(jc_shape_str(jc_load_npy("%s", path)), "f32[]");
  EXPECT(jc_save_npy(jc_zeros(JC_SHAPE(3, 0), JC_C128), "%s", path));
  EXPECT_STR(jc_shape_str(jc_map_npy("%s", path)), "c128[3,0]");
  EXPECT_OK();
}

static void any_file_is_bytes(void) {
  write_bytes("a text of some bytes", 20);
  jc_array x = jc_load_bytes("%s", path);
  EXPECT_STR(jc_shape_str(x), "u8[20]");
  write_bytes("another", 7);  // what was read stays
  EXPECT_BYTES(jc_data(uint8_t, x), "a text of some bytes", 20);
  EXPECT_STR(jc_str(jc_load_bytes("%s", path)), "[97 110 111 116 104 101 114]");
  write_bytes("", 0);
  EXPECT_STR(jc_shape_str(jc_load_bytes("%s", path)), "u8[0]");
  EXPECT_OK();
  unlink(path);
  EXPECT(isnan(jc_item(jc_load_bytes("%s", path))));
  EXPECT_FAIL("cannot open");
}

// The elements stay in the file that was mapped, also when another takes its name.
static void maps_outlive_their_name(void) {
  jc_array x = jc_normal(jc_key(1), JC_SHAPE(100, 1000));
  EXPECT(jc_save_npy(x, "%s", path));
  int64_t before = buffer_stats().live_buffers;
  {
    JC_SCOPE();
    jc_array y = jc_map_npy("%s", path);
    EXPECT(jc_save_npy(jc_vector(1, 2, 3), "%s", path));
    EXPECT_EQ(jc_item(jc_all(jc_equal(x, y))), 1);
    EXPECT_EQ(jc_item(jc_sum(jc_sub(jc_add(x, 1), jc_add(y, 1)))), 0);
  }
  EXPECT_EQ(buffer_stats().live_buffers, before);
  unlink(path);
}

static void users_mistakes_are_told(void) {
  EXPECT(!jc_save_npy((jc_array){0}, "%s", path));
  EXPECT_FAIL("save_npy: its argument is not an array: it is zero");
  EXPECT(access(path, F_OK) != 0);
  EXPECT(!jc_save_npy(1, "%s/nowhere/x.npy", "/tmp"));
  EXPECT_FAIL("cannot write '/tmp/nowhere/x.npy': No such file");
  EXPECT(!jc_save_npy(1, "%s", "/dev/full"));
  EXPECT_FAIL("No space left on device: the disk is full");
  EXPECT(isnan(jc_item(jc_load_npy("%s", path))));
  EXPECT_FAIL("npy.c:");
  EXPECT(isnan(jc_item(jc_load_npy("%05000d", 1))));
  EXPECT_FAIL("is too long");
  EXPECT(isnan(jc_item(jc_map_npy("%s", "/tmp"))));
  EXPECT_FAIL("is no regular file");
  EXPECT(isnan(jc_item(jc_load_npy("%s", "/tmp"))));
  EXPECT_FAIL("cannot read '/tmp': Is a directory");
}

// ---- lists of arrays

static Values two(Dtype d, double x, double y) {
  static const int64_t dim[] = {2};
  Values v = {1, ARENA_NEW(arena, Type), ARENA_NEW(arena, Buffer *)};
  v.types[0] = (Type){d, 1, dim};
  v.buffers[0] = buffer_new((Loc){0}, type_bytes(v.types[0]));
  values_set(&v, 0, 0, x), values_set(&v, 0, 1, y);
  return v;
}

static bool same(Dtype d, double x, double y, double z, double w) {
  Values a = two(d, x, y), b = two(d, z, w);
  Difference difference;
  const bool result = values_same(&a, &b, &difference);
  EXPECT((difference.leaf >= 0) == !result);
  values_free(&a), values_free(&b);
  return result;
}

static bool near(double x, double y, double z, double w, double tolerance) {
  Values a = two(DT_F32, x, y), b = two(DT_F32, z, w);
  Difference difference;
  const bool result = values_close(&a, &b, tolerance, &difference);
  values_free(&a), values_free(&b);
  return result;
}

static void sameness_is_of_bits(void) {
  EXPECT(same(DT_F32, 1, 2, 1, 2));
  EXPECT(!same(DT_F32, 1, 2, 1, 2.0000002));
  EXPECT(!same(DT_F32, 1, 0., 1, -0.));
  EXPECT(same(DT_F32, 1, NAN, 1, -NAN));
  EXPECT(!same(DT_F32, 1, NAN, 1, 2));
  EXPECT(!same(DT_F64, INFINITY, 1, -INFINITY, 1));
  EXPECT(same(DT_I32, -5, 7, -5, 7));
  EXPECT(!same(DT_U8, 255, 7, 254, 7));
}

static void closeness_sees_every_kind_of_fault(void) {
  EXPECT(near(1, 1000, 1, 1000.01, 1e-4));
  EXPECT(!near(1, 1000, 1, 1001, 1e-4));
  EXPECT(!near(NAN, 1, 1, 1, 1e3));
  EXPECT(!near(1, 1, NAN, 1, 1e3));
  EXPECT(!near(INFINITY, 1, 1, 1, 1e3));
  EXPECT(!near(INFINITY, 1, -INFINITY, 1, 1e3));
  EXPECT(near(INFINITY, NAN, INFINITY, NAN, 0));
}

static void distances_count_floats(void) {
  EXPECT_EQ(ulp_distance(DT_F32, 1, nextafterf(1, 2)), 1);
  EXPECT_EQ(ulp_distance(DT_F64, 1, nextafter(1, 0)), 1);
  EXPECT_EQ(ulp_distance(DT_F16, 1, 1 + 0x1p-10), 1);
  EXPECT_EQ(ulp_distance(DT_BF16, -0x1p-133, 0x1p-133), 2);
  EXPECT_EQ(ulp_distance(DT_F32, -0.0, 0.0), 0);
  EXPECT_EQ(ulp_distance(DT_F32, -1e-45, 1e-45), 2);
  EXPECT_EQ(ulp_distance(DT_I32, 3, 5), 2);
  EXPECT(isinf(ulp_distance(DT_F32, NAN, 1)));
}

static void indices_are_per_axis(void) {
  EXPECT_STR(index_str(type_of(DT_F32, INTS(4, 5, 6)), 2 * 30 + 3 * 6 + 5, (char[TYPE_TEXT]){0}),
             "[2, 3, 5]");
  EXPECT_STR(index_str(type_scalar(DT_F32), 0, (char[TYPE_TEXT]){0}), "[]");
}

int main(void) {
  snprintf(path, sizeof path, "/tmp/jitc-npy-%ld.npy", (long)getpid());
  arena = arena_new();
  RUN(what_is_written_reads_back);
  RUN(truncated_files_are_errors);
  RUN(damaged_bytes_never_crash);
  RUN(headers_are_understood_or_named);
  RUN(a_bool_is_zero_or_one);
  RUN(users_save_and_load);
  RUN(any_file_is_bytes);
  RUN(maps_outlive_their_name);
  RUN(users_mistakes_are_told);
  RUN(sameness_is_of_bits);
  RUN(closeness_sees_every_kind_of_fault);
  RUN(distances_count_floats);
  RUN(indices_are_per_axis);
  unlink(path);
  arena_free(arena);
  return tests_done();
}
