// Line plots as SVG files: curves of loss and accuracy.
#include "frontend/show/picture.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/show/screen.h"
#include "ir/arena.h"
#include "runtime/file.h"

// All lengths in pixels.
enum {
  PANEL_WIDTH = 520,
  PANEL_HEIGHT = 330,
  MARGIN_LEFT = 68,
  MARGIN_RIGHT = 58,
  MARGIN_BOTTOM = 52,
  HEADING_HEIGHT = 64,  // title and subtitle of the picture
  PANEL_TITLE_HEIGHT = 26,
  LEGEND_HEIGHT = 22,
  TOP_SPACE = 12,
  TEXT_HEIGHT = 12,
  END_LABEL_DISTANCE = 14,
  MARKED_POINTS = 40,  // lines of at most so many points show them as dots
  X_TICKS = 8,
  Y_TICKS = 5,
  MAX_TICKS = 24,
  MAX_LABELS = 12,
};
static const double LARGEST = 1e300;
static const double TEXT_WIDTH = 6.7;  // of a character of 12 pixels, about

// Told apart by the colour-blind (Okabe and Ito's set, without the yellow that a white ground
// swallows).
static const char *const colors[] = {"#0072b2", "#d55e00", "#009e73",
                                     "#cc79a7", "#56b4e9", "#7a5195"};
static const char *color_of(int i) { return colors[i % (int)(sizeof colors / sizeof *colors)]; }

typedef struct Axis {
  double low, high, step;
  double from, to;  // pixels of low and high
} Axis;

typedef struct Frame {
  FILE *out;
  const Panel *panel;
  Axis x, y;
  double left, top, right, bottom;
} Frame;

static double place(const Axis *a, double v) {
  v = fmin(fmax(v, a->low), a->high);
  return a->from + (v - a->low) / (a->high - a->low) * (a->to - a->from);
}

static double x_at(const Series *s, int i) { return s->x ? s->x[i] : i + 1; }
static bool point_is_finite(const Series *s, int i) {
  return isfinite(x_at(s, i)) && isfinite(s->y[i]);
}

static void put_text(FILE *out, const char *text) {
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    if (*c == '&') fputs("&amp;", out);
    else if (*c == '<') fputs("&lt;", out);
    else if (*c == '>') fputs("&gt;", out);
    else fputc(*c < ' ' ? ' ' : *c, out);
  }
}

static void write_label(FILE *out, double x, double y, const char *attributes, const char *text) {
  fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, attributes);
  put_text(out, text);
  fputs("</text>\n", out);
}

// The least of 1, 2, 5 times a power of ten that is not below `step`.
static double nice_step(double step) {
  const double power = pow(10, floor(log10(step)));
  const double digits = step / power;
  const double slack = 1e-9;
  return power * (digits <= 1 + slack ? 1 : digits <= 2 + slack ? 2 : digits <= 5 + slack ? 5 : 10);
}

static void find_range(const Panel *p, bool of_x, double *low, double *high, bool *whole) {
  *low = INFINITY, *high = -INFINITY, *whole = true;
  for (int s = 0; s < p->series_count; s++)
    for (int i = 0; i < p->series[s].n; i++) {
      if (!point_is_finite(&p->series[s], i)) continue;
      const double v = of_x ? x_at(&p->series[s], i) : p->series[s].y[i];
      *low = fmin(*low, v);
      *high = fmax(*high, v);
      *whole = *whole && v == rint(v);
    }
}

// Values beyond LARGEST, or closer than a double can tell, would make steps of infinity or zero.
static void widen(double *low, double *high) {
  if (!(*low <= *high)) *low = 0, *high = 1;
  *low = fmin(fmax(*low, -LARGEST), LARGEST);
  *high = fmin(fmax(*high, -LARGEST), LARGEST);
  const double least = 1e-9 * fmax(fabs(*low), fabs(*high));
  if (*high - *low > least) return;
  const double pad = *low == 0 ? 1 : fabs(*low) / 10;
  *low -= pad, *high += pad;
}

