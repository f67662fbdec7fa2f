// From graphs to boxes: which nodes share one, what stands in it, where arrows go.
#include "frontend/show/drawing_boxes.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/show/drawing.h"
#include "ir/print.h"

// Lengths in pixels of 13 and 11 pixel text in fixed pitch.
enum { BOX_HEIGHT = 40, FLAT_HEIGHT = 26, NAME_WIDTH = 8, DETAIL_WIDTH = 7, PADDING = 20 };
static const double TYPE_WIDTH = 6.4;  // of a character of 10.5 pixels
enum { FAR = 3, NAMES_SHOWN = 3 };     // FAR: in rows

typedef struct Making {
  Arena *arena;
  const Graph *g;
  bool *folded;  // per node: a number that stands in its users' boxes
  int *group;    // per node: the node that stands for its box; itself at first
  int *size;     // per node that stands for a group: how many nodes
  int *sole;     // per node: the group of all its users, -1: none, -2: several or a result
  int *box;      // per node that stands for a group
  Boxes boxes;
  int nboxes_cap, narrows_cap;
} Making;

// ---- numbers in boxes

static const Literal *number_of(const Graph *g, Id v) {
  const Node *n = graph_def(g, v);
  while (n && n->op == OP_broadcast) n = graph_def(g, n->args[0]);
  if (!n || n->op != OP_constant) return NULL;
  const Literal *l = &n->attrs->literal;
  return l->splat || type_count(l->type) == 1 ? l : NULL;
}

static bool is_result(const Graph *g, const Node *n) {
  for (int i = 0; i < g->nresults; i++)
    if (g->results[i] >= n->first && g->results[i] < n->first + (Id)n->nresults) return true;
  return false;
}

// ---- groups

static bool may_join(const Making *m, const Node *n, int group, bool one_line, int most) {
  const Node *with = &m->g->nodes[group];
  if (m->size[group] >= most || node_part(n, 0) || node_part(with, 0)) return false;
  return !one_line || (n->loc.line == with->loc.line && n->loc.file && with->loc.file &&
                       !strcmp(n->loc.file, with->loc.file));
}

static void note_use(Making *m, int user, const Node *n) {
  for (int i = 0; i < n->nargs; i++) {
    const uint32_t def = m->g->values[n->args[i]].node;
    if (def == NO_ID) continue;
    if (m->sole[def] == -1) m->sole[def] = user;
    else if (m->sole[def] != user) m->sole[def] = -2;
  }
}

// What only one group uses joins it: this makes no cycles. From the results up.
static int make_groups(Making *m, bool one_line, int most) {
  const Graph *g = m->g;
  int groups = 0;
  for (int i = 0; i < g->nnodes; i++) {
    m->group[i] = i, m->size[i] = 1;
    m->sole[i] = is_result(g, &g->nodes[i]) ? -2 : -1;
  }
  for (int i = g->nnodes - 1; i >= 0; i--) {
    const Node *n = &g->nodes[i];
    if (m->folded[i]) continue;
    const int with = m->sole[i];
    if (with >= 0 && may_join(m, n, with, one_line, most)) m->group[i] = with, m->size[with]++;
    else groups++;
    note_use(m, m->group[i], n);
  }
  return groups;
}

// Parts of equal length of the topological order, where nothing else makes few enough boxes.
static void make_parts(Making *m, int groups) {
  const int n = m->g->nnodes, length = (groups + MOST_BOXES - 1) / MOST_BOXES;
  for (int i = n - 1, part = -1, left = 0; i >= 0; i--) {
    if (m->folded[i]) continue;
    if (!left--) part = i, left = length - 1, m->size[i] = 0;
    m->group[i] = part, m->size[part]++;
  }
}

static void choose_groups(Making *m) {
  const int room = MOST_BOXES;
  const int nodes = make_groups(m, true, 1);
  if (nodes <= room) return;
  for (int lines = 1; lines >= 0; lines--)  // as much detail as fits
    for (int most = 4; most / 4 < nodes; most *= 4)
      if (make_groups(m, lines, most) <= room) return;
  make_parts(m, nodes);
}

