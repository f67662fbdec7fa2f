// The progress bar of long loops, on stderr.
#ifndef JITC_FRONTEND_PROGRESS_H
#define JITC_FRONTEND_PROGRESS_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One loop's bar; zeroed is a fresh one. It starts anew when `total` changes or `done` goes back.
typedef struct Progress {
  int64_t total, first, done;
  double started, drawn;  // seconds of the monotonic clock
  bool visible;           // the bar stands on the terminal's last line
} Progress;

// `done` of `total` steps are behind us: redraws the bar (at most 20 times a second, and at the
// end) with the rate, the time left and a message. The last step leaves the finished line standing.
// Nothing is written when stderr is not a terminal. `fmt` may be NULL.
void progress_show(Progress *p, int64_t done, int64_t total, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void progress_vshow(Progress *p, int64_t done, int64_t total, const char *fmt, va_list ap);

// Takes the bar off the terminal, so that other lines can be printed; the next progress_show draws
// it again.
void progress_clear(Progress *p);

// What a bar looks like: one line of at most `columns` columns, without newline; `seconds` is the
// time that the steps first..done took.
typedef struct ProgressLine {
  int64_t first, done, total;
  double seconds;
  const char *message;  // may be NULL
  int columns;
  bool utf8;
} ProgressLine;
void progress_line(const ProgressLine *line, char *to, size_t size);
#endif
