// Diagnostics: the one place through which every fault goes. The first error of a thread sticks
// until it is cleared.
#ifndef JITC_IR_DIAG_H
#define JITC_IR_DIAG_H
#include <stdbool.h>

// A place in the user's program or text. file == NULL: unknown; line, col == 0: not given.
// `file` must outlive the location: string literals (__FILE__) or an arena's strings.
typedef struct Loc {
  const char *file;
  int line, col;
  enum { PASS_FORWARD, PASS_TANGENT, PASS_BACKWARD } pass;  // of a node: what it was made for
} Loc;

// Records "file:line: message" (or file:line:col:) as this thread's error unless one is pending
// already. Always returns false, so that `return fail(loc, ...)` reads well.
bool fail(Loc loc, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// Gives the pending error a place if it has none: what fails far below does not know the user's.
void diag_locate(Loc loc);

// Takes the pending error away, so that other work is not hindered by it (NULL: there was none),
// and puts it back in the place of any later one.
struct Diag *diag_take(void);
void diag_restore(struct Diag *taken);

bool failed(void);               // an error is pending
const char *diag_message(void);  // the pending error, or NULL
bool diag_untold(void);          // it is pending, and nobody has asked for the message
int diag_prefix(void);           // how many characters of it are "file:line: "
void diag_clear(void);

// A fault of our own: prints `what` and the location in our source, then exits with status 70.
// Only for broken invariants, never for a user's mistake.
_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
#define CHECK(cond) ((cond) ? (void)0 : BUG("broken invariant: %s", #cond))
#endif
