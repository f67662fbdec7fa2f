// Spans of time, collected until the process exits, and written as a Chrome trace.
#include "runtime/profile.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ir/text.h"
#include "runtime/config.h"
#include "runtime/file.h"

enum { MOST_SPANS = 1 << 20 };

typedef struct Span {
  const char *kind;
  char *name;
  Loc loc;
  int64_t start, end, flops, bytes;
  int thread;
} Span;

static struct {
  pthread_mutex_t lock;
  Span *spans;
  int n, cap;
  int64_t lost;  // beyond MOST_SPANS
} profile = {.lock = PTHREAD_MUTEX_INITIALIZER};

// ---- the file

static void add_string(Text *t, const char *s) {
  text_str(t, "\"");
  for (; *s; s++) {
    if (*s == '"' || *s == '\\') text_str(t, "\\");
    if ((unsigned char)*s >= ' ') text_add(t, s, 1);
  }
  text_str(t, "\"");
}

// Microseconds from nanoseconds, with three digits behind the point in every locale.
static void add_us(Text *t, const char *key, int64_t ns) {
  text_fmt(t, ",\"%s\":%lld.%03d", key, (long long)(ns / 1000), (int)(ns % 1000));
}

static void add_span(Text *t, const Span *s, int64_t from) {
  text_str(t, "{\"ph\":\"X\",\"pid\":1,\"name\":");
  add_string(t, s->name);
  text_fmt(t, ",\"cat\":\"%s\",\"tid\":%d", s->kind, s->thread);
  add_us(t, "ts", s->start - from);
  add_us(t, "dur", s->end - s->start);
  text_str(t, ",\"args\":{\"kind\":");
  add_string(t, s->kind);
  if (s->loc.file) {
    const char *slash = strrchr(s->loc.file, '/');
    char place[300];
    snprintf(place, sizeof place, "%s:%d", slash ? slash + 1 : s->loc.file, s->loc.line);
    text_str(t, ",\"place\":");
    add_string(t, place);
  }
  if (s->flops || s->bytes)
    text_fmt(t, ",\"flops\":%lld,\"bytes\":%lld", (long long)s->flops, (long long)s->bytes);
  text_str(t, "}}");
}

static void write_file(void) {
  Text t = {0};
  pthread_mutex_lock(&profile.lock);
  int64_t from = profile.n ? profile.spans[0].start : 0;
  for (int i = 0; i < profile.n; i++)
    if (profile.spans[i].start < from) from = profile.spans[i].start;
  text_fmt(&t, "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"spans left out\":%lld},\n",
           (long long)profile.lost);
  text_str(&t, "\"traceEvents\":[\n");
  for (int i = 0; i < profile.n; i++) {
    if (i) text_str(&t, ",\n");
    add_span(&t, &profile.spans[i], from);
  }
  text_str(&t, "\n]}\n");
  pthread_mutex_unlock(&profile.lock);
  struct Diag *pending = diag_take();
  if (!file_write((Loc){0}, config_text(CONFIG_PROFILE), t.s, t.n))
    fprintf(stderr, "JITC_PROFILE: %s\n", diag_message());
  diag_clear();
  diag_restore(pending);
  text_free(&t);
}

static bool on;
static void decide(void) {
  on = *config_text(CONFIG_PROFILE) != 0;
  if (on) atexit(write_file);
}

bool profile_on(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, decide);
  return on;
}

// ---- spans

static void add(Span s) {
  s.thread = (int)syscall(SYS_gettid);
  pthread_mutex_lock(&profile.lock);
  if (profile.n < MOST_SPANS) {
    GROW(profile.spans, profile.cap, profile.n + 1);
    s.name = strcpy(xmalloc(strlen(s.name) + 1), s.name);
    profile.spans[profile.n++] = s;
  } else {
    profile.lost++;
  }
  pthread_mutex_unlock(&profile.lock);
}

void profile_span(const char *kind, const char *name, Loc loc, int64_t start_ns, int64_t end_ns) {
  if (profile_on())
    add((Span){.kind = kind, .name = (char *)name, .loc = loc, .start = start_ns, .end = end_ns});
}

static void step_seen(StepWatch *w, const StepInfo *step, int64_t start_ns, int64_t end_ns) {
  (void)w;
  add((Span){.kind = "kernel",
             .name = (char *)step->name,
             .loc = step->loc,
             .start = start_ns,
             .end = end_ns,
             .flops = step->flops,
             .bytes = step->bytes});
}

StepWatch *profile_watch(void) {
  static StepWatch watch = {step_seen};
  return &watch;
}

void profile_compiled(Executable *e, const Graph *g, int64_t start_ns) {
  const char *name = g->name ? g->name : "graph";
  e->watch = profile_watch();
  e->name = strcpy(xmalloc(strlen(name) + 1), name);
  const int64_t optimised = start_ns + (int64_t)(e->info.optimize_ms * 1e6);
  profile_span("optimise", name, g->loc, start_ns, optimised);
  profile_span("codegen", name, g->loc, optimised, now_ns());
}

// ---- ticks

static int64_t first_ticks, first_ns;
__attribute__((constructor)) static void start_ticks(void) {
  first_ticks = profile_ticks(), first_ns = now_ns();
}

double profile_seconds(int64_t ticks) {
  const int64_t passed = profile_ticks() - first_ticks;
  if (passed <= 0) return 0;
  return (double)ticks / (double)passed * (double)(now_ns() - first_ns) * 1e-9;
}
