// Gathers the rows of the next batch on a thread of its own while the present one is computed on.
#include "frontend/data/prefetch.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ir/arena.h"

// Rows are taken in pieces of about so many bytes, by the thread and, once the batch is needed, by
// the loop as well: on a busy machine the thread may not have run at all.
enum { PIECE = 1 << 15 };

struct Prefetch {
  pthread_mutex_t lock;  // of taken, busy and stop
  pthread_cond_t changed;
  int64_t taken;  // rows that are gathered or being so
  bool busy;      // the thread is at a piece
  bool stop;
  bool started;
  pthread_t thread;
  pid_t process;  // a forked child has the memory, but not the thread
  Buffer *order;
  int64_t at, n, piece;  // what was asked for
  int count;
  Part parts[MOST_PARTS];
};

void rows_gather(void *to, const char *from, size_t row, const int32_t *order, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    memcpy((char *)to + (size_t)i * row, from + (size_t)order[i] * row, row);
}

// Gathers the next piece, with the lock held before and after.
static void gather_piece(Prefetch *p) {
  const int64_t from = p->taken, n = p->n - from < p->piece ? p->n - from : p->piece;
  p->taken += n;
  pthread_mutex_unlock(&p->lock);
  const int32_t *order = (const int32_t *)p->order->data + p->at + from;
  for (int i = 0; i < p->count; i++) {
    const Part *part = &p->parts[i];
    rows_gather((char *)part->to->data + (size_t)from * part->row, part->from, part->row, order, n);
  }
  pthread_mutex_lock(&p->lock);
}

static void *work(void *context) {
  Prefetch *p = context;
  pthread_mutex_lock(&p->lock);
  while (!p->stop) {
    if (p->taken == p->n) {
      pthread_cond_wait(&p->changed, &p->lock);
      continue;
    }
    p->busy = true;
    gather_piece(p);
    p->busy = false;
    pthread_cond_broadcast(&p->changed);
  }
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

// Signals are for the user's own threads.
static bool start(Prefetch *p) {
  sigset_t all, before;
  if (p->started) return true;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  p->started = !pthread_create(&p->thread, NULL, work, p);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return p->started;
}

Prefetch *prefetch_new(Buffer *order) {
  Prefetch *p = xcalloc(1, sizeof *p);
  p->order = order;
  p->process = getpid();
  pthread_mutex_init(&p->lock, NULL);
  pthread_cond_init(&p->changed, NULL);
  return p;
}

static void parts_release(int count, const Part *parts) {
  for (int i = 0; i < count; i++) {
    buffer_release(parts[i].source);
    buffer_release(parts[i].to);
  }
}

void prefetch_ask(Prefetch *p, int64_t at, int64_t n, int count, const Part *parts) {
  if (p->process != getpid() || !start(p)) {
    parts_release(count, parts);
    return;
  }
  size_t row = 0;
  for (int i = 0; i < count; i++) row += parts[i].row;
  pthread_mutex_lock(&p->lock);
  p->at = at, p->n = n, p->count = count, p->taken = 0;
  p->piece = 1 + (int64_t)(PIECE / (row + 1));
  memcpy(p->parts, parts, sizeof *parts * (size_t)count);
  pthread_cond_broadcast(&p->changed);
  pthread_mutex_unlock(&p->lock);
}

static void finish(Prefetch *p, bool needed) {
  pthread_mutex_lock(&p->lock);
  while (needed && p->taken < p->n) gather_piece(p);
  p->taken = p->n;
  while (p->busy) pthread_cond_wait(&p->changed, &p->lock);
  pthread_mutex_unlock(&p->lock);
}

static bool is_what_was_asked(const Prefetch *p, int64_t at, int64_t n, int count,
                              const Part *parts) {
  bool same = p->at == at && p->n == n && p->count == count;
  for (int i = 0; i < count && same; i++)
    same = p->parts[i].source == parts[i].source && p->parts[i].from == parts[i].from &&
           p->parts[i].row == parts[i].row;
  return same;
}

bool prefetch_take(Prefetch *p, int64_t at, int64_t n, int count, Part *parts) {
  if (!p->count || p->process != getpid()) return false;
  const bool same = is_what_was_asked(p, at, n, count, parts);
  finish(p, same);
  for (int i = 0; i < count && same; i++) parts[i].to = buffer_retain(p->parts[i].to);
  parts_release(p->count, p->parts);
  p->count = 0;
  return same;
}

void prefetch_stop(Prefetch *p) {
  if (!p->started || p->process != getpid()) return;
  pthread_mutex_lock(&p->lock);
  p->stop = true;
  pthread_cond_broadcast(&p->changed);
  pthread_mutex_unlock(&p->lock);
  pthread_join(p->thread, NULL);
  p->started = p->stop = false;
}

void prefetch_free(void *context) {
  Prefetch *p = context;
  prefetch_stop(p);
  if (p->process == getpid()) {
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->changed);
  }
  parts_release(p->count, p->parts);
  buffer_release(p->order);
  free(p);
}
