// Machine code of the register kernels of contractions, byte by byte, for AVX-512: what LLVM would
// need 5 to 10 ms for takes microseconds, and the registers are those that were meant.
#ifndef JITC_BACKENDS_CPU_ASSEMBLE_H
#define JITC_BACKENDS_CPU_ASSEMBLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ASSEMBLE_ROWS = 32, ASSEMBLE_BYTES = 8192 };

typedef struct AssembledTile {
  bool is_double;
  int rows, vectors;
  int run;            // windows: rows per pointer, row_bytes apart; 0: none
  int64_t row_bytes;  // windows
} AssembledTile;

typedef struct MachineCode {
  uint8_t bytes[ASSEMBLE_BYTES];
  size_t n;
} MachineCode;

// A GemmKernel, or a GemmWindowKernel where the tile has runs. False where it needs more registers
// than there are.
bool assemble_micro(const AssembledTile *t, MachineCode *out);
#endif
