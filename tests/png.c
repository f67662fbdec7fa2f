// PNG images: written and read back, and what is none.
#include <unistd.h>

#include "frontend/data/png.h"
#include "frontend/jitc.h"
#include "tests/check.h"

static char path[64];

static void write_bytes(const void *bytes, size_t n) {
  FILE *f = fopen(path, "wb");
  CHECK(f && fwrite(bytes, 1, n, f) == n && !fclose(f));
}

static bool same(jc_array a, jc_array b) {
  return !strcmp(jc_shape_str(a), jc_shape_str(b)) && jc_item(jc_all(jc_equal(a, b))) == 1;
}

static void images_round_trip(void) {
  for (int channels = 1; channels <= 4; channels++) {
    jc_array x = jc_astype(jc_randint(jc_key(channels), 0, 256, JC_SHAPE(7, 5, channels)), JC_U8);
    if (channels == 1) x = jc_squeeze(x, 2);
    if (channels % 2 == 0)  // what is invisible has no colour
      x = jc_maximum(x, jc_u8(1));
    EXPECT(jc_save_png(x, "%s", path));
    EXPECT(same(jc_load_png("%s", path), x));
  }
  EXPECT_OK();
}

static void floats_are_shades(void) {
  jc_array x = jc_reshape(jc_vector(-1, 0, 0.5, 0.999, 1, NAN, INFINITY, 2.0f / 255, 1e-9), 3, 3);
  EXPECT(jc_save_png(x, "%s", path));
  EXPECT_STR(jc_str(jc_load_png("%s", path)), "[[0 0 128]\n [255 255 0]\n [255 2 0]]");
  EXPECT(jc_save_png(jc_astype(jc_reshape(jc_vector(0, 1), 1, 2), JC_BOOL), "%s", path));
  EXPECT_STR(jc_str(jc_load_png("%s", path)), "[[0 255]]");
  EXPECT_OK();
}

static void what_is_no_image_is_told(void) {
  EXPECT(!jc_save_png(jc_zeros(JC_SHAPE(3)), "%s", path));
  EXPECT_FAIL("save_png: an image is u8, bool or floats from 0 to 1, of shape [height, width] or");
  EXPECT(!jc_save_png(jc_zeros(JC_SHAPE(3, 3, 5)), "%s", path));
  EXPECT_FAIL("this is f32[3,3,5]");
  EXPECT(!jc_save_png(jc_zeros(JC_SHAPE(3, 0)), "%s", path));
  EXPECT_FAIL("this is f32[3,0]");
  EXPECT(!jc_save_png(jc_zeros(JC_SHAPE(3, 3), JC_I32), "%s", path));
  EXPECT_FAIL("this is i32[3,3]");
  EXPECT(!jc_save_png(jc_zeros(JC_SHAPE(3, 3)), "%s/nowhere", path));
  EXPECT_FAIL("cannot write");
}

static void damaged_files_are_told(void) {
  unsigned char bytes[2000];
  EXPECT(jc_save_png(jc_full(JC_SHAPE(9, 9), 0.5), "%s", path));
  FILE *f = fopen(path, "rb");
  const size_t n = fread(bytes, 1, sizeof bytes, f);
  fclose(f);
  const size_t image = n - 12;  // the end's own record may be missing
  for (size_t k = 0; k < image; k++) {
    write_bytes(bytes, k);
    EXPECT(isnan(jc_item(jc_max(jc_load_png("%s", path)))));
    EXPECT_FAIL("is no PNG image that can be read");
  }
  for (size_t k = 0; k < n; k++) {
    bytes[k] ^= 0x55;
    write_bytes(bytes, n);
    jc_load_png("%s", path);
    if (jc_error()) EXPECT_FAIL(path);
    bytes[k] ^= 0x55;
  }
}

// A small file of 900000 x 900000 pixels.
static void large_claims_cost_nothing(void) {
  static const unsigned char file[] =
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xd\xbb\xa0\0\xd\xbb\xa0\x8\0\0\0\0\x5a\x0e\x4e\x30"
      "\0\0\0\0IDAT\x35\xaf\x06\x1e";
  PngPixels p;
  EXPECT(!png_parse((Loc){"in.c", 4, 0}, "x.png", file, sizeof file - 1, &p));
  EXPECT_FAIL("in.c:4: 'x.png' is no PNG image that can be read");
}

int main(void) {
  snprintf(path, sizeof path, "/tmp/jitc-png-%ld.png", (long)getpid());
  jc_save_png(jc_zeros(JC_SHAPE(1, 1)), "%s", path);
  const bool there = jc_ok();
  if (!there) EXPECT_FAIL("PNG images need libpng16.so.16: install libpng16-16");
  RUN(what_is_no_image_is_told);
  if (there) {
    RUN(images_round_trip);
    RUN(floats_are_shades);
    RUN(damaged_files_are_told);
    RUN(large_claims_cost_nothing);
  }
  unlink(path);
  return tests_done();
}
