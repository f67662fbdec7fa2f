// Memory that ends at a page nobody may touch.
#ifndef JITC_TESTS_GUARDED_H
#define JITC_TESTS_GUARDED_H
#include <stddef.h>
#include <sys/mman.h>

typedef struct Guarded {
  void *base, *data;
  size_t size;
} Guarded;

static inline Guarded guarded(size_t bytes) {
  size_t room = (bytes + 4095) / 4096 * 4096;
  Guarded g = {.size = room + 4096};
  g.base = mmap(NULL, g.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect((char *)g.base + room, 4096, PROT_NONE);
  g.data = (char *)g.base + room - bytes;
  return g;
}
static inline void release(Guarded g) { munmap(g.base, g.size); }
#endif
