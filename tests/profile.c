// JITC_PROFILE writes what ran; jc_stats counts what jc_jit did.
#include <sys/wait.h>
#include <unistd.h>

#include "frontend/jitc.h"
#include "runtime/config.h"
#include "tests/check.h"

static jc_array twice(jc_array x) { return jc_sum(jc_add(jc_exp(x), x)); }
JC_FN(jc_array, twice, jc_array);
static jc_array unknown(jc_array x) { return x; }

static void stats_count(void) {
  struct jc_stats s = jc_stats(twice);
  EXPECT_EQ(s.calls, 0);
  EXPECT_EQ(s.compiled, 0);
  for (int i = 0; i < 5; i++) jc_jit(twice)(jc_zeros(JC_SHAPE(i < 3 ? 100 : 200)));
  s = jc_stats(twice);
  EXPECT_EQ(s.calls, 5);
  EXPECT_EQ(s.compiled, 2);
  EXPECT(s.trace_ms > 0 && s.seconds > 0 && s.optimize_ms >= 0 && s.codegen_ms >= 0);
  EXPECT(s.flops >= 400 && s.bytes >= 800);
  EXPECT_EQ(jc_stats(jc_jit(twice)).calls, 5);
  EXPECT_EQ(jc_stats(jc_jit(twice, .donate = {true})).calls, 0);
  jc_jit(twice, .donate = {true})(jc_zeros(JC_SHAPE(100)));
  EXPECT_EQ(jc_stats(twice).calls, 6);
  EXPECT_OK();
  EXPECT_EQ(jc_stats(unknown).calls, 0);
  EXPECT_FAIL("profile.c");
}

static char *read_file(const char *path) {
  FILE *f = fopen(path, "r");
  if (!f) return NULL;
  char *text = calloc(1, 1 << 20);
  const size_t n = fread(text, 1, (1 << 20) - 1, f);
  fclose(f);
  text[n] = 0;
  return text;
}

// Brackets match outside of strings.
static bool is_balanced(const char *s) {
  int depth = 0;
  bool quoted = false;
  for (; *s; s++) {
    if (*s == '\\' && quoted) s++;
    else if (*s == '"') quoted = !quoted;
    else if (!quoted) depth += (*s == '{' || *s == '[') - (*s == '}' || *s == ']');
    if (depth < 0) return false;
  }
  return !depth && !quoted;
}

// The file is written at the end of a process: of a child's.
static bool run_child(const char *path) {
  const pid_t pid = fork();
  if (!pid) {
    config_set(CONFIG_PROFILE, path);
    for (int i = 0; i < 3; i++) jc_jit(twice)(jc_zeros(JC_SHAPE(1000)));
    exit(jc_finish());
  }
  int status = 1;
  return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

static void profile_is_written(void) {
  char path[] = "/tmp/jitc-profile-XXXXXX";
  const int fd = mkstemp(path);
  EXPECT(fd >= 0 && run_child(path));
  char *text = read_file(path);
  if (EXPECT(text != NULL)) {
    EXPECT(is_balanced(text));
    EXPECT_HAS(text, "\"traceEvents\":[");
    EXPECT_HAS(text, "\"name\":\"twice\",\"cat\":\"trace\"");
    EXPECT_HAS(text, "\"name\":\"twice\",\"cat\":\"codegen\"");
    EXPECT_HAS(text, "\"name\":\"twice\",\"cat\":\"call\"");
    EXPECT_HAS(text, "\"place\":\"profile.c:");
    EXPECT(!strcmp(config_text(CONFIG_DEVICE), "interp") || strstr(text, "\"cat\":\"kernel\""));
  }
  free(text);
  close(fd);
  unlink(path);
}

int main(void) {
  config_set(CONFIG_TIER, "compile");
  RUN(profile_is_written);
  RUN(stats_count);
  return tests_done();
}
