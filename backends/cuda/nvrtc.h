// NVRTC, opened at run time: CUDA C text -> PTX or machine code, without a GPU, a driver or
// headers.
#ifndef JITC_BACKENDS_CUDA_NVRTC_H
#define JITC_BACKENDS_CUDA_NVRTC_H
#include <stdbool.h>
#include <stddef.h>

// The library that JITC_NVRTC names, else the system's. False after fail(), which says what is
// missing.
bool nvrtc_open(void);

// Compiles for an architecture such as "sm_90". `ptx`: PTX text (zero-terminated), else a cubin of
// *size bytes. malloc'ed; NULL after fail() with the compiler's first lines. Separate multiply and
// add stay separate.
char *nvrtc_compile(const char *text, const char *arch, bool ptx, size_t *size);
#endif
