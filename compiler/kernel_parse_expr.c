// Expressions in the text of kernels: scalars, indices, guards.
//
//   scalar = DTYPE "(" element ")" | AXIS | "s" INT | "t" INT | ( "c" | "f" ) INT "_" INT | "table"
//   INT "(" scalar ")"
//          | BUFFER "[" index [ guards "else" scalar ] "]"
//          | ( OP | "rare" ) "(" scalar { "," scalar } [ "," DTYPE ] ")"
//   index  = [ "-" ] term { ( "+" | "-" ) term }
//   term   = [ INT "*" ] atom | INT
//   atom   = AXIS | "(" index ")" ( "/" | "%" ) INT | "clamp" "(" scalar "," int "," int ")"
//   guards = "if" int "<=" index "<" int { "and" ... }
#include <math.h>
#include <string.h>

#include "compiler/kernel_parse.h"

static bool token_is(const Token *t, const char *s) {
  return strlen(s) == t->n && !memcmp(t->s, s, t->n);
}

bool parse_number(const Token *t, char letter, uint32_t *out) {
  if (t->n < 2 || t->n > 7 || t->s[0] != letter) return false;
  *out = 0;
  for (size_t i = 1; i < t->n; i++) {
    if (t->s[i] < '0' || t->s[i] > '9') return false;
    *out = *out * 10 + (uint32_t)(t->s[i] - '0');
  }
  return true;
}

static int find_axis(const KernelParser *p) {
  for (int i = 0; i < p->k->naxes; i++) {
    if (token_is(&p->lex.token, p->k->axis_name[i])) return i;
  }
  return -1;
}

int parse_axis(KernelParser *p) {
  int axis = lex_kind(&p->lex, TOK_NAME) ? find_axis(p) : -1;
  if (axis < 0) return lex_fail(&p->lex, "an axis"), -1;
  lex_next(&p->lex);
  return axis;
}

int parse_buffer(KernelParser *p) {
  for (int i = 0; lex_kind(&p->lex, TOK_NAME) && i < p->k->nbuffers; i++) {
    if (!token_is(&p->lex.token, p->k->buffers[i].name)) continue;
    lex_next(&p->lex);
    return i;
  }
  return lex_fail(&p->lex, "a buffer"), -1;
}

// ---- indices

static bool parse_value(KernelParser *p, Ix *out) {
  int64_t lo, hi;
  Loc loc = lex_loc(&p->lex);
  if (!lex_expect(&p->lex, "(")) return false;
  Sid v = parse_scalar(p);
  if (v == NO_SID || !lex_expect(&p->lex, ",") || !lex_int(&p->lex, &lo) ||
      !lex_expect(&p->lex, ",") || !lex_int(&p->lex, &hi) || !lex_expect(&p->lex, ")"))
    return false;
  if (lo > hi || (double)hi > INDEX_LIMIT || (double)lo < -INDEX_LIMIT)
    return fail(loc, "clamp: the range is empty or too large");
  if (!dtype_is_int(dag_node(&p->k->dag, v)->dtype)) return fail(loc, "an index is no integer");
  *out = ix_value(p->k, v, lo, hi);
  return true;
}

static bool parse_quotient(KernelParser *p, Ix *out) {
  Ix inner;
  int64_t by;
  if (!parse_index(p, &inner) || !lex_expect(&p->lex, ")")) return false;
  bool div = lex_accept(&p->lex, "/");
  if (!div && !lex_expect(&p->lex, "%")) return false;
  Loc loc = lex_loc(&p->lex);
  if (!lex_int(&p->lex, &by)) return false;
  if (by < 1 || (double)by > INDEX_LIMIT) return fail(loc, "the divisor is not positive");
  *out = div ? ix_div(p->k, inner, by) : ix_mod(p->k, inner, by);
  return true;
}

static bool parse_atom(KernelParser *p, Ix *out) {
  if (lex_accept(&p->lex, "(")) return parse_quotient(p, out);
  if (lex_accept(&p->lex, "clamp")) return parse_value(p, out);
  int axis = parse_axis(p);
  if (axis < 0) return false;
  *out = ix_axis(p->k, axis);
  return true;
}

