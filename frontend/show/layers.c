// Layered drawings: rows by longest paths, orders by barycentres, places by least squares.
#include "frontend/show/layers.h"

#include <float.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// All lengths in pixels.
enum { ROW_GAP = 52, BOX_GAP = 26, BEND_GAP = 14, ORDER_SWEEPS = 12, PLACE_SWEEPS = 24 };
static const double BEND_WEIGHT = 4;  // straight long edges matter more than centred boxes

// A box, or a bend of an arrow where it crosses a row.
typedef struct Spot {
  int box;  // -1: a bend
  int layer, order;
  double width, x;   // x: its centre
  double right;      // from there to its right edge, or to that of its label
  int nup, ndown;    // neighbours in the rows above and below
  int *up, *down;    // spots
  double key, goal;  // of sorting, of placing
} Spot;

typedef struct Row {
  int n;
  int *spots;
  double top, height;
} Row;

typedef struct Place {
  Arena *arena;
  Layers *l;
  Spot *spots;
  int nspots, nrows;
  Row *rows;
  int **path;  // per arrow: its spots, ends included
} Place;

// ---- rows

static void rank_early(Layers *l) {
  for (int i = 0; i < l->nboxes; i++) l->boxes[i].layer = 0;
  // Arrows are sorted by nothing: boxes are visited in order, so that each is final when left.
  for (bool moved = true; moved;) {
    moved = false;
    for (int i = 0; i < l->narrows; i++) {
      Box *from = &l->boxes[l->arrows[i].from], *to = &l->boxes[l->arrows[i].to];
      if (to->layer <= from->layer) to->layer = from->layer + 1, moved = true;
    }
  }
}

// Boxes with fewer arrows in than out stand as low as they can: shorter ways.
static void rank_late(Arena *a, Layers *l) {
  int *in = ARENA_ARRAY(a, int, l->nboxes + 1), *out = ARENA_ARRAY(a, int, l->nboxes + 1);
  int *lowest = ARENA_ARRAY(a, int, l->nboxes + 1);
  for (int i = 0; i < l->narrows; i++) in[l->arrows[i].to]++, out[l->arrows[i].from]++;
  for (int sweep = 0; sweep < 8; sweep++) {
    for (int i = 0; i < l->nboxes; i++) lowest[i] = INT32_MAX;
    for (int i = 0; i < l->narrows; i++) {
      const int below = l->boxes[l->arrows[i].to].layer - 1, from = l->arrows[i].from;
      if (below < lowest[from]) lowest[from] = below;
    }
    for (int i = 0; i < l->nboxes; i++)
      if (out[i] && in[i] <= out[i] && lowest[i] > l->boxes[i].layer) l->boxes[i].layer = lowest[i];
  }
}

static int by_from(const void *a, const void *b) {
  const Arrow *p = a, *q = b;
  return p->from != q->from ? p->from - q->from : p->to - q->to;
}

void layers_rank(Arena *a, Layers *l) {
  if (l->narrows) qsort(l->arrows, (size_t)l->narrows, sizeof *l->arrows, by_from);
  rank_early(l);
  rank_late(a, l);
}

// ---- spots

static int spot_add(Place *p, int box, int layer, double width, double label) {
  const double right = label > width / 2 ? label : width / 2;
  p->spots[p->nspots] = (Spot){.box = box, .layer = layer, .width = width, .right = right};
  return p->nspots++;
}

static int span(const Layers *l, const Arrow *e) {
  return l->boxes[e->to].layer - l->boxes[e->from].layer;
}

static void make_spots(Place *p) {
  Layers *l = p->l;
  int most = l->nboxes;
  for (int i = 0; i < l->narrows; i++) most += span(l, &l->arrows[i]);
  p->spots = ARENA_ARRAY(p->arena, Spot, most + 1);
  p->path = ARENA_ARRAY(p->arena, int *, l->narrows + 1);
  for (int i = 0; i < l->nboxes; i++)
    spot_add(p, i, l->boxes[i].layer, l->boxes[i].width, l->boxes[i].label);
  for (int i = 0; i < l->narrows; i++) {
    Arrow *e = &l->arrows[i];
    const int n = span(l, e);
    p->path[i] = ARENA_ARRAY(p->arena, int, n + 1);
    p->path[i][0] = e->from, p->path[i][n] = e->to;
    for (int k = 1; k < n; k++) p->path[i][k] = spot_add(p, -1, l->boxes[e->from].layer + k, 0, 0);
    e->npoints = n + 1;
  }
}

