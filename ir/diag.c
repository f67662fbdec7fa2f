// The sticky error of each thread.
#include "ir/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_SIZE = 4096, EXIT_BUG = 70 };

static _Thread_local struct Diag {
  bool set, told;
  int prefix;
  char text[MESSAGE_SIZE];
} pending;

static int print_loc(char *at, size_t size, Loc loc) {
  if (!loc.file) return 0;
  if (loc.col) return snprintf(at, size, "%s:%d:%d: ", loc.file, loc.line, loc.col);
  if (loc.line) return snprintf(at, size, "%s:%d: ", loc.file, loc.line);
  return snprintf(at, size, "%s: ", loc.file);
}

bool fail(Loc loc, const char *fmt, ...) {
  if (pending.set) return false;
  pending.set = true;
  pending.told = false;
  int n = print_loc(pending.text, MESSAGE_SIZE, loc);
  if (n < 0 || n >= MESSAGE_SIZE) n = 0;
  pending.prefix = n;
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(pending.text + n, MESSAGE_SIZE - (size_t)n, fmt, ap);
  va_end(ap);
  for (char *c = pending.text; *c; c++) {  // texts and names of files are shown, not obeyed
    if (((unsigned char)*c < ' ' && *c != '\n' && *c != '\t') || *c == 127) *c = '?';
  }
  return false;
}

void diag_locate(Loc loc) {
  if (!pending.set || pending.prefix) return;
  char text[MESSAGE_SIZE];
  memcpy(text, pending.text, sizeof text);
  pending.set = false;
  fail(loc, "%s", text);
}

struct Diag *diag_take(void) {
  if (!pending.set) return NULL;
  struct Diag *taken = malloc(sizeof *taken);
  if (taken) *taken = pending;
  pending.set = !taken;
  return taken;
}

void diag_restore(struct Diag *taken) {
  if (!taken) return;
  pending = *taken;
  free(taken);
}

bool failed(void) { return pending.set; }
bool diag_untold(void) { return pending.set && !pending.told; }
const char *diag_message(void) {
  pending.told = true;
  return pending.set ? pending.text : NULL;
}
int diag_prefix(void) { return pending.set ? pending.prefix : 0; }
void diag_clear(void) { pending.set = false; }

void bug_at(const char *file, int line, const char *fmt, ...) {
  fflush(stdout);
  fprintf(stderr, "jitc: internal error at %s:%d: ", file, line);
  va_list ap;
  va_start(ap, fmt);
  vfprintf(stderr, fmt, ap);
  va_end(ap);
  fputc('\n', stderr);
  exit(EXIT_BUG);
}
