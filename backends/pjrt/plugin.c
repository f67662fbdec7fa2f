// Opening PJRT plugins, and their errors.
#include "backends/pjrt/plugin.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/arena.h"

// ---- calls

static void plugin_error(const PjrtPlugin *p, Loc loc, PjrtError *error) {
  enum { SHOWN = 600 };
  PjrtMessageArgs m = PJRT_ARGS(PjrtMessageArgs, .error = error);
  p->api->function[PJRT_Error_Message](&m);
  fail(loc, "%s: %.*s", p->path, m.n < SHOWN ? (int)m.n : SHOWN, m.message ? m.message : "");
  PjrtHandleArgs d = PJRT_ARGS(PjrtHandleArgs, .handle = error);
  p->api->function[PJRT_Error_Destroy](&d);
}

bool pjrt_call(const PjrtPlugin *p, Loc loc, PjrtFunction f, void *args) {
  PjrtError *error = p->api->function[f](args);
  if (error) plugin_error(p, loc, error);
  return !error;
}

void pjrt_destroy(const PjrtPlugin *p, PjrtFunction f, void *handle) {
  PjrtHandleArgs d = PJRT_ARGS(PjrtHandleArgs, .handle = handle);
  if (handle) pjrt_call(p, (Loc){0}, f, &d);
}

bool pjrt_wait(const PjrtPlugin *p, Loc loc, PjrtEvent *event) {
  PjrtHandleArgs a = PJRT_ARGS(PjrtHandleArgs, .handle = event);
  const bool ok = !event || pjrt_call(p, loc, PJRT_Event_Await, &a);
  pjrt_destroy(p, PJRT_Event_Destroy, event);
  return ok;
}

// ---- opening

static const PjrtApi *find_api(Loc loc, const char *path, void *library) {
  const PjrtApi *(*get)(void);
  *(void **)&get = dlsym(library, "GetPjrtApi");
  const PjrtApi *api = get ? get() : NULL;
  if (!api) return fail(loc, "%s: is no PJRT plugin: it has no GetPjrtApi", path), NULL;
  if (api->version.major != 0 || api->size < sizeof *api + PJRT_NEEDED * sizeof api->function[0])
    return fail(loc, "%s: has version %d.%d of PJRT: 0.x with at least %d functions is needed",
                path, api->version.major, api->version.minor, PJRT_NEEDED),
           NULL;
  return api;
}

static bool start(PjrtPlugin *p, Loc loc) {
  PjrtHandleArgs initialize = PJRT_ARGS(PjrtHandleArgs, .handle = NULL);
  PjrtCreateArgs create = PJRT_ARGS(PjrtCreateArgs, .client = NULL);
  if (!pjrt_call(p, loc, PJRT_Plugin_Initialize, &initialize) ||
      !pjrt_call(p, loc, PJRT_Client_Create, &create))
    return false;
  p->client = create.client;
  PjrtDevicesArgs devices = PJRT_ARGS(PjrtDevicesArgs, .client = p->client);
  if (!pjrt_call(p, loc, PJRT_Client_AddressableDevices, &devices)) return false;
  if (!devices.n) return fail(loc, "%s: has no device", p->path);
  p->device = devices.devices[0];
  PjrtTextArgs name = PJRT_ARGS(PjrtTextArgs, .client = p->client);
  if (!pjrt_call(p, loc, PJRT_Client_PlatformName, &name)) return false;
  snprintf(p->description, sizeof p->description, "%.*s, PJRT %d.%d", (int)name.n, name.text,
           p->api->version.major, p->api->version.minor);
  return true;
}

// A plugin stays open: its threads outlive any client.
static PjrtPlugin *open_plugin(Loc loc, const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return fail(loc, "the PJRT plugin cannot be opened: %s", dlerror()), NULL;
  PjrtPlugin *p = xcalloc(1, sizeof *p);
  p->path = strcpy(xmalloc(strlen(path) + 1), path);
  p->api = find_api(loc, path, library);
  if (p->api && start(p, loc)) return p;
  if (!p->api) dlclose(library);
  free((char *)p->path);
  free(p);
  return NULL;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PjrtPlugin *plugins;

const PjrtPlugin *pjrt_open(Loc loc, const char *path) {
  pthread_mutex_lock(&lock);
  PjrtPlugin *p = plugins;
  while (p && strcmp(p->path, path)) p = p->next;
  if (!p && (p = open_plugin(loc, path))) p->next = plugins, plugins = p;
  pthread_mutex_unlock(&lock);
  return p;
}
