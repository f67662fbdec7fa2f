// The table of JITC_* environment variables: read once, at first use; printed by `jitc env`.
#ifndef JITC_RUNTIME_CONFIG_H
#define JITC_RUNTIME_CONFIG_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// X(ID, default, what it does). The variable is JITC_<ID>. An empty default: not set.
#define CONFIG_VARIABLES(X)                                                                    \
  X(DEVICE, "", "where functions run: cpu, cuda, interp or pjrt:PATH; not set: the best one")  \
  X(THREADS, "0", "most threads that a call may use; 0: as many as the process has CPUs")      \
  X(CACHE_DIR, "", "folder of compiled code kept between runs: not built yet, none is kept")   \
  X(TIER, "auto",                                                                              \
    "compile: calls that are small, or run once, are compiled as all others; auto: the "       \
    "interpreter runs them, to the same bits, as long as that is sooner done")                 \
  X(EXPLAIN, "",                                                                               \
    "say why, on stderr, as a list: cache (what made a call compile), fusion, memory")         \
  X(VERIFY, "0",                                                                               \
    "1: check every graph after every pass, put a guard page after every buffer and NaN into " \
    "fresh memory; 2: the guard page stands before the buffer")                                \
  X(LLVM, "", "file of the LLVM library to open instead of the system's")                      \
  X(CUDA, "", "file of the CUDA driver library to open instead of the system's")               \
  X(NVRTC, "", "file of the NVRTC library to open instead of the system's")                    \
  X(PROFILE, "",                                                                               \
    "file to which the time of each trace, compilation, call and kernel goes, as a Chrome "    \
    "trace: chrome://tracing and ui.perfetto.dev show it")                                     \
  X(DEBUG_NANS, "0", "1: fail at the operation that first makes a NaN, naming its line; slow")

typedef enum ConfigVar {
#define X(id, fallback, doc) CONFIG_##id,
  CONFIG_VARIABLES(X)
#undef X
      CONFIG_COUNT
} ConfigVar;

typedef enum Explain { EXPLAIN_CACHE = 1, EXPLAIN_FUSION = 2, EXPLAIN_MEMORY = 4 } Explain;

// The value in use: the environment's, or the default. Never NULL; "" where not set.
const char *config_text(ConfigVar v);
int config_int(ConfigVar v);  // 0 where it is no number
bool explain(Explain what);   // JITC_EXPLAIN names it
int config_verify(void);      // JITC_VERIFY: 0, 1 or 2

// False after fail() if a variable's value makes no sense. The tool and the first call of a program
// ask it.
bool config_check(void);

// Sets a variable for this process (`jitc --device`, tests), as if it had been in the environment;
// NULL: back to the default. Not while other threads run.
void config_set(ConfigVar v, const char *value);

// The table as text: variable, value, where it is from, what it does.
void config_print(FILE *out);
#endif
