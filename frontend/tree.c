// Functions on trees: structs of arrays, leaf by leaf.
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

bool tree_walk_next(TreeWalk *w) {
  const struct jc_tree_ *t = &w->tree;
  if (t->is_array ? w->n > 0 : !tree_next_array(t->unit, t->size, &w->at, &w->field, &w->offset))
    return false;
  memcpy(&w->x, (const char *)t->at + w->offset, sizeof w->x);
  if (!t->is_array) tree_path(t->unit, t->size, w->offset, w->path);
  w->n++;
  return true;
}

int tree_read(const void *unit, size_t size, const void *tree, jc_array *out) {
  size_t at = 0, offset;
  int field = 0, n = 0;
  for (; tree_next_array(unit, size, &at, &field, &offset); n++) {
    if (out) memcpy(&out[n], (const char *)tree + offset, sizeof *out);
  }
  return n;
}

void tree_write(const void *unit, size_t size, const void *like, const jc_array *arrays, void *to) {
  size_t at = 0, offset;
  int field = 0, n = 0;
  if (to != like) memcpy(to, like, size);
  while (tree_next_array(unit, size, &at, &field, &offset))
    memcpy((char *)to + offset, &arrays[n++], sizeof *arrays);
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
  Loc before = c->here;
  unsigned char *result = ring_take(size);
  memcpy(result, trees[0], size);
  c->here = HERE(file, line);
  size_t at = 0, offset;
  int field = 0;
  while (tree_next_array(unit, size, &at, &field, &offset)) {
    jc_array x[3], made;
    for (int i = 0; i < n; i++) memcpy(&x[i], (const char *)trees[i] + offset, sizeof *x);
    c->here = HERE(file, line);
    made = apply(f, n, x);
    memcpy(result + offset, &made, sizeof made);
  }
  c->here = before;
  return result;
}

const void *jc_tree_scale_(jc_array s, size_t size, const void *unit, const void *tree,
                           const char *file, int line) {
  unsigned char *result = ring_take(size);
  memcpy(result, tree, size);
  size_t at = 0, offset;
  int field = 0;
  while (tree_next_array(unit, size, &at, &field, &offset)) {
    jc_array x;
    memcpy(&x, result + offset, sizeof x);
    x = jc_mul_(s, x, file, line);
    memcpy(result + offset, &x, sizeof x);
  }
  return result;
}

jc_array jc_tree_norm_(size_t size, const void *unit, const void *tree, const char *file,
                       int line) {
  jc_array sum = jc_lift(0.0);
  size_t at = 0, offset;
  int field = 0;
  while (tree_next_array(unit, size, &at, &field, &offset)) {
    jc_array x;
    memcpy(&x, (const char *)tree + offset, sizeof x);
    x = jc_sum_((struct jc_reduce){.x = jc_square_(x, file, line)}, file, line);
    sum = jc_add_(sum, x, file, line);
  }
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
    if (w.n > room) continue;
    struct jc_leaf *l = &out[w.n - 1];
    l->x = w.x;
    snprintf(l->path, sizeof l->path, "%s", w.path);
  }
  return w.n;
}

void jc_block_(size_t size, const void *tree) { (void)size, (void)tree; }
