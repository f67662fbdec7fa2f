// Walks over the arrays of trees.
#ifndef JITC_FRONTEND_TREE_H
#define JITC_FRONTEND_TREE_H
#include "frontend/function.h"

typedef struct TreeWalk {
  struct jc_tree_ tree;
  size_t at, offset;
  int field, n;          // n: how many were visited
  jc_array x;            // the array visited last,
  char path[TREE_PATH];  // and where it is; empty for a single array
  const List *list;      // that it is in, or NULL: item `item` - 1, named behind path_end
  int item;
  size_t path_end;
} TreeWalk;

// TreeWalk w = tree_walk(tree); while (tree_walk_next(&w)) ...
TreeWalk tree_walk(struct jc_tree_ tree);
bool tree_walk_next(TreeWalk *w);

// The tree `like` with those arrays, in memory that lives until a dozen further results are made.
void *tree_result(const void *unit, size_t size, const void *like, const jc_array *arrays);
#endif
