// Programs of public functions called at once: kept by function, operand types and options.
#ifndef JITC_FRONTEND_EAGER_H
#define JITC_FRONTEND_EAGER_H
#include "frontend/call.h"
#include "frontend/execute.h"

// The program to run now, good until this thread asks again; NULL after fail(). What is small runs
// on the interpreter (equal bits) until it has been called so often that compiling pays.
Callable *eager_program(const Fn *fn, int n, const TypeId *types, Ints options, Loc loc);
#endif
