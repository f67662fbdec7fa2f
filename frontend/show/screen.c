// The terminal's characters, and numbers with points.
#include "frontend/show/screen.h"

#include <stdlib.h>
#include <string.h>

bool screen_is_utf8(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (int i = 0; i < 3; i++) {
    const char *value = getenv(names[i]);
    if (value && *value) return strcasestr(value, "UTF-8") || strcasestr(value, "utf8");
  }
  return false;
}

PlainNumbers plain_numbers_begin(void) {
  PlainNumbers n = {.plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0)};
  n.before = uselocale(n.plain);
  return n;
}

void plain_numbers_end(PlainNumbers n) {
  uselocale(n.before);
  if (n.plain) freelocale(n.plain);
}
