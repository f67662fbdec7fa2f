// The text of kernels read back: the head, tables, named scalars and stages, one a line.
//
//   kernel  = "kernel" NAME "(" buffers [ ")" "->" "(" buffers ] ")" ":" NEWLINE INDENT axes { line
//   } DEDENT axes    = "axes" [ NAME ":" INT { "," ... } ] line    = "table" INT "=" const { ","
//   const } | "s" INT "=" scalar
//           | "t" INT "[" axes "]" "=" how [ "over" AXIS { "," AXIS } ] ":" scalar [ "*" scalar ]
//           | ( "store" | "scatter" ) "[" axes "]" BUFFER "[" index [ guards ] "]" ( "=" | "+=" |
//           OP "=" ) scalar
//           | "loop" INT [ "[" axes "]" ] scalars | "store" BUFFER "[" index "]" "=" scalar
//           | "next" scalars "while" scalar
//   how     = "reduce" OP ORDER | "arg" OP | "contract" ORDER | "value"
#include "compiler/kernel_parse.h"

#include <string.h>

static char *name_of(KernelParser *p) {
  Token t;
  if (!lex_expect_kind(&p->lex, TOK_NAME, &t)) return NULL;
  return arena_printf(p->k->arena, "%.*s", (int)t.n, t.s);
}

// ---- the head

static bool parse_declaration(KernelParser *p, bool written) {
  Kernel *k = p->k;
  Type t;
  Loc loc = lex_loc(&p->lex);
  char *name = name_of(p);
  if (!name || !lex_expect(&p->lex, ":") || !lex_type(&p->lex, &t)) return false;
  if (t.rank != 1) return fail(loc, "%s: buffers are flat", name);
  if (dtype_is_complex(t.dtype)) return fail(loc, "%s: kernels are of real numbers", name);
  for (int i = 0; i < k->nbuffers; i++) {
    if (!strcmp(k->buffers[i].name, name)) return fail(loc, "buffer %s occurs twice", name);
  }
  int buffer = kernel_buffer(k, name, t.dtype, t.dim[0]);
  k->buffers[buffer].written = written;
  return true;
}

static bool parse_buffers(KernelParser *p, bool written) {
  if (!lex_expect(&p->lex, "(")) return false;
  if (lex_accept(&p->lex, ")")) return true;
  do {
    if (!parse_declaration(p, written)) return false;
  } while (lex_accept(&p->lex, ","));
  return lex_expect(&p->lex, ")");
}

static bool parse_axes(KernelParser *p) {
  if (!lex_expect(&p->lex, "axes")) return false;
  while (!lex_kind(&p->lex, TOK_NEWLINE)) {
    Kernel *k = p->k;
    int64_t size;
    Loc loc = lex_loc(&p->lex);
    if (k->naxes && !lex_expect(&p->lex, ",")) return false;
    char *name = name_of(p);
    if (!name || !lex_expect(&p->lex, ":") || !lex_int(&p->lex, &size)) return false;
    if (k->naxes == MAX_AXES) return fail(loc, "more than %d axes", MAX_AXES);
    if (size < 1 || size > INT64_MAX / 64) return fail(loc, "axis %s has no elements", name);
    for (int i = 0; i < k->naxes; i++) {
      if (!strcmp(k->axis_name[i], name)) return fail(loc, "axis %s occurs twice", name);
    }
    k->axis_name[kernel_axis(k, size)] = name;
  }
  return lex_expect_kind(&p->lex, TOK_NEWLINE, NULL);
}

static bool parse_head(KernelParser *p) {
  char *name;
  if (!lex_expect(&p->lex, "kernel") || !(name = name_of(p)) || !parse_buffers(p, false))
    return false;
  p->k->name = name;
  if (lex_accept(&p->lex, "->") && !parse_buffers(p, true)) return false;
  return lex_expect(&p->lex, ":") && lex_expect_kind(&p->lex, TOK_NEWLINE, NULL) &&
         lex_expect_kind(&p->lex, TOK_INDENT, NULL) && parse_axes(p);
}

// ---- lines

