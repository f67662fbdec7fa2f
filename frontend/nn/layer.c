// Tables of layers: one walk that applies them, and makes their parameters on the way.
#include "frontend/nn/layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/library/ops.h"
#include "frontend/trace.h"

// The operations below stand at the user's call.
#undef JC_HERE
#define JC_HERE loc.file, loc.line

enum { MOST_ARRAYS = 16, PATH = 128 };  // between two layers; where a layer stands, as text

// What goes from layer to layer.
typedef struct Flow {
  int n;
  jc_array v[MOST_ARRAYS];
} Flow;

// The parameters are given, or made layer by layer. In the second case the walk runs in a trace of
// its own, which finds the shapes, and they are made outside of it.
typedef struct Walk {
  Loc loc;
  char path[PATH];  // of the layer at hand: "[2][0]"
  bool train;
  jc_params *updated;
  Trace *shapes;  // NULL: the parameters are given
  const jc_array *v;
  const char *const *names;
  int n, taken;
  jc_array *moved;  // v with the state that training moved, or NULL
  jc_array *made;
  char **made_names;
  int made_cap, names_cap;
} Walk;

static void leave_trace(const Walk *w) {
  Context *c = context();
  if (!w->shapes) return;
  c->trace = w->shapes->outer;
  c->frame = w->shapes->frame.outer;
}

static void enter_trace(const Walk *w) {
  Context *c = context();
  if (!w->shapes) return;
  c->trace = w->shapes;
  c->frame = &w->shapes->frame;
}

static bool is_end(const jc_layer *l) {
  return l->kind_ == JC_LAYER_OWN_ && !l->map && !l->apply && !l->init;
}

static int count_parts(const jc_layer *l) {
  int n = 0;
  while (!is_end(&l->parts_[n])) n++;
  return n;
}

static const char *name_of(const jc_layer *l) {
  const char *name = layer_kind(l)->name;
  return name ? name : l->map ? "a function" : "an own layer";
}

static const char *place_of(const Walk *w) { return *w->path ? w->path : "[0]"; }

static bool has_prefix(const char *name, const char *path) {
  const size_t n = strlen(path);
  return !strncmp(name, path, n) && (!n || name[n] == '.' || name[n] == '[');
}

static const char *without_prefix(const char *name, const char *path) {
  name += strlen(path);
  return *name == '.' ? name + 1 : name;
}

// ---- the parameters of one layer

static bool take_next(Walk *w, const jc_layer *l, const char *name, jc_array *out) {
  const char *have = w->taken < w->n ? w->names[w->taken] : NULL;
  if (have && has_prefix(have, w->path) && !strcmp(without_prefix(have, w->path), name)) {
    *out = w->v[w->taken++];
    return true;
  }
  return fail(w->loc,
              "apply: not the parameters of this network: layer %s, %s, has \"%s\" where they "
              "have %s",
              place_of(w), name_of(l), name, have ? have : "no more");
}

// Those of an own layer: all that begin with its path.
static jc_params take_own(Walk *w) {
  const int first = w->taken;
  while (w->taken < w->n && has_prefix(w->names[w->taken], w->path)) w->taken++;
  const int n = w->taken - first;
  const char **names = xmalloc(sizeof *names * (size_t)(n + 1));
  for (int i = 0; i < n; i++) names[i] = without_prefix(w->names[first + i], w->path);
  const jc_array own = list_new(list_shape(n, names), w->v + first);
  free(names);
  return (jc_params){own.handle};
}

static void made_add(Walk *w, const char *name, jc_array x) {
  GROW(w->made, w->made_cap, w->n + 1);
  GROW(w->made_names, w->names_cap, w->n + 1);
  const size_t size = strlen(w->path) + strlen(name) + 2;
  char *text = w->made_names[w->n] = xmalloc(size);
  snprintf(text, size, "%s%s%s", w->path, *w->path && *name != '[' ? "." : "", name);
  w->made[w->n++] = x;
  w->v = w->made;
  w->names = (const char *const *)w->made_names;
}

static bool make_own(Walk *w, const jc_layer *l, jc_array key, jc_dims shape) {
  const List *made = list_need(l->init(l, key, shape), w->loc, "init");
  for (int i = 0; made && i < made->shape->n; i++) made_add(w, made->shape->names[i], made->v[i]);
  return made != NULL;
}

static bool make(Walk *w, const jc_layer *l, jc_array key, jc_array x) {
  const LayerKind *k = layer_kind(l);
  const Type t = type_info(slot_find(x)->type)->type;
  jc_dims shape = {.n = t.rank};
  if (t.rank) memcpy(shape.d, t.dim, sizeof *t.dim * (size_t)t.rank);
  context()->here = w->loc;
  if (l->kind_ == JC_LAYER_OWN_) return !l->init || make_own(w, l, key, shape);
  jc_array p[LAYER_PARAMS];
  int which[LAYER_PARAMS];
  if (!k->init) return true;
  if (!k->init(l, key, &shape, p, w->loc)) return false;
  const int n = layer_params(l, which);
  for (int i = 0; i < n; i++) made_add(w, k->params[which[i]], p[which[i]]);
  return true;
}

