// Clocks, and entries for the jitc command. Part of jitc.h, which includes it.
#ifndef JITC_TOOL_H
#define JITC_TOOL_H

// ---- time

// Seconds of a clock that only goes forward.
double jc_seconds(void);

// Waits until x (an array or a tree) is computed.
#define jc_block(x) jc_block_(sizeof(x), JC_COPY_OF_(x))
void jc_block_(size_t size, const void *tree);

// JC_TIMEIT(f(x)): evaluates it often enough and prints the best time of one evaluation.
typedef struct jc_timer {
  const char *what;
  int64_t n, i;
  double start, best, begun;
  jc_scope scope;
} jc_timer;
jc_timer jc_timer_begin_(const char *what);
bool jc_timer_next_(jc_timer *timer);
#define JC_TIMEIT(...)                                                                        \
  for (jc_timer jc_timer_at_ = jc_timer_begin_(#__VA_ARGS__); jc_timer_next_(&jc_timer_at_);) \
  jc_block((__VA_ARGS__))

// ---- entries for the jitc tool

// JC_ENTRY(update, init(jc_key(0)), jc_spec(JC_SHAPE(128, 784)), jc_spec(JC_SHAPE(128), JC_U8));
// lets `jitc trace|run|bench|check file.c` find the function, with example arguments.
void jc_entry_(const char *name, void (*call)(void), jc_fn f, JC_AT_);
jc_fn jc_entry_call_(jc_fn f);
#define JC_ENTRY(f, ...)                                                 \
  static void jc_entry_call_##f(void) {                                  \
    ((JC_POINTER_TO_(f))jc_entry_call_((jc_fn)(f)))(__VA_ARGS__);        \
  }                                                                      \
  __attribute__((constructor)) static void jc_register_entry_##f(void) { \
    jc_entry_(#f, jc_entry_call_##f, (jc_fn)(f), JC_HERE);               \
  }                                                                      \
  struct jc_types_of_##f

// An example argument: a shape, a dtype, and the range of the random values it may be given.
struct jc_spec {
  jc_dims shape;
  jc_dtype dtype;
  double low, high;
};
jc_array jc_spec_(struct jc_spec spec, JC_AT_);
#define jc_spec(...) jc_spec_((struct jc_spec){.shape = __VA_ARGS__}, JC_HERE)

#endif
