// Functions on trees: structs of arrays and lists of such, leaf by leaf.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/tree.h"

enum { RING = 16 };  // results that are alive within one expression

typedef struct Ring {
  void *v[RING];
  int next;
} Ring;

static void *ring_take(size_t size) {
  Context *c = context();
  if (!c->ring) c->ring = xcalloc(1, sizeof(Ring));
  Ring *r = c->ring;
  void **at = &r->v[r->next++ % RING];
  return *at = xrealloc(*at, size);
}

void ring_free(void *ring) {
  Ring *r = ring;
  for (int i = 0; r && i < RING; i++) free(r->v[i]);
  free(r);
}

TreeWalk tree_walk(struct jc_tree_ tree) { return (TreeWalk){.tree = tree}; }

static bool next_word(TreeWalk *w) {
  const struct jc_tree_ *t = &w->tree;
  if (t->is_array ? w->at > 0
                  : !tree_next_array(t->unit, t->size, t->at, &w->at, &w->field, &w->offset))
    return false;
  if (t->is_array) w->at = 1;
  memcpy(&w->x, (const char *)t->at + w->offset, sizeof w->x);
  if (!t->is_array) tree_path(t->unit, t->size, w->offset, w->path);
  return true;
}

static void next_item(TreeWalk *w) {
  w->x = w->list->v[w->item];
  snprintf(w->path + w->path_end, sizeof w->path - w->path_end, "%s",
           w->list->shape->names[w->item]);
  w->item++;
}

bool tree_walk_next(TreeWalk *w) {
  while (!w->list || w->item == w->list->shape->n) {
    if (!next_word(w)) return false;
    w->list = list_find(w->x);
    w->item = 0;
    w->path_end = strlen(w->path);
    if (!w->list) break;
  }
  if (w->list) next_item(w);
  w->n++;
  return true;
}

int tree_read(const void *unit, size_t size, const void *tree, jc_array *out) {
  size_t at = 0, offset;
  int field = 0, n = 0;
  while (tree_next_array(unit, size, tree, &at, &field, &offset)) {
    jc_array word;
    memcpy(&word, (const char *)tree + offset, sizeof word);
    const List *l = list_find(word);
    const int count = l ? l->shape->n : 1;
    if (out && count) memcpy(out + n, l ? l->v : &word, sizeof word * (size_t)count);
    n += count;
  }
  return n;
}

void tree_write(const void *unit, size_t size, const void *like, const jc_array *arrays, void *to) {
  size_t at = 0, offset;
  int field = 0;
  if (to != like) memcpy(to, like, size);
  while (tree_next_array(unit, size, like, &at, &field, &offset)) {
    jc_array word, made;
    memcpy(&word, (const char *)like + offset, sizeof word);
    const List *l = list_find(word);
    made = l ? list_new(l->shape, arrays) : *arrays;
    arrays += l ? l->shape->n : 1;
    memcpy((char *)to + offset, &made, sizeof made);
  }
}

static jc_array *read_new(const void *unit, size_t size, const void *tree, int *n) {
  *n = tree_read(unit, size, tree, NULL);
  jc_array *v = xmalloc(sizeof *v * (size_t)(*n + 1));
  tree_read(unit, size, tree, v);
  return v;
}

void *tree_result(const void *unit, size_t size, const void *like, const jc_array *arrays) {
  void *result = ring_take(size);
  tree_write(unit, size, like, arrays, result);
  return result;
}

typedef jc_array Map1(jc_array);
typedef jc_array Map2(jc_array, jc_array);
typedef jc_array Map3(jc_array, jc_array, jc_array);

static jc_array apply(jc_fn f, int n, const jc_array *x) {
  if (n == 1) return ((Map1 *)f)(x[0]);
  return n == 2 ? ((Map2 *)f)(x[0], x[1]) : ((Map3 *)f)(x[0], x[1], x[2]);
}

const void *jc_tree_map_(jc_fn f, size_t size, const char *type, const void *unit, int n,
                         const void *const *trees, const char *file, int line) {
  (void)type;
  Context *c = context();
  const Loc before = c->here, loc = HERE(file, line);
  jc_array *in[3], x[3];
  int counts[3];
  bool same = f || fail(loc, "tree_map: there is no function");
  for (int i = 0; i < n; i++) {
    in[i] = read_new(unit, size, trees[i], &counts[i]);
    same = same && counts[i] == counts[0];
  }
  if (!same && f) fail(loc, "tree_map: a jc_params has another length in one tree than in another");
  for (int k = 0; k < counts[0]; k++) {
    for (int i = 0; same && i < n; i++) x[i] = in[i][k];
    c->here = loc;
    in[0][k] = same ? apply(f, n, x) : handle_poison();
  }
  c->here = before;
  const void *result = tree_result(unit, size, trees[0], in[0]);
  for (int i = 0; i < n; i++) free(in[i]);
  return result;
}

const void *jc_tree_scale_(jc_array s, size_t size, const void *unit, const void *tree,
                           const char *file, int line) {
  int n;
  jc_array *x = read_new(unit, size, tree, &n);
  for (int i = 0; i < n; i++) x[i] = jc_mul_(s, x[i], file, line);
  const void *result = tree_result(unit, size, tree, x);
  free(x);
  return result;
}

const void *jc_tree_where_(jc_array c, size_t size, const void *unit, const void *a, const void *b,
                           const char *file, int line) {
  int n, m;
  jc_array *x = read_new(unit, size, a, &n), *y = read_new(unit, size, b, &m);
  if (n != m)
    fail(HERE(file, line),
         "tree_where: a jc_params has another length in one tree than in another");
  for (int i = 0; i < n; i++)
    x[i] = n == m ? jc_where_(c, x[i], y[i], file, line) : handle_poison();
  const void *result = tree_result(unit, size, a, x);
  free(x);
  free(y);
  return result;
}

jc_array jc_tree_norm_(size_t size, const void *unit, const void *tree, const char *file,
                       int line) {
  int n;
  jc_array sum = jc_lift(0.0), *x = read_new(unit, size, tree, &n);
  for (int i = 0; i < n; i++) {
    const jc_array square = jc_square_(x[i], file, line);
    sum = jc_add_(sum, jc_sum_((struct jc_reduce){.x = square}, file, line), file, line);
  }
  free(x);
  return jc_sqrt_(sum, file, line);
}

int64_t jc_tree_count_(struct jc_tree_ tree, const char *file, int line) {
  int64_t count = 0;
  for (TreeWalk w = tree_walk(tree); tree_walk_next(&w);) count += jc_size_(w.x, file, line);
  return count;
}

jc_array jc_tree_reduce_(jc_array (*f)(jc_array, jc_array), struct jc_tree_ tree, jc_array init,
                         const char *file, int line) {
  Context *c = context();
  const Loc before = c->here;
  if (!f) return fail(HERE(file, line), "tree_reduce: there is no function"), handle_poison();
  for (TreeWalk w = tree_walk(tree); tree_walk_next(&w);) {
    c->here = HERE(file, line);
    init = f(init, w.x);
  }
  c->here = before;
  return init;
}

int jc_tree_flatten_(struct jc_tree_ tree, int room, struct jc_leaf *out) {
  TreeWalk w = tree_walk(tree);
  while (tree_walk_next(&w)) {
    if (w.n > room || !out) continue;
    struct jc_leaf *l = &out[w.n - 1];
    l->x = w.x;
    snprintf(l->path, sizeof l->path, "%.63s", w.path);
  }
  return w.n;
}

void jc_block_(size_t size, const void *tree) { (void)size, (void)tree; }
