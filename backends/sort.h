// Stable sorting along an axis, shared by the backends.
#ifndef JITC_BACKENDS_SORT_H
#define JITC_BACKENDS_SORT_H
#include "ir/type.h"

// Numbers in the order of the elements x[0], x[stride], ...: -0 equals +0, NaN is last.
void sort_ranks(Dtype d, int64_t n, const void *x, int64_t stride, uint64_t *ranks);

// Sorts n contiguous arrays of one shape by the first along `axis`, stably. in[i] may be out[i].
// Only the `wanted` first elements of each line are written, which may be all.
// False when there is no memory for the scratch.
bool sort_arrays(int n, const Type *types, int64_t axis, int64_t wanted, const void *const *in,
                 void *const *out);
#endif