static bool parse_term(KernelParser *p, bool minus, Ix *out) {
  int64_t coef = 1;
  Loc loc = lex_loc(&p->lex);
  if (lex_kind(&p->lex, TOK_INT)) {
    if (!lex_int(&p->lex, &coef)) return false;
    if ((double)coef > INDEX_LIMIT) return fail(loc, "the index is too large");
    if (!lex_accept(&p->lex, "*")) {
      *out = ix_const(p->k, minus ? -coef : coef);
      return true;
    }
  }
  Ix atom = 0;
  if (!parse_atom(p, &atom)) return false;
  const IxSum *s = ix_sum(p->k, atom);
  double size = (double)s->hi > -(double)s->lo ? (double)s->hi : -(double)s->lo;
  if (size * (double)coef > INDEX_LIMIT) return fail(loc, "the index is too large");
  *out = ix_mul(p->k, atom, minus ? -coef : coef);
  return true;
}

static bool too_deep(KernelParser *p) {
  return p->depth > PARSE_MAX_DEPTH && !fail(lex_loc(&p->lex), "nested too deeply");
}

bool parse_index(KernelParser *p, Ix *out) {
  p->depth++;
  bool minus = lex_accept(&p->lex, "-"), ok = !too_deep(p) && parse_term(p, minus, out);
  while (ok && (lex_is(&p->lex, "+") || lex_is(&p->lex, "-"))) {
    Loc loc = lex_loc(&p->lex);
    minus = lex_is(&p->lex, "-");
    lex_next(&p->lex);
    Ix term;
    ok = parse_term(p, minus, &term);
    if (!ok) break;
    *out = ix_add(p->k, *out, term);
    if (failed()) diag_locate(loc), ok = false;
  }
  p->depth--;
  return ok;
}

bool parse_guards(KernelParser *p, int *n, Guard *guards) {
  *n = 0;
  if (!lex_accept(&p->lex, "if")) return true;
  do {
    Guard *g = &guards[*n];
    if (*n == PARSE_MAX_GUARDS) return lex_fail(&p->lex, "fewer guards");
    const Loc loc = lex_loc(&p->lex);
    if (!lex_int(&p->lex, &g->lo) || !lex_expect(&p->lex, "<=") || !parse_index(p, &g->ix) ||
        !lex_expect(&p->lex, "<") || !lex_int(&p->lex, &g->hi))
      return false;
    if (fabs((double)g->lo) > INDEX_LIMIT || fabs((double)g->hi) > INDEX_LIMIT)
      return fail(loc, "the guard is too large");
    ++*n;
  } while (lex_accept(&p->lex, "and"));
  return true;
}

// ---- scalars

// Kernels have no complex numbers.
static bool real_dtype(KernelParser *p, Dtype *out) {
  const Loc loc = lex_loc(&p->lex);
  if (!lex_dtype(&p->lex, out)) return false;
  return !dtype_is_complex(*out) || fail(loc, "%s: kernels are of real numbers", dtype_name(*out));
}

Sid parse_const(KernelParser *p) {
  Dtype d;
  uint64_t bits = 0;
  if (!real_dtype(p, &d) || !lex_expect(&p->lex, "(") || !lex_element(&p->lex, d, &bits) ||
      !lex_expect(&p->lex, ")"))
    return NO_SID;
  return s_const_bits(&p->k->dag, d, bits);
}

static Sid parse_load(KernelParser *p) {
  Guard guards[PARSE_MAX_GUARDS];
  Access a = {.buffer = parse_buffer(p), .otherwise = NO_SID, .guards = guards};
  if (a.buffer < 0 || !lex_expect(&p->lex, "[") || !parse_index(p, &a.index) ||
      !parse_guards(p, &a.nguards, guards))
    return NO_SID;
  Loc loc = lex_loc(&p->lex);
  if (a.nguards) {
    if (!lex_expect(&p->lex, "else") || (a.otherwise = parse_scalar(p)) == NO_SID) return NO_SID;
    if (dag_node(&p->k->dag, a.otherwise)->dtype != p->k->buffers[a.buffer].dtype)
      return fail(loc, "the else value has another type"), NO_SID;
  }
  return lex_expect(&p->lex, "]") ? kernel_load(p->k, a) : NO_SID;
}