// ---- one layer

static jc_array compute_kind(Walk *w, const jc_layer *l, const struct jc_input *in) {
  const LayerKind *k = layer_kind(l);
  const int first = w->taken;
  jc_array p[LAYER_PARAMS];
  int which[LAYER_PARAMS];
  const int n = layer_params(l, which);
  for (int i = 0; i < n; i++) {
    if (!take_next(w, l, k->params[which[i]], &p[i])) return handle_poison();
  }
  context()->here = w->loc;
  const jc_array y = k->apply(l, p, in, w->loc);
  if (w->moved && n) memcpy(w->moved + first, p, sizeof *p * (size_t)n);
  return y;
}

// What an own layer made of its parameters.
static bool put_own(Walk *w, int first, jc_params updated) {
  const List *l = list_need(updated, w->loc, "apply");
  if (!l) return false;
  const int n = w->taken - first;
  bool same = l->shape->n == n;
  for (int i = 0; i < n && same; i++)
    same = !strcmp(l->shape->names[i], without_prefix(w->names[first + i], w->path));
  if (!same)
    return fail(w->loc, "layer %s: its .updated are not its parameters: %d arrays, or other names",
                place_of(w), l->shape->n);
  if (n) memcpy(w->moved + first, l->v, sizeof *l->v * (size_t)n);
  return true;
}

static jc_array compute_own(Walk *w, const jc_layer *l, struct jc_input in) {
  const int first = w->taken;
  const jc_params p = l->init ? take_own(w) : (jc_params){0};
  jc_params updated = p;
  in.updated = w->moved && l->init ? &updated : NULL;
  context()->here = w->loc;
  const jc_array y = l->apply(l, p, in);
  return !in.updated || put_own(w, first, updated) ? y : handle_poison();
}

static jc_array compute(Walk *w, const jc_layer *l, struct jc_input in) {
  context()->here = w->loc;
  if (layer_kind(l)->apply) return compute_kind(w, l, &in);
  if (l->map) return l->map(in.x);
  if (l->apply) return compute_own(w, l, in);
  return fail(w->loc, "layer %s, an own one, has no .apply", place_of(w)), handle_poison();
}

static bool walk_leaf(Walk *w, const jc_layer *l, jc_array key, Flow *x) {
  if (x->n != 1)
    return fail(w->loc,
                "layer %s, %s, takes one array, not %d: JC_FAN_IN_SUM or JC_FAN_IN_CONCAT before "
                "it, or JC_PARALLEL around it",
                place_of(w), name_of(l), x->n);
  if (w->shapes) {
    leave_trace(w);
    const bool ok = make(w, l, key, x->v[0]);
    enter_trace(w);
    if (!ok) return false;
    key = (jc_array){0};
  }
  const struct jc_input in = {x->v[0], key, w->train, w->updated};
  x->v[0] = compute(w, l, in);
  const Slot *s = slot_need(x->v[0], w->loc, "layer", "the result of %s", name_of(l));
  return s && slot_kind(s) != SLOT_POISON;
}

// ---- what routes

static bool walk(Walk *w, const jc_layer *l, jc_array key, Flow *x);

// One key for each of n parts, drawn as stax draws them: zeros where there is none.
static void part_keys(const Walk *w, jc_array key, bool chained, int n, jc_array *keys) {
  const Loc loc = w->loc;
  leave_trace(w);
  const jc_array all = key.handle && !chained ? jc_split(key, n) : key;
  for (int i = 0; i < n; i++) {
    if (!key.handle) {
      keys[i] = key;
    } else if (!chained) {
      keys[i] = jc_at(all, i);
    } else {
      const jc_array two = jc_split(key);
      key = jc_at(two, 0);
      keys[i] = jc_at(two, 1);
    }
  }
  enter_trace(w);
}

// Part i of l on x.
static bool walk_part(Walk *w, const jc_layer *l, int i, jc_array key, Flow *x) {
  const size_t end = strlen(w->path);
  if (end + 16 > PATH) return fail(w->loc, "layer %s: too deep", w->path);
  snprintf(w->path + end, PATH - end, "[%d]", i);
  const bool ok = walk(w, &l->parts_[i], key, x);
  w->path[end] = 0;
  return ok;
}

static bool walk_serial(Walk *w, const jc_layer *l, int n, const jc_array *keys, Flow *x) {
  bool ok = true;
  for (int i = 0; i < n && ok; i++) ok = walk_part(w, l, i, keys[i], x);
  return ok;
}

static bool walk_parallel(Walk *w, const jc_layer *l, int n, const jc_array *keys, Flow *x) {
  if (x->n != n)
    return fail(w->loc, "layer %s: JC_PARALLEL of %d layers on %d arrays: JC_FAN_OUT(%d) before it",
                place_of(w), n, x->n, n);
  for (int i = 0; i < n; i++) {
    Flow one = {1, {x->v[i]}};
    if (!walk_part(w, l, i, keys[i], &one)) return false;
    if (one.n != 1)
      return fail(w->loc, "layer %s[%d]: it gives %d arrays, in JC_PARALLEL it has to give one",
                  w->path, i, one.n);
    x->v[i] = one.v[0];
  }
  return true;
}

