// jc_tree_print: the arrays of a tree with their types and norms.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "frontend/read.h"
#include "frontend/show/screen.h"
#include "frontend/tree.h"
#include "ir/eval.h"
#include "ir/text.h"

typedef struct Row {
  char path[TREE_PATH];
  Type type;
  Elements e;
  bool traced;
} Row;

// Of traced values the type, of concrete ones the elements too; false after fail() or for poison.
static bool row_read(const TreeWalk *w, Loc loc, Row *out) {
  const char *what = *w->path ? w->path : "its argument";
  const Slot *s = slot_need(w->x, loc, "tree_print", "%s", what);
  if (!s || slot_kind(s) == SLOT_POISON) return false;
  out->type = type_info(s->type)->type;
  out->traced = slot_kind(s) == SLOT_TRACER;
  memcpy(out->path, w->path, sizeof out->path);
  return out->traced || elements_of(w->x, "tree_print", what, loc, &out->e);
}

static double norm(const Row *r) {
  const Dtype part = dtype_part(r->type.dtype);
  const int64_t n = type_count(r->type) * (dtype_is_complex(r->type.dtype) ? 2 : 1);
  double sum = 0;
  for (int64_t i = 0; i < n; i++) {
    const double v = eval_number(part, r->e.data, i);
    sum += v * v;
  }
  return sqrt(sum);
}

static void print_row(Text *out, const Row *r, int width) {
  text_fmt(out, "%-*s  %-18s %12zu", width, r->path, TYPE_STR(r->type), type_bytes(r->type));
  if (!r->traced && dtype_is_inexact(r->type.dtype)) text_fmt(out, "  %.5g", norm(r));
  text_str(out, "\n");
}

static int path_width(struct jc_tree_ tree) {
  size_t width = 4;
  for (TreeWalk w = tree_walk(tree); tree_walk_next(&w);) {
    const size_t n = strlen(w.path);
    if (n > width) width = n;
  }
  return (int)width;
}

void jc_tree_print_(struct jc_tree_ tree, const char *file, int line) {
  const Loc loc = HERE(file, line);
  Text out = {0};
  const PlainNumbers plain = plain_numbers_begin();
  const int width = path_width(tree);
  int64_t elements = 0;
  size_t bytes = 0;
  bool ok = true;
  TreeWalk w = tree_walk(tree);
  text_fmt(&out, "%-*s  %-18s %12s  %s\n", width, "path", "type", "bytes", "norm");
  while (ok && tree_walk_next(&w)) {
    Row r;
    ok = row_read(&w, loc, &r);
    if (!ok) break;
    print_row(&out, &r, width);
    elements += type_count(r.type);
    bytes += type_bytes(r.type);
  }
  text_fmt(&out, "%d array%s, %" PRId64 " elements, %zu bytes\n", w.n, w.n == 1 ? "" : "s",
           elements, bytes);
  plain_numbers_end(plain);
  if (ok) fwrite(out.s, 1, out.n, stdout);
  text_free(&out);
}
