// Gathers the rows of the next batch on a thread of its own while the present one is computed on.
#ifndef JITC_FRONTEND_PREFETCH_H
#define JITC_FRONTEND_PREFETCH_H
#include "runtime/buffer.h"

enum { MOST_PARTS = 16 };

// Rows of one array: `row` bytes each.
typedef struct Part {
  Buffer *source;  // holds `from`
  const char *from;
  size_t row;
  Buffer *to;
} Part;

// Copies the rows that n indices name.
void rows_gather(void *to, const char *from, size_t row, const int32_t *order, int64_t n);

// One batch that is gathered ahead.
typedef struct Prefetch Prefetch;
// Takes over a reference to the order: indices of rows.
Prefetch *prefetch_new(Buffer *order);
void prefetch_free(void *p);      // as buffers release
void prefetch_stop(Prefetch *p);  // nothing is asked for: ends the thread, until it is needed again

// Begins to gather rows order[at] .. order[at + n - 1]. Takes over the references to the parts'
// sources and destinations; nothing else may have been asked for since it was last taken.
void prefetch_ask(Prefetch *p, int64_t at, int64_t n, int count, const Part *parts);
// The gathered rows, waiting for them, where these rows of these sources were asked for: fills the
// parts' destinations. Else false, and what was asked for is dropped.
bool prefetch_take(Prefetch *p, int64_t at, int64_t n, int count, Part *parts);
#endif
