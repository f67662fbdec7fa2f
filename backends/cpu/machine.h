// The machine table: what this CPU is and can do, found once by cpuid, xgetbv and sysfs. Every rule
// of the CPU backend is a parameter of it; nothing else asks for the CPU.
#ifndef JITC_BACKENDS_CPU_MACHINE_H
#define JITC_BACKENDS_CPU_MACHINE_H
#include <stdbool.h>
#include <stdint.h>

// Vector widths code is generated for, narrow to wide. WIDTH_PLAIN is 128-bit x86-64-v2, each fma
// through a call of fmaf: correct on every machine, not fast.
typedef enum Width { WIDTH_PLAIN, WIDTH_AVX2, WIDTH_AVX512, WIDTH_COUNT } Width;

typedef struct Machine {
  char vendor[16];  // "GenuineIntel"
  char model[64];   // "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"
  int family, model_number;
  Width widest;         // the widest this machine runs
  Width width;          // the width in use; tests and users may lower it (machine_with_width)
  int fma_ports;        // vector FMAs per cycle at the width in use
  bool amx_bf16;        // the CPU has it; the kernel's permission is asked for where it is used
  int64_t l1d, l2, l3;  // bytes; L1d and L2 per core
  int cores;            // CPUs this process may run on (affinity), before cgroup quotas
} Machine;

// The machine this process runs on; found on the first call.
const Machine *machine_host(void);

// The host with another width in use. False with an error where the CPU lacks it.
bool machine_with_width(Width width, Machine *out);

const char *width_name(Width w);  // "plain", "avx2", "avx512"
bool width_parse(const char *name, Width *out);
static inline int width_bytes(Width w) { return 16 << w; }

// Lanes of one vector register for elements of `bytes` bytes.
static inline int machine_lanes(const Machine *m, int bytes) {
  return width_bytes(m->width) / bytes;
}

// LLVM's names for the width in use: they decide the code, so they belong to the disk cache's key.
const char *machine_llvm_cpu(const Machine *m);
const char *machine_llvm_features(const Machine *m);
#endif
