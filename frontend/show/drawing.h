// Graphs as SVG drawings.
#ifndef JITC_FRONTEND_DRAWING_H
#define JITC_FRONTEND_DRAWING_H
#include "ir/graph.h"
#include "ir/text.h"

// A drawing of its own: with a ground, colours for light and dark screens and a legend.
char *graph_svg(Arena *a, const Graph *g);

// The same for a page that brings colours along: `drawing_colors` in its style sheet, for what
// stands under `prefix` (":root.dark " or "").
void drawing_svg(Text *out, const Graph *g);
void drawing_colors(Text *out, const char *prefix, bool dark);

// Of XML and HTML.
void text_escaped(Text *out, const char *s);
// "mlp.c:33"; nothing where the place is unknown.
void text_place(Text *out, Loc loc);
#endif
