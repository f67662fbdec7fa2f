// Batches of rows, splits of data, and a check of labels.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/data.h"
#include "frontend/data/prefetch.h"
#include "frontend/read.h"
#include "ir/eval.h"

// Fewer bytes are gathered by the loop itself. Asking a thread costs 11 us (Zen4, two busy cores),
// in which 100 KB are gathered; 400 KB take 120 us in the loop, and 75 us with a thread ahead of
// it.
enum { LEAST_AHEAD = 1 << 18 };

// The arrays of a struct of them; their common first size at *rows, 0 where there is none. False
// after fail(), and for poison.
static bool common_rows(const char *who, Loc loc, const void *data, size_t size, int64_t *rows) {
  const jc_array *leaves = data;
  *rows = 0;
  if (!data) return fail(loc, "%s: the data is NULL", who);
  for (size_t i = 0; i < size / sizeof *leaves; i++) {
    const Slot *s = slot_need(leaves[i], loc, who, "leaf %zu", i);
    if (!s || slot_kind(s) == SLOT_POISON) return false;
    if (slot_kind(s) != SLOT_ARRAY)
      return fail(loc, "%s: leaf %zu is no array with elements", who, i);
    const Type t = type_info(s->type)->type;
    if (!t.rank) return fail(loc, "%s: leaf %zu is a scalar", who, i);
    if (i && t.dim[0] != *rows)
      return fail(loc, "%s: leaf %zu has %lld rows, leaf 0 %lld", who, i, (long long)t.dim[0],
                  (long long)*rows);
    *rows = t.dim[0];
  }
  return true;
}

static TypeId type_of_rows(Type t, int64_t n) {
  int64_t dim[MAX_RANK];
  memcpy(dim, t.dim, sizeof *dim * (size_t)t.rank);
  dim[0] = n;
  return type_intern((Type){t.dtype, t.rank, dim}, false);
}

// Rows at .. at + n of one array: a view.
static jc_array rows_at(const Slot *s, int64_t at, int64_t n) {
  const Type t = type_info(s->type)->type;
  const TypeId type = type_of_rows(t, n);
  const size_t bytes = type_info(type)->bytes;
  char *from = (char *)s->data + (n ? (size_t)at * (bytes / (size_t)n) : 0);
  if (bytes <= INLINE_BYTES || !s->buffer) return handle_small(type, from);
  Buffer *view =
      buffer_borrow(from, bytes, (void (*)(void *))buffer_release, buffer_retain(s->buffer));
  return handle_array(type, view);
}

// The rows that n indices name.
static jc_array rows_of(const Slot *s, const int32_t *order, int64_t n, Loc loc) {
  const TypeId type = type_of_rows(type_info(s->type)->type, n);
  void *to;
  jc_array rows = handle_new(type, loc, &to);
  if (to && n) rows_gather(to, s->data, type_info(type)->bytes / (size_t)n, order, n);
  return rows;
}

// ---- the loop

// The order becomes an array whose end is that of the prefetch as well: it goes with its scope.
static bool shuffle(jc_batches *it, jc_array key, const char *file, int line) {
  const jc_array order = jc_permutation_(key, (struct jc_permutation){.n = it->rows}, file, line);
  it->order = order;
  const Slot *s = slot_find(order);
  if (!s || handle_is_poison(order)) return false;
  if (!s->buffer || it->size > MOST_PARTS * sizeof(jc_array)) return true;
  const TypeInfo *t = type_info(s->type);
  it->prefetch = prefetch_new(buffer_retain(s->buffer));
  it->order = handle_array(s->type, buffer_borrow(s->data, t->bytes, prefetch_free, it->prefetch));
  return true;
}

