// The parser of graphs: recursive descent over ir/lex.h. All that is said about ops comes from the
// op table. The grammar, which is a part of Python's:
//
//   text     = { function }
//   function = "def" NAME "(" [ param { "," param } ] ")" [ "->" types ] ":" NEWLINE
//              INDENT { function | node } "return" [ values ] NEWLINE DEDENT
//   param    = NAME ":" type
//   types    = type | "(" [ type { "," type } ] ")"
//   values   = operand { "," operand } | "(" ")"
//   type     = DTYPE [ "[" [ INT { "," INT } ] "]" ]               f32 and f32[] are the same
//   node     = [ targets "=" ] op [ "[" type { "," type } "]" ] "(" [ arg { "," arg } ] ")" NEWLINE
//   targets  = NAME ":" type | NAME { "," NAME }
//   op       = NAME of a row in ops.def; those that Python reserves with "_" behind: and_, while_
//   arg      = operand | ATTRIBUTE "=" value                       operands come first
//   operand  = NAME | literal                                      a literal is a constant of its
//   own literal  = type "(" ( element | "[" [ element { "," element } ] "]" ) ")"   one for all, or
//   all element  = number | "True" | "False" | "(" number "," number ")"             c64, c128
//   number   = [ "-" ] ( INT | FLOAT | "inf" | "nan" )
//   value    = [ "-" ] INT | "(" [ int { "," int } [ "," ] ] ")" | DTYPE | order | mode | literal
//            | NAME of a function | "(" [ NAME { "," NAME } [ "," ] ] ")"
//
// Types given for results ([...] behind op, or after ":") must be what the op's rule computes.
// Lists which are left out are empty; other attributes must be given. A nested function stands
// before the node that uses it, and is used by it alone, once: so what is read is never larger than
// the text. Functions see their own parameters only. A comment `# file:line` behind a node is its
// location.
#include "ir/parse.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ir/lex.h"
#include "ir/names.h"
#include "ir/text.h"

typedef struct Parser {
  Lexer lex;
  Arena *arena;      // of the result
  Arena *scratch;    // freed at the end
  const char *file;  // of the last location comment
  Text bytes;        // elements of the literal being read
} Parser;

typedef struct Region {
  Token name;
  const Graph *graph;
  bool used;
} Region;

// A function being read.
typedef struct Scope {
  Graph *g;
  Names names;      // values by id; functions as NO_ID
  Region *regions;  // waiting for the next node; malloc'ed
  int nregions, regions_cap;
} Scope;

typedef struct Target {
  Token name;
  bool typed;
  Type type;
} Target;

// A node being read. The lists are malloc'ed.
typedef struct Draft {
  Op op;
  Loc loc;
  Target *targets;
  Id *args;
  Type *types;  // in brackets behind the op
  int ntargets, nargs, ntypes, targets_cap, args_cap, types_cap;
  Attrs attrs;
  uint64_t given;
} Draft;

static Loc token_loc(const Parser *p, Token t) { return (Loc){p->lex.file, t.line, t.col}; }

static Graph *parse_function(Parser *p, Token *name);

// ---- names

static bool new_name(Parser *p, Scope *s, Token t, Id id) {
  if (name_reserved(t.s, t.n))
    return fail(token_loc(p, t), "'%.*s' is a reserved name", (int)t.n, t.s);
  if (names_add(&s->names, t.s, t.n, id)) return true;
  return fail(token_loc(p, t), "'%.*s' is defined twice", (int)t.n, t.s);
}

static bool parse_name(Parser *p, Token *out) { return lex_expect_kind(&p->lex, TOK_NAME, out); }

static bool find_value(Parser *p, const Scope *s, Token t, Id *out) {
  if (!names_find(&s->names, t.s, t.n, out))
    return fail(token_loc(p, t), "'%.*s' is not defined", (int)t.n, t.s);
  if (*out != NO_ID) return true;
  return fail(token_loc(p, t), "'%.*s' is a function, not a value", (int)t.n, t.s);
}

