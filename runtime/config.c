// The table of JITC_* environment variables.
#include "runtime/config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ir/arena.h"
#include "ir/diag.h"

typedef enum Source { FROM_DEFAULT, FROM_ENVIRONMENT, FROM_PROGRAM } Source;

typedef struct Variable {
  const char *name, *fallback, *doc;
} Variable;

static const Variable variables[CONFIG_COUNT] = {
#define X(id, fallback, doc) {"JITC_" #id, fallback, doc},
    CONFIG_VARIABLES(X)
#undef X
};

static const struct {
  const char *name;
  Explain bit;
} explanations[] = {
    {"cache", EXPLAIN_CACHE}, {"fusion", EXPLAIN_FUSION}, {"memory", EXPLAIN_MEMORY}};
enum { N_EXPLANATIONS = sizeof explanations / sizeof *explanations };

static struct {
  char *text[CONFIG_COUNT];
  Source source[CONFIG_COUNT];
  unsigned explain;
  int verify;
} config;

// The bits of a list "cache,fusion"; an unknown word goes to *wrong (n characters).
static unsigned parse_explain(const char *s, const char **wrong, int *n) {
  unsigned bits = 0;
  *wrong = NULL;
  while (*s) {
    size_t length = strcspn(s, ",");
    unsigned bit = 0;
    for (int i = 0; i < N_EXPLANATIONS; i++) {
      if (strlen(explanations[i].name) == length && !memcmp(explanations[i].name, s, length))
        bit = explanations[i].bit;
    }
    if (!bit && length) *wrong = s, *n = (int)length;
    bits |= bit;
    s += length + (s[length] == ',');
  }
  return bits;
}

static void set(ConfigVar v, const char *value, Source source) {
  free(config.text[v]);
  config.text[v] = strcpy(xmalloc(strlen(value) + 1), value);
  config.source[v] = source;
  const char *wrong;
  int n;
  config.explain =
      config.text[CONFIG_EXPLAIN] ? parse_explain(config.text[CONFIG_EXPLAIN], &wrong, &n) : 0;
  config.verify = config.text[CONFIG_VERIFY] ? atoi(config.text[CONFIG_VERIFY]) : 0;
}

static void read_all(void) {
  for (int v = 0; v < CONFIG_COUNT; v++) {
    const char *value = getenv(variables[v].name);
    if (value && *value) set((ConfigVar)v, value, FROM_ENVIRONMENT);
    else set((ConfigVar)v, variables[v].fallback, FROM_DEFAULT);
  }
}

static void read_once(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_all);
}

const char *config_text(ConfigVar v) { return read_once(), config.text[v]; }
int config_int(ConfigVar v) { return atoi(config_text(v)); }
bool explain(Explain what) { return read_once(), (config.explain & what) != 0; }
int config_verify(void) { return read_once(), config.verify; }

void config_set(ConfigVar v, const char *value) {
  read_once();
  if (value) set(v, value, FROM_PROGRAM);
  else set(v, variables[v].fallback, FROM_DEFAULT);
}

static bool check_number(ConfigVar v, int highest) {
  char *end;
  const char *s = config_text(v);
  const long n = strtol(s, &end, 10);
  if (end != s && !*end && n >= 0 && n <= highest) return true;
  return fail((Loc){0}, "%s is '%s': give a number from 0 to %d", variables[v].name, s, highest);
}

static bool check_explain(void) {
  const char *wrong;
  int n = 0;
  parse_explain(config_text(CONFIG_EXPLAIN), &wrong, &n);
  return !wrong ||
         fail((Loc){0}, "JITC_EXPLAIN has '%.*s': it is a list of cache, fusion, memory", n, wrong);
}

static bool check_tier(void) {
  const char *s = config_text(CONFIG_TIER);
  if (!strcmp(s, "auto") || !strcmp(s, "compile")) return true;
  return fail((Loc){0}, "JITC_TIER is '%s': it is auto or compile", s);
}

bool config_check(void) {
  enum { MOST_THREADS = 4096, MOST_VERIFY = 2 };
  return check_number(CONFIG_THREADS, MOST_THREADS) && check_number(CONFIG_VERIFY, MOST_VERIFY) &&
         check_number(CONFIG_DEBUG_NANS, 1) && check_tier() && check_explain();
}

// `doc` in lines of at most 70 columns, the later ones indented.
static void print_wrapped(FILE *out, const char *doc) {
  enum { WIDTH = 70 };
  while (strlen(doc) > WIDTH) {
    int n = WIDTH;
    while (doc[n] != ' ') n--;
    fprintf(out, "    %.*s\n", n, doc);
    doc += n + 1;
  }
  fprintf(out, "    %s\n", doc);
}

void config_print(FILE *out) {
  static const char *const from[] = {"default", "environment", "command line"};
  for (int v = 0; v < CONFIG_COUNT; v++) {
    const char *value = config_text((ConfigVar)v);
    fprintf(out, "%s=%s  (%s)\n", variables[v].name, value, from[config.source[v]]);
    print_wrapped(out, variables[v].doc);
  }
}