// x keeps the range of its values; y is rounded out to ticks.
static Axis fit_axis(const Panel *p, bool of_x, double from, double to) {
  Axis a = {.from = from, .to = to};
  bool whole;
  find_range(p, of_x, &a.low, &a.high, &whole);
  widen(&a.low, &a.high);
  a.step = nice_step((a.high - a.low) / (of_x ? X_TICKS : Y_TICKS));
  if (whole && a.step < 1) a.step = 1;
  if (of_x) return a;
  a.low = a.step * floor(a.low / a.step + 1e-9);
  a.high = a.step * ceil(a.high / a.step - 1e-9);
  return a;
}

static double largest_of(const Axis *a) { return fmax(fabs(a->low), fabs(a->high)); }
static bool is_scientific(const Axis *a) { return largest_of(a) >= 1e9 || largest_of(a) < 1e-3; }
static int decimals_of_step(const Axis *a) { return (int)fmax(0, -floor(log10(a->step) + 1e-9)); }

static void format_tick(const Axis *a, double v, char *to, size_t size) {
  if (fabs(v) < a->step / 2) v = 0;
  if (is_scientific(a)) {
    snprintf(to, size, "%.3g", v);
  } else if (largest_of(a) >= 1e4 && fmod(a->step, 1e3) == 0) {
    snprintf(to, size, v ? "%.0fk" : "%.0f", v / 1e3);
  } else {
    snprintf(to, size, "%.*f", decimals_of_step(a), v);
  }
}

// A value between ticks, with two more digits than they have.
static void format_value(const Axis *a, double v, char *to, size_t size) {
  if (is_scientific(a) || largest_of(a) >= 1e4) {
    snprintf(to, size, "%.4g", v);
  } else {
    snprintf(to, size, "%.*f", decimals_of_step(a) + 2, v);
  }
}

static int list_ticks(const Axis *a, double ticks[MAX_TICKS]) {
  int n = 0;
  const double first = ceil(a->low / a->step - 1e-9);
  for (; n < MAX_TICKS && (first + n) * a->step <= a->high + 1e-9 * a->step; n++)
    ticks[n] = (first + n) * a->step;
  return n;
}

static void write_axes(const Frame *f) {
  double ticks[MAX_TICKS];
  char text[32];
  fputs("<g class=\"grid\">\n", f->out);
  for (int i = 0, n = list_ticks(&f->y, ticks); i < n; i++) {
    const double y = place(&f->y, ticks[i]);
    fprintf(f->out, "<path d=\"M%.1f %.1fH%.1f\"/>\n", f->left, y, f->right);
    format_tick(&f->y, ticks[i], text, sizeof text);
    write_label(f->out, f->left - 8, y + 4, "class=\"tick\" text-anchor=\"end\"", text);
  }
  for (int i = 0, n = list_ticks(&f->x, ticks); i < n; i++) {
    const double x = place(&f->x, ticks[i]);
    fprintf(f->out, "<path class=\"mark\" d=\"M%.1f %.1fv5\"/>\n", x, f->bottom);
    format_tick(&f->x, ticks[i], text, sizeof text);
    write_label(f->out, x, f->bottom + 19, "class=\"tick\" text-anchor=\"middle\"", text);
  }
  fprintf(f->out, "<path class=\"axis\" d=\"M%.1f %.1fH%.1f\"/>\n</g>\n", f->left, f->bottom,
          f->right);
}

static void write_axis_names(const Frame *f) {
  if (f->panel->x_label)
    write_label(f->out, (f->left + f->right) / 2, f->bottom + 40,
                "class=\"name\" text-anchor=\"middle\"", f->panel->x_label);
  if (!f->panel->y_label) return;
  const double x = f->left - 50, y = (f->top + f->bottom) / 2;
  char attributes[96];
  snprintf(attributes, sizeof attributes,
           "class=\"name\" text-anchor=\"middle\" transform=\"rotate(-90 %.1f %.1f)\"", x, y);
  write_label(f->out, x, y, attributes, f->panel->y_label);
}

