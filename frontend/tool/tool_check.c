// jitc check: compiled = eager = reference bit for bit; then the derivatives, and vmap against a
// loop.
#include "frontend/tool/tool_check.h"

#include <stdarg.h>
#include <string.h>

#include "frontend/steps.h"
#include "runtime/config.h"
#include "runtime/executable.h"

void check_pass(Report *r, const char *what, const char *detail) {
  r->passed++;
  printf("ok      %-16s %-28s %s\n", r->subject->name, what, detail);
}

void check_fault(Report *r, const char *what, const char *fmt, ...) {
  va_list ap;
  r->failed++;
  printf("FAILED  %-16s %-28s ", r->subject->name, what);
  va_start(ap, fmt);
  vprintf(fmt, ap);
  va_end(ap);
  putchar('\n');
}

void check_skip(Report *r, const char *what) {
  r->skipped++;
  printf("skipped %-16s %-28s %s\n", r->subject->name, what, diag_message());
  diag_clear();
}

void check_fault_at(Report *r, const char *what, const Values *v, Difference d) {
  check_fault(r, what,
              "result %d %s, element %s: got %.9g, expected %.9g (%.3g ulp); %lld of %lld differ",
              d.leaf, TYPE_STR(v->types[d.leaf]),
              index_str(v->types[d.leaf], d.index, (char[TYPE_TEXT]){0}), d.got, d.want,
              ulp_distance(v->types[d.leaf].dtype, d.got, d.want), (long long)d.count,
              (long long)type_count(v->types[d.leaf]));
}

// ---- running graphs

static CompileOptions compile_options(void) {
  return (CompileOptions){.threads = device_threads()};
}

bool check_run(const Device *d, Arena *a, const Graph *g, const Values *in, Values *out) {
  const CompileOptions options = compile_options();
  Executable *e = executable_new(d, g, &options);
  const bool ok = e && values_for_results(a, g, out) && values_run(e, in, out);
  executable_free(e);
  return ok;
}

static bool run_eager(const Device *d, Arena *a, const Graph *g, const Values *in, Values *out) {
  const CompileOptions options = compile_options();
  Steps *s = steps_new(d, &options, g);
  const bool ok = s && values_for_results(a, g, out) && steps_run(s, in, out);
  steps_free(s);
  return ok;
}

// ---- equal bits

static void check_same(Report *r, const char *what, const Values *got, const Values *want) {
  Difference d;
  if (values_same(got, want, &d)) check_pass(r, what, "bit for bit");
  else check_fault_at(r, what, got, d);
}

// Of a device: compiled against eager, and both against the reference.
static bool check_bits(Report *r, Arena *a, const Device *device, const Values *in,
                       const Values *reference) {
  const Graph *g = r->subject->graph;
  Values jit = {0}, eager = {0};
  char what[64];
  const bool ok = check_run(device, a, g, in, &jit) && run_eager(device, a, g, in, &eager);
  if (ok) {
    snprintf(what, sizeof what, "%s: jit = eager", device->name);
    check_same(r, what, &jit, &eager);
    if (reference != NULL) {
      snprintf(what, sizeof what, "%s: jit = interp", device->name);
      check_same(r, what, &jit, reference);
    }
  }
  values_free(&jit);
  values_free(&eager);
  return ok;
}

// The entry called as its program would call it, through the public functions.
static bool check_calls(Report *r, Arena *a, uint64_t seed, const Values *reference) {
  static const char *const what[] = {"eager call = interp", "jit call = interp"};
  bool ok = true;
  for (int jit = 0; ok && jit < 2; jit++) {
    Values got = {0};
    ok = entry_results(a, r->subject, seed, jit, &got);
    if (ok) check_same(r, what[jit], &got, reference);
    values_free(&got);
  }
  return ok;
}

static bool check_devices(Report *r, Arena *a, const Values *in, uint64_t seed) {
  Values reference = {0};
  const Device *interp = device_find((Loc){0}, "interp");
  bool ok = interp && check_run(interp, a, r->subject->graph, in, &reference);
  for (int i = 0; ok && i < device_count(); i++) {
    const Device *d = device_at(i);
    if (d->backend) ok = check_bits(r, a, d, in, d == interp ? NULL : &reference);
  }
  if (ok && r->subject->entry) ok = check_calls(r, a, seed, &reference);
  values_free(&reference);
  return ok;
}

// ---- the command

static bool check_values(Report *r, Arena *a, const Device *theirs, const Values *in,
                         uint64_t seed) {
  if (theirs) return check_against(r, a, theirs, in, seed);
  return check_devices(r, a, in, seed) && check_derivatives(r, a, in, seed) &&
         check_batching(r, a, seed);
}

static bool check_subject(Arena *a, const Subject *s, const ToolArgs *args, const Device *theirs,
                          uint64_t seed, Report *r) {
  Values in = {0};
  r->subject = s;
  const bool ok = subject_arguments(a, s, args, seed, &in) && check_values(r, a, theirs, &in, seed);
  values_free(&in);
  return ok;
}

// The device of --against, NULL if there is none. False after fail().
static bool find_other(const ToolArgs *args, const Device **theirs) {
  char name[4096];
  snprintf(name, sizeof name, "%s%s%s", args->against ? args->against : "", args->plugin ? ":" : "",
           args->plugin ? args->plugin : "");
  const Device *own = tool_device();
  if (own && own->plugin)
    return fail((Loc){0}, "the bits of device '%s' are its own: use --against %s", own->name,
                own->name);
  *theirs = own && args->against ? device_find((Loc){0}, name) : NULL;
  if (*theirs && !(*theirs)->plugin)
    return fail((Loc){0}, "--against %s: give pjrt or pjrt:PATH; other devices are always compared",
                args->against);
  return own && (*theirs || !args->against);
}

int tool_check(const ToolArgs *args) {
  const uint64_t seed = tool_seed(args);
  int status = TOOL_BAD_INPUT;
  Report r = {0};
  const Device *theirs = NULL;
  bool ok = find_other(args, &theirs);
  if (ok) printf("seed %llu\n", (unsigned long long)seed);
  for (int i = 0; ok && i < args->npaths; i++) {
    Source p;
    ok = source_open(args->paths[i], &p, &status);
    if (ok) status = TOOL_BAD_INPUT;
    for (int k = 0; ok && k < p.n; k++)
      ok = check_subject(p.arena, &p.subjects[k], args, theirs, seed, &r);
    source_close(&p);
  }
  if (!ok) return tool_error(status);
  printf("%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped);
  return r.failed ? TOOL_CHECK_FAILED : TOOL_OK;
}
