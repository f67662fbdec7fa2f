// The text of a graph. Its grammar stands at the top of ir/parse.c.
#include "ir/print.h"

#include <string.h>

#include "ir/names.h"
#include "ir/text.h"

enum { INDENT = 4 };

typedef struct Printer {
  Text out;
  Arena *arena;  // names
  PrintOptions options;
} Printer;

// One function: the names of its values.
typedef struct Scope {
  const Graph *g;
  const char **name;  // by value
  Names names;
  int indent;
} Scope;

static void print_graph(Printer *p, const Graph *g, const char *name, int indent);

static void print_type(Text *out, Type t) {
  text_str(out, (unsigned)t.dtype < DT_COUNT ? dtype_name(t.dtype) : "unknown");
  if (t.rank <= 0) return;
  for (int i = 0; i < t.rank; i++) text_fmt(out, i ? ",%lld" : "[%lld", (long long)t.dim[i]);
  text_str(out, "]");
}

static void print_element(Text *out, Dtype d, const void *data) {
  int64_t whole = 0;
  switch (dtype_kind(d)) {
    case KIND_FLOAT: text_float_bits(out, d, data); return;
    case KIND_BOOL: text_str(out, *(const uint8_t *)data ? "True" : "False"); return;
    case KIND_COMPLEX:
      text_str(out, "(");
      print_element(out, dtype_part(d), data);
      text_str(out, ", ");
      print_element(out, dtype_part(d), (const char *)data + dtype_size(d) / 2);
      text_str(out, ")");
      return;
    case KIND_SIGNED:
    case KIND_UNSIGNED: break;
  }
  // Little-endian, sign-extended by hand.
  const unsigned bits = 8 * (unsigned)dtype_size(d);
  memcpy(&whole, data, dtype_size(d));
  if (dtype_kind(d) == KIND_SIGNED && bits < 64)
    whole = (int64_t)((uint64_t)whole << (64 - bits)) >> (64 - bits);
  if (dtype_kind(d) == KIND_SIGNED) text_fmt(out, "%lld", (long long)whole);
  else text_fmt(out, "%llu", (unsigned long long)whole);
}

static void print_literal(Text *out, const Literal *l) {
  print_type(out, l->type);
  text_str(out, l->splat ? "(" : "([");
  if ((unsigned)l->type.dtype >= DT_COUNT || !type_fits(l->type)) {
    text_str(out, "unknown");
    return;
  }
  const int64_t n = l->splat ? 1 : type_count(l->type);
  for (int64_t i = 0; i < n; i++) {
    if (i) text_str(out, ", ");
    print_element(out, l->type.dtype,
                  (const char *)l->data + (size_t)i * dtype_size(l->type.dtype));
  }
  text_str(out, l->splat ? ")" : "])");
}

static void print_ints(Text *out, Ints v) {
  text_str(out, "(");
  for (int i = 0; i < v.n; i++) text_fmt(out, i ? ", %lld" : "%lld", (long long)v.v[i]);
  text_str(out, v.n == 1 ? ",)" : ")");
}

// A literal of one element stands where it is used.
static bool is_inline(const Graph *g, Id v) {
  const Node *n = graph_def(g, v);
  return n && n->op == OP_constant && n->attrs->literal.splat && n->attrs->literal.type.rank == 0;
}

static void print_operand(Printer *p, const Scope *s, Id v) {
  if (v >= (Id)s->g->nvalues) text_fmt(&p->out, "unknown_%u", v);
  else if (!p->options.as_is && is_inline(s->g, v))
    print_literal(&p->out, &graph_def(s->g, v)->attrs->literal);
  else if (s->name[v]) text_str(&p->out, s->name[v]);
  else text_fmt(&p->out, "later_%u", v);
}

