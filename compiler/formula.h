// Short names of builders, for files that are formulas in values of a graph `g`.
#ifndef JITC_COMPILER_FORMULA_H
#define JITC_COMPILER_FORMULA_H
#include "ir/build.h"

#define NEG(a) b_neg(g, a)
#define ABS(a) b_abs(g, a)
#define SQRT(a) b_sqrt(g, a)
#define RSQRT(a) b_rsqrt(g, a)
#define EXP(a) b_exp(g, a)
#define LOG(a) b_log(g, a)
#define SIN(a) b_sin(g, a)
#define COS(a) b_cos(g, a)
#define ADD(a, b) b_add(g, a, b)
#define SUB(a, b) b_sub(g, a, b)
#define MUL(a, b) b_mul(g, a, b)
#define DIV(a, b) b_div(g, a, b)
#define POW(a, b) b_pow(g, a, b)
#define MAX(a, b) b_max(g, a, b)
#define EQ(a, b) b_eq(g, a, b)
#define LT(a, b) b_lt(g, a, b)
#define GT(a, b) b_gt(g, a, b)
#define GE(a, b) b_ge(g, a, b)
#define OR(a, b) b_or(g, a, b)
#define AND(a, b) b_and(g, a, b)
#define PICK_IF(p, a, b) b_select(g, p, a, b)
#endif
