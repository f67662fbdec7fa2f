// safetensors files: written and read back, and every way in which one can be wrong.
#include "frontend/data/safetensors.h"

#include <unistd.h>

#include "check.h"

static char path[64];
static const Loc here = {"in.c", 4, 0};

static void write_file(const char *header, size_t length, const void *data, size_t n) {
  FILE *f = fopen(path, "w");
  const uint64_t claimed = length;
  CHECK(f && fwrite(&claimed, 1, 8, f) == 8 &&
        fwrite(header, 1, strlen(header), f) == strlen(header) && fwrite(data, 1, n, f) == n);
  fclose(f);
}

// Opens what has n bytes of elements; reads all in both ways.
static bool opens(const char *part) {
  bool ok[2];
  for (int map = 0; map < 2; map++) {
    Archive a;
    ok[map] = archive_open(&a, here, path, map);
    if (!ok[map]) {
      EXPECT_HAS(diag_message(), "in.c:4: ");
      EXPECT_HAS(diag_message(), path);
      EXPECT_FAIL(part);
    }
    for (int i = 0; ok[map] && i < a.n; i++) {
      NpyArray x;
      EXPECT(archive_find(&a, a.members[i].name) == &a.members[i]);
      if (archive_read(&a, &a.members[i], &x)) EXPECT(type_equal(x.type, a.members[i].type));
      else EXPECT_FAIL(path);
      buffer_release(x.buffer);
    }
    archive_close(&a);
  }
  EXPECT_EQ(ok[0], ok[1]);
  return ok[0];
}

static bool header_opens(const char *header, const char *part) {
  static const char zeros[64];
  write_file(header, strlen(header), zeros, 16);
  return opens(part);
}

static const int64_t two_three[] = {2, 3}, none[] = {0, 7};

static void what_is_written_reads_back(void) {
  unsigned char data[96];
  for (size_t i = 0; i < sizeof data; i++) data[i] = (unsigned char)(i % 2);
  enum { N = DT_COUNT + 3 };
  Named in[N];
  char text[N][16];
  for (int d = 0; d < DT_COUNT; d++) {
    snprintf(text[d], sizeof text[d], "a[%d].\"w\\\n", d);
    in[d] = (Named){text[d], {(Dtype)d, 2, two_three}, data};
  }
  in[DT_COUNT] = (Named){"empty", {DT_F32, 2, none}, data};
  in[DT_COUNT + 1] = (Named){"no numbers", {DT_C128, 2, none}, data};
  in[N - 1] = (Named){"scalar", type_scalar(DT_U8), data + 1};
  const Pair pairs[] = {{"format", "jitc"}, {"\"", "\\"}};
  EXPECT(safetensors_write(here, path, N, in, 2, pairs, false));
  for (int map = 0; map < 2; map++) {
    Archive a;
    if (!EXPECT(archive_open(&a, here, path, map))) return;
    EXPECT_EQ(a.n, N);
    EXPECT_EQ(a.nmetadata, 4);  // two tell the complex ones
    EXPECT_STR(a.metadata[1].value, "\\");
    for (int i = 0; i < N; i++) {
      NpyArray x;
      const Member *m = archive_find(&a, in[i].name);
      if (!EXPECT(m && archive_read(&a, m, &x))) continue;
      EXPECT(type_equal(x.type, in[i].type));
      EXPECT_BYTES(x.buffer->data, in[i].data, type_bytes(x.type));
      EXPECT_EQ(x.buffer->kind == BUFFER_BORROWED, map);  // all are aligned
      buffer_release(x.buffer);
    }
    EXPECT(!archive_find(&a, "nothing"));
    archive_close(&a);
  }
  EXPECT(safetensors_write(here, path, 0, NULL, 0, NULL, false));
  EXPECT(opens(""));
}

#define TWO "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":"
static const char good[] = "{\"a\":" TWO "[8,16]},\"b\":" TWO "[0,8]}}";

