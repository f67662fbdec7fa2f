// What the example programs have in common: their options, and what they report.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "frontend/closure.h"
#include "frontend/data/data.h"
#include "frontend/execute.h"
#include "frontend/show/picture.h"
#include "frontend/show/progress.h"

static double process_start;
__attribute__((constructor)) static void note_start(void) { process_start = jc_seconds(); }

void jc_print_devices(void) { device_print(stdout); }

// ---- options

enum { SWITCHES = sizeof((jc_options *)0)->switches / sizeof(struct jc_switch) };

static void usage(const char *program, const jc_options *o, FILE *out) {
  const char *slash = strrchr(program, '/');
  fprintf(out,
          "usage: %s [--data DIR] [--epochs N] [--steps N] [--batch N] [--seed N] [--synthetic]\n"
          "       [--device cpu|cuda|interp] [--json FILE] [--svg FILE] [--quiet]\n",
          slash ? slash + 1 : program);
  for (int i = 0; i < SWITCHES && o->switches[i].name; i++)
    fprintf(out, "       [%s]\n", o->switches[i].name);
}

static bool set_switch(const jc_options *o, const char *name) {
  for (int i = 0; i < SWITCHES && o->switches[i].name; i++) {
    if (!strcmp(name, o->switches[i].name)) return *o->switches[i].on = true;
  }
  return false;
}

static bool number(const char *text, long long least, long long *out) {
  char *end;
  *out = strtoll(text, &end, 10);
  return *text && !*end && *out >= least;
}

static bool set_option(jc_options *o, const char *name, const char *value) {
  long long n;
  struct {
    const char *name;
    int *at;
  } ints[] = {{"--epochs", &o->epochs}, {"--steps", &o->steps}, {"--batch", &o->batch}};
  struct {
    const char *name;
    const char **at;
  } texts[] = {
      {"--data", &o->data}, {"--device", &o->device}, {"--json", &o->json}, {"--svg", &o->svg}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (!strcmp(name, texts[i].name)) return *texts[i].at = value, true;
  }
  if (!strcmp(name, "--seed") && number(value, 0, &n)) return o->seed = (uint64_t)n, true;
  for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
    if (!strcmp(name, ints[i].name) && number(value, 1, &n) && n <= INT32_MAX)
      return *ints[i].at = (int)n, true;
  }
  return false;
}

enum { EXIT_USAGE = 2 };

jc_options jc_parse_options_(int argc, char **argv, jc_options o) {
  bool epochs = false, steps = false;
  for (int i = 1; i < argc; i++) {
    const char *name = argv[i];
    if (!strcmp(name, "--help") || !strcmp(name, "-h")) usage(argv[0], &o, stdout), exit(0);
    if (!strcmp(name, "--synthetic")) {
      o.synthetic = true;
    } else if (!strcmp(name, "--quiet")) {
      o.quiet = true;
    } else if (set_switch(&o, name)) {
      continue;
    } else if (i + 1 < argc && set_option(&o, name, argv[i + 1])) {
      i++;
      epochs |= !strcmp(name, "--epochs");
      steps |= !strcmp(name, "--steps");
    } else {
      fprintf(stderr, "%s: %s is no option, or its value is missing or wrong\n", argv[0], name);
      usage(argv[0], &o, stderr);
      exit(EXIT_USAGE);
    }
  }
  if (steps && !epochs) o.epochs = INT32_MAX;
  if (o.device && !execute_on((Loc){0}, o.device)) exit(jc_finish());
  return o;
}

// ---- reports

// Of this process: examples train one model.
static struct {
  FILE *json;
  double last, first_step, epoch_start;
  double *steps;
  int nsteps, steps_cap, all_steps;
  double *loss, *train, *test;
  int nepochs, epochs_cap;
  bool accurate;  // some accuracy was told
  Progress bar;
} report;

static FILE *json_file(const jc_options *o) {
  if (!report.json && o->json) report.json = !strcmp(o->json, "-") ? stdout : fopen(o->json, "w");
  if (!report.json && o->json) fail((Loc){0}, "%s: cannot be written", o->json);
  return report.json;
}

static bool is_sound(double loss, Loc loc) {
  return isfinite(loss) ||
         fail(
             loc,
             "the loss is %g after %d steps: run with JITC_DEBUG_NANS=1, which names the operation "
             "that first makes a NaN, its line and whether it is in the backward pass; or take "
             "smaller steps",
             loss, report.all_steps);
}

static bool have_options(const jc_options *o, const char *who, Loc loc) {
  return o || fail(loc, "%s: the options are NULL: jc_parse_options gives them", who);
}

