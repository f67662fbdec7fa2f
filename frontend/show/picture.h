// Line plots as SVG files: curves of loss and accuracy.
#ifndef JITC_FRONTEND_PICTURE_H
#define JITC_FRONTEND_PICTURE_H
#include <stdbool.h>

#include "ir/diag.h"

// One line. Where a value is not finite the line is interrupted.
typedef struct Series {
  const char *name;  // in the legend; NULL: not there
  int n;
  const double *x;  // NULL: 1, 2, ... n
  const double *y;
  bool faint;  // a thin pale line, for raw values behind a smoother series
} Series;

// A pair of axes with its lines.
typedef struct Panel {
  const char *title, *x_label, *y_label;  // each may be NULL
  int series_count;
  const Series *series;
} Panel;

// Panels stand side by side.
typedef struct Picture {
  const char *title, *subtitle;  // each may be NULL
  int panel_count;
  const Panel *panels;
} Picture;

// Writes the picture to `path`, replacing a file there as a whole; an error at `loc` names the
// file.
bool picture_write(Loc loc, const char *path, const Picture *picture);

// The SVG text of the picture, malloc'ed.
char *picture_svg(const Picture *picture);
#endif
