// StableHLO text: what is read of a module, and the graph that comes of it.
#ifndef JITC_FRONTEND_STABLEHLO_H
#define JITC_FRONTEND_STABLEHLO_H
#include "ir/graph.h"

typedef struct HloSlice {
  const char *s;  // into the text
  size_t n;
} HloSlice;
bool hlo_same(HloSlice a, HloSlice b);
bool hlo_is(HloSlice a, const char *b);

// ---- the module as read: everything lives in an arena

typedef enum HloKind {
  HLO_INT,
  HLO_FLOAT,
  HLO_WORD,    // LT, true, stablehlo.add
  HLO_STRING,  // without the quotes
  HLO_SYMBOL,  // without @
  HLO_LIST,    // [..], array<i64: ..>
  HLO_PAIR,    // [..] x [..]: two lists; [..]x[..]->[..]: three
  HLO_DICT,    // {..}, #stablehlo.gather<..>
  HLO_DENSE,
  HLO_OTHER,  // read over: types, affine maps, locations
} HloKind;

typedef struct HloValue {
  HloKind kind;
  int n;            // items or entries
  int64_t i;        // HLO_INT
  HloSlice text;    // words, strings, symbols, numbers
  Literal literal;  // HLO_DENSE
  struct HloValue *items;
  struct HloAttr *entries;
  struct HloValue *next;
} HloValue;

typedef struct HloAttr {
  HloSlice name;  // empty: stands in the text without a name
  HloValue *value;
  Loc loc;
  struct HloAttr *next;
} HloAttr;

// Values of a function have numbers, those of its regions included: results and arguments in the
// order of the text.
typedef struct HloRegion {
  int nargs;
  uint32_t *args;
  Type *arg_types;
  uint32_t first, end;  // values that are defined in it
  struct HloOp *ops;    // the last one is its return
  struct HloRegion *next;
  Loc loc;
} HloRegion;

typedef struct HloOp {
  const struct HloRow *row;
  Loc loc;
  int nargs, nresults, nregions;
  uint32_t *args;
  uint32_t first;  // of its results
  Type *types;     // of its results
  HloAttr *attrs;
  HloRegion *regions;
  HloSlice callee;       // @f
  bool tuple;            // its results are the parts of one tuple
  int nwidths, *widths;  // of a tuple's elements that is its last operand: parts of each
  bool init_pairs;       // operands stand as x0, init0, x1, init1
  struct HloOp *next;
} HloOp;

typedef struct HloFunc {
  HloSlice name;
  Loc loc;
  bool hidden;  // private
  HloRegion body;
  uint32_t nvalues;
  int nresults;
  Type *results;
  bool active;  // being built: finds calls in a circle
  struct HloFunc *next;
} HloFunc;

typedef struct HloModule {
  HloFunc *funcs;
  size_t bytes;  // of its text
} HloModule;

// False after fail(); *unsupported is then whether the text may well be sound, but has an op or a
// dtype that is not there yet. `text` ends in NUL and outlives the module.
bool hlo_read(Arena *a, const char *file, const char *text, size_t n, HloModule *out,
              bool *unsupported);

// ---- the graph

typedef enum HloCheckKind { HLO_EQ, HLO_CLOSE, HLO_ALMOST, HLO_CHECK_KINDS } HloCheckKind;

// A check.expect_* of the program: compares two results of the graph.
typedef struct HloCheck {
  HloCheckKind kind;
  Loc loc;
  int got, want;  // results of the graph
  int64_t ulps;   // HLO_CLOSE: the most that hold
  struct HloCheck *next;
} HloCheck;

typedef struct HloProgram {
  Graph *graph;
  int nresults;  // of the function itself; what the checks compare follows
  HloCheck *checks;
} HloProgram;

// The function `entry` (NULL: main, or the only one) as a graph, with calls inlined. False after
// fail().
bool hlo_build(Arena *a, HloModule *m, const char *file, const char *entry, HloProgram *out,
               bool *unsupported);
#endif
