// Data for training: IDX files as arrays, batches.
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
  TypeId type = type_intern(idx_type(&a), false);
  size_t bytes = type_info(type)->bytes;
  if (bytes > INLINE_BYTES) return handle_array(type, buffer_borrow(a.data, bytes, free, a.data));
  jc_array h = handle_small(type, a.data);
  idx_free(&a);
  return h;
}

jc_array jc_load_idx_(const char *file, int line, const char *path, ...) {
  char name[MOST_PATH];
  va_list ap;
  va_start(ap, path);
  const bool ok = data_path(name, HERE(file, line), path, ap);
  va_end(ap);
  if (!ok) return handle_poison();
  double start = jc_seconds();
  jc_array h = load_idx(name, HERE(file, line));
  load_ns += (int64_t)((jc_seconds() - start) * 1e9);
  return h;
}

// ---- batches

static const TypeInfo *rows_of(jc_array h, Loc loc, int leaf, const Slot **slot) {
  const Slot *s = *slot = slot_need(h, loc, "batches", "leaf %d", leaf);
  if (!s || slot_kind(s) == SLOT_POISON) return NULL;
  const TypeInfo *t = type_info(s->type);
  if (slot_kind(s) != SLOT_ARRAY)
    return fail(loc, "batches: leaf %d is no array with elements", leaf), NULL;
  if (!t->type.rank) return fail(loc, "batches: leaf %d is a scalar", leaf), NULL;
  return t;
}

jc_batches jc_batches_(const void *data, size_t size, struct jc_batches_options o, const char *file,
                       int line) {
  Loc loc = HERE(file, line);
  jc_batches it = {.data = data, .size = size, .batch = o.size, .drop_last = o.drop_last};
  if (failed()) return it;
  if (size > sizeof it.current)
    return fail(loc, "batches: a struct of %zu bytes, at most %zu", size, sizeof it.current), it;
  if (o.size < 1) return fail(loc, "batches: %lld rows in each", (long long)o.size), it;
  int64_t rows = -1;
  for (size_t i = 0; i < size / sizeof(jc_array); i++) {
    const Slot *s;
    const TypeInfo *t = rows_of(((const jc_array *)data)[i], loc, (int)i, &s);
    if (!t) return it;
    if (rows >= 0 && t->type.dim[0] != rows)
      return fail(loc, "batches: leaf %d has %lld rows, leaf 0 %lld", (int)i,
                  (long long)t->type.dim[0], (long long)rows),
             it;
    rows = t->type.dim[0];
  }
  if (o.shuffle.handle) {
    it.order = jc_permutation_(o.shuffle, (struct jc_permutation){.n = rows}, file, line);
    if (handle_is_poison(it.order)) return it;
  }
  it.rows = rows < 0 ? 0 : rows;
  it.count = o.drop_last ? it.rows / o.size : (it.rows + o.size - 1) / o.size;
  return it;
}

static void gather_rows(void *to, const char *from, size_t row, const int32_t *order, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    memcpy((char *)to + (size_t)i * row, from + (size_t)order[i] * row, row);
}

// Rows at .. at + n of one array: a view where they lie together.
static jc_array batch_of(const jc_batches *it, jc_array h, int64_t n, Loc loc) {
  const Slot *s;
  const TypeInfo *info = rows_of(h, loc, 0, &s);
  if (!info) return handle_poison();
  Type t = info->type;
  int64_t dim[MAX_RANK];
  memcpy(dim, t.dim, sizeof *dim * (size_t)t.rank);
  dim[0] = n;
  TypeId type = type_intern((Type){t.dtype, t.rank, dim}, false);
  size_t bytes = type_info(type)->bytes, row = n ? bytes / (size_t)n : 0;
  const char *from = s->data;
  if (!it->order.handle) {
    from += (size_t)it->at * row;
    if (bytes <= INLINE_BYTES || !s->buffer) return handle_small(type, from);
    Buffer *view = buffer_borrow((char *)from, bytes, (void (*)(void *))buffer_release,
                                 buffer_retain(s->buffer));
    return handle_array(type, view);
  }
  const int32_t *order = jc_data_(it->order, JC_I32, loc.file, loc.line);
  void *to;
  jc_array batch = handle_new(type, loc, &to);
  if (to && order) gather_rows(to, from, row, order + it->at, n);
  return batch;
}

static void drop_batch(jc_batches *it) {
  for (size_t i = 0; i < it->size / sizeof(jc_array); i++) {
    Slot *s = it->current[i].handle ? slot_find(it->current[i]) : NULL;
    if (s) slot_free(s->index, DIED_WITH_SCOPE, (Loc){0});
  }
  memset(it->current, 0, sizeof it->current);
}

bool jc_next_(jc_batches *it, void *out, size_t size, const char *file, int line) {
  Loc loc = HERE(file, line);
  drop_batch(it);
  if (failed()) return false;
  if (size != it->size)
    return fail(loc, "next: the batch is a struct of %zu bytes, the data of %zu", size, it->size);
  int64_t n = it->rows - it->at;
  if (n > it->batch) n = it->batch;
  if (n <= 0 || (it->drop_last && n < it->batch)) return false;
  bool ok = true;
  for (size_t i = 0; i < size / sizeof(jc_array); i++) {
    it->current[i] = batch_of(it, ((const jc_array *)it->data)[i], n, loc);
    ok = ok && !handle_is_poison(it->current[i]);
  }
  memcpy(out, it->current, size);
  it->at += n;
  return ok;
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
