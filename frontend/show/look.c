// jc_show: what the elements of an array are like, for the eye.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "frontend/read.h"
#include "frontend/show/screen.h"
#include "frontend/tree.h"
#include "ir/eval.h"
#include "ir/text.h"

enum { WIDTH = 48, HEIGHT = 4, SMALL_WIDTH = 16, EIGHTHS = 8, NUMBER = 16 };

typedef struct Look {
  Type type;
  const void *data;
  int64_t n, finite, zeros, nans, infinite;
  double least, most, mean, deviation;
} Look;

static double element(const Look *l, int64_t i) {
  const Dtype d = l->type.dtype, part = dtype_part(d);
  if (!dtype_is_complex(d)) return eval_number(d, l->data, i);
  return hypot(eval_number(part, l->data, 2 * i), eval_number(part, l->data, 2 * i + 1));
}

static Look look_at(Type t, const void *data) {
  Look l = {.type = t, .data = data, .n = type_count(t), .least = INFINITY, .most = -INFINITY};
  double squares = 0;
  for (int64_t i = 0; i < l.n; i++) {
    const double v = element(&l, i);
    l.nans += isnan(v);
    l.infinite += isinf(v) != 0;
    l.zeros += v == 0;
    if (!isfinite(v)) continue;
    const double off = v - l.mean;
    l.mean += off / (double)++l.finite;
    squares += off * (v - l.mean);
    l.least = fmin(l.least, v);
    l.most = fmax(l.most, v);
  }
  l.deviation = l.finite ? sqrt(squares / (double)l.finite) : NAN;
  if (!l.finite) l.least = l.most = l.mean = NAN;
  return l;
}

// ---- bars

// `eighths` of a cell, from the bottom.
static const char *cell(int eighths, bool utf8) {
  static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static const char *const plain[] = {" ", ".", ".", ".", ":", ":", ":", "#", "#"};
  const int n = eighths < 0 ? 0 : eighths > EIGHTHS ? EIGHTHS : eighths;
  return (utf8 ? blocks : plain)[n];
}

// Counts of the finite elements in `bins` intervals of equal length; gives how many bins there are:
// whole numbers have one each while they fit.
static int histogram(const Look *l, int bins, int64_t *counts) {
  const double span = l->most - l->least;
  const bool whole = !dtype_is_inexact(l->type.dtype);
  if (whole && span < bins) bins = (int)span + 1;
  memset(counts, 0, sizeof *counts * (size_t)bins);
  for (int64_t i = 0; i < l->n; i++) {
    const double v = element(l, i);
    if (!isfinite(v)) continue;
    int bin = span > 0 ? (int)((v - l->least) / (whole ? span + 1 : span) * bins) : bins / 2;
    counts[bin < bins ? bin : bins - 1]++;
  }
  return bins;
}

static int64_t largest(int n, const int64_t *counts) {
  int64_t most = 1;
  for (int i = 0; i < n; i++) most = counts[i] > most ? counts[i] : most;
  return most;
}

// Row `row` from the bottom of `height`; what is not empty shows at least an eighth.
static void histogram_row(Text *out, int bins, const int64_t *counts, int width, int row,
                          int height, bool utf8) {
  const double most = (double)largest(bins, counts);
  const int columns = width / bins;
  for (int c = 0; c < bins * columns; c++) {
    const int64_t count = counts[c / columns];
    int level = (int)((double)count / most * height * EIGHTHS + 0.5);
    if (count && !level) level = 1;
    text_str(out, cell(level - row * EIGHTHS, utf8));
  }
}

static const char *number(double v, char buf[NUMBER]) {
  snprintf(buf, NUMBER, "%.4g", v);
  return buf;
}
#define NUMBER_STR(v) number((v), (char[NUMBER]){0})