static void print_attr(Printer *p, const AttrField *f, const void *at, const char *region) {
  const unsigned choice = *(const unsigned *)at;
  switch (f->kind) {
    case ATTR_INTS: print_ints(&p->out, *(const Ints *)at); return;
    case ATTR_INT: text_fmt(&p->out, "%lld", (long long)*(const int64_t *)at); return;
    case ATTR_DTYPE:
      text_str(&p->out, choice < DT_COUNT ? dtype_name((Dtype)choice) : "unknown");
      return;
    case ATTR_ORDER:
      text_str(&p->out, choice < ORDER_COUNT ? order_name((Order)choice) : "unknown");
      return;
    case ATTR_MODE:
      text_str(&p->out, choice < MODE_COUNT ? mode_name((IndexMode)choice) : "unknown");
      return;
    case ATTR_LITERAL: print_literal(&p->out, at); return;
    case ATTR_GRAPH: text_str(&p->out, region ? region : "None"); return;
    case ATTR_GRAPHS: text_fmt(&p->out, "(%s)", region ? region : ""); return;
  }
}

static const void *attr_of(const Node *n, int field) {
  return (const char *)n->attrs + attr_fields[field].offset;
}

// Empty lists are not written.
static bool attr_shown(const Node *n, int field) {
  if (!op_has(n->op, field)) return false;
  return attr_fields[field].kind != ATTR_INTS || ((const Ints *)attr_of(n, field))->n;
}

static void print_call(Printer *p, const Scope *s, const Node *n, const char *const *regions) {
  const char *sep = "";
  text_str(&p->out, "(");
  for (int i = 0; i < n->nargs; i++, sep = ", ") {
    text_str(&p->out, sep);
    print_operand(p, s, n->args[i]);
  }
  for (int f = 0; f < ATTR_COUNT; f++) {
    if (!attr_shown(n, f)) continue;
    text_fmt(&p->out, "%s%s=", sep, attr_fields[f].name);
    print_attr(p, &attr_fields[f], attr_of(n, f), regions[f]);
    sep = ", ";
  }
  text_str(&p->out, ")");
}

// Python keeps some names for itself: and_, or_, not_, while_.
static void print_op(Text *out, Op op) {
  const char *name = op_info(op)->name;
  text_str(out, name);
  if (name_is_keyword(name, strlen(name))) text_str(out, "_");
}

static void print_location(Printer *p, Loc loc, size_t line_start) {
  // Nodes read from text have a column: their place is the text itself.
  if (p->options.no_locations || !loc.file || loc.col) return;
  enum { COMMENT_COLUMN = 72 };
  const char *slash = strrchr(loc.file, '/');
  const int width = (int)(p->out.n - line_start);
  text_pad(&p->out, width + 2 < COMMENT_COLUMN ? COMMENT_COLUMN - width : 2);
  text_fmt(&p->out, "# %s:%d", slash ? slash + 1 : loc.file, loc.line);
}

static void print_note(Printer *p, const Graph *g, int node) {
  const char *note = p->options.note ? p->options.note(p->options.context, g, node) : NULL;
  if (note) text_fmt(&p->out, "  # error: %s", note);
}

static void print_results(Printer *p, Scope *s, const Node *n) {
  for (int i = 0; i < n->nresults; i++) {
    const Id v = n->first + (Id)i;
    if (v >= (Id)s->g->nvalues) continue;
    s->name[v] = names_letter(&s->names, v);
    text_fmt(&p->out, i ? ", %s" : "%s", s->name[v]);
  }
}

static void print_result_types(Printer *p, const Graph *g, const Node *n) {
  for (int i = 0; i < n->nresults; i++) {
    const Id v = n->first + (Id)i;
    if (i) text_str(&p->out, ", ");
    if (v < (Id)g->nvalues) print_type(&p->out, g->values[v].type);
  }
}

static const char *print_region(Printer *p, Scope *s, const Graph *sub) {
  if (!sub) return NULL;
  const char *name = names_unique(&s->names, sub->name, 0);
  print_graph(p, sub, name, s->indent);
  return name;
}

// Sub-graphs stand as functions before the node which uses them.
static void print_regions(Printer *p, Scope *s, const Node *n, const char **regions) {
  for (int f = 0; f < ATTR_COUNT; f++) {
    if (!op_has(n->op, f)) continue;
    if (attr_fields[f].kind == ATTR_GRAPH)
      regions[f] = print_region(p, s, *(const Graph *const *)attr_of(n, f));
    if (attr_fields[f].kind != ATTR_GRAPHS) continue;
    const Graphs *all = attr_of(n, f);
    Text names = {0};
    for (int i = 0; i < all->n; i++) {
      const char *name = print_region(p, s, all->v[i]);
      text_fmt(&names, all->n == 1 ? "%s," : i ? ", %s" : "%s", name ? name : "None");
    }
    regions[f] = text_take(&names, p->arena);
  }
}