static bool walk_parts(Walk *w, const jc_layer *l, jc_array key, Flow *x) {
  const int n = count_parts(l);
  const bool serial = l->kind_ == JC_LAYER_SERIAL_;
  jc_array *keys = xmalloc(sizeof *keys * (size_t)(n + 1));
  part_keys(w, key, serial && w->shapes, n, keys);
  const bool ok = (serial ? walk_serial : walk_parallel)(w, l, n, keys, x);
  free(keys);
  return ok;
}

static bool fan_out(const Walk *w, const jc_layer *l, Flow *x) {
  if (x->n != 1 || l->count_ < 1 || l->count_ > MOST_ARRAYS)
    return fail(w->loc, "layer %s: JC_FAN_OUT(%d) of %d arrays: it takes one, and gives 1 to %d",
                place_of(w), l->count_, x->n, MOST_ARRAYS);
  x->n = l->count_;
  for (int i = 1; i < x->n; i++) x->v[i] = x->v[0];
  return true;
}

static bool fan_in(const Walk *w, const jc_layer *l, Flow *x) {
  const Loc loc = w->loc;
  jc_array y = x->v[0];
  if (l->kind_ == JC_LAYER_FAN_IN_CONCAT_) {
    y = jc_concatenate(((jc_list){x->n, x->v}), -1);
  } else {
    for (int i = 1; i < x->n; i++) y = jc_add(y, x->v[i]);
  }
  *x = (Flow){1, {y}};
  return !handle_is_poison(y);
}

static bool walk(Walk *w, const jc_layer *l, jc_array key, Flow *x) {
  switch (l->kind_) {
    case JC_LAYER_SERIAL_:
    case JC_LAYER_PARALLEL_: return walk_parts(w, l, key, x);
    case JC_LAYER_FAN_OUT_: return fan_out(w, l, x);
    case JC_LAYER_FAN_IN_SUM_:
    case JC_LAYER_FAN_IN_CONCAT_: return fan_in(w, l, x);
    case JC_LAYER_IDENTITY_: return true;
    default: return walk_leaf(w, l, key, x);
  }
}

// ---- public

static bool one_array(const Walk *w, const Flow *x) {
  return x->n == 1 || fail(w->loc, "layer: the network gives %d arrays: it has to give one", x->n);
}

static bool make_all(Walk *w, const jc_layer *net, jc_array key, struct jc_like input) {
  const Type t = {(Dtype)input.dtype, input.shape.n, input.shape.d};
  w->shapes = trace_begin("shapes", w->loc);
  Flow x = {1, {trace_param(w->shapes, type_intern(t, false), NULL)}};
  const bool ok = walk(w, net, key, &x) && one_array(w, &x);
  trace_end(w->shapes);
  return ok;
}

static bool there_is(const jc_layer *net, const char *who, Loc loc) {
  return net || fail(loc, "%s: the network is NULL", who);
}

jc_params jc_init_(const jc_layer *net, jc_array key, struct jc_like input, const char *file,
                   int line) {
  const Loc loc = HERE(file, line);
  JC_SCOPE();
  Walk w = {.loc = loc};
  jc_array made = handle_poison();
  if (there_is(net, "init", loc) && ops_shape_ok(&input.shape, w.loc, "init") &&
      ops_dtype_ok(input.dtype, w.loc, "init") && slot_need(key, w.loc, "init", "the key") &&
      make_all(&w, net, key, input))
    made = list_new(list_shape(w.n, w.names), w.v);
  for (int i = 0; i < w.n; i++) free(w.made_names[i]);
  free(w.made);
  free(w.made_names);
  const jc_params p = {made.handle};
  return jc_keep(p);
}

static jc_array *copy_of(const List *l) {
  jc_array *v = xmalloc(sizeof *v * (size_t)(l->shape->n + 1));
  if (l->shape->n) memcpy(v, l->v, sizeof *v * (size_t)l->shape->n);
  return v;
}

jc_array jc_apply_(const jc_layer *net, jc_params p, struct jc_input in, const char *file,
                   int line) {
  const Loc loc = HERE(file, line), before = context()->here;
  const List *given = there_is(net, "apply", loc) ? list_need(p, loc, "apply") : NULL;
  const Slot *s = given ? slot_need(in.x, loc, "apply", "the input") : NULL;
  if (!s || slot_kind(s) == SLOT_POISON) return handle_poison();
  Walk w = {.loc = loc,
            .train = in.train,
            .updated = in.updated,
            .v = given->v,
            .names = given->shape->names,
            .n = given->shape->n};
  Flow x = {1, {in.x}};
  if (in.updated) w.moved = copy_of(given);
  bool ok = walk(&w, net, in.key, &x) && one_array(&w, &x);
  if (ok && w.taken < w.n)
    ok = fail(loc, "apply: not the parameters of this network: it has no %s", w.names[w.taken]);
  context()->here = before;
  if (ok && in.updated) *in.updated = (jc_params){list_new(given->shape, w.moved).handle};
  free(w.moved);
  return ok ? x.v[0] : handle_poison();
}