// Of the points that share a column of pixels, the lowest and the highest are enough for the eye.
static void write_column(const Frame *f, const Series *s, int *i, bool *drawing) {
  const double column = floor(place(&f->x, x_at(s, *i)));
  int low = *i, high = *i;
  int next = *i + 1;
  for (; next < s->n && point_is_finite(s, next) && floor(place(&f->x, x_at(s, next))) == column;
       next++) {
    if (s->y[next] < s->y[low]) low = next;
    if (s->y[next] > s->y[high]) high = next;
  }
  const int ends[2] = {low < high ? low : high, low < high ? high : low};
  for (int k = 0; k < 1 + (low != high); k++) {
    fprintf(f->out, "%c%.1f %.1f", *drawing ? 'L' : 'M', place(&f->x, x_at(s, ends[k])),
            place(&f->y, s->y[ends[k]]));
    *drawing = true;
  }
  *i = next;
}

static void write_line(const Frame *f, const Series *s, const char *color) {
  fprintf(f->out, "<path class=\"%s\" stroke=\"%s\" d=\"", s->faint ? "faint" : "line", color);
  bool drawing = false;
  for (int i = 0; i < s->n;) {
    if (point_is_finite(s, i)) write_column(f, s, &i, &drawing);
    else drawing = false, i++;
  }
  fputs("\"/>\n", f->out);
}

static void write_dots(const Frame *f, const Series *s, const char *color) {
  if (s->faint || s->n > MARKED_POINTS) return;
  for (int i = 0; i < s->n; i++) {
    if (!point_is_finite(s, i)) continue;
    fprintf(f->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"><title>",
            place(&f->x, x_at(s, i)), place(&f->y, s->y[i]), color);
    put_text(f->out, s->name ? s->name : "");
    fprintf(f->out, " %g: %.5g</title></circle>\n", x_at(s, i), s->y[i]);
  }
}

typedef struct EndLabel {
  double y, value;
  int series;
} EndLabel;

static int by_height(const void *a, const void *b) {
  const double p = ((const EndLabel *)a)->y, q = ((const EndLabel *)b)->y;
  return (p > q) - (p < q);
}

static int list_end_labels(const Frame *f, EndLabel labels[MAX_LABELS]) {
  int n = 0;
  for (int s = 0; s < f->panel->series_count && n < MAX_LABELS; s++) {
    const Series *line = &f->panel->series[s];
    int last = line->n - 1;
    while (last >= 0 && !point_is_finite(line, last)) last--;
    if (last < 0 || line->faint) continue;
    labels[n++] = (EndLabel){place(&f->y, line->y[last]), line->y[last], s};
  }
  qsort(labels, (size_t)n, sizeof *labels, by_height);
  return n;
}

// The last value of each line stands at its end; labels that would overlap move apart.
static void write_end_labels(const Frame *f) {
  EndLabel labels[MAX_LABELS];
  const int n = list_end_labels(f, labels);
  for (int i = 1; i < n; i++) {
    const double overlap = END_LABEL_DISTANCE - (labels[i].y - labels[i - 1].y);
    if (overlap <= 0) continue;
    labels[i - 1].y -= i == 1 ? overlap / 2 : 0;
    labels[i].y = labels[i - 1].y + END_LABEL_DISTANCE;
  }
  for (int i = 0; i < n; i++) {
    char attributes[48], text[32];
    snprintf(attributes, sizeof attributes, "class=\"end\" fill=\"%s\"",
             color_of(labels[i].series));
    format_value(&f->y, labels[i].value, text, sizeof text);
    write_label(f->out, f->right + 8, labels[i].y + 4, attributes, text);
  }
}