bool parse_axis_set(KernelParser *p, uint32_t *axes) {
  *axes = 0;
  if (!lex_expect(&p->lex, "[")) return false;
  if (lex_accept(&p->lex, "]")) return true;
  do {
    int axis = parse_axis(p);
    if (axis < 0) return false;
    *axes |= 1u << axis;
  } while (lex_accept(&p->lex, ","));
  return lex_expect(&p->lex, "]");
}

static bool parse_table(KernelParser *p) {
  Dag *d = &p->k->dag;
  char *data = NULL;
  uint32_t n = 0, cap = 0;
  Dtype type = DT_F32;
  lex_next(&p->lex);
  if (!lex_expect(&p->lex, "=")) return false;
  do {
    Loc loc = lex_loc(&p->lex);
    Sid s = parse_const(p);
    if (s == NO_SID) return false;
    if (n && dag_node(d, s)->dtype != type) return fail(loc, "a table has one type");
    type = dag_node(d, s)->dtype;
    data = kernel_grow(p->k, data, &cap, n, dtype_size(type));
    memcpy(data + dtype_size(type) * n++, &dag_node(d, s)->imm, dtype_size(type));
  } while (lex_accept(&p->lex, ","));
  s_table(d, type, (int)n, data, s_input(d, DT_I32, 0));
  p->ntables = (uint32_t)d->ntables;
  return true;
}

static bool parse_definition(KernelParser *p, uint32_t number) {
  if (number != p->nnamed) return lex_fail(&p->lex, "the next number of s");
  lex_next(&p->lex);
  if (!lex_expect(&p->lex, "=")) return false;
  Sid s = parse_scalar(p);
  if (s == NO_SID) return false;
  p->named = kernel_grow(p->k, p->named, &p->named_cap, p->nnamed, sizeof *p->named);
  p->named[p->nnamed++] = s;
  return true;
}

void parse_add_stage(KernelParser *p, Stage s, Dtype d) {
  uint64_t number = (uint64_t)kernel_stage(p->k, s);
  bool stores = s.kind >= STAGE_STORE;
  p->stages = kernel_grow(p->k, p->stages, &p->stages_cap, p->nstages, sizeof *p->stages);
  p->stages[p->nstages++] = stores ? NO_SID : s_leaf(&p->k->dag, S_STAGE, d, number);
}

static bool parse_combine(KernelParser *p, Op *out) {
  static const Op allowed[] = {OP_add, OP_mul, OP_max, OP_min, OP_and, OP_or, OP_xor};
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
    if (lex_accept(&p->lex, op_info(allowed[i])->name)) return *out = allowed[i], true;
  }
  return lex_fail(&p->lex, "a reducer");
}

static bool parse_order(KernelParser *p, Order *out) {
  for (int i = 0; i < ORDER_COUNT; i++) {
    if (lex_accept(&p->lex, order_name((Order)i))) return *out = (Order)i, true;
  }
  return lex_fail(&p->lex, "an order");
}

static bool parse_how(KernelParser *p, Stage *s) {
  s->combine = OP_add;
  if (lex_accept(&p->lex, "value")) return s->kind = STAGE_VALUE, true;
  if (lex_accept(&p->lex, "contract")) return s->kind = STAGE_CONTRACT, parse_order(p, &s->order);
  if (lex_accept(&p->lex, "arg")) return s->kind = STAGE_ARGREDUCE, parse_combine(p, &s->combine);
  s->kind = STAGE_REDUCE;
  return lex_expect(&p->lex, "reduce") && parse_combine(p, &s->combine) &&
         parse_order(p, &s->order);
}

static bool parse_over(KernelParser *p, Stage *s, int *reduce) {
  s->reduce = reduce;
  if (lex_accept(&p->lex, "over")) {
    do {
      if (s->nreduce == MAX_AXES) return lex_fail(&p->lex, "':'");
      if ((reduce[s->nreduce++] = parse_axis(p)) < 0) return false;
    } while (lex_accept(&p->lex, ","));
  }
  return lex_expect(&p->lex, ":");
}

