// JSON as files and messages need it: strings, counts, and the marks between them.
#ifndef JITC_FRONTEND_JSON_H
#define JITC_FRONTEND_JSON_H
#include "ir/arena.h"
#include "ir/diag.h"
#include "ir/text.h"

typedef struct Json {
  Loc loc;
  const char *what;  // for messages: "'x.safetensors' is no safetensors file that can be read"
  const char *text, *at, *end;
  Arena *arena;
} Json;

// Always false: an error at the place that is reached.
bool json_fail(const Json *j, const char *problem);
// Whether that mark comes next; then it is behind us.
bool json_takes(Json *j, char mark);
bool json_needs(Json *j, char mark);
// In front of each member of a list that `close` ends: false at the end and after fail().
bool json_more(Json *j, char close, bool *first);
// A string without NUL, its escapes resolved; NULL after fail().
const char *json_text(Json *j);
// A whole number from 0 to 2^62.
bool json_count(Json *j, int64_t *n);
// Only spaces are left.
bool json_ends(Json *j);

void json_string(Text *t, const char *s);  // adds it quoted and escaped
#endif
