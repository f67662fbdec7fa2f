// Arrays to and from other libraries of the process by DLPack, without a copy.
//
// The structs are those of the standard, versions 0.8 (unversioned) and 1.x (versioned): a tensor
// with a deleter, which its last owner calls once.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/data.h"
#include "frontend/data/mapped.h"
#include "frontend/read.h"

enum { DL_CPU = 1, DL_CUDA_HOST = 3, DL_ROCM_HOST = 11 };  // whose memory the CPU can read
enum { DL_INT, DL_UINT, DL_FLOAT, DL_OPAQUE, DL_BFLOAT, DL_COMPLEX, DL_BOOL, DL_CODES };
enum { DL_READ_ONLY = 1, DL_COPIED = 2 };  // flags
enum { DL_MAJOR = 1, DL_MINOR = 0 };

typedef struct DLTensor {
  void *data;
  struct {
    int32_t type, id;
  } device;
  int32_t ndim;
  struct {
    uint8_t code, bits;
    uint16_t lanes;
  } dtype;
  int64_t *shape, *strides;  // in elements; no strides: row-major
  uint64_t byte_offset;
} DLTensor;

struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensor *self);
};

struct DLManagedTensorVersioned {
  struct {
    uint32_t major, minor;
  } version;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensorVersioned *self);
  uint64_t flags;
  DLTensor dl_tensor;
};

static const struct DlType {
  uint8_t code, bits;
} dl_types[DT_COUNT] = {
    [DT_F32] = {DL_FLOAT, 32},   [DT_F64] = {DL_FLOAT, 64},     [DT_F16] = {DL_FLOAT, 16},
    [DT_BF16] = {DL_BFLOAT, 16}, [DT_I8] = {DL_INT, 8},         [DT_I16] = {DL_INT, 16},
    [DT_I32] = {DL_INT, 32},     [DT_I64] = {DL_INT, 64},       [DT_U8] = {DL_UINT, 8},
    [DT_U16] = {DL_UINT, 16},    [DT_U32] = {DL_UINT, 32},      [DT_U64] = {DL_UINT, 64},
    [DT_C64] = {DL_COMPLEX, 64}, [DT_C128] = {DL_COMPLEX, 128}, [DT_BOOL] = {DL_BOOL, 8},
};

// ---- out

typedef struct Exported {
  union {
    struct DLManagedTensor plain;
    struct DLManagedTensorVersioned versioned;
  };
  Buffer *buffer;
  int64_t shape[MAX_RANK], strides[MAX_RANK];
  uint64_t small[ELEMENT_WORDS];  // elements of arrays without a buffer
} Exported;

static void exported_free(Exported *x) {
  buffer_release(x->buffer);
  free(x);
}
static void delete_plain(struct DLManagedTensor *self) { exported_free(self->manager_ctx); }
static void delete_versioned(struct DLManagedTensorVersioned *self) {
  exported_free(self->manager_ctx);
}

static void export_tensor(Exported *x, const Elements *e, DLTensor *out) {
  const Type t = e->type;
  int64_t stride = 1;
  for (int i = t.rank - 1; i >= 0; i--) {
    x->shape[i] = t.dim[i];
    x->strides[i] = stride;
    stride *= t.dim[i];
  }
  if (e->slot->buffer) x->buffer = buffer_retain(e->slot->buffer);
  else memcpy(x->small, e->data, type_bytes(t));
  *out = (DLTensor){.data = x->buffer ? (void *)e->data : x->small,
                    .device = {DL_CPU, 0},
                    .ndim = t.rank,
                    .dtype = {dl_types[t.dtype].code, dl_types[t.dtype].bits, 1},
                    .shape = x->shape,
                    .strides = x->strides};
}

struct DLManagedTensor *jc_to_dlpack_(jc_array x, const char *file, int line) {
  Elements e;
  if (!elements_of(x, "to_dlpack", "its argument", HERE(file, line), &e)) return NULL;
  Exported *out = xcalloc(1, sizeof *out);
  out->plain.manager_ctx = out;
  out->plain.deleter = delete_plain;
  export_tensor(out, &e, &out->plain.dl_tensor);
  return &out->plain;
}

struct DLManagedTensorVersioned *jc_to_dlpack_versioned_(jc_array x, const char *file, int line) {
  Elements e;
  if (!elements_of(x, "to_dlpack", "its argument", HERE(file, line), &e)) return NULL;
  Exported *out = xcalloc(1, sizeof *out);
  out->versioned.version.major = DL_MAJOR, out->versioned.version.minor = DL_MINOR;
  out->versioned.manager_ctx = out;
  out->versioned.deleter = delete_versioned;
  export_tensor(out, &e, &out->versioned.dl_tensor);
  out->versioned.flags = DL_READ_ONLY | (out->buffer ? 0 : DL_COPIED);
  return &out->versioned;
}

// ---- in

