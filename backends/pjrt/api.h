// What we use of the PJRT C API: the interface of compiler plugins that XLA and others have. The
// layout of its structs and the places of its functions are fixed by its public header (version 0;
// within it structs and the table only grow at their ends).
#ifndef JITC_BACKENDS_PJRT_API_H
#define JITC_BACKENDS_PJRT_API_H
#include <stddef.h>
#include <stdint.h>

typedef struct PjrtError PjrtError;
typedef struct PjrtClient PjrtClient;
typedef struct PjrtDevice PjrtDevice;
typedef struct PjrtLoaded PjrtLoaded;  // an executable on its device
typedef struct PjrtBuffer PjrtBuffer;
typedef struct PjrtEvent PjrtEvent;

// Every struct of arguments begins so. A plugin refuses one that is shorter than it knows; zeros
// behind ours are the defaults of what later versions add.
#define PJRT_HEAD \
  size_t size;    \
  void *extension;
#define PJRT_TAIL void *later[8];

// X(name, place in the table): the functions we call. All but the first two give a PjrtError.
#define PJRT_FUNCTIONS(X)            \
  X(Error_Destroy, 0)                \
  X(Error_Message, 1)                \
  X(Plugin_Initialize, 3)            \
  X(Event_Destroy, 5)                \
  X(Event_Await, 8)                  \
  X(Client_Create, 10)               \
  X(Client_PlatformName, 12)         \
  X(Client_AddressableDevices, 16)   \
  X(Client_Compile, 20)              \
  X(Client_BufferFromHostBuffer, 22) \
  X(LoadedExecutable_Destroy, 50)    \
  X(LoadedExecutable_Execute, 55)    \
  X(Buffer_Destroy, 58)              \
  X(Buffer_ToHostBuffer, 70)

typedef enum PjrtFunction {
#define X(name, place) PJRT_##name = (place),
  PJRT_FUNCTIONS(X)
#undef X
      PJRT_NEEDED  // so many places a table must have
} PjrtFunction;

typedef struct PjrtApi {
  PJRT_HEAD
  struct {
    PJRT_HEAD
    int major, minor;
  } version;
  PjrtError *(*function[])(void *args);
} PjrtApi;

// ---- arguments; "out" is filled in by the plugin

// Destroying anything, awaiting an event, initialising: a handle or nothing.
typedef struct PjrtHandleArgs {
  PJRT_HEAD
  void *handle;
  PJRT_TAIL
} PjrtHandleArgs;

typedef struct PjrtMessageArgs {
  PJRT_HEAD
  const PjrtError *error;
  const char *message;  // out
  size_t n;             // out
  PJRT_TAIL
} PjrtMessageArgs;

typedef struct PjrtCreateArgs {
  PJRT_HEAD
  const void *options;
  size_t noptions;
  void *callbacks[4];
  PjrtClient *client;  // out
  void *more_callbacks[2];
  PJRT_TAIL
} PjrtCreateArgs;

typedef struct PjrtTextArgs {  // the platform's name
  PJRT_HEAD
  PjrtClient *client;
  const char *text;  // out
  size_t n;          // out
  PJRT_TAIL
} PjrtTextArgs;

typedef struct PjrtDevicesArgs {
  PJRT_HEAD
  PjrtClient *client;
  PjrtDevice *const *devices;  // out
  size_t n;                    // out
  PJRT_TAIL
} PjrtDevicesArgs;

typedef struct PjrtProgram {
  PJRT_HEAD
  char *code;
  size_t code_size;
  const char *format;
  size_t format_size;
  PJRT_TAIL
} PjrtProgram;

typedef struct PjrtCompileArgs {
  PJRT_HEAD
  PjrtClient *client;
  const PjrtProgram *program;
  const char *options;
  size_t options_size;
  PjrtLoaded *loaded;  // out
  PJRT_TAIL
} PjrtCompileArgs;

typedef struct PjrtUploadArgs {
  PJRT_HEAD
  PjrtClient *client;
  const void *data;
  int type;
  const int64_t *dims;
  size_t ndims;
  const int64_t *strides;
  size_t nstrides;
  int semantics;
  PjrtDevice *device;
  void *memory, *layout;
  PjrtEvent *done;     // out: the data is not read any more
  PjrtBuffer *buffer;  // out
  PJRT_TAIL
} PjrtUploadArgs;

enum { PJRT_ZERO_COPY = 2 };  // the data stays unchanged as long as the buffer lives

typedef struct PjrtExecuteOptions {
  PJRT_HEAD
  void *send, *receive;
  size_t nsend, nreceive;
  int launch;
  const int64_t *not_donated;
  size_t nnot_donated;
  void *context;
  const char *location;
  size_t ntasks;
  void *tasks[2];
  PJRT_TAIL
} PjrtExecuteOptions;

typedef struct PjrtExecuteArgs {
  PJRT_HEAD
  PjrtLoaded *loaded;
  PjrtExecuteOptions *options;
  PjrtBuffer *const *const *args;  // per device
  size_t ndevices, nargs;
  PjrtBuffer **const *results;  // per device; the buffers are out
  PjrtEvent **done;             // per device; out
  PjrtDevice *device;
  PJRT_TAIL
} PjrtExecuteArgs;

typedef struct PjrtLayout {
  PJRT_HEAD
  struct {
    PJRT_HEAD
    const int64_t *minor_to_major;
    size_t n;
    const void *tiles, *tile_sizes;
    size_t ntiles;
  } tiled;
  int kind;  // 0: tiled
  PJRT_TAIL
} PjrtLayout;

typedef struct PjrtDownloadArgs {
  PJRT_HEAD
  PjrtBuffer *buffer;
  const PjrtLayout *layout;
  void *data;
  size_t bytes;
  PjrtEvent *done;  // out
  PJRT_TAIL
} PjrtDownloadArgs;
#endif