// ---- literals and operands

static bool parse_elements(Parser *p, Type t, int64_t *count) {
  uint64_t element[ELEMENT_WORDS] = {0};
  *count = 0;
  while (!lex_is(&p->lex, "]")) {
    if (*count && !lex_expect(&p->lex, ",")) return false;
    if (!lex_element(&p->lex, t.dtype, element)) return false;
    text_add(&p->bytes, (const char *)element, dtype_size(t.dtype));
    ++*count;
  }
  return lex_expect(&p->lex, "]");
}

// The elements stay in p->bytes until the next literal.
static bool parse_literal(Parser *p, Literal *out) {
  const Loc loc = lex_loc(&p->lex);
  uint64_t element[ELEMENT_WORDS] = {0};
  int64_t count = 0;
  *out = (Literal){0};
  p->bytes.n = 0;
  if (!lex_type(&p->lex, &out->type) || !lex_expect(&p->lex, "(")) return false;
  if (lex_accept(&p->lex, "[")) {
    if (!parse_elements(p, out->type, &count)) return false;
    if (count != type_count(out->type))
      return fail(loc, "%lld elements for %s", (long long)count, TYPE_STR(out->type));
  } else {
    out->splat = true;
    if (!lex_element(&p->lex, out->type.dtype, element)) return false;
    text_add(&p->bytes, (const char *)element, dtype_size(out->type.dtype));
  }
  out->data = p->bytes.s;
  return lex_expect(&p->lex, ")");
}

static bool is_dtype(Token t) {
  Dtype d;
  return t.kind == TOK_NAME && dtype_parse(t.s, t.n, &d);
}

static bool parse_constant(Parser *p, Scope *s, Id *out) {
  s->g->loc = lex_loc(&p->lex);
  Attrs at = {0};
  if (!parse_literal(p, &at.literal)) return false;
  *out = graph_add(s->g, OP_constant, 0, NULL, &at);
  return *out != NO_ID;
}

static bool parse_operand(Parser *p, Scope *s, Id *out) {
  if (is_dtype(p->lex.token)) return parse_constant(p, s, out);
  Token name;
  return parse_name(p, &name) && find_value(p, s, name, out);
}

// ---- attributes

static bool parse_ints(Parser *p, Ints *out) {
  int64_t v[MAX_LIST];
  *out = (Ints){0};
  if (!lex_expect(&p->lex, "(")) return false;
  while (!lex_is(&p->lex, ")")) {
    if (out->n == MAX_LIST)
      return fail(lex_loc(&p->lex), "the list has more than %d entries", MAX_LIST);
    if (!lex_int(&p->lex, &v[out->n++])) return false;
    if (!lex_accept(&p->lex, ",") && !lex_is(&p->lex, ")")) return lex_fail(&p->lex, "',' or ')'");
  }
  *out = ints_copy(p->scratch, (Ints){out->n, v});
  return lex_expect(&p->lex, ")");
}

static bool parse_choice(Parser *p, int n, const char *(*name)(unsigned), const char *what,
                         unsigned *out) {
  for (int i = 0; i < n; i++) {
    *out = (unsigned)i;
    if (lex_accept(&p->lex, name((unsigned)i))) return true;
  }
  return lex_fail(&p->lex, what);
}

static const char *order_at(unsigned i) { return order_name((Order)i); }
static const char *mode_at(unsigned i) { return mode_name((IndexMode)i); }

static bool parse_region(Parser *p, Scope *s, const Graph **out) {
  Token t;
  if (!parse_name(p, &t)) return false;
  for (int i = 0; i < s->nregions; i++) {
    Region *r = &s->regions[i];
    if (r->used || r->name.n != t.n || memcmp(r->name.s, t.s, t.n) != 0) continue;
    r->used = true;
    *out = r->graph;
    return true;
  }
  return fail(token_loc(p, t), "no function '%.*s' stands directly before this node", (int)t.n,
              t.s);
}

