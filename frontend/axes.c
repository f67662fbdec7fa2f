// Operations along the named axis of a vmap, made of all_gather.
#include <string.h>

#include "frontend/call.h"

// A value, and the axis along which it is to be gathered, in the innermost trace.
typedef struct Lanes {
  Trace *t;
  Id x, lane;
  bool weak;
  int64_t size;
} Lanes;

static bool find_lanes(const char *who, const char *name, const jc_array *x, Loc loc, Lanes *l) {
  Val v = {NO_ID, false}, lane;
  const Trace *at = context()->trace;
  while (at && !(at->axis.name && name && !strcmp(at->axis.name, name))) at = at->outer;
  if (!at)
    return fail(loc, "%s: no jc_vmap around this call has .axis_name = \"%s\"", who,
                name ? name : "(null)");
  Trace *t = context()->trace;
  t->g->loc = loc;
  if (x && !trace_use(t, *x, loc, who, 0, &v)) return false;
  if (!trace_use(t, at->axis.lane, loc, who, 1, &lane)) return false;
  *l = (Lanes){t, v.id, lane.id, v.weak, at->axis.size};
  return true;
}

static jc_array value_of(const Lanes *l, Id v) { return trace_value(l->t, (Val){v, l->weak}); }

static Id all_of(const Lanes *l, Id x) {
  return graph_add(l->t->g, OP_all_gather, 2, (Id[]){x, l->lane}, &(Attrs){.size = l->size});
}

jc_array jc_all_gather_(jc_array x, const char *axis_name, const char *file, int line) {
  Lanes l;
  if (!find_lanes("all_gather", axis_name, &x, HERE(file, line), &l)) return handle_poison();
  return value_of(&l, all_of(&l, l.x));
}

jc_array jc_axis_index_(const char *axis_name, const char *file, int line) {
  Lanes l;
  if (!find_lanes("axis_index", axis_name, NULL, HERE(file, line), &l)) return handle_poison();
  return value_of(&l, l.lane);
}

static bool is_counted(Dtype d) { return d == DT_BOOL || dtype_is_int(d); }

static jc_array combined(const char *who, Op op, jc_array x, const char *axis_name, Loc loc) {
  Lanes l;
  if (!find_lanes(who, axis_name, &x, loc, &l)) return handle_poison();
  Graph *g = l.t->g;
  const Dtype d = graph_type(g, l.x).dtype;
  const bool mean = !strcmp(who, "pmean");
  if (mean && is_counted(d)) l.x = b_convert(g, l.x, DT_F32);
  if (!mean && op == OP_reduce_sum && d == DT_BOOL) l.x = b_convert(g, l.x, DT_I32);
  Id r = b_reduce(g, op, all_of(&l, l.x), INTS(0));
  if (mean && r != NO_ID) r = b_div(g, r, b_like(g, r, (double)l.size));
  return value_of(&l, r);
}
jc_array jc_psum_(jc_array x, const char *axis_name, const char *file, int line) {
  return combined("psum", OP_reduce_sum, x, axis_name, HERE(file, line));
}
jc_array jc_pmean_(jc_array x, const char *axis_name, const char *file, int line) {
  return combined("pmean", OP_reduce_sum, x, axis_name, HERE(file, line));
}
jc_array jc_pmax_(jc_array x, const char *axis_name, const char *file, int line) {
  return combined("pmax", OP_reduce_max, x, axis_name, HERE(file, line));
}
jc_array jc_pmin_(jc_array x, const char *axis_name, const char *file, int line) {
  return combined("pmin", OP_reduce_min, x, axis_name, HERE(file, line));
}

// from[i]: whose x example i gets, or -1. NULL after fail().
static int32_t *find_sources(const Lanes *l, int n, const int64_t (*pairs)[2], Loc loc) {
  bool *sent = ARENA_ARRAY(l->t->arena, bool, l->size + 1);
  int32_t *from = ARENA_ARRAY(l->t->arena, int32_t, l->size + 1);
  for (int64_t i = 0; i < l->size; i++) from[i] = -1;
  for (int i = 0; i < n; i++) {
    const int64_t a = pairs[i][0], b = pairs[i][1];
    if (a < 0 || b < 0 || a >= l->size || b >= l->size || sent[a] || from[b] >= 0) {
      fail(loc, "ppermute: pair %d, {%lld, %lld}: %s", i, (long long)a, (long long)b,
           a < 0 || b < 0 || a >= l->size || b >= l->size ? "no such example"
                                                          : "an example occurs twice");
      return NULL;
    }
    sent[a] = true;
    from[b] = (int32_t)a;
  }
  return from;
}

jc_array jc_ppermute_(jc_array x, const char *axis_name, int n, const int64_t (*pairs)[2],
                      const char *file, int line) {
  Lanes l;
  const Loc loc = HERE(file, line);
  if (!find_lanes("ppermute", axis_name, &x, loc, &l)) return handle_poison();
  const int32_t *from = find_sources(&l, n, pairs, loc);
  if (!from) return handle_poison();
  Graph *g = l.t->g;
  if (!l.size) return value_of(&l, l.x);
  const Id source = b_row(g, b_literal(g, (Type){DT_I32, 1, &l.size}, false, from), l.lane);
  const Id got = b_row(g, all_of(&l, l.x), source);
  if (got == NO_ID) return handle_poison();
  const Type t = graph_type(g, got);
  const Id none = b_lt(g, source, b_like(g, source, 0));
  return value_of(
      &l, b_select(g, b_broadcast(g, none, type_shape(t), (Ints){0}), b_full(g, t, 0), got));
}