bool jc_report_step_(const jc_options *o, int64_t done, struct jc_step step, const char *file,
                     int line) {
  if (!have_options(o, "report_step", HERE(file, line))) return false;
  double now = jc_seconds();
  if (!report.first_step) {
    report.first_step = now - process_start;
    report.epoch_start = report.epoch_start ? report.epoch_start : now;
  } else if (done > 1) {
    GROW(report.steps, report.steps_cap, report.nsteps + 1);
    report.steps[report.nsteps++] = now - report.last;
  } else {
    report.epoch_start = now;
  }
  report.last = now;
  report.all_steps++;
  if (!is_sound(step.loss, HERE(file, line)) || failed()) return progress_clear(&report.bar), false;
  if (!o->quiet && step.loss != 0)
    progress_show(&report.bar, done, step.total, "loss %.4g", step.loss);
  else if (!o->quiet) progress_show(&report.bar, done, step.total, NULL);
  return !o->steps || report.all_steps < o->steps;
}

static void write_curves(const jc_options *o) {
  int n = report.nepochs;
  Series loss = {.name = "loss", .n = n, .y = report.loss};
  Series accuracy[] = {{.name = "train", .n = n, .y = report.train},
                       {.name = "test", .n = n, .y = report.test}};
  Panel panels[] = {
      {.title = "Loss", .x_label = "epoch", .series_count = 1, .series = &loss},
      {.title = "Accuracy", .x_label = "epoch", .series_count = 2, .series = accuracy}};
  Picture p = {.title = "Training", .panel_count = report.accurate ? 2 : 1, .panels = panels};
  picture_write((Loc){0}, o->svg, &p);
}

void jc_report_epoch_(const jc_options *o, int epoch, struct jc_epoch e, const char *file,
                      int line) {
  if (!have_options(o, "report_epoch", HERE(file, line))) return;
  is_sound(e.loss, HERE(file, line));
  report.accurate |= e.train_accuracy || e.test_accuracy;
  double seconds = report.last - report.epoch_start;
  GROW(report.loss, report.epochs_cap, report.nepochs + 1);
  report.train = xrealloc(report.train, sizeof *report.train * (size_t)report.epochs_cap);
  report.test = xrealloc(report.test, sizeof *report.test * (size_t)report.epochs_cap);
  report.loss[report.nepochs] = e.loss;
  report.train[report.nepochs] = e.train_accuracy;
  report.test[report.nepochs++] = e.test_accuracy;
  progress_clear(&report.bar);
  if (!o->quiet && !failed()) {
    printf("epoch %d: loss %.5f", epoch, e.loss);
    if (report.accurate)
      printf(", accuracy: train %.4f, test %.4f", e.train_accuracy, e.test_accuracy);
    printf(", %.2f s\n", seconds);
    fflush(stdout);
  }
  FILE *json = failed() ? NULL : json_file(o);
  if (json) {
    fprintf(json,
            "{\"epoch\":%d,\"loss\":%.9g,\"train_accuracy\":%.9g,\"test_accuracy\":%.9g,"
            "\"seconds\":%.6g}\n",
            epoch, e.loss, e.train_accuracy, e.test_accuracy, seconds);
    fflush(json);
  }
  if (o->svg && !failed()) write_curves(o);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double percentile_us(double p) {
  if (!report.nsteps) return 0;
  int i = (int)(p * (report.nsteps - 1) + 0.5);
  return report.steps[i] * 1e6;
}

void jc_report_done(const jc_options *o) {
  if (!have_options(o, "report_done", (Loc){0})) return;
  progress_clear(&report.bar);
  FILE *json = failed() ? NULL : json_file(o);
  if (report.nsteps) qsort(report.steps, (size_t)report.nsteps, sizeof *report.steps, by_value);
  if (json) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    JitStats jit = jit_stats();
    fprintf(json,
            "{\"done\":true,\"steps\":%d,\"step_us\":{\"p10\":%.1f,\"p50\":%.1f,\"p90\":%.1f},"
            "\"compile_ms\":%.3f,\"first_step_ms\":%.3f,\"load_ms\":%.3f,\"peak_rss_mb\":%.1f}\n",
            report.all_steps, percentile_us(0.1), percentile_us(0.5), percentile_us(0.9),
            jit.trace_ms + jit.compile_ms, report.first_step * 1e3, data_load_seconds() * 1e3,
            (double)use.ru_maxrss / 1024);
    if (json != stdout) fclose(json);
  }
  if (!o->quiet && report.nsteps)
    printf("%d steps, %.0f us each (median); first step after %.0f ms\n", report.nsteps,
           percentile_us(0.5), report.first_step * 1e3);
  free(report.steps), free(report.loss), free(report.train), free(report.test);
  memset(&report, 0, sizeof report);
}
