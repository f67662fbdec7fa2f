// PNG images as arrays and back, for looking at arrays. libpng is opened when it is first needed.
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/data.h"
#include "frontend/data/mapped.h"
#include "frontend/data/png.h"
#include "frontend/read.h"
#include "ir/eval.h"
#include "runtime/file.h"

// The simplified interface of libpng 1.6, as its manual describes it.
enum { PNG_ALPHA = 1, PNG_COLOR = 2, PNG_VERSION = 1, PNG_MESSAGE = 64 };
typedef struct PngImage {
  void *opaque;
  uint32_t version, width, height, format, flags, colormap_entries, warning_or_error;
  char message[PNG_MESSAGE];
} PngImage;

static struct {
  int (*begin_read)(PngImage *, const void *memory, size_t n);
  int (*finish_read)(PngImage *, const void *background, void *pixels, int32_t stride, void *map);
  int (*write)(PngImage *, void *memory, size_t *n, int to_8_bit, const void *pixels,
               int32_t stride, const void *map);
  void (*free)(PngImage *);
  bool there;
} png;

static void open_library(void) {
  void *lib = dlopen("libpng16.so.16", RTLD_NOW | RTLD_LOCAL);
  if (!lib) return;
  *(void **)&png.begin_read = dlsym(lib, "png_image_begin_read_from_memory");
  *(void **)&png.finish_read = dlsym(lib, "png_image_finish_read");
  *(void **)&png.write = dlsym(lib, "png_image_write_to_memory");
  *(void **)&png.free = dlsym(lib, "png_image_free");
  png.there = png.begin_read && png.finish_read && png.write && png.free;
}

static bool need_library(Loc loc) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_library);
  return png.there || fail(loc, "PNG images need libpng16.so.16: install libpng16-16");
}

// ---- reading

// A file that lies about its size must not cost memory: deflate makes at most 1032 bytes of one,
// and each is 8 pixels at most.
static bool size_agrees(Loc loc, const char *path, const PngImage *i, size_t n) {
  const uint64_t most_of_byte = 1032 * 8;
  if ((uint64_t)i->width * i->height / most_of_byte <= n) return true;
  return fail(loc, "'%s' is no PNG image that can be read: %ux%u pixels in %zu bytes", path,
              i->width, i->height, n);
}

static Buffer *read_pixels(Loc loc, const char *path, PngImage *i, size_t n, PngPixels *out) {
  i->format &= PNG_ALPHA | PNG_COLOR;  // 8 bits each, whatever the file has
  const int channels = 1 + (i->format & PNG_ALPHA ? 1 : 0) + (i->format & PNG_COLOR ? 2 : 0);
  out->dim[0] = i->height, out->dim[1] = i->width, out->dim[2] = channels;
  if (!size_agrees(loc, path, i, n)) return NULL;
  Buffer *b = buffer_new(loc, (size_t)i->height * i->width * (size_t)channels);
  if (!b || png.finish_read(i, NULL, b->data, 0, NULL)) return b;
  buffer_release(b);
  return fail(loc, "'%s' is no PNG image that can be read: %.*s", path, PNG_MESSAGE, i->message),
         NULL;
}

bool png_parse(Loc loc, const char *path, const void *bytes, size_t n, PngPixels *out) {
  *out = (PngPixels){0};
  if (!need_library(loc)) return false;
  PngImage i = {.version = PNG_VERSION};
  if (!png.begin_read(&i, bytes, n))
    fail(loc, "'%s' is no PNG image that can be read: %.*s", path, PNG_MESSAGE, i.message);
  else out->buffer = read_pixels(loc, path, &i, n, out);
  png.free(&i);
  return out->buffer;
}

static bool load(const char *path, Loc loc, PngPixels *out) {
  DataFile f;
  const bool ok = data_file_open(&f, loc, path, false);
  void *bytes = ok ? malloc((size_t)f.size + 1) : NULL;
  if (ok && !bytes) fail(loc, "out of memory: %lld bytes of '%s'", (long long)f.size, path);
  const bool got = bytes && data_file_read(&f, 0, bytes, (size_t)f.size) &&
                   png_parse(loc, path, bytes, (size_t)f.size, out);
  free(bytes);
  data_file_close(&f);
  return got;
}

jc_array jc_load_png_(const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  PngPixels p;
  if (!ok || !load(path, loc, &p)) return handle_poison();
  const Type t = {DT_U8, p.dim[2] == 1 ? 2 : 3, p.dim};
  return data_array(type_intern(t, false), p.buffer);
}

// ---- writing

static bool shape_of_image(Type t, PngImage *out) {
  static const uint32_t formats[] = {0, PNG_ALPHA, PNG_COLOR, PNG_COLOR | PNG_ALPHA};
  if (t.rank != 2 && t.rank != 3) return false;
  const int64_t channels = t.rank == 3 ? t.dim[2] : 1, most = 1000000;  // as libpng
  if (channels < 1 || channels > 4 || t.dim[0] < 1 || t.dim[1] < 1 || t.dim[0] > most ||
      t.dim[1] > most)
    return false;
  *out = (PngImage){.version = PNG_VERSION,
                    .height = (uint32_t)t.dim[0],
                    .width = (uint32_t)t.dim[1],
                    .format = formats[channels - 1]};
  return true;
}

// Floats go from black at 0 to white at 1; what lies beyond is cut, NaN is black.
static uint8_t *bytes_of(const Elements *e) {
  const int64_t n = type_count(e->type);
  uint8_t *bytes = malloc((size_t)n + 1);
  for (int64_t i = 0; bytes && i < n; i++) {
    const double v = eval_number(e->type.dtype, e->data, i);
    bytes[i] = e->type.dtype == DT_U8 ? (uint8_t)v : (uint8_t)lrint(255 * fmin(fmax(v, 0), 1));
  }
  return bytes;
}

static bool save(Loc loc, const char *path, PngImage *i, const uint8_t *pixels) {
  size_t n = 0;
  void *file = NULL;
  if (!png.write(i, NULL, &n, 0, pixels, 0, NULL) || !(file = malloc(n)) ||
      !png.write(i, file, &n, 0, pixels, 0, NULL)) {
    free(file);
    return fail(loc, "cannot write '%s': %.*s", path, PNG_MESSAGE,
                *i->message ? i->message : "out of memory");
  }
  const bool ok = file_write(loc, path, file, n);
  free(file);
  return ok;
}

bool jc_save_png_(jc_array x, const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  Elements e;
  PngImage i;
  if (!ok || !elements_of(x, "save_png", "its argument", loc, &e) || !need_library(loc))
    return false;
  const Dtype d = e.type.dtype;
  if ((d != DT_U8 && d != DT_BOOL && !dtype_is_float(d)) || !shape_of_image(e.type, &i))
    return fail(loc,
                "save_png: an image is u8, bool or floats from 0 to 1, of shape [height, width] or "
                "[height, width, 1 to 4], this is %s",
                TYPE_STR(e.type));
  uint8_t *pixels = bytes_of(&e);
  if (!pixels) return fail(loc, "cannot write '%s': out of memory", path);
  const bool saved = save(loc, path, &i, pixels);
  png.free(&i);
  free(pixels);
  return saved;
}
