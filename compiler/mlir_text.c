// StableHLO text: functions, values, types, constants.
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "compiler/mlir.h"
#include "ir/eval.h"
#include "ir/print.h"

enum { INDENT = 2 };

// ---- types and lists

// Signless integers are i8 .. i64, i1 is bool, unsigned ones say so; complex names its parts.
static void element_type(Text *out, Dtype d) {
  const char *name = dtype_name(d);
  if (d == DT_BOOL) text_str(out, "i1");
  else if (dtype_kind(d) == KIND_UNSIGNED) text_fmt(out, "ui%s", name + 1);
  else if (!strcmp(name, "c64")) text_str(out, "complex<f32>");
  else if (!strcmp(name, "c128")) text_str(out, "complex<f64>");
  else text_str(out, name);
}

void mlir_type(Text *out, Type t) {
  text_str(out, "tensor<");
  for (int i = 0; i < t.rank; i++) text_fmt(out, "%lldx", (long long)t.dim[i]);
  element_type(out, t.dtype);
  text_str(out, ">");
}

const char *stablehlo_type(Arena *a, Type t) {
  Text out = {0};
  mlir_type(&out, t);
  return text_take(&out, a);
}

void mlir_ints(Text *out, Ints v) {
  text_str(out, "[");
  for (int i = 0; i < v.n; i++) text_fmt(out, i ? ", %lld" : "%lld", (long long)v.v[i]);
  text_str(out, "]");
}

static void type_list(MlirScope *s, int n, const Id *ids) {
  for (int i = 0; i < n; i++) {
    if (i) text_str(&s->m->out, ", ");
    mlir_type(&s->m->out, graph_type(s->g, ids[i]));
  }
}

static void result_types(Mlir *m, int n, const Type *types) {
  if (n != 1) text_str(&m->out, "(");
  for (int i = 0; i < n; i++) {
    if (i) text_str(&m->out, ", ");
    mlir_type(&m->out, types[i]);
  }
  if (n != 1) text_str(&m->out, ")");
}

void mlir_result_types(MlirScope *s, const Node *n) {
  Type *types = ARENA_ARRAY(s->m->arena, Type, n->nresults + 1);
  for (int i = 0; i < n->nresults; i++) types[i] = graph_type(s->g, n->first + (Id)i);
  result_types(s->m, n->nresults, types);
}

void mlir_types(MlirScope *s, const Node *n) {
  text_str(&s->m->out, "(");
  type_list(s, n->nargs, n->args);
  text_str(&s->m->out, ") -> ");
  mlir_result_types(s, n);
}

void mlir_same_types(MlirScope *s, const Node *n) {
  const Type t = graph_type(s->g, n->first);
  for (int i = 0; i < n->nargs; i++) {
    if (!type_equal(graph_type(s->g, n->args[i]), t)) {
      mlir_types(s, n);
      return;
    }
  }
  mlir_type(&s->m->out, t);
}

// ---- constants

// MLIR wants a point in front of an exponent.
static void decimal(Text *out, Dtype d, const void *data) {
  Text t = {0};
  text_float_bits(&t, d, data);
  const char *e = strchr(t.s, 'e');
  if (e && !strchr(t.s, '.')) text_fmt(out, "%.*s.0%s", (int)(e - t.s), t.s, e);
  else text_str(out, t.s);
  text_free(&t);
}

// As a number where there is one, else (NaN, infinities) the bits in hexadecimal.
static void float_element(Text *out, Dtype d, const void *data) {
  uint64_t bits = 0;
  memcpy(&bits, data, dtype_size(d));
  if (isfinite(eval_number(d, data, 0))) decimal(out, d, data);
  else text_fmt(out, "0x%0*llX", 2 * (int)dtype_size(d), (unsigned long long)bits);
}

