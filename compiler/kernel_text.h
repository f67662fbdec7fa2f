// Printing kernels into a growing text.
#ifndef JITC_COMPILER_KERNEL_TEXT_H
#define JITC_COMPILER_KERNEL_TEXT_H
#include "compiler/kernel_build.h"
#include "ir/text.h"

void kernel_put(Text *t, const Kernel *k);
#endif
