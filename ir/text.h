// Growing text: what printers write into.
#ifndef JITC_IR_TEXT_H
#define JITC_IR_TEXT_H
#include <stdarg.h>
#include <stddef.h>

#include "ir/type.h"

// Zero-initialised it is empty; `s` is NUL-terminated once something was added.
typedef struct Text {
  char *s;
  size_t n, cap;
} Text;

void text_add(Text *t, const char *s, size_t n);
void text_str(Text *t, const char *s);
void text_fmt(Text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_pad(Text *t, int spaces);
void text_free(Text *t);
char *text_take(Text *t, Arena *a);  // the text in an arena; t is empty afterwards

// The shortest of the usual forms that reads back as the same bits: "0.1", "1e-45", "-inf", "nan".
// Independent of the locale.
void text_float(Text *t, double v);
void text_float32(Text *t, float v);
// An element of any float type.
void text_float_bits(Text *t, Dtype d, const void *element);
#endif