static bool parse_value_stage(KernelParser *p, uint32_t number) {
  Stage s = {.value2 = NO_SID};
  int reduce[MAX_AXES];
  if (number != p->nstages) return lex_fail(&p->lex, "the next number of t");
  lex_next(&p->lex);
  if (!parse_axis_set(p, &s.axes) || !lex_expect(&p->lex, "=") || !parse_how(p, &s) ||
      !parse_over(p, &s, reduce) || (s.value = parse_scalar(p)) == NO_SID)
    return false;
  Dtype d = dag_node(&p->k->dag, s.value)->dtype;
  if (s.kind == STAGE_CONTRACT) {
    Loc loc = lex_loc(&p->lex);
    if (!lex_expect(&p->lex, "*") || (s.value2 = parse_scalar(p)) == NO_SID) return false;
    if (dag_node(&p->k->dag, s.value2)->dtype != d) return fail(loc, "factors differ in type");
  }
  parse_add_stage(p, s, s.kind == STAGE_ARGREDUCE ? DT_I32 : d);
  return true;
}

// What a write does to the element that is there: `=`, and of scatters also `+=`, `max=`.
static bool parse_write(KernelParser *p, Stage *s) {
  s->combine = s->kind == STAGE_SCATTER ? OP_replace : OP_add;
  if (s->kind == STAGE_SCATTER && lex_accept(&p->lex, "+=")) return s->combine = OP_add, true;
  if (s->kind == STAGE_SCATTER && lex_kind(&p->lex, TOK_NAME) && !parse_combine(p, &s->combine))
    return false;
  return lex_expect(&p->lex, "=");
}

static bool parse_store(KernelParser *p, StageKind kind) {
  Guard guards[PARSE_MAX_GUARDS];
  Stage s = {.kind = kind, .value2 = NO_SID, .guards = guards};
  Loc loc = lex_loc(&p->lex);
  lex_next(&p->lex);
  if (!parse_axis_set(p, &s.axes) || (s.buffer = parse_buffer(p)) < 0) return false;
  if (!p->k->buffers[s.buffer].written) return fail(loc, "the buffer is not among the results");
  if (!lex_expect(&p->lex, "[") || !parse_index(p, &s.index) ||
      !parse_guards(p, &s.nguards, guards) || !lex_expect(&p->lex, "]") || !parse_write(p, &s) ||
      (s.value = parse_scalar(p)) == NO_SID)
    return false;
  parse_add_stage(p, s, DT_F32);
  return true;
}

static bool parse_line(KernelParser *p) {
  uint32_t i;
  const Token *t = &p->lex.token;
  if (lex_is(&p->lex, "store")) return p->nopen ? parse_loop_store(p) : parse_store(p, STAGE_STORE);
  if (lex_is(&p->lex, "loop")) return parse_loop(p);
  if (lex_is(&p->lex, "next")) return parse_next(p);
  if (lex_is(&p->lex, "scatter")) return parse_store(p, STAGE_SCATTER);
  if (lex_kind(&p->lex, TOK_NAME) && parse_number(t, 's', &i)) return parse_definition(p, i);
  if (lex_kind(&p->lex, TOK_NAME) && parse_number(t, 't', &i)) return parse_value_stage(p, i);
  if (t->n > 5 && !memcmp(t->s, "table", 5)) return parse_table(p);
  return lex_fail(&p->lex, "a stage");
}

Kernel *kernel_parse(Arena *a, const char *text, const char *file) {
  KernelParser p = {.k = kernel_new(a, "")};
  lex_start(&p.lex, a, file, text, strlen(text));
  p.k->loc = lex_loc(&p.lex);
  if (!parse_head(&p)) return NULL;
  while (!lex_kind(&p.lex, TOK_DEDENT) && !lex_kind(&p.lex, TOK_END)) {
    if (!parse_line(&p) || !lex_expect_kind(&p.lex, TOK_NEWLINE, NULL)) return NULL;
  }
  if (lex_kind(&p.lex, TOK_DEDENT)) lex_next(&p.lex);
  if (p.nopen) return lex_fail(&p.lex, "'next'"), NULL;
  if (!lex_kind(&p.lex, TOK_END) || p.lex.bad) return lex_fail(&p.lex, "the end"), NULL;
  kernel_finish(p.k);
  return kernel_verify(p.k) ? p.k : NULL;
}