static bool parse_region_list(Parser *p, Scope *s, Graphs *out) {
  const Graph **v = ARENA_ARRAY(p->scratch, const Graph *, s->nregions + 1);
  *out = (Graphs){0, v};
  if (!lex_expect(&p->lex, "(")) return false;
  while (!lex_is(&p->lex, ")")) {
    const Graph *g = NULL;
    if (!parse_region(p, s, &g)) return false;
    v[out->n++] = g;
    if (!lex_accept(&p->lex, ",") && !lex_is(&p->lex, ")")) return lex_fail(&p->lex, "',' or ')'");
  }
  return lex_expect(&p->lex, ")");
}

static bool parse_value(Parser *p, Scope *s, int field, Draft *d) {
  void *to = (char *)&d->attrs + attr_fields[field].offset;
  unsigned choice = 0;
  switch (attr_fields[field].kind) {
    case ATTR_INTS: return parse_ints(p, to);
    case ATTR_INT: return lex_int(&p->lex, to);
    case ATTR_DTYPE: return lex_dtype(&p->lex, to);
    case ATTR_LITERAL: return parse_literal(p, to);
    case ATTR_GRAPH: return parse_region(p, s, to);
    case ATTR_GRAPHS: return parse_region_list(p, s, to);
    case ATTR_ORDER:
      if (!parse_choice(p, ORDER_COUNT, order_at, "rows, cols or chain", &choice)) return false;
      *(Order *)to = (Order)choice;
      return true;
    case ATTR_MODE:
      if (!parse_choice(p, MODE_COUNT, mode_at, "clip or fill", &choice)) return false;
      *(IndexMode *)to = (IndexMode)choice;
      return true;
  }
  return false;
}

static bool parse_attr(Parser *p, Scope *s, Token name, Draft *d) {
  for (int f = 0; f < ATTR_COUNT; f++) {
    if (!op_has(d->op, f) || strlen(attr_fields[f].name) != name.n ||
        memcmp(attr_fields[f].name, name.s, name.n) != 0)
      continue;
    if (d->given >> f & 1)
      return fail(token_loc(p, name), "'%s' is given twice", attr_fields[f].name);
    d->given |= UINT64_C(1) << f;
    return lex_expect(&p->lex, "=") && parse_value(p, s, f, d);
  }
  return fail(token_loc(p, name), "%s has no attribute '%.*s'", op_info(d->op)->name, (int)name.n,
              name.s);
}

static bool attrs_complete(const Draft *d) {
  for (int f = 0; f < ATTR_COUNT; f++) {
    if (op_has(d->op, f) && !(d->given >> f & 1) && attr_fields[f].kind != ATTR_INTS)
      return fail(d->loc, "%s lacks the attribute '%s'", op_info(d->op)->name, attr_fields[f].name);
  }
  return true;
}

// ---- nodes

static bool add_arg(Draft *d, Id v) {
  GROW(d->args, d->args_cap, d->nargs + 1);
  d->args[d->nargs++] = v;
  return true;
}

static bool parse_arg(Parser *p, Scope *s, Draft *d) {
  Id v = NO_ID;
  Token name = p->lex.token;
  const bool literal = is_dtype(name);
  if (!literal && !parse_name(p, &name)) return false;
  if (!literal && lex_is(&p->lex, "=")) return parse_attr(p, s, name, d);
  if (d->given) return fail(token_loc(p, name), "operands stand before attributes");
  if (literal) return parse_constant(p, s, &v) && add_arg(d, v);
  return find_value(p, s, name, &v) && add_arg(d, v);
}

static bool parse_op(Parser *p, Token t, Draft *d) {
  d->loc = token_loc(p, t);
  size_t n = t.n;
  if (n > 1 && t.s[n - 1] == '_' && name_is_keyword(t.s, n - 1)) n--;
  return op_parse(t.s, n, &d->op) || fail(d->loc, "there is no op '%.*s'", (int)t.n, t.s);
}