static void headers_are_checked(void) {
  EXPECT(header_opens(good, ""));  // in any order
  EXPECT(header_opens("{\"a\":{\"data_offsets\":[0,16],\"shape\":[ 2 , 2 ],\"dtype\":\"F32\"} }  ",
                      ""));
  EXPECT(!header_opens("{\"a\":" TWO "[0,8]},\"b\":" TWO "[4,12]}}", "'a' and 'b' overlap"));
  EXPECT(!header_opens("{\"a\":" TWO "[0,8]},\"b\":" TWO "[0,8]}}", "overlap"));
  EXPECT(!header_opens("{\"a\":" TWO "[8,16]}}", "bytes in front of it belong to no array"));
  EXPECT(!header_opens("{\"a\":" TWO "[0,8]}}", "8 bytes behind its arrays belong to none"));
  EXPECT(!header_opens("{\"a\":" TWO "[0,8]},\"b\":" TWO "[8,16]},\"c\":" TWO "[16,24]}}",
                       "array 'c': the file ends before it does: it is truncated"));
  EXPECT(!header_opens("{\"a\":" TWO "[8,0]}}", "run backwards"));
  EXPECT(!header_opens("{\"a\":" TWO "[0,16]}}", "f32[2] has 8 bytes, its data_offsets 16"));
  EXPECT(!header_opens("{\"a\":" TWO "[0,4611686018427387900]}}", "too large"));
  EXPECT(!header_opens("{\"a\":" TWO "[0,99999999999999999999999]}}", "too large"));
  EXPECT(!header_opens("{\"a\":" TWO "[-1,8]}}", "a whole number is missing"));
  EXPECT(
      !header_opens("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387,4611686018427387],"
                    "\"data_offsets\":[0,16]}}",
                    "larger than any memory"));
  EXPECT(
      !header_opens("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"
                    "\"data_offsets\":[0,4]}}",
                    "more than 16 axes"));
  EXPECT(!header_opens("{\"a\":" TWO "[0,8]},\"a\":" TWO "[8,16]}}", "two arrays of the name 'a'"));
  EXPECT(!header_opens("{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}", "no dtype, shape or data_off"));
  EXPECT(!header_opens("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "another key"));
  EXPECT(!header_opens("{\"a\":3}", "'{' is missing"));
  EXPECT(!header_opens("{\"a\":" TWO "[0,16]},}", "'\"' is missing"));
  EXPECT(!header_opens("{} {", "something follows the end"));
  EXPECT(!header_opens("{\"a", "a string without an end"));
  EXPECT(!header_opens("{\"a\\", "a string without an end"));
  EXPECT(!header_opens("{\"\\u0000\":1}", "a NUL in a string"));
  EXPECT(!header_opens("{\"\\ud800x\":1}", "half a character"));
  EXPECT(!header_opens("{\"\\q\":1}", "an escape that JSON has not"));
  EXPECT(!header_opens("{\"__metadata__\":{\"a\":1}}", "'\"' is missing"));
  EXPECT(!header_opens("{\"__metadata__\":{},\"__metadata__\":{}}", "twice"));
  EXPECT(!header_opens("", "'{' is missing"));
}

static void escapes_are_resolved(void) {
  Archive a;
  const char *header = "{\"__metadata__\":{\"\\u00e4\\t\\/\":\"\\uD83D\\ude00\"}}";
  write_file(header, strlen(header), "", 0);
  if (EXPECT(archive_open(&a, here, path, false)) && EXPECT_EQ(a.nmetadata, 1)) {
    EXPECT_STR(a.metadata[0].key, "\xc3\xa4\t/");
    EXPECT_STR(a.metadata[0].value, "\xf0\x9f\x98\x80");
  }
  archive_close(&a);
}

static void truncated_files_are_errors(void) {
  for (size_t n = 0; n < sizeof good - 1 + 16; n++) {
    write_file(good, sizeof good - 1, "0123456789abcdef", 16);
    CHECK(!truncate(path, (off_t)(8 + n)));
    EXPECT(!opens("is no safetensors file that can be read"));
  }
  for (int n = 0; n < 8; n++) {
    CHECK(!truncate(path, n));
    EXPECT(!opens("it is truncated"));
  }
  write_file(good, (size_t)1 << 40, "", 0);
  EXPECT(!opens("its header would have 1099511627776 bytes"));
  unlink(path);
  EXPECT(!opens("cannot open"));
}

static void unknown_dtypes_are_named(void) {
  Archive a;
  NpyArray x;
  const char *header =
      "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]},\"b\":" TWO "[8,16]}}";
  write_file(header, strlen(header), "0123456789abcdef", 16);
  if (EXPECT(archive_open(&a, here, path, false))) {
    EXPECT(!archive_read(&a, archive_find(&a, "a"), &x));
    EXPECT_FAIL("array 'a' has the dtype F8_E4M3, which is not supported");
    EXPECT(archive_read(&a, archive_find(&a, "b"), &x));  // the others can be read
    buffer_release(x.buffer);
  }
  archive_close(&a);
  const char *bools = "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}";
  write_file(bools, strlen(bools), "\1\2", 2);
  if (EXPECT(archive_open(&a, here, path, true))) {
    EXPECT(!archive_read(&a, archive_find(&a, "a"), &x));
    EXPECT_FAIL("byte 1 of bool[2] is 2, which is no bool");
  }
  archive_close(&a);
}

static void complex_pairs_are_checked(void) {
#define NOTE "{\"__metadata__\":{\"dtype:a\":\"C128\"},"
  const char *complex = NOTE "\"a\":{\"dtype\":\"F64\",\"shape\":[1,2],\"data_offsets\":[0,16]}}";
  const double number[] = {1.5, -2};
  Archive a;
  NpyArray x;
  write_file(complex, strlen(complex), number, 16);
  if (EXPECT(archive_open(&a, here, path, false)) &&
      EXPECT(archive_read(&a, archive_find(&a, "a"), &x))) {
    EXPECT_STR(TYPE_STR(x.type), "c128[1]");
    EXPECT_BYTES(x.buffer->data, number, 16);
    buffer_release(x.buffer);
  }
  archive_close(&a);
  EXPECT(!header_opens(NOTE "\"a\":" TWO "[0,8]},\"b\":" TWO "[8,16]}}", "'a' is no pairs of F64"));
  EXPECT(!header_opens(NOTE "\"b\":" TWO "[0,8]},\"c\":" TWO "[8,16]}}", "'a' is no pairs of F64"));
  EXPECT(!header_opens(NOTE "\"a\":{\"dtype\":\"F64\",\"shape\":[2,1],\"data_offsets\":[0,16]}}",
                       "'a' is no pairs of F64"));
  EXPECT(!header_opens(NOTE "\"a\":{\"dtype\":\"X\",\"shape\":[2],\"data_offsets\":[0,16]}}",
                       "'a' is no pairs of F64"));
  int64_t ones[MAX_RANK];
  for (int i = 0; i < MAX_RANK; i++) ones[i] = 1;
  const Named c = {"z", {DT_C128, MAX_RANK, ones}, number};
  EXPECT(!safetensors_write(here, path, 1, &c, 0, NULL, false));
  EXPECT_FAIL("safetensors has no c128, and no axis is left for the parts of 'z': save it as .npz");
  EXPECT(!safetensors_write(here, path, 0, NULL, 1, &(Pair){"dtype:z", ""}, false));
  EXPECT_FAIL("metadata 'dtype:z': those of 'dtype:' are for complex arrays");
}

static void damaged_bytes_never_crash(void) {
  for (int round = 0; round < 3000; round++) {
    char bad[sizeof good];
    memcpy(bad, good, sizeof good);
    for (int64_t k = test_int(1, 2); k; k--) {
      const int64_t at = test_int(0, sizeof good - 2);
      bad[at] = (char)test_int(1, 255);
    }
    write_file(bad, strlen(bad), "0123456789abcdef", 16);
    opens("");
  }
}

int main(void) {
  snprintf(path, sizeof path, "/tmp/jitc-safetensors-%ld", (long)getpid());
  RUN(what_is_written_reads_back);
  RUN(headers_are_checked);
  RUN(escapes_are_resolved);
  RUN(truncated_files_are_errors);
  RUN(unknown_dtypes_are_named);
  RUN(complex_pairs_are_checked);
  RUN(damaged_bytes_never_crash);
  unlink(path);
  return tests_done();
}