static void element(Text *out, Dtype d, const void *data) {
  if (dtype_is_complex(d)) {
    const Dtype part = dtype_part(d);
    text_str(out, "(");
    float_element(out, part, data);
    text_str(out, ", ");
    float_element(out, part, (const char *)data + dtype_size(part));
    text_str(out, ")");
    return;
  }
  if (dtype_is_float(d)) {
    float_element(out, d, data);
    return;
  }
  if (d == DT_BOOL) {
    text_str(out, *(const uint8_t *)data ? "true" : "false");
    return;
  }
  const unsigned bits = 8 * (unsigned)dtype_size(d);
  uint64_t whole = 0;
  memcpy(&whole, data, dtype_size(d));  // little-endian
  if (dtype_kind(d) == KIND_UNSIGNED) text_fmt(out, "%llu", (unsigned long long)whole);
  else text_fmt(out, "%lld", (long long)((int64_t)(whole << (64 - bits)) >> (64 - bits)));
}

static void hex_elements(Text *out, const void *data, size_t bytes) {
  static const char digits[] = "0123456789ABCDEF";
  const unsigned char *from = data;
  text_str(out, "\"0x");
  GROW(out->s, out->cap, out->n + 2 * bytes + 2);
  for (size_t i = 0; i < bytes; i++) {
    out->s[out->n++] = digits[from[i] >> 4];
    out->s[out->n++] = digits[from[i] & 15];
  }
  text_str(out, "\"");
}

// Nested lists.
static const char *elements(Text *out, Type t, int axis, const char *data) {
  if (axis == t.rank) {
    element(out, t.dtype, data);
    return data + dtype_size(t.dtype);
  }
  text_str(out, "[");
  for (int64_t i = 0; i < t.dim[axis]; i++) {
    if (i) text_str(out, ", ");
    data = elements(out, t, axis + 1, data);
  }
  text_str(out, "]");
  return data;
}

void mlir_literal(Text *out, const Literal *l) {
  enum { MOST_LISTED = 32 };
  const Type t = l->type;
  text_str(out, "dense<");
  if (type_count(t) == 0) (void)0;
  else if (l->splat) element(out, t.dtype, l->data);
  // Bits of i1 are packed in some versions of the format, bytes in others: they stay words.
  else if (type_count(t) > MOST_LISTED && t.dtype != DT_BOOL)
    hex_elements(out, l->data, type_bytes(t));
  else elements(out, t, 0, l->data);
  text_str(out, "> : ");
  mlir_type(out, t);
}

// ---- values

const char *mlir_fresh(Mlir *m) { return arena_printf(m->arena, "%%%d", m->values++); }

void mlir_line(Mlir *m, int indent) {
  text_str(&m->out, "\n");
  text_pad(&m->out, indent);
}

const char *mlir_scalar(MlirScope *s, Dtype d, const void *data) {
  const char *name = mlir_fresh(s->m);
  const Literal l = {type_scalar(d), true, data};
  text_str(&s->m->before, "\n");
  text_pad(&s->m->before, s->indent);
  text_fmt(&s->m->before, "%s = stablehlo.constant ", name);
  mlir_literal(&s->m->before, &l);
  return name;
}

void mlir_operands(MlirScope *s, const Node *n) {
  for (int i = 0; i < n->nargs; i++) text_fmt(&s->m->out, i ? ", %s" : "%s", s->name[n->args[i]]);
}

static void name_results(MlirScope *s, const Node *n, const char *name) {
  const int extra = mlir_forms[n->op].extra, all = extra + n->nresults;
  for (int i = extra; i < all; i++)
    s->name[n->first + (Id)(i - extra)] =
        all == 1 ? name : arena_printf(s->m->arena, "%s#%d", name, i);
}

static void location(Mlir *m, Loc loc) {
  if (!loc.file || loc.col) return;
  const char *slash = strrchr(loc.file, '/');
  text_fmt(&m->out, "  // %s:%d", slash ? slash + 1 : loc.file, loc.line);
}

static void print_node(MlirScope *s, const Node *n) {
  Mlir *m = s->m;
  const Text around = m->out, before = m->before;
  const char *name = mlir_fresh(m);
  m->out = m->before = (Text){0};
  mlir_line(m, s->indent);
  const int results = n->nresults + mlir_forms[n->op].extra;
  if (results > 1) text_fmt(&m->out, "%s:%d = ", name, results);
  else if (results) text_fmt(&m->out, "%s = ", name);
  mlir_forms[n->op].print(s, n);
  location(m, n->loc);
  const Text line = m->out;
  Text constants = m->before;
  m->out = around, m->before = before;
  if (constants.n) text_add(&m->out, constants.s, constants.n);
  text_add(&m->out, line.s, line.n);
  text_free(&constants);
  text_free(&(Text){line.s, line.n, line.cap});
  name_results(s, n, name);
}