static bool parse_result_types(Parser *p, Draft *d) {
  if (!lex_accept(&p->lex, "[")) return true;
  do {
    GROW(d->types, d->types_cap, d->ntypes + 1);
    if (!lex_type(&p->lex, &d->types[d->ntypes])) return false;
    d->ntypes++;
  } while (lex_accept(&p->lex, ","));
  return lex_expect(&p->lex, "]");
}

static Target *add_target(Draft *d, Token name) {
  GROW(d->targets, d->targets_cap, d->ntargets + 1);
  d->targets[d->ntargets] = (Target){.name = name};
  return &d->targets[d->ntargets++];
}

// Targets and "=", or nothing: gives the name of the op.
static bool parse_targets(Parser *p, Draft *d, Token *op) {
  if (!parse_name(p, op)) return false;
  if (lex_is(&p->lex, "(")) return true;
  Target *first = add_target(d, *op);
  if (lex_accept(&p->lex, ":")) {
    first->typed = true;
    if (!lex_type(&p->lex, &first->type)) return false;
  }
  while (lex_accept(&p->lex, ",")) {
    if (!parse_name(p, op)) return false;
    add_target(d, *op);
  }
  return lex_expect(&p->lex, "=") && parse_name(p, op);
}

static bool parse_draft(Parser *p, Scope *s, Draft *d) {
  Token op;
  if (!parse_targets(p, d, &op) || !parse_op(p, op, d) || !parse_result_types(p, d)) return false;
  if (!lex_expect(&p->lex, "(")) return false;
  while (!lex_is(&p->lex, ")")) {
    if ((d->nargs || d->given) && !lex_expect(&p->lex, ",")) return false;
    if (!parse_arg(p, s, d)) return false;
  }
  lex_next(&p->lex);
  return attrs_complete(d);
}

// What the op's rule says against what is written. Done before the node is added, so that faults
// are told at the place in the text whatever the node's own location is.
static bool check_draft(Parser *p, const Scope *s, const Draft *d) {
  Type one, *types = ARENA_ARRAY(p->scratch, Type, d->nargs);
  for (int i = 0; i < d->nargs; i++) types[i] = graph_type(s->g, d->args[i]);
  Infer in = {p->scratch, d->op, d->nargs, types, &d->attrs, d->loc, 1, &one};
  if (!op_infer(&in)) return false;
  if (in.nresults != d->ntargets)
    return fail(d->loc, "%s gives %d results for %d names", op_info(d->op)->name, in.nresults,
                d->ntargets);
  if (d->ntypes && d->ntypes != in.nresults)
    return fail(d->loc, "%s gives %d results for %d types", op_info(d->op)->name, in.nresults,
                d->ntypes);
  for (int i = 0; i < in.nresults; i++) {
    const Target *t = &d->targets[i];
    const Type *want = t->typed ? &t->type : d->ntypes ? &d->types[i] : NULL;
    if (want && !type_equal(*want, in.results[i]))
      return fail(token_loc(p, t->name), "%s gives %s, not %s", op_info(d->op)->name,
                  TYPE_STR(in.results[i]), TYPE_STR(*want));
  }
  return true;
}

// `# mlp.c:12`
static Loc comment_loc(Parser *p, Token line_end, Loc otherwise) {
  enum { MAX_DIGITS = 9 };
  const char *s = line_end.comment;
  size_t n = line_end.comment_n, digits = 0;
  int line = 0;
  if (!s) return otherwise;
  while (digits < n && s[n - 1 - digits] >= '0' && s[n - 1 - digits] <= '9') digits++;
  if (digits == 0 || digits > MAX_DIGITS || n < digits + 2 || s[n - 1 - digits] != ':')
    return otherwise;
  for (size_t i = n - digits; i < n; i++) line = 10 * line + (s[i] - '0');
  n -= digits + 1;
  if (memchr(s, ' ', n) || memchr(s, 0, n) || s[n - 1] == '/' || !line) return otherwise;
  if (!p->file || strncmp(p->file, s, n) != 0 || p->file[n])
    p->file = arena_printf(p->arena, "%.*s", (int)n, s);
  return (Loc){.file = p->file, .line = line};
}

