// Devices: where executables run. A device is a backend that this build has, and what is known of
// the machine behind it.
#ifndef JITC_RUNTIME_DEVICE_H
#define JITC_RUNTIME_DEVICE_H
#include <stdio.h>

#include "backends/backend.h"

typedef struct Device {
  const char *name;         // "interp", "cpu", "cuda"
  const Backend *backend;   // NULL: not available
  const char *description;  // "AMD EPYC: 2 threads, avx2"; where not available: why, and what to do
  const struct PjrtPlugin *plugin;  // of a device "pjrt:PATH"
} Device;

// Those of one set of bits; devices of plugins are not among them.
int device_count(void);
const Device *device_at(int i);

// By name; "pjrt:PATH" opens a plugin. NULL after
// fail() for an unknown name or a device that is not available (says why).
const Device *device_find(Loc loc, const char *name);

// The device that JITC_DEVICE names, else the best one available: cpu, else interp. NULL after
// fail().
const Device *device_default(Loc loc);

// Most threads a call on a device may use: JITC_THREADS, at most what the process has.
int device_threads(void);

void device_print(FILE *out);  // a line per device: name, * for the default, description
#endif
