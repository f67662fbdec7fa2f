// Graphs as SVG: boxes coloured by kind, with arrows that say what type flows along them; graphs
// inside nodes stand below.
#include "frontend/show/drawing.h"

#include <string.h>

#include "frontend/show/drawing_boxes.h"
#include "frontend/show/screen.h"

// In pixels.
enum { MARGIN = 28, TITLE = 34, BELOW = 46, LEGEND = 44, LEGEND_ITEM = 124, MOST_REGIONS = 40 };

static const struct {
  const char *name, *light_fill, *light_edge, *dark_fill, *dark_edge;
} kinds[BOX_KINDS_COUNT] = {
#define X(KIND, name) [BOX_##KIND] = {#name, LIGHT_##KIND, DARK_##KIND},
#define LIGHT_PARAM "#dbeafe", "#3b82f6"
#define DARK_PARAM "#1e3a5f", "#60a5fa"
#define LIGHT_RESULT "#dcfce7", "#16a34a"
#define DARK_RESULT "#14432a", "#4ade80"
#define LIGHT_MAP "#fef9c3", "#ca8a04"
#define DARK_MAP "#453a0c", "#facc15"
#define LIGHT_REDUCE "#ffedd5", "#ea580c"
#define DARK_REDUCE "#4a2410", "#fb923c"
#define LIGHT_DOT "#fee2e2", "#dc2626"
#define DARK_DOT "#4c1717", "#f87171"
#define LIGHT_SHAPE "#f1f5f9", "#64748b"
#define DARK_SHAPE "#273142", "#94a3b8"
#define LIGHT_SOURCE "#f5f5f4", "#a8a29e"
#define DARK_SOURCE "#33302e", "#a8a29e"
#define LIGHT_INDEX "#f3e8ff", "#9333ea"
#define DARK_INDEX "#371a52", "#c084fc"
#define LIGHT_CONTROL "#ccfbf1", "#0d9488"
#define DARK_CONTROL "#0f3d3a", "#2dd4bf"
#define LIGHT_OTHER "#e5e7eb", "#6b7280"
#define DARK_OTHER "#30353d", "#9ca3af"
#define LIGHT_GROUP "#ffffff", "#334155"
#define DARK_GROUP "#161b22", "#cbd5e1"
    BOX_KINDS(X)
#undef X
};

void text_escaped(Text *out, const char *s) {
  for (; *s; s++) {
    if (*s == '&') text_str(out, "&amp;");
    else if (*s == '<') text_str(out, "&lt;");
    else if (*s == '>') text_str(out, "&gt;");
    else if (*s == '"') text_str(out, "&quot;");
    else text_add(out, s, 1);
  }
}

void text_place(Text *out, Loc loc) {
  const char *slash = loc.file ? strrchr(loc.file, '/') : NULL;
  if (loc.file && loc.line) text_fmt(out, "%s:%d", slash ? slash + 1 : loc.file, loc.line);
}

// ---- one graph

static void draw_arrow(Text *out, const Arrow *e) {
  text_fmt(out, "<path d=\"M%.1f %.1f", e->points[0].x, e->points[0].y);
  for (int i = 0; i + 1 < e->npoints; i += 2) {
    const Point a = e->points[i], b = e->points[i + 1];
    const double middle = (a.y + b.y) / 2;
    text_fmt(out, "C%.1f %.1f %.1f %.1f %.1f %.1f", a.x, middle, b.x, middle, b.x, b.y);
    if (i + 2 < e->npoints) text_fmt(out, "V%.1f", e->points[i + 2].y);
  }
  text_str(out, "\"/>\n");
}

// The first arrow of a box says the type of what flows along all of them.
static void draw_type(Text *out, const Boxes *b, int box) {
  for (int i = 0; i < b->layers.narrows && b->texts[box].type; i++) {
    const Arrow *e = &b->layers.arrows[i];
    if (e->from != box) continue;
    text_fmt(out, "<text class=\"type\" x=\"%.1f\" y=\"%.1f\">", e->points[0].x + 6,
             e->points[0].y + 14);
    text_escaped(out, b->texts[box].type);
    text_str(out, "</text>\n");
    return;
  }
}

static void draw_box(Text *out, const Box *b, const BoxText *t) {
  const double middle = b->x + b->width / 2;
  text_fmt(out, "<g class=\"box k-%s\" data-at=\"", kinds[t->kind].name);
  text_escaped(out, t->places);
  text_str(out, "\"><title>");
  text_escaped(out, t->tip);
  text_fmt(out,
           "</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%g\"/>"
           "<text x=\"%.1f\" y=\"%.1f\">",
           b->x, b->y, b->width, b->height, *t->detail ? 7.0 : b->height / 2, middle, b->y + 17);
  text_escaped(out, t->name);
  text_str(out, "</text>");
  if (*t->detail) {
    text_fmt(out, "<text class=\"at\" x=\"%.1f\" y=\"%.1f\">", middle, b->y + 32);
    text_escaped(out, t->detail);
    text_str(out, "</text>");
  }
  text_str(out, "</g>\n");
}

typedef struct Drawing {
  Arena *arena;
  Text body;
  double width, y;
  unsigned kinds;  // bits of those that occur
  int regions;
} Drawing;

