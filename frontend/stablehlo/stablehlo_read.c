// The reader of StableHLO text: recursive descent over modules, functions, regions and ops.
//
//   file     = [ module ] { func }
//   module   = "module" [ @sym ] [ "attributes" dict ] "{" { func } "}"
//   func     = "func.func" [ "public" | "private" ] @sym "(" { %a ":" T [ dict ] } ")"
//              [ "->" ( T | "(" { T [ dict ] } ")" ) ] [ "attributes" dict ] "{" { op } "}"
//   region   = "{" [ ^bb "(" { %a ":" T } ")" ":" ] { op } "}"
//   op       = [ %r [ ":" n ] { "," %r } "=" ] ( generic | pretty )
//   generic  = "name" "(" { %v } ")" [ "<{" attrs "}>" ] [ "(" region { "," region } ")" ] [ dict ]
//              sig
//   pretty   = name { operand | attribute | word | bracket } [ sig ] [ tail ]
//   T        = "tensor" "<" .. ">" | "tuple" "<" { T } ">", which is read as its parts
//   sig      = ":" T { "," T } | ":" ( T | "(" { T } ")" ) "->" ( T | "(" { T } ")" )
//   tail     = "reducer" { "(" %a ":" T "," %b ":" T ")" } region | "cond" region "do" region
#include <stdlib.h>
#include <string.h>

#include "frontend/stablehlo/stablehlo_parse.h"

enum { MOST_FUNCS = 4096 };

// ---- functions

static bool return_types(HloReader *r, HloFunc *f) {
  const HloOp *last = f->body.ops;
  while (last->next) last = last->next;
  if (last->nargs != f->nresults)
    return fail(last->loc, "%d values returned for %d results", last->nargs, f->nresults);
  for (int i = 0; i < last->nargs; i++) {
    const Type is = r->value_types[last->args[i]];
    if (!type_equal(is, f->results[i]))
      return fail(last->loc, "result %d is %s, not %s", i, TYPE_STR(is), TYPE_STR(f->results[i]));
  }
  return true;
}

static bool func_signature(HloReader *r, HloFunc *f) {
  r->nuses = r->ntypes = 0;
  if (!hlo_arg_list(r)) return false;
  hlo_take_args(r, &f->body);
  r->ntypes = 0;
  if (hlo_accept(r, "->") && !hlo_type_list(r)) return false;
  f->nresults = r->ntypes;
  f->results = arena_copy(r->arena, r->types, sizeof *r->types * (size_t)r->ntypes);
  if (!hlo_accept(r, "attributes")) return true;
  return hlo_at(r, "{") ? hlo_skip_brackets(r) : hlo_wanted(r, "'{'");
}

static bool read_func(HloReader *r, HloFunc *f) {
  hlo_names_cut(r->names, 0);
  r->nvalues = 0;
  f->hidden = hlo_accept(r, "private");
  if (!f->hidden) hlo_accept(r, "public");
  f->loc = r->token.loc;
  f->name = r->token.text;
  if (r->token.kind != HT_SYMBOL) return hlo_wanted(r, "the name of a function");
  hlo_next(r);
  if (!func_signature(r, f)) return false;
  f->body.loc = r->token.loc;
  if (!hlo_at(r, "{")) return hlo_unsupported(r->unsupported, f->loc, "functions without a body");
  if (!hlo_region_body(r, &f->body)) return false;
  f->nvalues = r->nvalues;
  return return_types(r, f) && hlo_skip_loc(r);
}

static bool new_func_name(const HloModule *m, const HloFunc *f) {
  int n = 0;
  for (const HloFunc *g = m->funcs; g != f; g = g->next) {
    if (++n == MOST_FUNCS) return fail(f->loc, "more than %d functions", MOST_FUNCS);
    if (hlo_same(g->name, f->name))
      return fail(f->loc, "the function '%.*s' is defined twice", (int)f->name.n, f->name.s);
  }
  return true;
}

// `#loc1 = loc(..)`, `#map = affine_map<..>`.
static bool alias(HloReader *r) {
  hlo_next(r);
  if (r->token.kind != HT_WORD) return hlo_wanted(r, "the name of an alias");
  hlo_next(r);
  return hlo_expect(r, "=") && hlo_value(r);
}

// `sdy.mesh @mesh = <["x"=1]>`
static bool mesh(HloReader *r) {
  if (r->token.kind != HT_SYMBOL) return hlo_wanted(r, "the name of a mesh");
  hlo_next(r);
  if (!hlo_expect(r, "=")) return false;
  if (!hlo_at(r, "<")) return hlo_wanted(r, "'<'");
  return hlo_skip_brackets(r) && (!hlo_at(r, "{") || hlo_skip_brackets(r));
}

static bool read_funcs(HloReader *r, const char *close, HloModule *m) {
  HloFunc **end = &m->funcs;
  while (*end) end = &(*end)->next;
  while (close ? !hlo_at(r, close) : r->token.kind != HT_END) {
    if (hlo_at(r, "#")) {
      if (!alias(r)) return false;
      continue;
    }
    if (hlo_accept(r, "sdy.mesh")) {
      if (!mesh(r)) return false;
      continue;
    }
    if (!hlo_at(r, "func.func") && !hlo_at(r, "func")) {
      if (r->token.kind == HT_WORD && memchr(r->token.text.s, '.', r->token.text.n))
        return hlo_unsupported(r->unsupported, r->token.loc, "%.*s", (int)r->token.text.n,
                               r->token.text.s);
      return hlo_wanted(r, "'func.func'");
    }
    hlo_next(r);
    *end = ARENA_NEW(r->arena, HloFunc);
    if (!read_func(r, *end) || !new_func_name(m, *end)) return false;
    end = &(*end)->next;
  }
  return !r->bad;
}

static bool read_module(HloReader *r, HloModule *m) {
  while (hlo_at(r, "#")) {
    if (!alias(r)) return false;
  }
  if (!hlo_accept(r, "module")) return read_funcs(r, NULL, m);
  if (r->token.kind == HT_SYMBOL) hlo_next(r);
  if (hlo_accept(r, "attributes")) {
    if (!hlo_at(r, "{")) return hlo_wanted(r, "'{'");
    if (!hlo_skip_brackets(r)) return false;
  }
  if (!hlo_expect(r, "{") || !read_funcs(r, "}", m)) return false;
  hlo_next(r);
  if (!hlo_skip_loc(r)) return false;
  while (hlo_at(r, "#")) {
    if (!alias(r)) return false;
  }
  return r->token.kind == HT_END ? !r->bad : hlo_wanted(r, "the end of the text");
}

bool hlo_read(Arena *a, const char *file, const char *text, size_t n, HloModule *out,
              bool *unsupported) {
  HloNames names = {0};
  HloReader r = {.arena = a,
                 .file = arena_str(a, file),
                 .at = text,
                 .end = text + n,
                 .names = &names,
                 .unsupported = unsupported};
  *out = (HloModule){.bytes = n};
  *unsupported = false;
  GROW(r.uses, r.uses_cap, 1);  // places in empty lists are formed as well, which needs an address
  GROW(r.types, r.types_cap, 1);
  GROW(r.value_types, r.values_cap, 1);
  GROW(r.widths, r.widths_cap, 1);
  hlo_start(&r);
  bool ok = read_module(&r, out);
  if (ok && !out->funcs) ok = fail((Loc){r.file, 1, 1}, "there is no function");
  hlo_names_free(&names);
  free(r.value_types);
  free(r.uses);
  free(r.types);
  free(r.widths);
  return ok && !failed();
}
