// Plots, progress lines and the files they are written to.
#include "frontend/show/picture.h"

#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frontend/show/progress.h"
#include "ir/arena.h"
#include "runtime/file.h"
#include "tests/check.h"

static const Loc here = {.file = "user.c", .line = 9};

static char *plot(Series s) {
  const Panel panel = {.x_label = "epoch", .y_label = "loss", .series_count = 1, .series = &s};
  return picture_svg(&(Picture){.title = "a <b> & c", .panel_count = 1, .panels = &panel});
}

static int count(const char *text, const char *part) {
  int n = 0;
  for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
  return n;
}

// What a broken number would leave in the text.
static void expect_sound(const char *svg) {
  EXPECT(!strstr(svg, "nan\"") && !strstr(svg, "nan ") && !strstr(svg, "inf"));
  EXPECT_EQ(count(svg, "<text"), count(svg, "</text>"));
  EXPECT_EQ(count(svg, "<g"), count(svg, "</g>"));
  EXPECT_EQ(count(svg, "</svg>"), 1);
}

static void texts_are_escaped(void) {
  char *svg = plot((Series){.name = "\"x\" < y\n", .n = 2, .y = (double[]){1, 2}});
  EXPECT_HAS(svg, "a &lt;b&gt; &amp; c");
  EXPECT_HAS(svg, "\"x\" &lt; y </text>");
  expect_sound(svg);
  free(svg);
}

static void ticks_are_nice(void) {
  char *svg = plot((Series){.name = "a", .n = 4, .y = (double[]){0.9166, 0.9352, 0.9461, 0.9660}});
  const char *const ticks[] = {">0.91<", ">0.92<", ">0.95<", ">0.97<", ">1<", ">2<", ">3<", ">4<"};
  for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) EXPECT_HAS(svg, ticks[i]);
  EXPECT(!strstr(svg, ">1.5<"));
  EXPECT_HAS(svg, ">0.9660<");  // the value at the line's end
  EXPECT_EQ(count(svg, "<circle"), 4);
  free(svg);
}

static void odd_values_are_drawn(void) {
  const double odd[][3] = {
      {0, 0, 0},    {5, 5, 5},          {NAN, NAN, NAN},    {INFINITY, 1, -INFINITY},
      {1, NAN, 2},  {1e300, -1e300, 0}, {1e308, -1e308, 0}, {1e-300, 2e-300, 0},
      {-3, -2, -1}, {1, 1 + 1e-15, 1},  {1e6, 2e6, 3e6},    {12000, 15000, 20000}};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
    for (int n = 0; n <= 3; n++) {
      char *svg = plot((Series){.n = n, .y = odd[i]});
      expect_sound(svg);
      free(svg);
      svg = plot((Series){.n = n, .x = odd[i], .y = (double[]){1, 2, 3}});
      expect_sound(svg);
      free(svg);
    }
  char *svg = picture_svg(&(Picture){0});
  expect_sound(svg);
  free(svg);
}

static void gaps_interrupt_lines(void) {
  char *svg = plot((Series){.n = 5, .y = (double[]){1, 2, NAN, 3, 4}});
  const char *line = strstr(svg, "<path class=\"line\"");
  const char *points = line ? strstr(line, " d=\"") : NULL;
  if (EXPECT(points)) {
    char d[200];
    snprintf(d, sizeof d, "%.*s", (int)strcspn(points + 4, "\""), points + 4);
    EXPECT_EQ(count(d, "M"), 2);
    EXPECT_EQ(count(d, "L"), 2);
  }
  free(svg);
}

// A million points become at most two per column of pixels, extremes included.
static void long_lines_stay_small(void) {
  enum { N = 1000000 };
  double *y = xmalloc(N * sizeof *y);
  for (int i = 0; i < N; i++) y[i] = test_uniform(0, 1);
  y[N / 3] = 100;
  char *svg = plot((Series){.n = N, .y = y});
  expect_sound(svg);
  EXPECT(strlen(svg) < 40000);
  EXPECT_HAS(svg, ">100<");
  free(svg);
  free(y);
}

static void locales_do_not_matter(void) {
  if (!setlocale(LC_NUMERIC, "de_DE.UTF-8")) {
    test_skip("no locale with decimal commas");
    return;
  }
  char *svg = plot((Series){.n = 2, .y = (double[]){0.5, 1.5}});
  EXPECT_HAS(svg, ">0.5<");
  free(svg);
  setlocale(LC_NUMERIC, "C");
}

static void files_are_replaced_whole(void) {
  char directory[] = "/tmp/jitc-picture-XXXXXX", path[64], text[8] = "";
  CHECK(mkdtemp(directory));
  snprintf(path, sizeof path, "%s/plot.svg", directory);
  EXPECT(file_write(here, path, "old text", 8));
  EXPECT(file_write(here, path, "new", 3));
  FILE *f = fopen(path, "rb");
  if (EXPECT(f)) EXPECT_EQ(fread(text, 1, sizeof text, f), 3), fclose(f);
  EXPECT_STR(text, "new");
  unlink(path);
  EXPECT(!rmdir(directory));  // nothing is left beside it
  EXPECT(!file_write(here, path, "new", 3));
  EXPECT_FAIL("user.c:9: cannot write '/tmp/jitc-picture-");
  EXPECT(!picture_write(here, path, &(Picture){0}));
  EXPECT_FAIL("No such file");
  EXPECT(file_write(here, "/dev/null", "x", 1));
  struct stat st;
  EXPECT(!stat("/dev/null", &st) && S_ISCHR(st.st_mode));
}

static void progress_lines_read_well(void) {
  char line[300];
  ProgressLine l = {
      .first = 0, .done = 25, .total = 100, .seconds = 5, .columns = 100, .message = "loss 0.5"};
  progress_line(&l, line, sizeof line);
  EXPECT_STR(line, " 25% [######                  ] 25/100  5.00/s  0:15 left  loss 0.5");
  l.done = 100;
  l.seconds = 7384;
  progress_line(&l, line, sizeof line);
  EXPECT_STR(line, "100% [########################] 100/100  1:14 each  2:03:04 in all  loss 0.5");
  l = (ProgressLine){.done = 1, .total = 2, .columns = 12, .utf8 = true};
  progress_line(&l, line, sizeof line);
  EXPECT_STR(line, " 50% ▕██████");
  l = (ProgressLine){.first = 3, .done = 3, .total = 0, .columns = 79, .message = "a\nb"};
  progress_line(&l, line, sizeof line);
  EXPECT_STR(line, "  0% [                        ] 3/0  a b");
}

int main(void) {
  RUN(texts_are_escaped);
  RUN(ticks_are_nice);
  RUN(odd_values_are_drawn);
  RUN(gaps_interrupt_lines);
  RUN(long_lines_stay_small);
  RUN(locales_do_not_matter);
  RUN(files_are_replaced_whole);
  RUN(progress_lines_read_well);
  return tests_done();
}