static void draw_graph(Drawing *d, const Graph *given, const char *title) {
  const Graph *g = graph_clone(d->arena, given);
  const Boxes b = boxes_of_graph(d->arena, g);
  text_fmt(&d->body, "<text class=\"title\" x=\"%d\" y=\"%.1f\">", MARGIN, d->y + 16);
  text_escaped(&d->body, title);
  text_fmt(&d->body, "</text>\n<g transform=\"translate(%d %.1f)\">\n<g class=\"arrows\">\n",
           MARGIN, d->y + TITLE);
  for (int i = 0; i < b.layers.narrows; i++) draw_arrow(&d->body, &b.layers.arrows[i]);
  text_str(&d->body, "</g>\n");
  for (int i = 0; i < b.layers.nboxes; i++) {
    draw_box(&d->body, &b.layers.boxes[i], &b.texts[i]);
    d->kinds |= 1u << b.texts[i].kind;
  }
  for (int i = 0; i < b.layers.nboxes; i++) draw_type(&d->body, &b, i);
  text_str(&d->body, "</g>\n");
  d->y += TITLE + b.layers.height + BELOW;
  if (b.layers.width > d->width) d->width = b.layers.width;
  for (int i = 0; i < b.nregions && d->regions < MOST_REGIONS; i++) {
    d->regions++;
    draw_graph(d, b.regions[i].graph, b.regions[i].title);
  }
}

static void draw_legend(Drawing *d) {
  double x = MARGIN;
  for (int k = 0; k < BOX_KINDS_COUNT; k++) {
    if (!(d->kinds >> k & 1)) continue;
    text_fmt(&d->body,
             "<g class=\"k-%s\"><rect x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"14\" rx=\"4\"/>"
             "<text class=\"at legend\" x=\"%.1f\" y=\"%.1f\">%s</text></g>\n",
             kinds[k].name, x, d->y, x + 20, d->y + 11, kinds[k].name);
    x += LEGEND_ITEM;
  }
  if (x > d->width) d->width = x;
  d->y += LEGEND;
}

static Drawing draw(const Graph *g) {
  Drawing d = {.arena = arena_new(), .y = MARGIN};
  const PlainNumbers plain = plain_numbers_begin();
  draw_graph(&d, g, g->name ? g->name : "graph");
  draw_legend(&d);
  plain_numbers_end(plain);
  arena_free(d.arena);
  d.width += 2 * MARGIN;
  return d;
}

// ---- styles

static const char base_style[] =
    "svg.graph text{font:600 13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;"
    "text-anchor:middle}\n"
    "svg.graph .at{font-size:11px;font-weight:400}\n"
    "svg.graph .type{font-size:10.5px;font-weight:400;text-anchor:start;paint-order:stroke;"
    "stroke-width:4px;stroke-linejoin:round}\n"
    "svg.graph .title{font-size:15px;text-anchor:start}\n"
    "svg.graph .legend{text-anchor:start}\n"
    "svg.graph .arrows path{fill:none;stroke-width:1.3}\n"
    "svg.graph .box rect{stroke-width:1.3}\n"
    "svg.graph .k-several rect{stroke-dasharray:4 3}\n";

void drawing_colors(Text *out, const char *prefix, bool dark) {
  const char *ground = dark ? "#0d1117" : "#ffffff", *ink = dark ? "#e6edf3" : "#1b1f24";
  const char *pale = dark ? "#9da7b3" : "#57606a", *line = dark ? "#6e7681" : "#a3acb5";
  text_fmt(out, "%ssvg.graph .ground{fill:%s}\n%ssvg.graph text{fill:%s}\n", prefix, ground, prefix,
           ink);
  text_fmt(out, "%ssvg.graph .at{fill:%s}\n%ssvg.graph .type{fill:%s;stroke:%s}\n", prefix, pale,
           prefix, pale, ground);
  text_fmt(out, "%ssvg.graph .arrows path{stroke:%s}\n", prefix, line);
  for (int k = 0; k < BOX_KINDS_COUNT; k++)
    text_fmt(out, "%ssvg.graph .k-%s rect{fill:%s;stroke:%s}\n", prefix, kinds[k].name,
             dark ? kinds[k].dark_fill : kinds[k].light_fill,
             dark ? kinds[k].dark_edge : kinds[k].light_edge);
}

static void open_svg(Text *out, const Drawing *d) {
  text_fmt(out,
           "<svg class=\"graph\" xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
           "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n",
           d->width, d->y, d->width, d->y);
}

void drawing_svg(Text *out, const Graph *g) {
  Drawing d = draw(g);
  open_svg(out, &d);
  text_fmt(out, "<style>\n%s</style>\n", base_style);
  text_add(out, d.body.s, d.body.n);
  text_str(out, "</svg>\n");
  text_free(&d.body);
}

char *graph_svg(Arena *a, const Graph *g) {
  Drawing d = draw(g);
  Text out = {0};
  open_svg(&out, &d);
  text_fmt(&out, "<style>\n%s", base_style);
  drawing_colors(&out, "", false);
  text_str(&out, "@media (prefers-color-scheme: dark) {\n");
  drawing_colors(&out, "", true);
  text_fmt(&out, "}\n</style>\n<rect class=\"ground\" width=\"%.0f\" height=\"%.0f\"/>\n", d.width,
           d.y);
  text_add(&out, d.body.s, d.body.n);
  text_str(&out, "</svg>\n");
  text_free(&d.body);
  return text_take(&out, a);
}