jc_batches jc_batches_(const void *data, size_t size, struct jc_batches_options o, const char *file,
                       int line) {
  Loc loc = HERE(file, line);
  jc_batches it = {.data = data, .size = size, .batch = o.size, .drop_last = o.drop_last};
  int64_t rows;
  if (failed()) return it;
  if (size > sizeof it.current)
    return fail(loc, "batches: a struct of %zu bytes, at most %zu", size, sizeof it.current), it;
  if (o.size < 1) return fail(loc, "batches: %lld rows in each", (long long)o.size), it;
  if (!common_rows("batches", loc, data, size, &rows)) return it;
  it.rows = rows;
  if (o.shuffle.handle && !shuffle(&it, o.shuffle, file, line)) return it.rows = 0, it;
  it.count = o.drop_last ? it.rows / o.size : (it.rows + o.size - 1) / o.size;
  return it;
}

static void drop_batch(jc_batches *it) {
  for (size_t i = 0; i < it->size / sizeof(jc_array); i++) {
    Slot *s = it->current[i].handle ? slot_find(it->current[i]) : NULL;
    if (s) slot_free(s->index, DIED_WITH_SCOPE, (Loc){0});
  }
  memset(it->current, 0, sizeof it->current);
}

// How many rows the batch at `at` has; 0 behind the last one.
static int64_t rows_left(const jc_batches *it, int64_t at) {
  const int64_t left = it->rows - at;
  if (left < it->batch) return it->drop_last || left < 0 ? 0 : left;
  return it->batch;
}

// What a batch is gathered from, without references; how many bytes it has, 0 where an array is
// too small to have a buffer.
static size_t parts_of(const jc_batches *it, int64_t n, Part *parts) {
  const jc_array *leaves = it->data;
  size_t all = 0;
  for (size_t i = 0; i < it->size / sizeof *leaves; i++) {
    const Slot *s = slot_find(leaves[i]);
    if (!s || slot_kind(s) != SLOT_ARRAY || !s->buffer) return 0;
    const size_t bytes = type_info(type_of_rows(type_info(s->type)->type, n))->bytes;
    parts[i] = (Part){.source = s->buffer, .from = s->data, .row = bytes / (size_t)n};
    all += bytes;
  }
  return all;
}

static void ask_next(const jc_batches *it, Loc loc) {
  Part parts[MOST_PARTS];
  const int64_t n = rows_left(it, it->at);
  const int count = (int)(it->size / sizeof(jc_array));
  if (!it->prefetch || !n || parts_of(it, n, parts) < LEAST_AHEAD) return;
  for (int i = 0; i < count; i++) {
    parts[i].to = buffer_new(loc, parts[i].row * (size_t)n);
    if (!parts[i].to) {  // it comes again where it counts
      while (i--) buffer_release(parts[i].to);
      diag_clear();
      return;
    }
  }
  for (int i = 0; i < count; i++) buffer_retain(parts[i].source);
  prefetch_ask(it->prefetch, it->at, n, count, parts);
}

static bool take_asked(jc_batches *it, int64_t n) {
  Part parts[MOST_PARTS];
  const int count = (int)(it->size / sizeof(jc_array));
  if (!it->prefetch) return false;
  const bool found = parts_of(it, n, parts) > 0;
  if (!prefetch_take(it->prefetch, it->at, n, found ? count : 0, parts) || !found) return false;
  for (int i = 0; i < count; i++) {
    const Slot *s = slot_find(((const jc_array *)it->data)[i]);
    it->current[i] = data_array(type_of_rows(type_info(s->type)->type, n), parts[i].to);
  }
  return true;
}

static bool make_batch(jc_batches *it, int64_t n, Loc loc) {
  const Slot *order = NULL;
  if (it->order.handle && !(order = slot_need(it->order, loc, "next", "the order of the batches")))
    return false;
  if (take_asked(it, n)) return true;
  const jc_array *leaves = it->data;
  for (size_t i = 0; i < it->size / sizeof *leaves; i++) {
    const Slot *s = slot_find(leaves[i]);
    it->current[i] =
        order ? rows_of(s, (const int32_t *)order->data + it->at, n, loc) : rows_at(s, it->at, n);
    if (handle_is_poison(it->current[i])) return false;
  }
  return true;
}

