// jitc bench: times each entry compiled and eager, and prints what compiling it cost and gains.
#include <stdlib.h>
#include <string.h>

#include "backends/clock.h"
#include "frontend/data/json.h"
#include "frontend/entry.h"
#include "frontend/steps.h"
#include "frontend/tool/tool.h"
#include "runtime/executable.h"

enum { MOST_SAMPLES = 2000, LEAST_SAMPLES = 15, WARM_UPS = 3 };
static const double budget_ms =
    400;  // of measuring per variant: medians within 2 % on a busy machine

typedef struct Spread {
  double p10, p50, p90;  // microseconds
} Spread;

typedef struct Figures {
  const char *name, *device;
  int threads;
  Spread eager, jit;
  double trace_ms;
  ExecutableInfo info;
} Figures;

// A call to be timed; false after fail().
typedef struct Call {
  bool (*f)(void *context);
  void *context;
} Call;

static int compare_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static bool measure(Call c, Spread *out) {
  double samples[MOST_SAMPLES];
  for (int i = 0; i < WARM_UPS; i++) {
    if (!c.f(c.context)) return false;
  }
  int n = 0;
  for (const double start = now_ms();
       n < MOST_SAMPLES && (n < LEAST_SAMPLES || now_ms() - start < budget_ms);) {
    const double before = now_ms();
    if (!c.f(c.context)) return false;
    samples[n++] = (now_ms() - before) * 1e3;
  }
  qsort(samples, (size_t)n, sizeof *samples, compare_doubles);
  *out = (Spread){samples[n / 10], samples[n / 2], samples[n - 1 - n / 10]};
  return true;
}

// ---- what is timed

typedef struct Bench {
  Executable *jit;
  Steps *eager;
  Values in, out;
} Bench;

static bool call_jit(void *context) {
  Bench *b = context;
  return values_run(b->jit, &b->in, &b->out);
}

static bool call_eager(void *context) {
  Bench *b = context;
  return steps_run(b->eager, &b->in, &b->out);
}

static bool time_graph(Arena *a, const Device *d, const Subject *s, const ToolArgs *args, Bench *b,
                       Figures *f) {
  const CompileOptions options = {.threads = f->threads};
  return (b->eager = steps_new(d, &options, s->graph)) &&
         subject_arguments(a, s, args, tool_seed(args), &b->in) &&
         values_for_results(a, s->graph, &b->out) && measure((Call){call_jit, b}, &f->jit) &&
         measure((Call){call_eager, b}, &f->eager);
}

// An entry is called as its program would: through the public functions, with fresh results.
static bool call_entry_jit(void *call) { return entry_call(call, true); }
static bool call_entry_eager(void *call) { return entry_call(call, false); }

static bool time_calls(void *context, EntryCall *call) {
  Figures *f = context;
  return measure((Call){call_entry_jit, call}, &f->jit) &&
         measure((Call){call_entry_eager, call}, &f->eager);
}

static bool bench_with(Arena *a, const Device *d, const Subject *s, const ToolArgs *args, Bench *b,
                       Figures *f) {
  const CompileOptions options = {.threads = f->threads};
  if (!(b->jit = executable_new(d, s->graph, &options))) return false;
  f->info = b->jit->info;
  return s->entry ? entry_visit(s->entry, tool_seed(args), time_calls, f)
                  : time_graph(a, d, s, args, b, f);
}

// The kernels of one call, on the entry's own arguments.
static bool profile_subject(FILE *out, const Device *d, const Subject *s, const ToolArgs *args) {
  Bench b = {0};
  Arena *a = arena_new();
  const CompileOptions options = {.threads = device_threads()};
  const bool ok = (b.jit = executable_new(d, s->graph, &options)) &&
                  subject_arguments(a, s, args, tool_seed(args), &b.in) &&
                  values_for_results(a, s->graph, &b.out) &&
                  bench_profile(out, b.jit, call_jit, &b);
  executable_free(b.jit);
  values_free(&b.in);
  values_free(&b.out);
  arena_free(a);
  return ok;
}