// ---- texts

static BoxKind kind_of(const Node *n) {
  switch (op_info(n->op)->op_class) {
    case CLASS_MAP: return BOX_MAP;
    case CLASS_REDUCE:
    case CLASS_ARGREDUCE: return BOX_REDUCE;
    case CLASS_DOT:
    case CLASS_FOURIER:
    case CLASS_WINDOW: return BOX_DOT;
    case CLASS_SHAPE: return BOX_SHAPE;
    case CLASS_SOURCE: return BOX_SOURCE;
    case CLASS_INDEX:
    case CLASS_SCATTER:
    case CLASS_SORT: return BOX_INDEX;
    case CLASS_CONTROL: return BOX_CONTROL;
    default: return BOX_OTHER;
  }
}

static const char *place_str(Arena *a, Loc loc) {
  Text t = {0};
  text_place(&t, loc);
  return text_take(&t, a);
}

// "mul 0.01", with the numbers among its operands.
static const char *node_name(Making *m, const Node *n) {
  Text t = {0};
  text_str(&t, op_info(n->op)->name);
  for (int i = 0; i < n->nargs; i++) {
    const Literal *l = number_of(m->g, n->args[i]);
    const uint32_t def = m->g->values[n->args[i]].node;
    if (!l || !m->folded[def] || node_part(n, 0)) continue;
    Literal one = *l;
    one.type.rank = 0;
    const char *text = literal_text(m->arena, &one), *open = strchr(text, '(');
    text_fmt(&t, " %.*s", open ? (int)strlen(open) - 2 : 0, open ? open + 1 : "");
  }
  return text_take(&t, m->arena);
}

static const char *node_tip(Making *m, const Node *n) {
  Text t = {0};
  text_fmt(&t, "%s(", op_info(n->op)->name);
  for (int i = 0; i < n->nargs; i++)
    text_fmt(&t, "%s%s", i ? ", " : "", TYPE_STR(graph_type(m->g, n->args[i])));
  text_str(&t, ")");
  for (int i = 0; i < n->nresults; i++)
    text_fmt(&t, "%s%s", i ? ", " : " -> ", TYPE_STR(graph_type(m->g, n->first + (Id)i)));
  return text_take(&t, m->arena);
}

static const char *types_of(Making *m, const Node *n) {
  if (!n->nresults) return NULL;
  const char *type = arena_str(m->arena, TYPE_STR(graph_type(m->g, n->first)));
  return n->nresults > 1 ? arena_printf(m->arena, "%s, ... (%d)", type, n->nresults) : type;
}

static void add_regions(Making *m, const Node *n, const char *place) {
  Boxes *b = &m->boxes;
  const Graph *part;
  for (int i = 0; (part = node_part(n, i)); i++) {
    BoxRegion *more = ARENA_ARRAY(m->arena, BoxRegion, b->nregions + 1);
    if (b->nregions) memcpy(more, b->regions, sizeof *more * (size_t)b->nregions);
    more[b->nregions++] =
        (BoxRegion){part, arena_printf(m->arena, "%s inside %s%s%s", part->name ? part->name : "",
                                       op_info(n->op)->name, *place ? " at " : "", place)};
    b->regions = more;
  }
}

static int box_add(Making *m, BoxText text) {
  Layers *l = &m->boxes.layers;
  const size_t name = NAME_WIDTH * strlen(text.name), detail = DETAIL_WIDTH * strlen(text.detail);
  l->boxes[l->nboxes] = (Box){.width = (double)(name > detail ? name : detail) + PADDING,
                              .height = *text.detail ? BOX_HEIGHT : FLAT_HEIGHT,
                              .label = text.type ? TYPE_WIDTH * (double)strlen(text.type) : 0};
  m->boxes.texts[l->nboxes] = text;
  return l->nboxes++;
}

static bool has_word(const char *text, size_t n, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = text; at && n; at = strchr(at, ' ')) {
    at += *at == ' ';
    if (!strncmp(at, word, length) && (at[length] == ' ' || !at[length])) return true;
  }
  return false;
}

