// The `jitc` command line: finds the command named by the first argument and runs it.
#include "frontend/tool/tool.h"

#include <string.h>

#include "jitc_config.h"
#include "runtime/config.h"
#include "runtime/file.h"

__attribute__((visibility("default"))) int jc_tool_main_(int argc, char **argv);

static const ToolCommand commands[] = {
    {"trace", "print what is recorded of each entry, or a later form of it", "F.c[:entry] | F.jir",
     TAKES_FILES | TAKES_DEVICE | TAKES_STAGE, tool_trace},
    {"run", "run each entry and print its results", "F.c[:entry] | F.jir | F.mlir",
     TAKES_FILES | TAKES_DEVICE | TAKES_INPUTS | TAKES_OUTPUT | TAKES_SEED, tool_run},
    {"bench", "time each entry compiled against eager", "F.c[:entry] | F.jir ...",
     TAKES_FILES | TAKES_DEVICE | TAKES_JSON | TAKES_SEED | TAKES_PROFILE, tool_bench},
    {"check", "compare compiled, eager and reference results, and derivatives with differences",
     "F.c[:entry] | F.jir ...", TAKES_FILES | TAKES_DEVICE | TAKES_SEED | TAKES_AGAINST,
     tool_check},
    {"build", "ahead of time: an object and a header", "F.c[:entry] -o NAME", 0, NULL},
    {"devices", "list the devices", "", TAKES_DEVICE, tool_devices},
    {"ops", "list the primitives", "", TAKES_MARKDOWN, tool_ops},
    {"env", "list the JITC_* variables and their values", "", TAKES_DEVICE, tool_env},
    {"cache", "show and clear the cache on disk", "ls | why | clear", 0, NULL},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out) {
  fputs("usage: jitc COMMAND [OPTIONS] [FILE]\n\n", out);
  for (int i = 0; i < N_COMMANDS; i++)
    fprintf(out, "  %-9s%s%s\n", commands[i].name, commands[i].summary,
            commands[i].run ? "" : " (not built yet)");
  fputs("\n  jitc COMMAND -h   the command's options\n  jitc --version\n", out);
}

static int print_command_help(const ToolCommand *c) {
  printf("usage: jitc %s %s\n%s\n\n", c->name, c->operands, c->summary);
  tool_print_options(stdout, c->takes);
  return TOOL_OK;
}

static const ToolCommand *find_command(const char *name) {
  for (int i = 0; i < N_COMMANDS; i++) {
    if (!strcmp(commands[i].name, name)) return &commands[i];
  }
  return NULL;
}

static int run_command(const ToolCommand *c, int argc, char **argv) {
  if (!c->run) {
    fprintf(stderr, "jitc: error: '%s' is not built yet\n", c->name);
    return TOOL_BAD_INPUT;
  }
  ToolArgs args = {.command = c->name};
  if (!tool_parse(c, argc, argv, &args)) return tool_error(TOOL_BAD_INPUT);
  if (args.help) return print_command_help(c);
  if (args.device) config_set(CONFIG_DEVICE, args.device);
  if (args.threads) config_set(CONFIG_THREADS, args.threads);
  if (!config_check()) return tool_error(TOOL_BAD_INPUT);
  return c->run(&args);
}

int jc_tool_main_(int argc, char **argv) {
  if (argc < 2) return print_help(stderr), TOOL_BAD_INPUT;
  const char *name = argv[1];
  if (!strcmp(name, "-h") || !strcmp(name, "--help")) return print_help(stdout), TOOL_OK;
  if (!strcmp(name, "--version")) return puts("jitc " JITC_VERSION), TOOL_OK;
  const ToolCommand *c = find_command(name);
  if (c) {
    const int status = run_command(c, argc - 2, argv + 2);
    if (fflush(stdout) || ferror(stdout)) return perror("jitc: error: stdout"), TOOL_BAD_INPUT;
    buffer_trim();
    return status;
  }
  fprintf(stderr, "jitc: error: there is no command '%s'\n", name);
  print_help(stderr);
  return TOOL_BAD_INPUT;
}

// ---- what the commands share

int tool_error(int status) {
  const char *message = diag_message();
  const int prefix = diag_prefix();
  fflush(stdout);
  if (message)
    fprintf(stderr, "%.*serror: %s\n", prefix ? prefix : 6,
            prefix ? message : "jitc: ", message + prefix);
  diag_clear();
  return status;
}

const Device *tool_device(void) { return device_default((Loc){0}); }

bool json_write(const ToolArgs *args, const Text *t) {
  if (!args->json) return true;
  if (strcmp(args->json, "-")) return file_write((Loc){0}, args->json, t->s ? t->s : "", t->n);
  fwrite(t->s, 1, t->n, stdout);
  return true;
}
