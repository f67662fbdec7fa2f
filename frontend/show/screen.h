// What texts for people need to know: the terminal's characters, and numbers with points.
#ifndef JITC_FRONTEND_SCREEN_H
#define JITC_FRONTEND_SCREEN_H
#include <locale.h>
#include <stdbool.h>

#include "ir/type.h"

// The environment's locale is UTF-8, so that blocks and other signs can be shown.
bool screen_is_utf8(void);

// Between the two, printf writes numbers with points whatever the program's locale.
typedef struct PlainNumbers {
  locale_t plain, before;
} PlainNumbers;
PlainNumbers plain_numbers_begin(void);
void plain_numbers_end(PlainNumbers n);

// Within these: the least count of digits ("%.*g") that tells a finite v from its neighbours in d.
int shortest_digits(Dtype d, double v);
// Element i of integers (or bools) at `data`, exactly.
enum { NUMBER_TEXT = 96 };
void whole_number(Dtype d, const void *data, int64_t i, char to[NUMBER_TEXT]);
#endif
