// Loops in the text of kernels read back.
#include <string.h>

#include "compiler/kernel_parse.h"

// Digits at t->s[*at], and steps over them.
static bool digits(const Token *t, size_t *at, int *out) {
  size_t from = *at;
  *out = 0;
  for (; *at < t->n && *at < from + 6 && t->s[*at] >= '0' && t->s[*at] <= '9'; ++*at)
    *out = *out * 10 + (t->s[*at] - '0');
  return *at > from;
}

static bool is_open(const KernelParser *p, int loop) {
  for (int i = 0; i < p->nopen; i++) {
    if (p->open[i] == loop) return true;
  }
  return false;
}

Sid parse_carried(KernelParser *p) {
  const Token *t = &p->lex.token;
  const Kernel *k = p->k;
  size_t at = 1;
  int loop, i;
  if (t->n < 4 || (t->s[0] != 'c' && t->s[0] != 'f') || !digits(t, &at, &loop)) return NO_SID;
  if (t->s[at++] != '_' || !digits(t, &at, &i) || at != t->n) return NO_SID;
  bool inside = t->s[0] == 'c';
  if (loop >= k->nloops || is_open(p, loop) != inside || i >= k->loops[loop].ncarried)
    return NO_SID;
  lex_next(&p->lex);
  return inside ? k->loops[loop].carried[i].carry : k->loops[loop].carried[i].final;
}

bool parse_loop(KernelParser *p) {
  int64_t number;
  Kernel *k = p->k;
  lex_next(&p->lex);
  if (k->nloops == MAX_LOOPS) return lex_fail(&p->lex, "fewer loops");
  if (!lex_int(&p->lex, &number)) return false;
  if (number != k->nloops) return lex_fail(&p->lex, "the next number of a loop");
  uint32_t axes = 0;
  if (lex_is(&p->lex, "[") && !parse_axis_set(p, &axes)) return false;
  if (!lex_expect(&p->lex, "(")) return false;
  Sid *init = NULL;
  uint32_t n = 0, cap = 0;
  do {  // all before the loop is there: none of them may use it
    init = kernel_grow(k, init, &cap, n, sizeof *init);
    if ((init[n++] = parse_scalar(p)) == NO_SID) return false;
  } while (lex_accept(&p->lex, ","));
  int loop = kernel_loop(k);
  for (uint32_t i = 0; i < n; i++) kernel_carry(k, loop, init[i]);
  k->loops[loop].axes = axes;
  k->loops[loop].trips = 1;
  p->open[p->nopen++] = loop;
  return lex_expect(&p->lex, ")");
}

bool parse_loop_store(KernelParser *p) {
  LoopStore s;
  Loc loc = lex_loc(&p->lex);
  lex_next(&p->lex);
  if ((s.buffer = parse_buffer(p)) < 0) return false;
  if (!p->k->buffers[s.buffer].written) return fail(loc, "the buffer is not among the results");
  if (!lex_expect(&p->lex, "[") || !parse_index(p, &s.index) || !lex_expect(&p->lex, "]") ||
      !lex_expect(&p->lex, "=") || (s.value = parse_scalar(p)) == NO_SID)
    return false;
  kernel_loop_store(p->k, p->open[p->nopen - 1], s);
  return true;
}

bool parse_next(KernelParser *p) {
  if (!p->nopen) return lex_fail(&p->lex, "a stage");
  int number = p->open[p->nopen - 1];
  KernelLoop *l = &p->k->loops[number];
  lex_next(&p->lex);
  if (!lex_expect(&p->lex, "(")) return false;
  for (int i = 0; i < l->ncarried; i++) {
    if (i && !lex_expect(&p->lex, ",")) return false;
    if ((l->carried[i].next = parse_scalar(p)) == NO_SID) return false;
  }
  if (!lex_expect(&p->lex, ")") || !lex_expect(&p->lex, "while")) return false;
  Sid test = parse_scalar(p);
  if (test == NO_SID) return false;
  kernel_loop_close(p->k, number, test);
  p->nopen--;
  Sid first = l->carried[0].final;
  if (!l->nstores) return true;
  parse_add_stage(p, (Stage){.kind = STAGE_LOOP, .axes = l->axes, .value = first, .value2 = NO_SID},
                  dag_node(&p->k->dag, first)->dtype);
  return true;
}