static bool regions_used(Parser *p, Scope *s) {
  for (int i = 0; i < s->nregions; i++) {
    const Token t = s->regions[i].name;
    if (!s->regions[i].used)
      return fail(token_loc(p, t), "the function '%.*s' is not used by the node after it", (int)t.n,
                  t.s);
  }
  s->nregions = 0;
  return true;
}

static bool add_draft(Parser *p, Scope *s, const Draft *d) {
  Token line_end;
  if (!lex_expect_kind(&p->lex, TOK_NEWLINE, &line_end) || !regions_used(p, s) ||
      !check_draft(p, s, d))
    return false;
  s->g->loc = comment_loc(p, line_end, d->loc);
  const Id first = graph_add(s->g, d->op, d->nargs, d->args, &d->attrs);
  if (first == NO_ID) return false;
  for (int i = 0; i < d->ntargets; i++) {
    if (!new_name(p, s, d->targets[i].name, first + (Id)i)) return false;
  }
  return true;
}

static bool parse_node(Parser *p, Scope *s) {
  Draft d = {0};
  const bool ok = parse_draft(p, s, &d) && add_draft(p, s, &d);
  free(d.targets);
  free(d.args);
  free(d.types);
  return ok;
}

// ---- functions

static bool parse_params(Parser *p, Scope *s) {
  if (!lex_expect(&p->lex, "(")) return false;
  while (!lex_is(&p->lex, ")")) {
    Token name;
    Type t;
    if (s->g->nparams && !lex_expect(&p->lex, ",")) return false;
    if (!parse_name(p, &name) || !lex_expect(&p->lex, ":") || !lex_type(&p->lex, &t)) return false;
    const char *text = arena_printf(p->scratch, "%.*s", (int)name.n, name.s);
    if (!new_name(p, s, name, graph_param(s->g, t, text))) return false;
  }
  return lex_expect(&p->lex, ")");
}

typedef struct Signature {
  Loc loc;
  bool given;
  Type *types;  // malloc'ed
  int n, cap;
} Signature;

static bool parse_signature(Parser *p, Signature *sig) {
  sig->loc = lex_loc(&p->lex);
  sig->given = lex_accept(&p->lex, "->");
  if (sig->given) {
    const bool many = lex_accept(&p->lex, "(");
    while (many ? !lex_is(&p->lex, ")") : sig->n == 0) {
      if (sig->n && !lex_expect(&p->lex, ",")) return false;
      GROW(sig->types, sig->cap, sig->n + 1);
      if (!lex_type(&p->lex, &sig->types[sig->n++])) return false;
    }
    if (many) lex_next(&p->lex);
  }
  return lex_expect(&p->lex, ":") && lex_expect_kind(&p->lex, TOK_NEWLINE, NULL);
}

static bool parse_results(Parser *p, Scope *s, Draft *d) {
  if (lex_accept(&p->lex, "(")) return lex_expect(&p->lex, ")");
  if (lex_kind(&p->lex, TOK_NEWLINE)) return true;
  do {
    Id v;
    if (!parse_operand(p, s, &v)) return false;
    add_arg(d, v);
  } while (lex_accept(&p->lex, ","));
  return true;
}

static bool check_results(const Scope *s, const Signature *sig, const Draft *d, Loc loc) {
  if (!sig->given) return true;
  if (sig->n != d->nargs)
    return fail(loc, "%d results are returned, %d declared", d->nargs, sig->n);
  for (int i = 0; i < d->nargs; i++) {
    const Type t = graph_type(s->g, d->args[i]);
    if (!type_equal(t, sig->types[i]))
      return fail(loc, "result %d is %s, declared as %s", i, TYPE_STR(t), TYPE_STR(sig->types[i]));
  }
  return true;
}

