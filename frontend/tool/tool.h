// The parts of the `jitc` command among themselves.
#ifndef JITC_FRONTEND_TOOL_H
#define JITC_FRONTEND_TOOL_H
#include <stdio.h>

#include "frontend/stablehlo/stablehlo.h"
#include "frontend/values.h"
#include "ir/names.h"
#include "ir/text.h"
#include "runtime/device.h"

// Exit statuses; part of the outside contract.
enum { TOOL_OK = 0, TOOL_CHECK_FAILED = 1, TOOL_BAD_INPUT = 2, TOOL_UNSUPPORTED = 3 };

enum { MOST_PATHS = 64, MOST_INPUTS = 256 };

// The command line, parsed: empty strings and zeros where an option was not given.
typedef struct ToolArgs {
  const char *command;
  const char *paths[MOST_PATHS];    // F.c[:entry]
  const char *inputs[MOST_INPUTS];  // I=FILE.npy
  int npaths, ninputs;
  const char *device, *threads, *json, *stage, *format, *output, *seed, *against, *plugin;
  bool markdown, profile, help;
  Names *names;  // trace: of the StableHLO functions in one text; NULL: there is only one
} ToolArgs;

// Options by bit: which ones a command takes.
typedef enum ToolOption {
  TAKES_DEVICE = 1,
  TAKES_JSON = 2,
  TAKES_STAGE = 4,
  TAKES_OUTPUT = 8,
  TAKES_INPUTS = 16,
  TAKES_SEED = 32,
  TAKES_MARKDOWN = 64,
  TAKES_FILES = 128,
  TAKES_AGAINST = 256,
  TAKES_PROFILE = 512,
} ToolOption;

typedef struct ToolCommand {
  const char *name, *summary, *operands;
  int takes;                         // ToolOption bits
  int (*run)(const ToolArgs *args);  // NULL: not built yet
} ToolCommand;

// Parses what stands behind the command; false after fail().
bool tool_parse(const ToolCommand *c, int argc, char **argv, ToolArgs *out);
void tool_print_options(FILE *out, int takes);

// ---- sources

// One function to work on: an entry of a .c file or a function of a .jir or .mlir file.
typedef struct Subject {
  const char *name;
  Loc loc;
  Graph *graph;                // as recorded
  double trace_ms;             // 0 for text
  const struct Entry *entry;   // of a .c file, else NULL
  struct EntryHidden *hidden;  // arrays that the entry took from outside its arguments
  const HloProgram *program;   // of a .mlir file, else NULL
} Subject;

typedef struct Source {
  Arena *arena;
  Subject *subjects;
  int n;
} Source;

// Reads F.jir or F.mlir, or compiles, loads and traces F.c; `path` may end in ":name" to pick one
// function. False after fail(); *status is then the exit status. Close what was opened, also on
// failure.
bool source_open(const char *path, Source *out, int *status);
void source_close(Source *p);

// Compiles a .c file with $CC to a shared object and opens it; NULL after fail(). No file is left
// behind.
void *compile_and_open(const char *path);

// ---- entries of .c files

bool entries_open(const char *path, Source *out);  // fills in all but the graphs
bool entry_open(Arena *a, Subject *s);             // traces it
// Its example arguments, evaluated for real; what jc_spec describes is random.
bool entry_values(Arena *a, const Subject *s, uint64_t seed, Values *out);

// What the entry gives when it is called with them, eagerly or through jit.
bool entry_results(Arena *a, const Subject *s, uint64_t seed, bool jit, Values *out);

typedef bool GraphPrinter(Arena *a, const Graph *g, const ToolArgs *args, Text *out);
// Prints the graphs that derivatives (--stage grad) or vmap made inside it, each under a comment.
bool entry_inner(Arena *a, const Subject *s, const ToolArgs *args, GraphPrinter *print, Text *out);

// --format html: one page to look through the source, graphs, kernels and code of all subjects.
bool tool_page(const Source *p, const char *path, Text *out);

bool tool_is_stablehlo(const ToolArgs *args);  // --format stablehlo

// ---- running

const Device *tool_device(void);           // by --device or JITC_DEVICE; NULL after fail()
uint64_t tool_seed(const ToolArgs *args);  // --seed, or a fresh one; printed by who uses it

// Arguments of a subject: given files, an entry's own values, random elsewhere.
bool subject_arguments(Arena *a, const Subject *s, const ToolArgs *args, uint64_t seed,
                       Values *out);
// "2 (p.w)"
const char *param_label(const Graph *g, int i, char buf[TYPE_TEXT]);

char *file_text(const char *path, size_t *n);  // whole, with a NUL behind; NULL after fail()

// Prints the pending error as "file:line:col: error: ..." and clears it; gives `status`.
int tool_error(int status);

// Writes what --json collected, if it was given.
bool json_write(const ToolArgs *args, const Text *t);

// Evaluates the checks of a StableHLO program on its results; prints each that does not hold.
void tool_checks(const HloProgram *p, const Values *results, int *held, int *total);

// Runs an executable over and over and prints what each of its steps took: bench --profile.
bool bench_profile(FILE *out, Executable *e, bool (*call)(void *context), void *context);

int tool_trace(const ToolArgs *args);
int tool_run(const ToolArgs *args);
int tool_bench(const ToolArgs *args);
int tool_check(const ToolArgs *args);
int tool_devices(const ToolArgs *args);
int tool_ops(const ToolArgs *args);
int tool_env(const ToolArgs *args);
#endif
