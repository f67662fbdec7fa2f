// Finds the machine table of machine.h.
#include "backends/cpu/machine.h"

#include <cpuid.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "ir/diag.h"

// X(width, name, LLVM's cpu, LLVM's features). Explicit feature levels instead of CPU names: the
// code is then the same on every machine of one width. prefer-256-bit would split our 512-bit
// vectors.
#define WIDTHS(X)                          \
  X(WIDTH_PLAIN, "plain", "x86-64-v2", "") \
  X(WIDTH_AVX2, "avx2", "x86-64-v3", "")   \
  X(WIDTH_AVX512, "avx512", "x86-64-v4", "-prefer-256-bit")

static const struct {
  const char *name, *cpu, *features;
} widths[WIDTH_COUNT] = {
#define X(width, name, cpu, features) [width] = {name, cpu, features},
    WIDTHS(X)
#undef X
};

typedef struct Regs {
  unsigned a, b, c, d;
} Regs;

static Regs cpuid(unsigned leaf, unsigned sub) {
  Regs r = {0};
  __get_cpuid_count(leaf, sub, &r.a, &r.b, &r.c, &r.d);
  return r;
}

static uint64_t xcr0(void) {
  unsigned lo, hi;
  __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
  return (uint64_t)hi << 32 | lo;
}

static bool has(unsigned reg, int bit) { return reg >> bit & 1; }

static void find_names(Machine *m) {
  Regs r = cpuid(0, 0);
  memcpy(m->vendor, &r.b, 4);
  memcpy(m->vendor + 4, &r.d, 4);
  memcpy(m->vendor + 8, &r.c, 4);
  if (cpuid(0x80000000, 0).a >= 0x80000004)
    for (unsigned i = 0; i < 3; i++) {
      r = cpuid(0x80000002 + i, 0);
      memcpy(m->model + 16 * i, &r, 16);
    }
  unsigned v = cpuid(1, 0).a;
  m->family = (int)(v >> 8 & 15);
  m->model_number = (int)(v >> 4 & 15);
  if (m->family == 6 || m->family == 15) m->model_number += (int)(v >> 12 & 0xf0);
  if (m->family == 15) m->family += (int)(v >> 20 & 0xff);
}

// The operating system must save the wide registers, too: XCR0 bits 1-2 (ymm), 5-7 (zmm), 17-18
// (tiles).
static void find_widths(Machine *m) {
  Regs r1 = cpuid(1, 0), r7 = cpuid(7, 0);
  uint64_t state = has(r1.c, 27) ? xcr0() : 0;
  bool avx2 = (state & 6) == 6 && has(r1.c, 28) && has(r1.c, 12) && has(r1.c, 29) &&
              has(r1.c, 22) && has(r7.b, 5) && has(r7.b, 3) && has(r7.b, 8);
  bool avx512 = avx2 && (state & 0xe6) == 0xe6 && has(r7.b, 16) && has(r7.b, 17) && has(r7.b, 28) &&
                has(r7.b, 30) && has(r7.b, 31);
  m->widest = avx512 ? WIDTH_AVX512 : avx2 ? WIDTH_AVX2 : WIDTH_PLAIN;
  m->width = m->widest;
  m->amx_bf16 = (state & 0x60000) == 0x60000 && has(r7.d, 22) && has(r7.d, 24);
}

// AMD before Zen 5 (family 26) executes 512-bit operations in two halves: one FMA a cycle.
static int fma_ports(const Machine *m) {
  if (m->width == WIDTH_PLAIN) return 1;
  bool halves = !strcmp(m->vendor, "AuthenticAMD") && m->family < 26;
  return m->width == WIDTH_AVX512 && halves ? 1 : 2;
}

static bool read_cache_file(int index, const char *name, char *text, int size) {
  char path[96];
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index, name);
  FILE *f = fopen(path, "re");
  if (!f) return false;
  bool ok = fgets(text, size, f) != NULL;
  fclose(f);
  return ok;
}

static void find_caches(Machine *m) {
  m->l1d = 32 << 10, m->l2 = 1 << 20, m->l3 = 16 << 20;  // where sysfs is hidden
  char text[64];
  for (int i = 0; read_cache_file(i, "type", text, sizeof text) && i < 16; i++) {
    bool instructions = text[0] == 'I';
    int level = 0;
    long long size = 0;
    char unit = 'K';
    if (read_cache_file(i, "level", text, sizeof text)) sscanf(text, "%d", &level);
    if (read_cache_file(i, "size", text, sizeof text)) sscanf(text, "%lld%c", &size, &unit);
    int64_t bytes = size << (unit == 'M' ? 20 : 10);
    if (bytes <= 0 || instructions) continue;
    if (level == 1) m->l1d = bytes;
    if (level == 2) m->l2 = bytes;
    if (level == 3) m->l3 = bytes;
  }
}

static Machine host;

static void find_host(void) {
  find_names(&host);
  find_widths(&host);
  find_caches(&host);
  host.fma_ports = fma_ports(&host);
  cpu_set_t set;
  host.cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

const Machine *machine_host(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_host);
  return &host;
}

bool machine_with_width(Width width, Machine *out) {
  *out = *machine_host();
  if (width > out->widest)
    return fail((Loc){0}, "this CPU (%s) has no %s: its widest is %s", out->model,
                width_name(width), width_name(out->widest));
  out->width = width;
  out->fma_ports = fma_ports(out);
  return true;
}

const char *width_name(Width w) { return widths[w].name; }

bool width_parse(const char *name, Width *out) {
  for (int w = 0; w < WIDTH_COUNT; w++)
    if (!strcmp(name, widths[w].name)) return *out = (Width)w, true;
  return false;
}

const char *machine_llvm_cpu(const Machine *m) { return widths[m->width].cpu; }
const char *machine_llvm_features(const Machine *m) { return widths[m->width].features; }