static bool bench_subject(Arena *a, const Device *d, const Subject *s, const ToolArgs *args,
                          Figures *f) {
  Bench b = {0};
  *f = (Figures){
      .name = s->name, .device = d->name, .threads = device_threads(), .trace_ms = s->trace_ms};
  const bool ok = bench_with(a, d, s, args, &b, f);
  steps_free(b.eager);
  executable_free(b.jit);
  values_free(&b.in);
  values_free(&b.out);
  return ok;
}

// ---- printing

// Per second of the median call: operations or bytes in units of 1e9.
static double giga(int64_t amount, Spread s) { return (double)amount / (s.p50 * 1e3); }
static double speedup(const Figures *f) { return f->eager.p50 / f->jit.p50; }

static void print_header(FILE *out) {
  fprintf(out, "%-16s %-7s %25s %25s %8s %10s %9s %7s %8s %8s\n", "entry", "device",
          "eager us (p10-p90)", "jit us (p10-p90)", "speed-up", "compile ms", "GFLOP/s", "GB/s",
          "kernels", "peak MB");
}

static void print_spread(FILE *out, Spread s) {
  char range[64], text[96];
  snprintf(range, sizeof range, "(%.4g-%.4g)", s.p10, s.p90);
  snprintf(text, sizeof text, "%.4g %s", s.p50, range);
  fprintf(out, " %25s", text);
}

static void print_figures(FILE *out, const Figures *f) {
  fprintf(out, "%-16s %-7s", f->name, f->device);
  print_spread(out, f->eager);
  print_spread(out, f->jit);
  fprintf(out, " %8.2f %10.2f %9.2f %7.2f %8d %8.2f\n", speedup(f),
          f->info.optimize_ms + f->info.codegen_ms, giga(f->info.flops, f->jit),
          giga(f->info.bytes, f->jit), f->info.kernels, (double)f->info.peak_bytes / 1e6);
  fflush(out);
}

static void json_spread(Text *t, const char *name, Spread s) {
  text_fmt(t, ",\"%s\":{\"p10\":%.3f,\"p50\":%.3f,\"p90\":%.3f}", name, s.p10, s.p50, s.p90);
}

static void json_figures(Text *t, const Figures *f) {
  text_str(t, "{\"entry\":");
  json_string(t, f->name);
  text_str(t, ",\"device\":");
  json_string(t, f->device);
  text_fmt(t, ",\"threads\":%d", f->threads);
  json_spread(t, "eager_us", f->eager);
  json_spread(t, "jit_us", f->jit);
  text_fmt(t, ",\"speedup\":%.4g,\"trace_ms\":%.4f,\"optimize_ms\":%.4f,\"codegen_ms\":%.4f",
           speedup(f), f->trace_ms, f->info.optimize_ms, f->info.codegen_ms);
  text_fmt(t, ",\"disk_hit_ms\":null,\"flops\":%lld,\"bytes\":%lld", (long long)f->info.flops,
           (long long)f->info.bytes);
  text_fmt(t, ",\"gflops\":%.4g,\"gbps\":%.4g,\"peak_bytes\":%lld,\"kernels\":%d}\n",
           giga(f->info.flops, f->jit), giga(f->info.bytes, f->jit), (long long)f->info.peak_bytes,
           f->info.kernels);
}

// ---- the command

static bool bench_source(const Source *p, const Device *d, const ToolArgs *args, FILE *table,
                         Text *json) {
  for (int i = 0; i < p->n; i++) {
    Figures f;
    if (!bench_subject(p->arena, d, &p->subjects[i], args, &f)) return false;
    print_figures(table, &f);
    if (args->profile && !profile_subject(table, d, &p->subjects[i], args)) return false;
    json_figures(json, &f);
  }
  return true;
}

int tool_bench(const ToolArgs *args) {
  FILE *table = args->json && !strcmp(args->json, "-") ? stderr : stdout;
  Text json = {0};
  int status = TOOL_BAD_INPUT;
  const Device *d = tool_device();
  bool ok = d != NULL;
  if (ok) print_header(table);
  for (int i = 0; ok && i < args->npaths; i++) {
    Source p;
    ok = source_open(args->paths[i], &p, &status);
    if (ok) status = TOOL_BAD_INPUT, ok = bench_source(&p, d, args, table, &json);
    source_close(&p);
  }
  ok = ok && json_write(args, &json);
  text_free(&json);
  return ok ? TOOL_OK : tool_error(status);
}