// The first few different ops of a group, and how many nodes it has.
static BoxText group_text(Making *m, int group) {
  const Graph *g = m->g;
  const Node *last = &g->nodes[group];
  Text names = {0}, places = {0};
  int shown = 0;
  for (int i = 0; i < g->nnodes; i++) {
    if (m->group[i] != group || m->folded[i]) continue;
    const char *name = op_info(g->nodes[i].op)->name, *place = place_str(m->arena, g->nodes[i].loc);
    if (shown < NAMES_SHOWN && !has_word(names.s, names.n, name))
      text_fmt(&names, "%s%s", names.n ? " " : "", name), shown++;
    if (*place && !has_word(places.s, places.n, place))
      text_fmt(&places, "%s%s", places.n ? " " : "", place);
  }
  const char *all = text_take(&places, m->arena), *space = strchr(all, ' ');
  return (BoxText){
      .kind = BOX_GROUP,
      .name = text_take(&names, m->arena),
      .places = all,
      .type = types_of(m, last),
      .detail =
          arena_printf(m->arena, "%d nodes  %.*s%s", m->size[group],
                       (int)(space ? space - all : (long)strlen(all)), all, space ? " ..." : ""),
      .tip = arena_printf(m->arena, "%d nodes, the last: %s", m->size[group], node_tip(m, last))};
}

static BoxText node_text(Making *m, int i) {
  const Node *n = &m->g->nodes[i];
  const char *place = place_str(m->arena, n->loc);
  add_regions(m, n, place);
  static const char *const passes[] = {"", " tangent", " backward"};
  return (BoxText){.kind = kind_of(n),
                   .name = node_name(m, n),
                   .detail = arena_printf(m->arena, "%s%s", place, passes[n->loc.pass]),
                   .places = place,
                   .tip = node_tip(m, n),
                   .type = types_of(m, n)};
}

// ---- parameters: drawn again where they are used far from their first use

typedef struct Use {
  int from, to, layer;  // from: a parameter
} Use;

static int by_layer(const void *a, const void *b) {
  const Use *p = a, *q = b;
  return p->from != q->from ? p->from - q->from : p->layer - q->layer;
}

static int param_of(const Graph *g, Id v) {
  for (int i = 0; i < g->nparams; i++)
    if (g->params[i] == v) return i;
  return -1;
}

static BoxText param_text(Making *m, int i) {
  const Id v = m->g->params[i];
  const char *name = m->g->values[v].name;
  return (BoxText){.kind = BOX_PARAM,
                   .name = name && *name ? name : arena_printf(m->arena, "parameter %d", i),
                   .detail = "",
                   .places = "",
                   .tip = arena_printf(m->arena, "parameter %d", i),
                   .type = arena_str(m->arena, TYPE_STR(graph_type(m->g, v)))};
}

static void arrow_add(Making *m, int from, int to) {
  Layers *l = &m->boxes.layers;
  for (int i = l->narrows - 1; i >= 0 && i >= l->narrows - 64; i--)
    if (l->arrows[i].from == from && l->arrows[i].to == to) return;
  GROW(l->arrows, m->narrows_cap, l->narrows + 1);
  l->arrows[l->narrows++] = (Arrow){.from = from, .to = to};
}

// ---- the whole

// Arrows between boxes of nodes and results; uses of parameters are collected.
static Use *add_arrows(Making *m, int *nuses) {
  const Graph *g = m->g;
  int cap = 0, n = 0;
  Use *uses = NULL;
  for (int i = 0; i < g->nnodes; i++) {
    const Node *node = &g->nodes[i];
    for (int k = 0; k < node->nargs && !m->folded[i]; k++) {
      const uint32_t def = g->values[node->args[k]].node;
      const int to = m->box[m->group[i]];
      if (def == NO_ID) {
        GROW(uses, cap, n + 1);
        uses[n++] = (Use){param_of(g, node->args[k]), to, 0};
      } else if (!m->folded[def] && m->group[def] != m->group[i]) {
        arrow_add(m, m->box[m->group[def]], to);
      }
    }
  }
  for (int i = 0; i < g->nresults; i++) {
    const uint32_t def = g->values[g->results[i]].node;
    const int to =
        box_add(m, (BoxText){.kind = BOX_RESULT,
                             .name = arena_printf(m->arena, "result %d", i),
                             .detail = "",
                             .places = "",
                             .tip = arena_str(m->arena, TYPE_STR(graph_type(g, g->results[i])))});
    if (def != NO_ID) arrow_add(m, m->box[m->group[def]], to);
    GROW(uses, cap, n + 1);
    if (def == NO_ID) uses[n++] = (Use){param_of(g, g->results[i]), to, 0};
  }
  *nuses = n;
  return uses;
}

