// Drawings of graphs: boxes do not overlap, arrows connect them, large graphs stay small.
#include "frontend/show/drawing.h"

#include "frontend/show/drawing_boxes.h"
#include "ir/build.h"
#include "ir/parse.h"
#include "tests/check.h"
#include "tests/random_graph.h"

static int count(const char *text, const char *part) {
  int n = 0;
  for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
  return n;
}

static void expect_sound(const char *svg) {
  EXPECT(!strstr(svg, "\"nan") && !strstr(svg, "\"-nan") && !strstr(svg, "Mnan"));
  EXPECT_EQ(count(svg, "<g"), count(svg, "</g>"));
  EXPECT_EQ(count(svg, "<text"), count(svg, "</text>"));
  EXPECT_EQ(count(svg, "</svg>"), 1);
}

static bool apart(const Box *a, const Box *b) {
  return a->x + a->width <= b->x + 1e-6 || b->x + b->width <= a->x + 1e-6 ||
         a->y + a->height <= b->y + 1e-6 || b->y + b->height <= a->y + 1e-6;
}

static bool touches(const Box *b, Point p, double y) {
  return fabs(p.x - (b->x + b->width / 2)) < 1e-6 && fabs(p.y - y) < 1e-6;
}

static void expect_layout(const Layers *l) {
  for (int i = 0; i < l->nboxes; i++) {
    const Box *b = &l->boxes[i];
    EXPECT(b->x >= -1e-6 && b->x + b->width <= l->width + 1e-6);
    EXPECT(b->y >= -1e-6 && b->y + b->height <= l->height + 1e-6);
    for (int k = i + 1; k < l->nboxes; k++) EXPECT(apart(b, &l->boxes[k]));
  }
  for (int i = 0; i < l->narrows; i++) {
    const Arrow *e = &l->arrows[i];
    const Box *from = &l->boxes[e->from], *to = &l->boxes[e->to];
    EXPECT(from->layer < to->layer);
    EXPECT(e->npoints >= 2 && e->npoints % 2 == 0);
    EXPECT(touches(from, e->points[0], from->y + from->height));
    EXPECT(touches(to, e->points[e->npoints - 1], to->y));
    for (int k = 1; k < e->npoints; k++) EXPECT(e->points[k].y >= e->points[k - 1].y - 1e-6);
  }
}

static Graph *parse(Arena *a, const char *text) {
  int n;
  Graph **g = graphs_parse(a, "t.jir", text, strlen(text), &n);
  EXPECT_OK();
  return g ? g[0] : NULL;
}

static void shows_nodes_numbers_and_types(void) {
  Arena *a = arena_new();
  Graph *g = parse(a,
                   "def f(x: f32[4,3], w: f32[3]) -> f32[4]:\n"
                   "    h: f32[4,3] = broadcast(f32(0.5), shape=(4, 3))\n"
                   "    a: f32[4,3] = mul(x, h)\n"
                   "    b: f32[4] = dot(a, w, lhs_contract=(1,), rhs_contract=(0,), order=chain)\n"
                   "    return b\n");
  char *svg = graph_svg(a, g);
  expect_sound(svg);
  EXPECT_HAS(svg, ">mul 0.5<");
  EXPECT_HAS(svg, ">dot<");
  EXPECT_HAS(svg, "k-contraction");
  EXPECT_HAS(svg, ">f32[4,3]<");
  EXPECT_HAS(svg, "dot(f32[4,3], f32[3]) -&gt; f32[4]");
  EXPECT_EQ(count(svg, "class=\"box"), 5);  // two parameters, two nodes, a result
  EXPECT_EQ(count(svg, "prefers-color-scheme: dark"), 1);
  arena_free(a);
}

static void draws_what_has_no_nodes(void) {
  Arena *a = arena_new();
  Graph *g = graph_new(a, "a<b");
  Id x = graph_param(g, type_scalar(DT_F32), "x&y");
  graph_set_results(g, 2, (Id[]){x, x});
  char *svg = graph_svg(a, g);
  expect_sound(svg);
  EXPECT_HAS(svg, "a&lt;b");
  EXPECT_HAS(svg, "x&amp;y");
  EXPECT_EQ(count(svg, "k-result\""), 3);
  g = graph_new(a, "empty");
  graph_set_results(g, 0, NULL);
  expect_sound(graph_svg(a, g));
  Id one = b_like(g, graph_param(g, type_scalar(DT_F32), "x"), 1);
  graph_set_results(g, 1, &one);
  EXPECT_HAS(graph_svg(a, g), "constant");
  arena_free(a);
}

// Layers of `width` values, each of two of the layer above; on lines of their own or on one.
static Graph *lattice(Arena *a, int width, int depth, bool lines) {
  Graph *g = graph_new(a, "lattice");
  Id row[64], next[64];
  for (int i = 0; i < width; i++) row[i] = graph_param(g, type_scalar(DT_F32), NULL);
  for (int d = 0; d < depth; d++) {
    g->loc = (Loc){"user.c", lines ? d + 1 : 1, 0};
    for (int i = 0; i < width; i++) next[i] = b_add(g, row[i], row[(i + 1) % width]);
    memcpy(row, next, sizeof row);
  }
  graph_set_results(g, width, row);
  return graph_clone(a, g);
}

static void large_graphs_stay_small(void) {
  static const struct { int width, depth; } sizes[] = {{1, 20000}, {2, 5000}, {12, 40}, {64, 100}};
  for (int i = 0; i < 8; i++) {
    Arena *a = arena_new();
    const Boxes b =
        boxes_of_graph(a, lattice(a, sizes[i / 2].width, sizes[i / 2].depth, i % 2 != 0));
    EXPECT(b.layers.nboxes <= MOST_BOXES + 64 * 6);
    EXPECT(b.layers.nboxes > MOST_BOXES / 8);
    expect_layout(&b.layers);
    arena_free(a);
  }
}

static void random_graphs_are_drawn(void) {
  for (int i = 0; i < 60; i++) {
    Arena *a = arena_new();
    Graph *g = random_graph(a, (RandomGraph){.seed = test_random(), .nodes = 8 + i, .depth = 2});
    const Boxes b = boxes_of_graph(a, graph_clone(a, g));
    expect_layout(&b.layers);
    expect_sound(graph_svg(a, g));
    arena_free(a);
  }
}

int main(void) {
  RUN(shows_nodes_numbers_and_types);
  RUN(draws_what_has_no_nodes);
  RUN(large_graphs_stay_small);
  RUN(random_graphs_are_drawn);
  return tests_done();
}
