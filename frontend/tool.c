// The `jitc` command line: finds the command named by the first argument and runs it.
#include <stdio.h>
#include <string.h>

#include "jitc_config.h"

enum { EXIT_USAGE = 2 };

__attribute__((visibility("default"))) int jc_tool_main_(int argc, char **argv);

static void print_help(FILE *out) {
  fprintf(out,
          "usage: jitc COMMAND [OPTIONS] [FILE]\n"
          "commands: trace run bench check build devices ops env cache\n"
          "  -h, --help     this text\n"
          "  --version      the version of the library\n");
}

int jc_tool_main_(int argc, char **argv) {
  if (argc < 2) return print_help(stderr), EXIT_USAGE;
  const char *command = argv[1];
  if (!strcmp(command, "-h") || !strcmp(command, "--help")) return print_help(stdout), 0;
  if (!strcmp(command, "--version")) return puts("jitc " JITC_VERSION), 0;
  fprintf(stderr, "jitc: '%s' is not built yet\n", command);
  return EXIT_USAGE;
}
