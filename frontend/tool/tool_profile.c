// jitc bench --profile: what each kernel of a call takes.
#include <stdlib.h>
#include <string.h>

#include "backends/clock.h"
#include "frontend/tool/tool.h"

enum { WARM_UPS = 3, LEAST_RUNS = 10, MOST_RUNS = 2000 };
static const double budget_ms = 400;

typedef struct Row {
  const StepInfo *step;
  int64_t ns, runs;
} Row;

typedef struct Rows {
  StepWatch watch;
  Row *rows;
  int n, cap;
} Rows;

static void seen(StepWatch *w, const StepInfo *step, int64_t start_ns, int64_t end_ns) {
  Rows *r = (Rows *)w;
  int i = 0;
  while (i < r->n && r->rows[i].step != step) i++;
  if (i == r->n) {
    GROW(r->rows, r->cap, r->n + 1);
    r->rows[r->n++] = (Row){.step = step};
  }
  r->rows[i].ns += end_ns - start_ns;
  r->rows[i].runs++;
}

static int by_time(const void *a, const void *b) {
  const Row *p = a, *q = b;
  return (p->ns < q->ns) - (p->ns > q->ns);
}

static void print_row(FILE *out, const Row *r, double all_ns, int calls) {
  const Loc at = r->step->loc;
  const char *slash = at.file ? strrchr(at.file, '/') : NULL;
  char place[64] = "";
  if (at.file) snprintf(place, sizeof place, "%.40s:%d", slash ? slash + 1 : at.file, at.line);
  const double ns = (double)r->ns / (double)r->runs;
  fprintf(out, "  %-28s %-22s %6.1f%% %10.2f %6.4g %9.2f %8.2f\n", r->step->name, place,
          100 * (double)r->ns / all_ns, (double)r->ns / calls * 1e-3, (double)r->runs / calls,
          (double)r->step->flops / ns, (double)r->step->bytes / ns);
}

static void print_rows(FILE *out, Rows *r, double call_ns, int calls) {
  double all = 0;
  qsort(r->rows, (size_t)r->n, sizeof *r->rows, by_time);
  for (int i = 0; i < r->n; i++) all += (double)r->rows[i].ns;
  fprintf(out, "  %-28s %-22s %7s %10s %6s %9s %8s\n", "kernel", "place", "share", "us", "runs",
          "GFLOP/s", "GB/s");
  for (int i = 0; i < r->n; i++) print_row(out, &r->rows[i], all, calls);
  fprintf(out, "  %-28s %-22s %7s %10.2f  of %.2f in all\n", "together", "", "", all / calls * 1e-3,
          call_ns / calls * 1e-3);
}

bool bench_profile(FILE *out, Executable *e, bool (*call)(void *context), void *context) {
  Rows r = {.watch = {seen}};
  for (int i = 0; i < WARM_UPS; i++)
    if (!call(context)) return false;
  e->watch = &r.watch;
  const int64_t start = now_ns();
  int calls = 0;
  bool ok = true;
  while (ok && calls < MOST_RUNS &&
         (calls < LEAST_RUNS || (double)(now_ns() - start) < budget_ms * 1e6))
    ok = call(context), calls++;
  e->watch = NULL;
  if (ok && r.n) print_rows(out, &r, (double)(now_ns() - start), calls);
  if (ok && !r.n) fprintf(out, "  no kernels to time: this device runs nodes one by one\n");
  free(r.rows);
  return ok;
}
