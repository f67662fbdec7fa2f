// The half types as numbers: f16 is IEEE 754's binary16, bf16 the upper half of an f32.
#ifndef JITC_IR_HALF_H
#define JITC_IR_HALF_H
#include "ir/type.h"

// Digits of the fraction, and the bits of infinity: an exponent field of ones.
static inline int half_digits(Dtype d) { return d == DT_F16 ? 10 : 7; }
static inline uint16_t half_infinity(Dtype d) { return d == DT_F16 ? 0x7c00 : 0x7f80; }

double half_value(Dtype d, uint16_t bits);
// The nearest half, ties to even: the only rounding there is. Beyond the range it is infinite, and
// NaN is the quiet NaN with its sign.
uint16_t half_of(Dtype d, long double v);
#endif