static void link_spots(Place *p) {
  Layers *l = p->l;
  for (int pass = 0; pass < 2; pass++) {  // counts, then fills
    for (int i = 0; pass && i < p->nspots; i++) {
      Spot *s = &p->spots[i];
      s->up = ARENA_ARRAY(p->arena, int, s->nup + 1);
      s->down = ARENA_ARRAY(p->arena, int, s->ndown + 1);
      s->nup = s->ndown = 0;
    }
    for (int i = 0; i < l->narrows; i++)
      for (int k = 0; k + 1 < l->arrows[i].npoints; k++) {
        Spot *from = &p->spots[p->path[i][k]], *to = &p->spots[p->path[i][k + 1]];
        if (pass) from->down[from->ndown] = p->path[i][k + 1], to->up[to->nup] = p->path[i][k];
        from->ndown++, to->nup++;
      }
  }
}

static void make_rows(Place *p) {
  for (int i = 0; i < p->nspots; i++)
    if (p->spots[i].layer >= p->nrows) p->nrows = p->spots[i].layer + 1;
  p->rows = ARENA_ARRAY(p->arena, Row, p->nrows + 1);
  for (int i = 0; i < p->nspots; i++) p->rows[p->spots[i].layer].n++;
  for (int r = 0; r < p->nrows; r++) {
    p->rows[r].spots = ARENA_ARRAY(p->arena, int, p->rows[r].n + 1);
    p->rows[r].n = 0;
  }
  for (int i = 0; i < p->nspots; i++) {
    Row *r = &p->rows[p->spots[i].layer];
    p->spots[i].order = r->n;
    r->spots[r->n++] = i;
  }
}

// ---- orders

static int64_t crossings_below(const Place *p, const Row *r) {
  int64_t n = 0;
  for (int i = 0; i < r->n; i++)
    for (int j = i + 1; j < r->n; j++) {
      const Spot *a = &p->spots[r->spots[i]], *b = &p->spots[r->spots[j]];
      for (int x = 0; x < a->ndown; x++)
        for (int y = 0; y < b->ndown; y++)
          n += p->spots[a->down[x]].order > p->spots[b->down[y]].order;
    }
  return n;
}

static int64_t crossings(const Place *p) {
  int64_t n = 0;
  for (int r = 0; r + 1 < p->nrows; r++) n += crossings_below(p, &p->rows[r]);
  return n;
}

typedef struct Keyed {
  double key;
  int spot, order;
} Keyed;

static int by_key(const void *a, const void *b) {
  const Keyed *p = a, *q = b;
  return p->key != q->key ? (p->key > q->key) - (p->key < q->key) : p->order - q->order;
}

// Each spot at the mean of its neighbours above, or below.
static void order_row(Place *p, Row *r, bool by_up) {
  Keyed *keyed = ARENA_ARRAY(p->arena, Keyed, r->n + 1);
  for (int i = 0; i < r->n; i++) {
    const Spot *s = &p->spots[r->spots[i]];
    const int n = by_up ? s->nup : s->ndown, *near = by_up ? s->up : s->down;
    double sum = 0;
    for (int k = 0; k < n; k++) {
      const Spot *other = &p->spots[near[k]];
      sum += (other->order + 0.5) / p->rows[other->layer].n;
    }
    keyed[i] = (Keyed){n ? sum / n : (i + 0.5) / r->n, r->spots[i], i};
  }
  qsort(keyed, (size_t)r->n, sizeof *keyed, by_key);
  for (int i = 0; i < r->n; i++) {
    r->spots[i] = keyed[i].spot;
    p->spots[keyed[i].spot].order = i;
  }
}

static void keep_orders(Place *p, int *best) {
  for (int i = 0; i < p->nspots; i++) best[i] = p->spots[i].order;
}

static void use_orders(Place *p, const int *best) {
  for (int i = 0; i < p->nspots; i++) {
    p->spots[i].order = best[i];
    p->rows[p->spots[i].layer].spots[best[i]] = i;
  }
}

static void order_rows(Place *p) {
  int *best = ARENA_ARRAY(p->arena, int, p->nspots + 1);
  int64_t least = crossings(p);
  keep_orders(p, best);
  for (int sweep = 0; sweep < ORDER_SWEEPS && least; sweep++) {
    const bool down = sweep % 2 == 0;
    for (int i = 1; i < p->nrows; i++) order_row(p, &p->rows[down ? i : p->nrows - 1 - i], down);
    const int64_t n = crossings(p);
    if (n < least) least = n, keep_orders(p, best);
  }
  use_orders(p, best);
}

// ---- places: in each row the spots come as near to their goals as their distances allow

static double distance(const Spot *a, const Spot *b) {
  const double gap = a->box < 0 && b->box < 0 ? BEND_GAP : BOX_GAP;
  return a->right + gap + b->width / 2;
}

typedef struct Block {
  double sum, weight;  // of goals, moved by the offsets inside the row
  int first;
} Block;

