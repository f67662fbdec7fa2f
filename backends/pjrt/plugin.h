// PJRT plugins, opened at run time: one client and its first device each.
#ifndef JITC_BACKENDS_PJRT_PLUGIN_H
#define JITC_BACKENDS_PJRT_PLUGIN_H
#include <stdbool.h>

#include "backends/pjrt/api.h"
#include "ir/diag.h"

typedef struct PjrtPlugin {
  const char *path;
  const PjrtApi *api;
  PjrtClient *client;
  PjrtDevice *device;
  char description[120];  // "cpu, PJRT 0.81"
  struct PjrtPlugin *next;
} PjrtPlugin;

// The plugin in a file, opened once per process and kept. NULL after fail(). Any thread may call.
const PjrtPlugin *pjrt_open(Loc loc, const char *path);

// Calls a function of the plugin with its struct of arguments; its error becomes fail(loc, ..).
bool pjrt_call(const PjrtPlugin *p, Loc loc, PjrtFunction f, void *args);
#define PJRT_ARGS(T, ...) ((T){.size = sizeof(T), __VA_ARGS__})

// Waits for an event and destroys it; NULL is allowed.
bool pjrt_wait(const PjrtPlugin *p, Loc loc, PjrtEvent *event);
void pjrt_destroy(const PjrtPlugin *p, PjrtFunction f, void *handle);  // NULL is allowed
#endif