// Boxes of parameters stand in front of all others, so that numbers stay in topological order.
static void shift_boxes(Making *m, int by) {
  Layers *l = &m->boxes.layers;
  memmove(l->boxes + by, l->boxes, sizeof *l->boxes * (size_t)l->nboxes);
  memmove(m->boxes.texts + by, m->boxes.texts, sizeof *m->boxes.texts * (size_t)l->nboxes);
  for (int i = 0; i < l->narrows; i++) l->arrows[i].from += by, l->arrows[i].to += by;
}

static void add_params(Making *m, Use *uses, int n) {
  Layers *l = &m->boxes.layers;
  const int old = l->nboxes;
  layers_rank(m->arena, l);
  for (int i = 0; i < n; i++) uses[i].layer = l->boxes[uses[i].to].layer;
  if (n) qsort(uses, (size_t)n, sizeof *uses, by_layer);
  int copies = 0;
  for (int i = 0, first = 0; i < n; i++) {
    if (!i || uses[i].from != uses[i - 1].from || uses[i].layer > first + FAR)
      copies++, first = uses[i].layer;
  }
  shift_boxes(m, copies);
  l->nboxes = 0;
  for (int i = 0, first = 0, box = 0; i < n; i++) {
    if (!i || uses[i].from != uses[i - 1].from || uses[i].layer > first + FAR)
      box = box_add(m, param_text(m, uses[i].from)), first = uses[i].layer;
    arrow_add(m, box, uses[i].to + copies);
  }
  l->nboxes = old + copies;
}

static void fold_numbers(Making *m) {
  for (int i = 0; i < m->g->nnodes; i++) {
    const Node *n = &m->g->nodes[i];
    m->folded[i] = n->nresults == 1 && number_of(m->g, n->first) && !is_result(m->g, n);
  }
}

Boxes boxes_of_graph(Arena *a, const Graph *g) {
  Making m = {.arena = a, .g = g};
  int arguments = g->nresults;
  for (int i = 0; i < g->nnodes; i++) arguments += g->nodes[i].nargs;
  const int most = g->nnodes + g->nresults + arguments;
  m.folded = ARENA_ARRAY(a, bool, g->nnodes + 1);
  m.group = ARENA_ARRAY(a, int, g->nnodes + 1), m.size = ARENA_ARRAY(a, int, g->nnodes + 1);
  m.sole = ARENA_ARRAY(a, int, g->nnodes + 1), m.box = ARENA_ARRAY(a, int, g->nnodes + 1);
  m.boxes.layers.boxes = ARENA_ARRAY(a, Box, most + 1);
  m.boxes.texts = ARENA_ARRAY(a, BoxText, most + 1);
  fold_numbers(&m);
  choose_groups(&m);
  for (int i = 0; i < g->nnodes; i++) {
    if (m.folded[i] || m.group[i] != i) continue;
    m.box[i] = box_add(&m, m.size[i] > 1 ? group_text(&m, i) : node_text(&m, i));
  }
  int nuses;
  Use *uses = add_arrows(&m, &nuses);
  add_params(&m, uses, nuses);
  free(uses);
  Layers *l = &m.boxes.layers;
  Arrow *arrows = l->arrows;
  l->arrows = arena_copy(a, arrows, sizeof *arrows * (size_t)l->narrows);
  free(arrows);
  layers_place(a, l);
  return m.boxes;
}
