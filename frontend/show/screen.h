// What texts for people need to know: the terminal's characters, and numbers with points.
#ifndef JITC_FRONTEND_SCREEN_H
#define JITC_FRONTEND_SCREEN_H
#include <locale.h>
#include <stdbool.h>

// The environment's locale is UTF-8, so that blocks and other signs can be shown.
bool screen_is_utf8(void);

// Between the two, printf writes numbers with points whatever the program's locale.
typedef struct PlainNumbers {
  locale_t plain, before;
} PlainNumbers;
PlainNumbers plain_numbers_begin(void);
void plain_numbers_end(PlainNumbers n);
#endif
