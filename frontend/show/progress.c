// The progress bar of long loops, on stderr.
#include "frontend/show/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "backends/clock.h"
#include "frontend/show/screen.h"

enum { BAR_CELLS = 24, EIGHTHS = 8, LINE_SIZE = 1024, FIELD_SIZE = 48, DEFAULT_COLUMNS = 80 };
static const double SECONDS_BETWEEN_DRAWINGS = 0.05;

static double now(void) { return 1e-9 * (double)now_ns(); }

static int terminal_columns(void) {
  struct winsize w;
  return !ioctl(STDERR_FILENO, TIOCGWINSZ, &w) && w.ws_col ? w.ws_col : DEFAULT_COLUMNS;
}

static double fraction(const ProgressLine *l) {
  if (l->total <= 0) return 0;
  const double f = (double)l->done / (double)l->total;
  return f < 0 ? 0 : f > 1 ? 1 : f;
}

// At most BAR_CELLS cells of up to three bytes each.
static void draw_bar(const ProgressLine *l, char bar[3 * BAR_CELLS + 1]) {
  static const char *const parts[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int filled = (int)(fraction(l) * BAR_CELLS * EIGHTHS);
  char *at = bar;
  for (int cell = 0; cell < BAR_CELLS; cell++) {
    const int part = filled - cell * EIGHTHS;
    const char *glyph = part >= EIGHTHS       ? (l->utf8 ? "█" : "#")
                        : l->utf8 && part > 0 ? parts[part]
                                              : " ";
    at = stpcpy(at, glyph);
  }
}

static void format_time(double seconds, char to[FIELD_SIZE]) {
  const int64_t s = seconds < 1e9 ? (int64_t)(seconds + 0.5) : (int64_t)1e9;
  const int64_t minutes = s / 60 % 60, hours = s / 3600;
  if (hours)
    snprintf(to, FIELD_SIZE, "%" PRId64 ":%02" PRId64 ":%02" PRId64, hours, minutes, s % 60);
  else snprintf(to, FIELD_SIZE, "%" PRId64 ":%02" PRId64, minutes, s % 60);
}

static void format_rate(double rate, char to[FIELD_SIZE]) {
  static const struct {
    double unit;
    const char *suffix;
  } units[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}};
  for (int i = 0; i < 4; i++)
    if (rate >= units[i].unit) {
      const double shown = rate / units[i].unit;
      const int decimals = shown < 10 ? 2 : shown < 100 ? 1 : 0;
      snprintf(to, FIELD_SIZE, "%.*f%s/s", decimals, shown, units[i].suffix);
      return;
    }
  format_time(1 / rate, to);
  strcat(to, " each");
}

// Cuts after `columns` characters, never inside one; control characters would move the cursor.
static void cut(char *text, int columns) {
  char *c = text;
  for (int column = 0; *c; c++) {
    if ((unsigned char)*c < ' ') *c = ' ';
    const bool starts_character = ((unsigned char)*c & 0xc0) != 0x80;
    if (starts_character && ++column > columns) break;
  }
  *c = 0;
}

void progress_line(const ProgressLine *l, char *to, size_t size) {
  char bar[3 * BAR_CELLS + 1], rate[FIELD_SIZE] = "", time[FIELD_SIZE] = "";
  draw_bar(l, bar);
  const double steps = (double)(l->done - l->first);
  if (steps > 0 && l->seconds > 0) {
    format_rate(steps / l->seconds, rate);
    format_time(l->done < l->total ? (double)(l->total - l->done) * l->seconds / steps : l->seconds,
                time);
  }
  const char *edge = l->utf8 ? "▕" : "[", *end = l->utf8 ? "▏" : "]";
  snprintf(to, size, "%3.0f%% %s%s%s %" PRId64 "/%" PRId64 "%s%s%s%s%s%s%s", 100 * fraction(l),
           edge, bar, end, l->done, l->total, *rate ? "  " : "", rate, *time ? "  " : "", time,
           *time ? l->done < l->total ? " left" : " in all" : "",
           l->message && *l->message ? "  " : "", l->message ? l->message : "");
  cut(to, l->columns);
}

static void draw(Progress *p, double time, const char *fmt, va_list ap) {
  char message[LINE_SIZE / 2] = "", text[LINE_SIZE];
  if (fmt) vsnprintf(message, sizeof message, fmt, ap);
  progress_line(
      &(ProgressLine){
          .first = p->first,
          .done = p->done,
          .total = p->total,
          .seconds = time - p->started,
          .message = message,
          .columns = terminal_columns() - 1,
          .utf8 = screen_is_utf8(),
      },
      text, sizeof text);
  p->visible = p->done < p->total;
  fprintf(stderr, "\r%s\033[K%s", text, p->visible ? "" : "\n");
  fflush(stderr);
  p->drawn = time;
}

void progress_vshow(Progress *p, int64_t done, int64_t total, const char *fmt, va_list ap) {
  if (!isatty(STDERR_FILENO)) return;
  const double time = now();
  // Nothing tells when the first reported step began: rates count from the first report on.
  if (total != p->total || done < p->done || !p->started)
    *p = (Progress){.total = total, .first = done, .started = time};
  p->done = done;
  if (time - p->drawn < SECONDS_BETWEEN_DRAWINGS && done < total) return;
  draw(p, time, fmt, ap);
}

void progress_show(Progress *p, int64_t done, int64_t total, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  progress_vshow(p, done, total, fmt, ap);
  va_end(ap);
}

void progress_clear(Progress *p) {
  if (!p->visible) return;
  fputs("\r\033[K", stderr);
  fflush(stderr);
  p->visible = false;
  p->drawn = 0;
}