bool jc_next_(jc_batches *it, void *out, size_t size, const char *file, int line) {
  Loc loc = HERE(file, line);
  int64_t rows;
  if (!it || !out) return fail(loc, "next: the %s is NULL", it ? "batch" : "loop");
  drop_batch(it);
  if (failed()) return false;
  if (size != it->size)
    return fail(loc, "next: the batch is a struct of %zu bytes, the data of %zu", size, it->size);
  const int64_t n = rows_left(it, it->at);
  if (!n && it->prefetch && slot_find(it->order)) prefetch_stop(it->prefetch);
  if (!n || !common_rows("batches", loc, it->data, size, &rows)) return false;
  if (rows != it->rows)
    return fail(loc, "next: the data has %lld rows, it had %lld", (long long)rows,
                (long long)it->rows);
  const bool ok = make_batch(it, n, loc);
  memcpy(out, it->current, size);
  it->at += n;
  if (ok) ask_next(it, loc);
  return ok;
}

// ---- splits

static bool split_rows(struct jc_split_data o, int64_t rows, int64_t ntest, const int32_t *order,
                       Loc loc) {
  const jc_array *leaves = o.data;
  jc_array *train = o.train, *test = o.test;
  for (size_t i = 0; i < o.size / sizeof *leaves; i++) {
    const Slot *s = slot_find(leaves[i]);
    test[i] = order ? rows_of(s, order, ntest, loc) : rows_at(s, rows - ntest, ntest);
    train[i] = order ? rows_of(s, order + ntest, rows - ntest, loc) : rows_at(s, 0, rows - ntest);
    if (handle_is_poison(test[i]) || handle_is_poison(train[i])) return false;
  }
  return true;
}

bool jc_train_test_split_(struct jc_split_data o, const char *file, int line) {
  Loc loc = HERE(file, line);
  int64_t rows;
  if (failed() || !common_rows("train_test_split", loc, o.data, o.size, &rows)) return false;
  if (!o.train || !o.test)
    return fail(loc, "train_test_split: the %s part is NULL", o.train ? "test" : "train");
  if (!(o.share > 0 && o.share < 1))
    return fail(loc, "train_test_split: a share of %g is not between 0 and 1", o.share);
  const int64_t ntest = (int64_t)ceil(o.share * (double)rows);
  if (ntest >= rows)
    return fail(loc, "train_test_split: a share of %g of %lld rows leaves none to train on",
                o.share, (long long)rows);
  if (!o.key.handle) return split_rows(o, rows, ntest, NULL, loc);
  const jc_array order = jc_permutation_(o.key, (struct jc_permutation){.n = rows}, file, line);
  const Slot *s = slot_find(order);
  if (!s || handle_is_poison(order)) return false;
  const bool ok = split_rows(o, rows, ntest, s->data, loc);
  slot_free(s->index, DIED_WITH_SCOPE, loc);
  return ok;
}

// ---- labels

bool jc_check_labels_(jc_array labels, int64_t classes, const char *file, int line) {
  Loc loc = HERE(file, line);
  Elements e;
  if (failed() || !elements_of(labels, "check_labels", "its argument", loc, &e)) return false;
  if (!dtype_is_int(e.type.dtype))
    return fail(loc, "check_labels: labels are integers, these are %s", TYPE_STR(e.type));
  const int64_t n = type_count(e.type);
  for (int64_t i = 0; i < n; i++) {
    const double label = eval_number(e.type.dtype, e.data, i);
    if (label < 0 || label >= (double)classes)
      return fail(loc, "check_labels: label %lld of %s is %.0f, of %lld classes the last is %lld",
                  (long long)i, TYPE_STR(e.type), label, (long long)classes,
                  (long long)classes - 1);
  }
  return true;
}
