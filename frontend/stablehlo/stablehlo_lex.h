// Tokens of StableHLO text, and the state that its reader's parts share.
#ifndef JITC_FRONTEND_STABLEHLO_LEX_H
#define JITC_FRONTEND_STABLEHLO_LEX_H
#include "frontend/stablehlo/stablehlo.h"

typedef enum HloTokenKind {
  HT_END,
  HT_WORD,    // func.func, dense, LT
  HT_VALUE,   // %name, also %name#1
  HT_SYMBOL,  // @name, @"name"
  HT_BLOCK,   // ^bb0
  HT_NUMBER,  // -1, 1.5e-3
  HT_STRING,
  HT_PUNCT,  // one of ( ) [ ] { } < > , : = # ! ? * or ->
} HloTokenKind;

typedef struct HloToken {
  HloTokenKind kind;
  HloSlice text;   // without %, @, ^ and quotes
  uint32_t index;  // of HT_VALUE: what stands behind #
  Loc loc;
} HloToken;

enum { HLO_MOST_DEPTH = 64, HLO_MOST_ITEMS = 4096, HLO_MOST_ATTRS = 512 };

typedef struct HloReader {
  Arena *arena;
  const char *file, *at, *end, *line_start;
  int line;
  HloToken token;
  int depth;
  bool bad;  // the text cannot be cut into tokens; said already
  bool *unsupported;
  // Of the function being read.
  struct HloNames *names;
  Type *value_types;  // malloc'ed, by number
  uint32_t nvalues, values_cap;
  // Lists that are being read, malloc'ed; what was read is copied into the arena.
  uint32_t *uses;
  Type *types;
  int nuses, uses_cap, ntypes, types_cap;
  // A tuple stands in all lists as its parts. How many types were read, how many of these were
  // tuples, and into how many parts each element of the last tuple falls.
  int nread, ntuples, nwidths, widths_cap;
  int *widths;
} HloReader;

void hlo_start(HloReader *r);  // to the first token
void hlo_next(HloReader *r);
bool hlo_at(const HloReader *r, const char *s);  // it is this word or punctuation
bool hlo_accept(HloReader *r, const char *s);
bool hlo_expect(HloReader *r, const char *s);
bool hlo_wanted(HloReader *r, const char *what);  // fails: `expected WHAT, got ...`
// Fails with "WHAT: not supported yet".
bool hlo_unsupported(bool *flag, Loc loc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
// Blanks, comments and newlines before what is next; for what is read character by character.
void hlo_blanks(HloReader *r);
Loc hlo_here(const HloReader *r);
// From an opening bracket to behind the one that closes it.
bool hlo_skip_brackets(HloReader *r);
bool hlo_skip_loc(HloReader *r);  // loc(..), if it stands here
bool hlo_int(HloReader *r, int64_t *out);
bool hlo_enter(HloReader *r);  // one level deeper; leave by r->depth--

// ---- types, constants, attributes

bool hlo_type(HloReader *r, Type *out);
// `dense<..> : T`, after "dense".
bool hlo_dense(HloReader *r, Literal *out);
HloValue *hlo_value(HloReader *r);  // NULL after fail()
// Entries up to the closing bracket, which is stepped over; they go behind *list.
bool hlo_entries(HloReader *r, const char *close, HloAttr **list, int *n);
bool hlo_add_attr(HloReader *r, HloAttr **list, HloSlice name, Loc loc, HloValue *v);
#endif
