// Reading kernels: what the parser of expressions and that of stages share.
#ifndef JITC_COMPILER_KERNEL_PARSE_H
#define JITC_COMPILER_KERNEL_PARSE_H
#include "compiler/kernel_build.h"
#include "ir/lex.h"

enum { PARSE_MAX_DEPTH = 200, PARSE_MAX_GUARDS = 64 };

typedef struct KernelParser {
  Lexer lex;
  Kernel *k;
  Sid *named;  // s0, s1, ...
  uint32_t nnamed, named_cap;
  Sid *stages;  // the scalar of each stage: NO_SID for stores
  uint32_t nstages, stages_cap;
  Sid *tables;  // any use of each table
  uint32_t ntables, tables_cap;
  int open[MAX_LOOPS], nopen;  // loops whose `next` has not come, the innermost last
  int depth;
} KernelParser;

Sid parse_scalar(KernelParser *p);          // NO_SID after fail()
bool parse_index(KernelParser *p, Ix *ix);  // false after fail()
// `if lo <= index < hi and ...`, or nothing.
bool parse_guards(KernelParser *p, int *n, Guard *guards);
int parse_axis(KernelParser *p);                                // of this name; -1 after fail()
int parse_buffer(KernelParser *p);                              // likewise
bool parse_number(const Token *t, char letter, uint32_t *out);  // "s12" with its letter
bool parse_loop(KernelParser *p);  // the line that begins a loop; parse_loop_store, parse_next
bool parse_loop_store(KernelParser *p);
bool parse_next(KernelParser *p);
Sid parse_carried(KernelParser *p);  // c0_1, f0_1: NO_SID, without fail(), where it is no such name
bool parse_axis_set(KernelParser *p, uint32_t *axes);
void parse_add_stage(KernelParser *p, Stage s, Dtype d);
Sid parse_const(KernelParser *p);  // f32(0.5)
#endif