static bool find_dtype(Loc loc, const DLTensor *t, Dtype *out) {
  static const char *const codes[DL_CODES] = {"int",    "uint",    "float", "opaque handle",
                                              "bfloat", "complex", "bool"};
  for (int d = 0; d < DT_COUNT; d++) {
    if (dl_types[d].code == t->dtype.code && dl_types[d].bits == t->dtype.bits &&
        t->dtype.lanes == 1)
      return *out = (Dtype)d, true;
  }
  const char *code = t->dtype.code < DL_CODES ? codes[t->dtype.code] : "kind of code";
  char number[8] = "";
  if (t->dtype.code >= DL_CODES) snprintf(number, sizeof number, " %d", t->dtype.code);
  return fail(loc,
              "from_dlpack: no array has the dtype %s%s of %d bits in %d lanes: convert it there",
              code, number, t->dtype.bits, t->dtype.lanes);
}

static bool check_device(Loc loc, const DLTensor *t) {
  const int device = t->device.type;
  if (device == DL_CPU || device == DL_CUDA_HOST || device == DL_ROCM_HOST) return true;
  return fail(loc,
              "from_dlpack: the tensor is on device type %d (%s), number %d: move it to the CPU",
              device,
              device == 2    ? "CUDA"
              : device == 8  ? "Metal"
              : device == 10 ? "ROCm"
                             : "foreign",
              t->device.id);
}

static bool check_tensor(Loc loc, const DLTensor *t, Type *out) {
  Dtype d = DT_F32;
  if (!check_device(loc, t) || !find_dtype(loc, t, &d)) return false;
  if (t->ndim < 0 || t->ndim > MAX_RANK)
    return fail(loc, "from_dlpack: %d axes, at most %d are possible", t->ndim, MAX_RANK);
  *out = (Type){d, t->ndim, t->shape};
  if ((t->ndim && !t->shape) || !type_fits(*out))
    return fail(loc, "from_dlpack: the shape is missing, negative or larger than any memory");
  return t->data || !type_count(*out) || fail(loc, "from_dlpack: the tensor has no elements");
}

// Axes of one element may have any stride.
static bool is_row_major(const DLTensor *t) {
  int64_t stride = 1;
  for (int i = t->ndim - 1; t->strides && i >= 0; i--) {
    if (t->shape[i] != 1 && t->strides[i] != stride) return false;
    stride *= t->shape[i];
  }
  return true;
}

static char *copy_axis(const DLTensor *t, size_t size, int axis, const char *from, char *to) {
  if (axis == t->ndim) {
    memcpy(to, from, size);
    return to + size;
  }
  for (int64_t i = 0; i < t->shape[axis]; i++)
    to = copy_axis(t, size, axis + 1, from + i * t->strides[axis] * (int64_t)size, to);
  return to;
}

static Buffer *import_copy(Loc loc, const DLTensor *t, Type type, const char *from, bool dense) {
  Buffer *b = buffer_new(loc, type_bytes(type));
  if (!b || !type_count(type)) return b;
  if (dense) memcpy(b->data, from, type_bytes(type));
  else copy_axis(t, dtype_size(type.dtype), 0, from, b->data);
  return b;
}

// release(context) is called when the elements are no longer needed; not after an error.
static jc_array import(Loc loc, const DLTensor *t, void (*release)(void *), void *context) {
  Type type;
  if (!check_tensor(loc, t, &type)) return handle_poison();
  char *from = t->data ? (char *)t->data + t->byte_offset : NULL;
  const bool dense = !type_count(type) || is_row_major(t);
  const bool aligned = (uintptr_t)from % dtype_size(type.dtype) == 0;
  const bool view = dense && aligned && type_bytes(type) > INLINE_BYTES;
  Buffer *b = NULL;
  if (!view && !(b = import_copy(loc, t, type, from, dense))) return handle_poison();
  if (!bools_sound(loc, "a DLPack tensor", type, view ? from : b->data)) {
    buffer_release(b);
    return handle_poison();
  }
  const TypeId id = type_intern(type, false);
  if (view) return handle_array(id, buffer_borrow(from, type_info(id)->bytes, release, context));
  release(context);
  return data_array(id, b);
}

static void release_plain(void *context) {
  struct DLManagedTensor *m = context;
  if (m->deleter) m->deleter(m);
}

static void release_versioned(void *context) {
  struct DLManagedTensorVersioned *m = context;
  if (m->deleter) m->deleter(m);
}

jc_array jc_from_dlpack_(struct DLManagedTensor *m, const char *file, int line) {
  if (failed()) return handle_poison();
  if (!m) return fail(HERE(file, line), "from_dlpack: the tensor is NULL"), handle_poison();
  return import(HERE(file, line), &m->dl_tensor, release_plain, m);
}

jc_array jc_from_dlpack_versioned_(struct DLManagedTensorVersioned *m, const char *file, int line) {
  const Loc loc = HERE(file, line);
  if (failed()) return handle_poison();
  if (!m) return fail(loc, "from_dlpack: the tensor is NULL"), handle_poison();
  if (m->version.major != DL_MAJOR)
    return fail(loc, "from_dlpack: the tensor is of version %u.%u, known is %d", m->version.major,
                m->version.minor, DL_MAJOR),
           handle_poison();
  return import(loc, &m->dl_tensor, release_versioned, m);
}
