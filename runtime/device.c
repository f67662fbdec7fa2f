// The devices of this build: one row each, best first.
#include "runtime/device.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "backends/cpu/machine.h"
#include "backends/pjrt/plugin.h"
#include "jitc_config.h"
#include "runtime/config.h"
#include "backends/pool.h"

enum { DEVICES = 3, TEXT = 256 };

static char cpu_text[TEXT], cuda_text[TEXT], interp_text[TEXT];
static Device devices[DEVICES] = {{.name = "cpu", .description = cpu_text},
                                  {.name = "cuda", .description = cuda_text},
                                  {.name = "interp", .description = interp_text}};

static const Backend *const backends[] = {
#define X(name) &backend_##name,
    JITC_BACKENDS(X)
#undef X
        NULL,
};

static const Backend *backend_of(const char *name) {
  for (int i = 0; backends[i]; i++) {
    if (!strcmp(backends[i]->name, name)) return backends[i];
  }
  return NULL;
}

static void describe_cpu(const Backend *b) {
  const Machine *m = machine_host();
  snprintf(cpu_text, TEXT, "%s%s: %d %s, %s", b ? "" : "not built yet; ", m->model, pool_threads(),
           pool_threads() == 1 ? "thread" : "threads", width_name(m->width));
}

// Why there is no CUDA device: the driver's library is looked for, so that the answer fits.
static void describe_cuda(const Backend *b) {
  if (b) {
    snprintf(cuda_text, TEXT, "NVIDIA GPU");
    return;
  }
  const char *named = config_text(CONFIG_CUDA);
  void *driver = dlopen(*named ? named : "libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  snprintf(cuda_text, TEXT,
           driver
               ? "not built yet: this version prints CUDA text (--stage cuda) and does not run it"
               : "not built yet, and there is no CUDA driver here (libcuda.so.1)");
  if (driver) dlclose(driver);
}

static void find_all(void) {
  pool_limit(config_int(CONFIG_THREADS));
  for (int i = 0; i < DEVICES; i++) devices[i].backend = backend_of(devices[i].name);
  describe_cpu(devices[0].backend);
  describe_cuda(devices[1].backend);
  snprintf(interp_text, TEXT, "%s",
           devices[2].backend ? "the reference: one node after the other in plain C, slow"
                              : "not built yet");
}

static void find_once(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_all);
}

int device_count(void) { return DEVICES; }
const Device *device_at(int i) { return find_once(), &devices[i]; }

// ---- plugins: a device each, made when first asked for and kept

typedef struct PluginDevice {
  Device device;
  struct PluginDevice *next;
} PluginDevice;

static const Device *device_of(const PjrtPlugin *p) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static PluginDevice *opened;
  pthread_mutex_lock(&lock);
  PluginDevice *d = opened;
  while (d && d->device.plugin != p) d = d->next;
  if (!d) {
    d = xcalloc(1, sizeof *d);
    char *name = xmalloc(strlen(p->path) + sizeof "pjrt:");
    sprintf(name, "pjrt:%s", p->path);
    d->device = (Device){name, &backend_pjrt, p->description, p};
    d->next = opened;
    opened = d;
  }
  pthread_mutex_unlock(&lock);
  return &d->device;
}

static bool names_plugin(const char *name) {
  return !strncmp(name, "pjrt", 4) && (!name[4] || name[4] == ':');
}

static const Device *find_plugin(Loc loc, const char *name) {
  const char *path = name[4] ? name + 5 : "";
  if (!*path) return fail(loc, "device 'pjrt' needs a plugin: give pjrt:PATH"), NULL;
  const PjrtPlugin *p = pjrt_open(loc, path);
  return p ? device_of(p) : NULL;
}

const Device *device_find(Loc loc, const char *name) {
  find_once();
  if (names_plugin(name)) return find_plugin(loc, name);
  for (int i = 0; i < DEVICES; i++) {
    if (strcmp(devices[i].name, name)) continue;
    if (devices[i].backend) return &devices[i];
    fail(loc, "device '%s' is not available: %s", name, devices[i].description);
    return NULL;
  }
  fail(loc, "there is no device '%s': choose cpu, cuda, interp or pjrt:PATH", name);
  return NULL;
}

const Device *device_default(Loc loc) {
  const char *named = config_text(CONFIG_DEVICE);
  if (*named) return device_find(loc, named);
  find_once();
  for (int i = 0; i < DEVICES; i++) {
    if (devices[i].backend) return &devices[i];
  }
  fail(loc, "no device is available: this build has no backend");
  return NULL;
}

int device_threads(void) {
  pool_limit(config_int(CONFIG_THREADS));
  return pool_threads();
}

// The plugin in use.
static void print_plugin(FILE *out, const char *named) {
  if (!names_plugin(named)) return;
  struct Diag *pending = diag_take();
  const Device *d = find_plugin((Loc){0}, named);
  fprintf(out, "* %-7s%s", "pjrt", d ? d->description : diag_message());
  fprintf(out, d ? ": %s\n" : "%s\n", d ? d->plugin->path : "");
  diag_clear();
  diag_restore(pending);
}

void device_print(FILE *out) {
  find_once();
  const char *named = config_text(CONFIG_DEVICE);
  bool marked = false;
  for (int i = 0; i < DEVICES; i++) {
    const bool is_default =
        *named ? !strcmp(named, devices[i].name) : devices[i].backend && !marked;
    marked |= is_default;
    fprintf(out, "%c %-7s%s\n", is_default ? '*' : ' ', devices[i].name, devices[i].description);
  }
  print_plugin(out, named);
}
