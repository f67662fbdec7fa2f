// Runs programs through their plain CUDA text compiled by cc: the second oracle, without a GPU.
#ifndef JITC_TESTS_CUDA_HOST_H
#define JITC_TESTS_CUDA_HOST_H
#include "compiler/program.h"

typedef struct CudaHost CudaHost;

CudaHost *cuda_host_new(const Program *p);  // NULL: cc failed (what it said is on stderr)
bool cuda_host_run(CudaHost *h, const void *const *args, void *const *results);
void cuda_host_free(CudaHost *h);
#endif