// Nodes, then `end` on the results.
static void print_body(Mlir *m, const Graph *g, const char *const *params, int indent,
                       const char *end) {
  MlirScope s = {m, g, ARENA_ARRAY(m->arena, const char *, g->nvalues + 1), indent};
  for (int i = 0; i < g->nparams; i++) s.name[g->params[i]] = params[i];
  for (int i = 0; i < g->nnodes; i++) print_node(&s, &g->nodes[i]);
  mlir_line(m, indent);
  text_str(&m->out, end);
  for (int i = 0; i < g->nresults; i++)
    text_fmt(&m->out, i ? ", %s" : " %s", s.name[g->results[i]]);
  if (g->nresults) text_str(&m->out, " : ");
  type_list(&s, g->nresults, g->results);
}

void mlir_region(MlirScope *s, const Graph *g, const char *const *params) {
  print_body(s->m, g, params, s->indent + INDENT, "stablehlo.return");
}

// ---- functions

const char *mlir_callee(Mlir *m, const Graph *body) {
  for (int i = 0; i < m->nfuncs; i++) {
    if (m->funcs[i].body == body) return m->funcs[i].name;
  }
  const char *name =
      arena_printf(m->arena, "%s.%s", m->top, names_unique(&m->symbols, body->name, 0));
  GROW(m->funcs, m->cap, m->nfuncs + 1);
  m->funcs[m->nfuncs++] = (struct MlirFunc){body, name};
  return name;
}

static void print_function(Mlir *m, const Graph *g, const char *name, bool is_public) {
  const char **params = ARENA_ARRAY(m->arena, const char *, g->nparams + 1);
  Type *results = ARENA_ARRAY(m->arena, Type, g->nresults + 1);
  m->values = 0;
  text_fmt(&m->out, "func.func %s @%s(", is_public ? "public" : "private", name);
  for (int i = 0; i < g->nparams; i++) {
    params[i] = arena_printf(m->arena, "%%arg%d", i);
    text_fmt(&m->out, i ? ", %s: " : "%s: ", params[i]);
    mlir_type(&m->out, graph_type(g, g->params[i]));
  }
  for (int i = 0; i < g->nresults; i++) results[i] = graph_type(g, g->results[i]);
  text_str(&m->out, ") -> ");
  result_types(m, g->nresults, results);
  text_str(&m->out, " {");
  print_body(m, g, params, INDENT, "return");
  text_str(&m->out, "\n}\n");
}

// ---- the whole

bool stablehlo_has(Op op) {
  const MlirForm *f = &mlir_forms[op];
  return f->print || f->rule || legalize_rule(NULL, &(Node){.op = op});
}

static LegalizeRule *rule_of(const Graph *g, const Node *n) {
  const MlirForm *f = &mlir_forms[n->op];
  if (f->rule && (!f->wants || f->wants(g, n))) return f->rule;
  return f->print ? NULL : legalize_backend_rule(g, n);
}

static bool all_have_forms(const Graph *g) {
  for (int i = 0; i < g->nnodes; i++) {
    const Node *n = &g->nodes[i];
    if (!mlir_forms[n->op].print)
      return fail(n->loc, "%s: has no form in StableHLO yet", op_info(n->op)->name);
    for (int k = 0; node_part(n, k); k++) {
      if (!all_have_forms(node_part(n, k))) return false;
    }
  }
  return true;
}

char *graph_stablehlo(Arena *a, const Graph *g, const char *name) {
  Mlir m = {.arena = arena_new(), .top = name ? name : "main"};
  m.symbols.arena = m.arena;
  g = graph_replace(m.arena, graph_clone(m.arena, g), rule_of, "stablehlo");
  const bool ok = g && all_have_forms(g);
  if (ok) print_function(&m, g, m.top, true);
  for (int i = 0; ok && i < m.nfuncs; i++)
    print_function(&m, m.funcs[i].body, m.funcs[i].name, false);
  char *text = ok ? text_take(&m.out, a) : NULL;
  text_free(&m.out);
  free(m.funcs);
  arena_free(m.arena);
  return text;
}
