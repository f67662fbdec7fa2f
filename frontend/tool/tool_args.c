// The options of the `jitc` command: one table, from which parsing and help come.
#include <stddef.h>
#include <string.h>

#include "frontend/tool/tool.h"

typedef enum OptionKind { WORD, FLAG, LIST } OptionKind;

typedef struct Option {
  const char *name;
  char letter;  // of the short form, or 0
  OptionKind kind;
  int takes;  // 0: every command
  size_t offset;
  const char *operand, *doc;
} Option;

#define AT(field) offsetof(ToolArgs, field)
static const Option options[] = {
    {"device", 0, WORD, TAKES_DEVICE, AT(device), "NAME", "cpu, cuda, interp or pjrt:PLUGIN"},
    {"threads", 0, WORD, TAKES_DEVICE, AT(threads), "N", "most threads to use; 0: all"},
    {"stage", 0, WORD, TAKES_STAGE, AT(stage), "STAGE",
     "trace (default), grad, vmap, opt, kernels, llvm, asm, cuda or ptx"},
    {"format", 0, WORD, TAKES_STAGE, AT(format), "FORMAT",
     "text (default), svg, html, dot or stablehlo"},
    {"output", 'o', WORD, TAKES_STAGE, AT(output), "FILE", "where to write instead of stdout"},
    {"input", 0, LIST, TAKES_INPUTS, AT(inputs), "I=FILE.npy",
     "value of parameter I (a number or a name); random otherwise"},
    {"output", 'o', WORD, TAKES_OUTPUT, AT(output), "DIR",
     "write the results as DIR/0.npy, DIR/1.npy, ..."},
    {"seed", 0, WORD, TAKES_SEED, AT(seed), "N", "seed of random inputs; fresh if not given"},
    {"against", 0, WORD, TAKES_AGAINST, AT(against), "pjrt",
     "compare with a PJRT plugin (XLA) instead, op by op within tolerances"},
    {"plugin", 0, WORD, TAKES_AGAINST, AT(plugin), "FILE",
     "the plugin, where --against is pjrt alone"},
    {"profile", 0, FLAG, TAKES_PROFILE, AT(profile), "", "a table of the kernels of each entry"},
    {"json", 0, WORD, TAKES_JSON, AT(json), "FILE", "one JSON object per line; - is stdout"},
    {"markdown", 0, FLAG, TAKES_MARKDOWN, AT(markdown), "", "as a Markdown table"},
    {"help", 'h', FLAG, 0, AT(help), "", "this text"},
};
enum { N_OPTIONS = sizeof options / sizeof *options };

void tool_print_options(FILE *out, int takes) {
  for (int i = 0; i < N_OPTIONS; i++) {
    const Option *o = &options[i];
    if (o->takes && !(o->takes & takes)) continue;
    char left[64];
    snprintf(left, sizeof left, "%s--%s %s", o->letter ? (char[]){'-', o->letter, ',', ' ', 0} : "",
             o->name, o->operand);
    fprintf(out, "  %-22s%s\n", left, o->doc);
  }
}

// The option that `arg` names, and the value behind "=" if there is one.
static const Option *find_option(const char *arg, int takes, const char **value) {
  *value = NULL;
  for (int i = 0; i < N_OPTIONS; i++) {
    const Option *o = &options[i];
    if (o->takes && !(o->takes & takes)) continue;
    if (o->letter && arg[1] == o->letter && !arg[2]) return o;
    const size_t n = strlen(o->name);
    if (strncmp(arg, "--", 2) || strncmp(arg + 2, o->name, n)) continue;
    if (!arg[2 + n]) return o;
    if (arg[2 + n] == '=') return *value = arg + n + 3, o;
  }
  return NULL;
}

static bool put(const Option *o, const char *value, ToolArgs *out) {
  char *at = (char *)out + o->offset;
  if (o->kind == FLAG) return *(bool *)at = true;
  if (o->kind == WORD) return *(const char **)at = value, true;
  if (out->ninputs == MOST_INPUTS) return fail((Loc){0}, "more than %d inputs", MOST_INPUTS);
  out->inputs[out->ninputs++] = value;
  return true;
}

static bool put_path(const ToolCommand *c, const char *path, ToolArgs *out) {
  if (!(c->takes & TAKES_FILES)) return fail((Loc){0}, "'%s' takes no file: '%s'", c->name, path);
  if (out->npaths == MOST_PATHS) return fail((Loc){0}, "more than %d files", MOST_PATHS);
  out->paths[out->npaths++] = path;
  return true;
}

bool tool_parse(const ToolCommand *c, int argc, char **argv, ToolArgs *out) {
  for (int i = 0; i < argc; i++) {
    if (argv[i][0] != '-' || !argv[i][1]) {
      if (!put_path(c, argv[i], out)) return false;
      continue;
    }
    const char *value;
    const Option *o = find_option(argv[i], c->takes, &value);
    if (!o)
      return fail((Loc){0}, "'%s' has no option '%s': see jitc %s -h", c->name, argv[i], c->name);
    if (o->kind == FLAG && value) return fail((Loc){0}, "--%s takes no value", o->name);
    if (o->kind != FLAG && !value && ++i == argc)
      return fail((Loc){0}, "--%s needs a value: %s", o->name, o->operand);
    if (!put(o, value ? value : argv[i], out)) return false;
  }
  if (c->takes & TAKES_FILES && !out->npaths && !out->help)
    return fail((Loc){0}, "'%s' needs a file: %s", c->name, c->operands);
  return true;
}
