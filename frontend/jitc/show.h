// What a program shows as it runs: progress, reports, plots. Part of jitc.h, which includes it.
#ifndef JITC_SHOW_H
#define JITC_SHOW_H

// jc_print(x): the elements on stdout as numpy lays them out: in columns, the middle left out
// beyond 1,000 elements, as many digits as tell neighbours apart and at most 8. Of a tree each
// array with its path and type. Traced values have no elements: an error.
void jc_print_(struct jc_tree_ tree, JC_AT_);
#define jc_print(x) jc_print_(JC_TREE_OF_(x), JC_HERE)

// jc_show(x): what an array is like, on stdout: type, bytes, least, mean and greatest element,
// standard deviation, how many are zero, NaN and infinite, a histogram of the finite ones and, in
// order, their means as a line. Of a tree a line for each array. Characters of UTF-8 where the
// locale has them, else plain ASCII. Of complex numbers the magnitudes. Traced values: an error.
void jc_show_(struct jc_tree_ tree, JC_AT_);
#define jc_show(x) jc_show_(JC_TREE_OF_(x), JC_HERE)

// jc_tree_print(t): a line for each array on stdout: path, type, bytes and norm (not of traced
// values, integers and bools), and a last one: how many arrays, elements and bytes.
void jc_tree_print_(struct jc_tree_ tree, JC_AT_);
#define jc_tree_print(t) jc_tree_print_(JC_TREE_OF_(t), JC_HERE)

// jc_stats(f): what jc_jit did for f so far: f is what jc_jit(f) gives, or f itself, for all jits
// of it. Zeros before the first call. The seconds are those of the calls alone. Of a function
// without JC_FN: an error. JITC_PROFILE=FILE shows each call and each kernel.
struct jc_stats {
  int64_t compiled;                          // programs: one for each set of shapes
  double trace_ms, optimize_ms, codegen_ms;  // of all of them
  int64_t calls;
  double seconds;
  int64_t flops, bytes, peak_bytes;  // of one call of the program that was compiled last
  int kernels;
};
struct jc_stats jc_stats_(jc_fn f, JC_AT_);
#define jc_stats(f) jc_stats_((jc_fn)(f), JC_HERE)

// Shows on a terminal how far a loop is: jc_progress(i + 1, n, "loss %.3f", loss).
void jc_progress(int64_t done, int64_t total, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

// Prints the devices there are, one a line, the default one marked with *.
void jc_print_devices(void);

// The options of an example program, from its command line: --data DIR, --epochs N, --steps N,
// --batch N, --seed N, --synthetic, --device NAME, --json FILE, --svg FILE, --quiet, --help.
// Defaults are given as fields: jc_options o = jc_parse_options(argc, argv, .epochs = 8);
// The program's own switches are bools that become true:
//   bool wide = false;
//   jc_options o = jc_parse_options(argc, argv, .switches = {{"--wide", &wide}});
struct jc_switch {
  const char *name;
  bool *on;
};
typedef struct jc_options {
  int epochs, steps, batch;
  uint64_t seed;
  const char *data, *device, *json, *svg;
  bool synthetic, quiet;
  struct jc_switch switches[8];  // up to the first without a name
} jc_options;
jc_options jc_parse_options_(int argc, char **argv, jc_options defaults);
#define jc_parse_options(argc, ...) jc_parse_options_(argc, JC_OPTIONS_ARGS_(__VA_ARGS__))
#define JC_OPTIONS_ARGS_(argv, ...) \
  argv, (jc_options) { __VA_ARGS__ }

// What a training program tells as it goes: a line per epoch on stdout, JSON lines to --json, the
// curves to --svg, a progress bar on a terminal.
//   jc_report_step(&o, i, n, .loss = l) after each step, false when --steps of them are done or
//     an error is pending; a loss that is NaN or infinite is one, which says at which step and how
//     to find the operation. The loss may be left out;
//   jc_report_epoch(&o, epoch, .loss = l, .train_accuracy = a, .test_accuracy = b) after each
//     epoch, likewise; accuracies may be left out;
//   jc_report_done last.
struct jc_step {
  int64_t total;
  double loss;
};
struct jc_epoch {
  double loss, train_accuracy, test_accuracy;
};
bool jc_report_step_(const jc_options *o, int64_t done, struct jc_step step, JC_AT_);
#define jc_report_step(o, done, ...) \
  jc_report_step_(o, done, (struct jc_step){.total = __VA_ARGS__}, JC_HERE)
void jc_report_epoch_(const jc_options *o, int epoch, struct jc_epoch e, JC_AT_);
#define jc_report_epoch(o, epoch, ...) \
  jc_report_epoch_(o, epoch, (struct jc_epoch){__VA_ARGS__}, JC_HERE)
void jc_report_done(const jc_options *o);

#endif
