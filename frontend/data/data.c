// IDX files as arrays; progress and time of loops.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/clock.h"
#include "frontend/data/data.h"
#include "frontend/data/data_idx.h"
#include "frontend/handle.h"
#include "frontend/show/progress.h"

static _Atomic int64_t load_ns;
double data_load_seconds(void) { return (double)load_ns * 1e-9; }

static jc_array load_idx(const char *name, Loc loc) {
  IdxArray a;
  if (!idx_read(loc, name, &a)) return handle_poison();
  const TypeId type = type_intern(idx_type(&a), false);
  return data_array(type, buffer_borrow(a.data, type_info(type)->bytes, free, a.data));
}

jc_array jc_load_idx_(const char *file, int line, const char *format, ...) {
  DATA_PATH(format);
  if (!ok) return handle_poison();
  double start = jc_seconds();
  jc_array h = load_idx(path, loc);
  load_ns += (int64_t)((jc_seconds() - start) * 1e9);
  return h;
}

// ---- progress and time

void jc_progress(int64_t done, int64_t total, const char *fmt, ...) {
  static _Thread_local Progress bar;
  va_list ap;
  va_start(ap, fmt);
  progress_vshow(&bar, done, total, fmt, ap);
  va_end(ap);
}

double jc_seconds(void) { return 1e-9 * (double)now_ns(); }

jc_timer jc_timer_begin_(const char *what) {
  double now = jc_seconds();
  return (jc_timer){.what = what, .n = 1, .best = 1e300, .begun = now, .start = now};
}

enum { TIMER_SECONDS_NUM = 3, TIMER_SECONDS_DEN = 10 };  // in all, about a third of a second

// Batches of growing size until one takes long enough to be told from the clock; best of them.
bool jc_timer_next_(jc_timer *t) {
  double now = jc_seconds();
  if (t->i == 0 && !t->scope.frame) {
    t->scope = jc_scope_begin_(0, NULL, NULL, 0);
    t->i = 1, t->start = jc_seconds();
    return true;
  }
  if (t->i < t->n) return t->i++, true;
  double each = (now - t->start) / (double)t->n;
  if (each < t->best) t->best = each;
  jc_scope_end_(&t->scope);
  if (now - t->begun > (double)TIMER_SECONDS_NUM / TIMER_SECONDS_DEN || failed()) {
    double scale = t->best < 1e-6 ? 1e9 : t->best < 1e-3 ? 1e6 : 1e3;
    printf("%s: %.3g %s\n", t->what, t->best * scale,
           scale == 1e9   ? "ns"
           : scale == 1e6 ? "us"
                          : "ms");
    return false;
  }
  if (now - t->start < 1e-3) t->n *= 2;
  t->scope = jc_scope_begin_(0, NULL, NULL, 0);
  t->i = 1;
  t->start = jc_seconds();
  return true;
}