static void write_legend(const Frame *f) {
  double x = f->left;
  for (int s = 0; s < f->panel->series_count; s++) {
    const Series *line = &f->panel->series[s];
    if (!line->name) continue;
    const double y = f->top - 16;
    fprintf(f->out, "<path class=\"%s\" stroke=\"%s\" d=\"M%.1f %.1fh18\"/>\n",
            line->faint ? "faint" : "line", color_of(s), x, y - 4);
    write_label(f->out, x + 24, y, "class=\"name\"", line->name);
    x += 24 + 18 + TEXT_WIDTH * (double)strlen(line->name);
  }
}

static void write_lines(const Frame *f) {
  bool any = false;
  for (int faint = 1; faint >= 0; faint--)
    for (int s = 0; s < f->panel->series_count; s++) {
      const Series *line = &f->panel->series[s];
      any = any || line->n > 0;
      if (line->faint != faint) continue;
      write_line(f, line, color_of(s));
      write_dots(f, line, color_of(s));
    }
  if (any) return;
  write_label(f->out, (f->left + f->right) / 2, (f->top + f->bottom) / 2,
              "class=\"name\" text-anchor=\"middle\"", "no values yet");
}

static void write_panel(FILE *out, const Panel *p, double x, double y) {
  Frame f = {.out = out, .panel = p};
  f.left = x + MARGIN_LEFT;
  f.right = x + PANEL_WIDTH - MARGIN_RIGHT;
  f.top = y + TOP_SPACE + LEGEND_HEIGHT + (p->title ? PANEL_TITLE_HEIGHT : 0);
  f.bottom = y + PANEL_HEIGHT - MARGIN_BOTTOM;
  f.x = fit_axis(p, true, f.left, f.right);
  f.y = fit_axis(p, false, f.bottom, f.top);
  if (p->title) write_label(out, f.left, y + TOP_SPACE + TEXT_HEIGHT, "class=\"panel\"", p->title);
  write_axes(&f);
  write_axis_names(&f);
  write_lines(&f);
  write_end_labels(&f);
  write_legend(&f);
}

static const char style[] =
    "<style>\n"
    "text{font:12px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}\n"
    ".title{font-size:18px;font-weight:600;fill:#1b1f24}\n"
    ".subtitle{font-size:13px;fill:#57606a}\n"
    ".panel{font-size:14px;font-weight:600;fill:#1b1f24}\n"
    ".name{fill:#424a53}\n"
    ".tick{fill:#57606a;font-size:11px}\n"
    ".end{font-size:11px;font-weight:600}\n"
    ".grid path{stroke:#e4e8ec;fill:none}\n"
    ".grid .axis,.grid .mark{stroke:#8c959f}\n"
    ".line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}\n"
    ".faint{fill:none;stroke-width:1;stroke-opacity:.35;stroke-linejoin:round}\n"
    "circle{stroke:#fff;stroke-width:1.2}\n"
    "</style>\n";

static void write_picture(FILE *out, const Picture *p) {
  const int heading = p->title || p->subtitle ? HEADING_HEIGHT : 0;
  const int width = PANEL_WIDTH * (p->panel_count > 0 ? p->panel_count : 1);
  const int height = heading + PANEL_HEIGHT;
  fprintf(out,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d "
          "%d\">\n%s"
          "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
          width, height, width, height, style, width, height);
  if (p->title) write_label(out, MARGIN_LEFT - 44, 32, "class=\"title\"", p->title);
  if (p->subtitle)
    write_label(out, MARGIN_LEFT - 44, p->title ? 53 : 32, "class=\"subtitle\"", p->subtitle);
  for (int i = 0; i < p->panel_count; i++)
    write_panel(out, &p->panels[i], i * PANEL_WIDTH, heading);
  fputs("</svg>\n", out);
}

char *picture_svg(const Picture *picture) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (!out) BUG("no memory for a picture");
  const PlainNumbers plain = plain_numbers_begin();
  write_picture(out, picture);
  fclose(out);
  plain_numbers_end(plain);
  return text;
}

bool picture_write(Loc loc, const char *path, const Picture *picture) {
  char *svg = picture_svg(picture);
  const bool ok = file_write(loc, path, svg, strlen(svg));
  free(svg);
  return ok;
}