static void show_histogram(Text *out, const Look *l, bool utf8) {
  int64_t counts[WIDTH];
  const int bins = histogram(l, WIDTH, counts), width = bins * (WIDTH / bins);
  for (int row = HEIGHT - 1; row >= 0; row--) {
    text_str(out, "  ");
    histogram_row(out, bins, counts, WIDTH, row, HEIGHT, utf8);
    while (out->s[out->n - 1] == ' ') out->s[--out->n] = 0;
    text_str(out, "\n");
  }
  const char *from = NUMBER_STR(l->least), *to = NUMBER_STR(l->most);
  text_fmt(out, "  %s%*s\n", from, width - (int)strlen(from), to);
}

// Means of parts of the array in order, as heights.
static void show_line(Text *out, const Look *l, bool utf8) {
  static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static const char *const plain[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
  const int parts = l->n < WIDTH ? (int)l->n : WIDTH;
  double mean[WIDTH], least = INFINITY, most = -INFINITY;
  for (int p = 0; p < parts; p++) {
    const int64_t first = l->n / parts * p + l->n % parts * p / parts;
    const int64_t end = l->n / parts * (p + 1) + l->n % parts * (p + 1) / parts;
    double sum = 0;
    for (int64_t i = first; i < end; i++) sum += element(l, i);
    mean[p] = sum / (double)(end - first);
    if (isfinite(mean[p])) least = fmin(least, mean[p]), most = fmax(most, mean[p]);
  }
  text_str(out, "  ");
  for (int p = 0; p < parts; p++) {
    const double height = most > least ? (mean[p] - least) / (most - least) : 0;
    text_str(out, isfinite(mean[p]) ? (utf8 ? blocks : plain)[(int)(height * 7.999)] : "?");
  }
  text_str(out, "  in order\n");
}

static void show_bytes(Text *out, double bytes) {
  static const char *const units[] = {"bytes", "kB", "MB", "GB"};
  int u = 0;
  for (; bytes >= 1000 && u < 3; u++) bytes /= 1000;
  text_fmt(out, "%.4g %s", bytes, units[u]);
}

static void show_array(Text *out, const Look *l, bool utf8) {
  text_fmt(out, "%s  ", TYPE_STR(l->type));
  show_bytes(out, (double)type_bytes(l->type));
  text_fmt(out, "\n  min %s  mean %s  max %s  std %s  zeros %lld  NaN %lld  inf %lld\n",
           NUMBER_STR(l->least), NUMBER_STR(l->mean), NUMBER_STR(l->most), NUMBER_STR(l->deviation),
           (long long)l->zeros, (long long)l->nans, (long long)l->infinite);
  if (l->finite > 1) show_histogram(out, l, utf8);
  if (l->n > 1) show_line(out, l, utf8);
}

// ---- trees

static void show_row(Text *out, const char *path, const Look *l, bool utf8) {
  text_fmt(out, "%-20s %-16s %10.4g %10.4g %10.4g %6lld %6lld  ", path, TYPE_STR(l->type), l->least,
           l->mean, l->most, (long long)l->nans, (long long)l->infinite);
  int64_t counts[SMALL_WIDTH];
  if (l->finite) {
    const int bins = histogram(l, SMALL_WIDTH, counts);
    histogram_row(out, bins, counts, SMALL_WIDTH, 0, 1, utf8);
  }
  text_str(out, "\n");
}

void jc_show_(struct jc_tree_ tree, const char *file, int line) {
  Text out = {0};
  const bool utf8 = screen_is_utf8();
  const PlainNumbers plain = plain_numbers_begin();
  if (!tree.is_array)
    text_fmt(&out, "%-20s %-16s %10s %10s %10s %6s %6s\n", "", "", "min", "mean", "max", "NaN",
             "inf");
  for (TreeWalk w = tree_walk(tree); tree_walk_next(&w);) {
    Elements e;
    if (!elements_of(w.x, "show", *w.path ? w.path : "its argument", HERE(file, line), &e)) break;
    const Look l = look_at(e.type, e.data);
    if (tree.is_array) show_array(&out, &l, utf8);
    else show_row(&out, w.path, &l, utf8);
  }
  plain_numbers_end(plain);
  if (!failed() && out.n) fwrite(out.s, 1, out.n, stdout);
  text_free(&out);
}