static void print_node(Printer *p, Scope *s, int index) {
  const Node *n = &s->g->nodes[index];
  const char *regions[ATTR_COUNT] = {0};
  if ((unsigned)n->op >= OP_COUNT) return;  // told at the function
  print_regions(p, s, n, regions);
  const size_t start = p->out.n;
  text_pad(&p->out, s->indent);
  print_results(p, s, n);
  if (n->nresults == 1) text_str(&p->out, ": "), print_result_types(p, s->g, n);
  if (n->nresults) text_str(&p->out, " = ");
  print_op(&p->out, n->op);
  if (n->nresults > 1) {
    text_str(&p->out, "[");
    print_result_types(p, s->g, n);
    text_str(&p->out, "]");
  }
  print_call(p, s, n, regions);
  print_location(p, n->loc, start);
  print_note(p, s->g, index);
  text_str(&p->out, "\n");
}

static void print_params(Printer *p, Scope *s) {
  const Graph *g = s->g;
  for (int i = 0; i < g->nparams; i++) {
    const Id v = g->params[i];
    if (v >= (Id)g->nvalues) continue;
    const char *wish = g->values[v].name;
    if (wish) s->name[v] = names_unique(&s->names, wish, v);
  }
  for (int i = 0; i < g->nparams; i++) {
    const Id v = g->params[i];
    if (v >= (Id)g->nvalues) continue;
    if (!s->name[v]) s->name[v] = names_letter(&s->names, v);
    text_fmt(&p->out, i ? ", %s: " : "%s: ", s->name[v]);
    print_type(&p->out, g->values[v].type);
  }
}

static void print_signature(Printer *p, const Graph *g) {
  text_str(&p->out, ") -> ");
  if (g->nresults != 1) text_str(&p->out, "(");
  for (int i = 0; i < g->nresults; i++) {
    if (i) text_str(&p->out, ", ");
    if (g->results[i] < (Id)g->nvalues) print_type(&p->out, graph_type(g, g->results[i]));
  }
  text_str(&p->out, g->nresults != 1 ? "):" : ":");
}

static void print_return(Printer *p, const Scope *s) {
  text_pad(&p->out, s->indent);
  text_str(&p->out, "return ");
  if (s->g->nresults == 0) text_str(&p->out, "()");
  for (int i = 0; i < s->g->nresults; i++) {
    if (i) text_str(&p->out, ", ");
    print_operand(p, s, s->g->results[i]);
  }
  text_str(&p->out, "\n");
}

static void print_graph(Printer *p, const Graph *g, const char *name, int indent) {
  Scope s = {.g = g, .names = {.arena = p->arena}, .indent = indent + INDENT};
  s.name = ARENA_ARRAY(p->arena, const char *, g->nvalues + 1);
  text_pad(&p->out, indent);
  text_fmt(&p->out, "def %s(", name);
  print_params(p, &s);
  print_signature(p, g);
  print_note(p, g, -1);
  text_str(&p->out, "\n");
  for (int i = 0; i < g->nnodes; i++) {
    if (p->options.as_is || !is_inline(g, g->nodes[i].first)) print_node(p, &s, i);
  }
  print_return(p, &s);
}

char *graph_text(Arena *a, const Graph *g, PrintOptions options) {
  Printer p = {.arena = arena_new(), .options = options};
  if (!options.as_is) g = graph_clone(p.arena, g);
  Names top = {.arena = p.arena};
  print_graph(&p, g, names_unique(&top, g->name, 0), 0);
  arena_free(p.arena);
  return text_take(&p.out, a);
}

char *literal_text(Arena *a, const Literal *l) {
  Text out = {0};
  print_literal(&out, l);
  return text_take(&out, a);
}
