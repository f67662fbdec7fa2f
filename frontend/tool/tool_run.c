// jitc run: runs programs on given or random arguments and prints the results.
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "frontend/data/npy.h"
#include "frontend/tier.h"
#include "frontend/tool/tool.h"
#include "runtime/executable.h"

enum { PRINTED = 8 };  // elements of a result

static void print_number(Dtype d, double x) {
  if (dtype_is_float(d)) printf(d == DT_F64 ? "%.16g" : "%.7g", x);
  else if (d == DT_BOOL) fputs(x ? "True" : "False", stdout);
  else printf("%.0f", x);
}

static void print_result(const Values *v, int k) {
  const int64_t n = type_count(v->types[k]);
  printf("  %d: %s = ", k, TYPE_STR(v->types[k]));
  for (int64_t i = 0; i < n && i < PRINTED; i++) {
    if (i) fputs(", ", stdout);
    const Dtype d = v->types[k].dtype;
    if (dtype_is_complex(d)) {
      printf(d == DT_C64 ? "%.7g%+.7gj" : "%.16g%+.16gj", values_part(v, k, i, 0),
             values_part(v, k, i, 1));
      continue;
    }
    print_number(d, values_get(v, k, i));
  }
  puts(n > PRINTED ? ", ..." : "");
}

static bool write_results(const ToolArgs *args, const Values *v, int n) {
  if (!args->output) return true;
  if (mkdir(args->output, 0777) && errno != EEXIST)
    return fail((Loc){0}, "cannot make the folder '%s': %s", args->output, strerror(errno));
  for (int k = 0; k < n; k++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%d.npy", args->output, k);
    if (!npy_write((Loc){0}, path, v->types[k], v->buffers[k]->data)) return false;
  }
  return true;
}

static bool run_program(const Device *d, const Subject *s, const Values *in, Values *out) {
  const CompileOptions options = {.threads = device_threads()};
  Executable *e = executable_new(tier_for_one_run(d, s->graph), s->graph, &options);
  const bool ok = e && values_run(e, in, out);
  executable_free(e);
  return ok;
}

// *status becomes TOOL_CHECK_FAILED where a check of the program does not hold.
static bool run_subject(Arena *a, const Device *d, const Subject *s, const ToolArgs *args,
                        uint64_t seed, int *status) {
  Values in = {0}, out = {0};
  bool ok = subject_arguments(a, s, args, seed, &in) && values_for_results(a, s->graph, &out) &&
            run_program(d, s, &in, &out);
  if (ok) printf("%s on %s (seed %llu)\n", s->name, d->name, (unsigned long long)seed);
  // What the checks compare stands behind the results.
  const int n = s->program ? s->program->nresults : out.n;
  for (int k = 0; ok && k < n; k++) print_result(&out, k);
  ok = ok && write_results(args, &out, n);
  if (ok && s->program && s->program->checks) {
    int held, total;
    tool_checks(s->program, &out, &held, &total);
    printf("  %d of %d checks hold\n", held, total);
    if (held < total) *status = TOOL_CHECK_FAILED;
  }
  values_free(&in);
  values_free(&out);
  return ok;
}

static bool one_at_a_time(const ToolArgs *args, const Source *p) {
  if ((args->npaths == 1 && p->n == 1) || (!args->output && !args->ninputs)) return true;
  return fail(p->subjects[0].loc, "has %d entries: pick one, FILE:%s, for --input and --output",
              p->n, p->subjects[0].name);
}

int tool_run(const ToolArgs *args) {
  const uint64_t seed = tool_seed(args);
  int status = TOOL_BAD_INPUT, outcome = TOOL_OK;
  bool ok = true;
  for (int i = 0; ok && i < args->npaths; i++) {
    Source p;
    const Device *d = NULL;
    const bool opened = ok = source_open(args->paths[i], &p, &status);
    if (ok) status = TOOL_BAD_INPUT, ok = one_at_a_time(args, &p) && (d = tool_device());
    for (int k = 0; ok && k < p.n; k++)
      ok = run_subject(p.arena, d, &p.subjects[k], args, seed, &outcome);
    if (opened && !ok) diag_locate(p.subjects[0].loc);
    source_close(&p);
  }
  return ok ? outcome : tool_error(status);
}