// Least squares under an order: neighbours that would come too near move as one block.
static void place_row(Place *p, const Row *r) {
  double *offset = ARENA_ARRAY(p->arena, double, r->n + 1);
  Block *blocks = ARENA_ARRAY(p->arena, Block, r->n + 1);
  int n = 0;
  for (int i = 0; i < r->n; i++) {
    const Spot *s = &p->spots[r->spots[i]];
    if (i) offset[i] = offset[i - 1] + distance(&p->spots[r->spots[i - 1]], s);
    const double weight = s->box < 0 ? BEND_WEIGHT : 1;
    blocks[n++] = (Block){weight * (s->goal - offset[i]), weight, i};
    while (n > 1 &&
           blocks[n - 2].sum / blocks[n - 2].weight >= blocks[n - 1].sum / blocks[n - 1].weight) {
      blocks[n - 2].sum += blocks[n - 1].sum;
      blocks[n - 2].weight += blocks[n - 1].weight;
      n--;
    }
  }
  for (int b = 0; b < n; b++)
    for (int i = blocks[b].first; i < (b + 1 < n ? blocks[b + 1].first : r->n); i++)
      p->spots[r->spots[i]].x = blocks[b].sum / blocks[b].weight + offset[i];
}

static double mean_x(const Place *p, int n, const int *near, double otherwise) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += p->spots[near[i]].x;
  return n ? sum / n : otherwise;
}

static void place_spots(Place *p) {
  for (int r = 0; r < p->nrows; r++) place_row(p, &p->rows[r]);
  for (int sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
    const bool down = sweep % 2 == 0, both = sweep + 4 >= PLACE_SWEEPS;
    for (int k = 0; k < p->nrows; k++) {
      const Row *r = &p->rows[down ? k : p->nrows - 1 - k];
      for (int i = 0; i < r->n; i++) {
        Spot *s = &p->spots[r->spots[i]];
        const double up = mean_x(p, s->nup, s->up, s->x), low = mean_x(p, s->ndown, s->down, s->x);
        s->goal = both && s->nup && s->ndown ? (up + low) / 2 : down ? up : low;
        if (down ? !s->nup : !s->ndown) s->goal = down ? low : up;
      }
      place_row(p, r);
    }
  }
}

// ---- the result

static void place_rows(Place *p) {
  double y = 0;
  for (int i = 0; i < p->nrows; i++) {
    Row *r = &p->rows[i];
    r->top = y;
    for (int k = 0; k < r->n; k++) {
      const int box = p->spots[r->spots[k]].box;
      if (box >= 0 && p->l->boxes[box].height > r->height) r->height = p->l->boxes[box].height;
    }
    y += r->height + ROW_GAP;
  }
  p->l->height = y > 0 ? y - ROW_GAP : 0;
}

static void give_boxes(Place *p) {
  double left = DBL_MAX, right = -DBL_MAX;
  for (int i = 0; i < p->nspots; i++) {
    const Spot *s = &p->spots[i];
    if (s->x - s->width / 2 < left) left = s->x - s->width / 2;
    if (s->x + s->right > right) right = s->x + s->right;
  }
  for (int i = 0; i < p->nspots; i++) p->spots[i].x -= left;
  p->l->width = p->nspots ? right - left : 0;
  for (int i = 0; i < p->l->nboxes; i++) {
    Box *b = &p->l->boxes[i];
    const Row *r = &p->rows[b->layer];
    b->x = p->spots[i].x - b->width / 2;
    b->y = r->top + (r->height - b->height) / 2;
  }
}

static void give_arrows(Place *p) {
  for (int i = 0; i < p->l->narrows; i++) {
    Arrow *e = &p->l->arrows[i];
    const Box *from = &p->l->boxes[e->from], *to = &p->l->boxes[e->to];
    e->npoints = 2 * e->npoints - 2;
    e->points = ARENA_ARRAY(p->arena, Point, e->npoints);
    int n = 0;
    e->points[n++] = (Point){p->spots[e->from].x, from->y + from->height};
    for (int k = 1; n + 1 < e->npoints; k++) {  // a bend runs down through its row
      const Spot *s = &p->spots[p->path[i][k]];
      const Row *r = &p->rows[s->layer];
      e->points[n++] = (Point){s->x, r->top};
      e->points[n++] = (Point){s->x, r->top + r->height};
    }
    e->points[n++] = (Point){p->spots[e->to].x, to->y};
  }
}

void layers_place(Arena *a, Layers *l) {
  Place p = {.arena = a, .l = l};
  layers_rank(a, l);
  make_spots(&p);
  link_spots(&p);
  make_rows(&p);
  order_rows(&p);
  place_spots(&p);
  place_rows(&p);
  give_boxes(&p);
  give_arrows(&p);
}