// The scalar operation, its operands checked by the rule of the op.
static Sid checked_op(KernelParser *p, Op op, int n, const Sid *args, const Attrs *attrs, Loc loc) {
  Type types[3], result;
  for (int i = 0; i < n; i++) types[i] = type_scalar(dag_node(&p->k->dag, args[i])->dtype);
  Infer in = {p->k->arena, op, n, types, attrs, loc, 1, &result};
  return op_infer(&in) ? s_op(&p->k->dag, op, n, args, attrs) : NO_SID;
}

static Sid checked_rare(KernelParser *p, int n, const Sid *args, Loc loc) {
  const Dag *d = &p->k->dag;
  bool fits = n == 3 && dag_node(d, args[0])->dtype == DT_BOOL &&
              dag_node(d, args[1])->dtype == dag_node(d, args[2])->dtype;
  if (!fits) return fail(loc, "rare takes a bool and two values of one type"), NO_SID;
  return s_rare(&p->k->dag, args[0], args[1], args[2]);
}

static Sid checked_table(KernelParser *p, uint32_t table, int n, const Sid *args, Loc loc) {
  if (table >= p->ntables) return fail(loc, "there is no table %u", table), NO_SID;
  if (n != 1 || dag_node(&p->k->dag, args[0])->dtype != DT_I32)
    return fail(loc, "a table takes one i32"), NO_SID;
  const ScalarTable t = p->k->dag.tables[table];
  return s_table(&p->k->dag, t.dtype, t.n, t.data, args[0]);
}

static Sid parse_call(KernelParser *p) {
  Token name = p->lex.token;
  Loc loc = lex_loc(&p->lex);
  Op op = OP_COUNT;
  Attrs attrs = {0};
  Sid args[3];
  int n = 0;
  uint32_t table = 0;
  bool rare = lex_is(&p->lex, "rare"), is_table = false;
  if (name.n > 5 && !memcmp(name.s, "table", 5)) {
    Token number = {.s = name.s + 4, .n = name.n - 4};
    is_table = parse_number(&number, 'e', &table);
  }
  bool known =
      rare || is_table ||
      (op_parse(name.s, name.n, &op) && op_info(op)->op_class == CLASS_MAP && op != OP_integer_pow);
  if (!known) return lex_fail(&p->lex, "a scalar"), NO_SID;
  lex_next(&p->lex);
  if (!lex_expect(&p->lex, "(")) return NO_SID;
  bool typed = op == OP_convert || op == OP_bitcast_convert;
  do {
    if (n == 3) return lex_fail(&p->lex, "')'"), NO_SID;
    if (typed && n == 1) {
      if (!real_dtype(p, &attrs.dtype)) return NO_SID;
      break;
    }
    if ((args[n++] = parse_scalar(p)) == NO_SID) return NO_SID;
  } while (lex_accept(&p->lex, ","));
  if (!lex_expect(&p->lex, ")")) return NO_SID;
  if (rare) return checked_rare(p, n, args, loc);
  return is_table ? checked_table(p, table, n, args, loc) : checked_op(p, op, n, args, &attrs, loc);
}

static bool next_is(const KernelParser *p, char c) {
  const char *s = p->lex.token.s + p->lex.token.n;
  return s < p->lex.end && *s == c;
}

// A name that stands for a scalar: s3, t1, an axis.
static Sid parse_name(KernelParser *p) {
  uint32_t i;
  Sid v = NO_SID;
  int axis = find_axis(p);
  if (parse_number(&p->lex.token, 's', &i) && i < p->nnamed) v = p->named[i];
  else if (parse_number(&p->lex.token, 't', &i) && i < p->nstages) v = p->stages[i];
  else if ((v = parse_carried(p)) != NO_SID) return v;
  else if (axis >= 0) v = s_leaf(&p->k->dag, S_AXIS, DT_I64, (uint64_t)axis);
  if (v == NO_SID) return lex_fail(&p->lex, "a scalar"), NO_SID;
  lex_next(&p->lex);
  return v;
}

Sid parse_scalar(KernelParser *p) {
  Dtype d;
  if (!lex_kind(&p->lex, TOK_NAME)) return lex_fail(&p->lex, "a scalar"), NO_SID;
  if (too_deep(p)) return NO_SID;
  p->depth++;
  Sid v;
  if (next_is(p, '[')) v = parse_load(p);
  else if (!next_is(p, '(')) v = parse_name(p);
  else if (dtype_parse(p->lex.token.s, p->lex.token.n, &d)) v = parse_const(p);
  else v = parse_call(p);
  p->depth--;
  return v;
}