static bool parse_return(Parser *p, Scope *s, const Signature *sig) {
  Draft d = {0};
  const Loc loc = lex_loc(&p->lex);
  lex_next(&p->lex);
  const bool ok = regions_used(p, s) && parse_results(p, s, &d) &&
                  lex_expect_kind(&p->lex, TOK_NEWLINE, NULL) && check_results(s, sig, &d, loc);
  if (ok) graph_set_results(s->g, d.nargs, d.args);
  free(d.args);
  return ok && lex_expect_kind(&p->lex, TOK_DEDENT, NULL);
}

static bool parse_nested(Parser *p, Scope *s) {
  Region r = {0};
  r.graph = parse_function(p, &r.name);
  if (!r.graph || !new_name(p, s, r.name, NO_ID)) return false;
  GROW(s->regions, s->regions_cap, s->nregions + 1);
  s->regions[s->nregions++] = r;
  return true;
}

static bool parse_body(Parser *p, Scope *s, const Signature *sig) {
  if (!lex_expect_kind(&p->lex, TOK_INDENT, NULL)) return false;
  while (!lex_is(&p->lex, "return")) {
    if (lex_kind(&p->lex, TOK_DEDENT)) return lex_fail(&p->lex, "'return'");
    if (!(lex_is(&p->lex, "def") ? parse_nested(p, s) : parse_node(p, s))) return false;
  }
  return parse_return(p, s, sig);
}

static Graph *parse_function(Parser *p, Token *name) {
  if (!lex_expect(&p->lex, "def") || !parse_name(p, name)) return NULL;
  if (name_reserved(name->s, name->n)) {
    fail(token_loc(p, *name), "'%.*s' is a reserved name", (int)name->n, name->s);
    return NULL;
  }
  Scope s = {.names = {.arena = p->scratch}};
  s.g = graph_new(p->arena, arena_printf(p->scratch, "%.*s", (int)name->n, name->s));
  Signature sig = {0};
  const bool ok = parse_params(p, &s) && parse_signature(p, &sig) && parse_body(p, &s, &sig);
  free(sig.types);
  free(s.regions);
  return ok ? s.g : NULL;
}

static bool parse_all(Parser *p, Graph ***list, int *count, int most) {
  int cap = 0;
  Token name;
  while (!lex_kind(&p->lex, TOK_END) && *count < most) {
    GROW(*list, cap, *count + 1);
    (*list)[*count] = parse_function(p, &name);
    if (!(*list)[(*count)++]) return false;
  }
  if (*count == 0) return lex_fail(&p->lex, "'def'");
  return lex_expect_kind(&p->lex, TOK_END, NULL);
}

static Graph **parse_text(Arena *a, const char *file, const char *text, size_t n, int most,
                          int *count) {
  Parser p = {.arena = a, .scratch = arena_new()};
  Graph **list = NULL, **kept = NULL;
  *count = 0;
  lex_start(&p.lex, a, file, text, n);
  // An error of the lexer ends the text: what was read before it may look complete.
  if (parse_all(&p, &list, count, most) && !p.lex.bad)
    kept = arena_copy(a, list, sizeof *list * (size_t)*count);
  free(list);
  text_free(&p.bytes);
  arena_free(p.scratch);
  return kept;
}

Graph **graphs_parse(Arena *a, const char *file, const char *text, size_t n, int *count) {
  return parse_text(a, file, text, n, INT_MAX, count);
}

Graph *graph_parse(Arena *a, const char *file, const char *text, size_t n) {
  int count;
  Graph **all = parse_text(a, file, text, n, 1, &count);
  return all ? all[0] : NULL;
}
