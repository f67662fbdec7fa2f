// Interned types, slots and frames.
#include "frontend/handle.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/function.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// ---- types

enum { TYPE_CHUNK = 256, TYPE_CHUNKS = 1 << 16 };

static struct {
  TypeInfo *chunks[TYPE_CHUNKS];
  uint32_t n;
  uint32_t *table;  // id + 1, or 0
  uint32_t cap;
  Arena *arena;
} types;

const TypeInfo *type_info(TypeId id) { return &types.chunks[id / TYPE_CHUNK][id % TYPE_CHUNK]; }

static uint64_t type_hash(Type t, bool weak) {
  uint64_t h = (uint64_t)t.dtype * 2 + weak;
  for (int i = 0; i < t.rank; i++) h = (h ^ (uint64_t)t.dim[i]) * UINT64_C(0x9e3779b97f4a7c15);
  return h ^ h >> 29;
}

static uint32_t *type_slot(Type t, bool weak) {
  for (uint64_t i = type_hash(t, weak);; i++) {
    uint32_t *slot = &types.table[i & (types.cap - 1)];
    if (!*slot) return slot;
    const TypeInfo *have = type_info(*slot - 1);
    if (have->weak == weak && type_equal(have->type, t)) return slot;
  }
}

static void type_table_grow(void) {
  uint32_t *old = types.table, n = types.cap;
  types.cap = n ? 2 * n : 256;
  types.table = xcalloc(types.cap, sizeof *types.table);
  for (uint32_t i = 0; i < n; i++) {
    if (!old[i]) continue;
    const TypeInfo *info = type_info(old[i] - 1);
    *type_slot(info->type, info->weak) = old[i];
  }
  free(old);
}

static TypeId type_add(Type t, bool weak) {
  if (types.n == TYPE_CHUNK * TYPE_CHUNKS) BUG("%u types", types.n);
  if (!types.arena) types.arena = arena_new();
  TypeInfo **chunk = &types.chunks[types.n / TYPE_CHUNK];
  if (!*chunk) *chunk = xcalloc(TYPE_CHUNK, sizeof **chunk);
  (*chunk)[types.n % TYPE_CHUNK] =
      (TypeInfo){type_copy(types.arena, t), weak, type_count(t), type_bytes(t)};
  return types.n++;
}

TypeId type_intern(Type t, bool weak) {
  pthread_mutex_lock(&lock);
  if (2 * types.n >= types.cap) type_table_grow();
  uint32_t *slot = type_slot(t, weak);
  if (!*slot) *slot = type_add(t, weak) + 1;
  TypeId id = *slot - 1;
  pthread_mutex_unlock(&lock);
  return id;
}

// ---- contexts

static pthread_key_t context_key;
static pthread_once_t context_once = PTHREAD_ONCE_INIT;
// In the library's static TLS block: eight bytes, found without a call.
static _Thread_local Context *self __attribute__((tls_model("initial-exec")));

static void spare_spill(Context *c, int rest);

static void context_free(void *at) {
  Context *c = self = at;
  while (c->bottom.first) slot_free(c->bottom.first, DIED_WITH_SCOPE, (Loc){0});
  spare_spill(c, 0);
  for (size_t i = 0; i < sizeof c->strings / sizeof *c->strings; i++) free(c->strings[i].text);
  while (c->spare_frames) {
    Frame *f = c->spare_frames;
    c->spare_frames = f->outer;
    free(f->held);
    free(f);
  }
  ring_free(c->ring);
  free(c->last_calls);
  free(c->eager);
  self = NULL;
  free(c);
}

static void context_key_make(void) { pthread_key_create(&context_key, context_free); }

static Context *context_new(void) {
  pthread_once(&context_once, context_key_make);
  self = xcalloc(1, sizeof *self);
  self->frame = &self->bottom;
  self->bottom.context = self;
  pthread_setspecific(context_key, self);
  return self;
}

Context *context(void) { return __builtin_expect(self != NULL, 1) ? self : context_new(); }

// ---- slots

Slot *slot_chunks[SLOT_CHUNKS];
_Atomic uint32_t slot_limit;
static struct {
  uint32_t *spare;
  int nspare, cap;
} slots;

static uint32_t slot_make(void) {
  uint32_t i = slot_limit;
  if (i >> SLOT_CHUNK_BITS >= SLOT_CHUNKS) BUG("more than %u arrays are alive", i);
  Slot **chunk = &slot_chunks[i >> SLOT_CHUNK_BITS];
  if (!*chunk) *chunk = xcalloc(SLOT_CHUNK, sizeof **chunk);
  slot_at(i)->index = i;
  atomic_store_explicit(&slot_limit, i + 1, memory_order_release);
  return i;
}

// Slot 0 is the poison.
__attribute__((constructor)) static void poison_make(void) {
  atomic_store(&slot_at(slot_make())->head, SLOT_POISON);
}

static void spare_refill(Context *c) {
  pthread_mutex_lock(&lock);
  while (c->nspare < 32)
    c->spare[c->nspare++] = slots.nspare ? slots.spare[--slots.nspare] : slot_make();
  pthread_mutex_unlock(&lock);
}

// All but `rest` of a thread's spare slots go to the others.
static void spare_spill(Context *c, int rest) {
  pthread_mutex_lock(&lock);
  GROW(slots.spare, slots.cap, slots.nspare + c->nspare);
  while (c->nspare > rest) slots.spare[slots.nspare++] = c->spare[--c->nspare];
  pthread_mutex_unlock(&lock);
}

static inline void frame_link(Frame *f, uint32_t i) {
  Slot *s = slot_at(i);
  s->frame = f;
  s->prev = 0;
  s->next = f->first;
  if (f->first) slot_at(f->first)->prev = i;
  f->first = i;
}

static inline void frame_unlink(uint32_t i) {
  Slot *s = slot_at(i);
  if (s->prev) {
    slot_at(s->prev)->next = s->next;
  } else {
    s->frame->first = s->next;
  }
  if (s->next) slot_at(s->next)->prev = s->prev;
}

// A slot to be filled, of a type and without a buffer.
static inline Slot *slot_take(Context *c, Frame *f, TypeId type) {
  if (!c->nspare) spare_refill(c);
  const uint32_t i = c->spare[--c->nspare];
  if (f) frame_link(f, i);
  Slot *s = slot_at(i);
  s->carried = false;
  s->type = type;
  s->buffer = NULL;
  return s;
}

// Publishes a filled slot under its generation.
static inline jc_array slot_publish(Slot *s, SlotKind kind) {
  uint32_t generation = atomic_load_explicit(&s->head, memory_order_relaxed) >> 16;
  atomic_store_explicit(&s->head, generation << 16 | kind, memory_order_release);
  return handle_make(s->index, generation);
}

static inline void free_slot(Context *c, uint32_t i, DeathKind how, Loc loc) {
  Slot *s = slot_at(i);
  uint32_t head = atomic_load_explicit(&s->head, memory_order_relaxed), generation = head >> 16;
  bool dead = (head & 0xFFFF) == SLOT_FREE;
  if (!dead) {
    s->death = (uint8_t)how;
    s->death_generation = (uint16_t)generation;
    if (how != DIED_WITH_TRACE) s->death_loc = loc;  // a trace has set the place of the value
    atomic_store_explicit(&s->head, ((generation + 1) & 0xFFFF) << 16 | SLOT_FREE,
                          memory_order_release);
    if (s->buffer) buffer_release(s->buffer);
    else if (__builtin_expect((head & 0xFFFF) == SLOT_LIST, 0)) free(s->data);
    s->buffer = NULL;
  }
  // The list of another thread's frame is that thread's to change: it finds the dead slot there.
  if (s->frame && s->frame->context != c) return;
  if (s->frame) frame_unlink(i);
  s->frame = NULL;
  if (((atomic_load_explicit(&s->head, memory_order_relaxed) >> 16) & 0xFFFF) == 0) return;
  c->spare[c->nspare++] = i;
  if (c->nspare == sizeof c->spare / sizeof *c->spare) spare_spill(c, 32);
}

void slot_free(uint32_t i, DeathKind how, Loc loc) { free_slot(context(), i, how, loc); }

jc_array slot_handle(const Slot *s) {
  return handle_make(s->index, atomic_load_explicit(&s->head, memory_order_relaxed) >> 16);
}

// Says why `h` is no live array.
static const char *not_an_array(jc_array h, char *buf, size_t size) {
  if (!h.handle) return "is not an array: it is zero";
  if (h.handle >> 48 != HANDLE_TAG || (uint32_t)h.handle >= slot_count())
    return "is not an array: uninitialised, or no jc_array";
  const Slot *s = slot_at((uint32_t)h.handle);
  if (s->death_generation != (h.handle >> 32 & 0xFFFF))
    return "is an array that was freed long ago";
  Loc at = s->death_loc;
  const char *file = at.file ? at.file : "?";
  if (s->death == DIED_BY_DONATION) {
    snprintf(buf, size, "was donated at %s:%d and is gone: use the result instead", file, at.line);
  } else if (s->death == DIED_WITH_TRACE) {
    snprintf(buf, size,
             "is a traced value (%s at %s:%d) that outlived its trace: return it instead",
             s->death_op ? s->death_op : "a parameter", file, at.line);
  } else {
    snprintf(buf, size, "was freed with its scope (%s:%d): name it in JC_SCOPE or use jc_keep",
             file, at.line);
  }
  return buf;
}

Slot *slot_need(jc_array h, Loc loc, const char *who, const char *what, ...) {
  Slot *s = slot_find(h);
  if (s) return s;
  char which[160], why[512];
  va_list ap;
  va_start(ap, what);
  vsnprintf(which, sizeof which, what, ap);
  va_end(ap);
  fail(loc, "%s: %s %s", who, which, not_an_array(h, why, sizeof why));
  return NULL;
}

jc_array handle_array(TypeId type, Buffer *buffer) {
  Context *c = context();
  Slot *s = slot_take(c, c->frame, type);
  s->buffer = buffer;
  s->data = buffer->data;
  return slot_publish(s, SLOT_ARRAY);
}

void handle_arrays(int n, const TypeId *types, Buffer *const *buffers, const uint64_t *bits,
                   jc_array *out) {
  Context *c = context();
  for (int k = 0; k < n; k++) {
    Slot *s = slot_take(c, c->frame, types[k]);
    s->buffer = buffers[k];
    s->bits = bits[k];
    s->data = s->buffer ? s->buffer->data : &s->bits;
    out[k] = slot_publish(s, SLOT_ARRAY);
  }
}

jc_array handle_small(TypeId type, const void *elements) {
  Context *c = context();
  Slot *s = slot_take(c, c->frame, type);
  s->bits = 0;
  s->data = &s->bits;
  if (elements) memcpy(&s->bits, elements, type_info(type)->bytes);
  return slot_publish(s, SLOT_ARRAY);
}

jc_array handle_new(TypeId type, Loc loc, void **data) {
  size_t bytes = type_info(type)->bytes;
  if (bytes <= INLINE_BYTES) {
    jc_array h = handle_small(type, NULL);
    *data = slot_at(handle_index(h))->data;
    return h;
  }
  Buffer *b = buffer_new(loc, bytes);
  if (!b) return *data = NULL, handle_poison();
  *data = b->data;
  return handle_array(type, b);
}

jc_array handle_tracer(TypeId type, Trace *trace, Id id, Frame *frame) {
  Slot *s = slot_take(context(), frame, type);
  s->data = NULL;
  s->trace = trace;
  s->id = id;
  return slot_publish(s, SLOT_TRACER);
}

// Its type is that of no elements: whoever takes it for an array reads nothing.
jc_array handle_list(void *list) {
  static const int64_t none = 0;
  Context *c = context();
  Slot *s = slot_take(c, c->frame, type_intern((Type){DT_BOOL, 1, &none}, false));
  s->data = list;
  return slot_publish(s, SLOT_LIST);
}

// ---- literals: a number lifted twice is the same immortal slot

enum { LITERALS = 1024 };
static struct {
  _Atomic uint64_t handle;
  uint64_t bits;
  uint32_t kind;
} literals[LITERALS];

static jc_array literal_new(TypeId type, uint64_t bits, Frame *frame) {
  Slot *s = slot_take(context(), frame, type);
  s->bits = bits;
  s->frame = frame;
  return slot_publish(s, SLOT_LITERAL);
}

static jc_array literal(Dtype d, uint64_t bits) {
  static _Atomic uint32_t weak_types[DT_COUNT];  // id + 1
  uint32_t type = atomic_load_explicit(&weak_types[d], memory_order_relaxed);
  if (!type) atomic_store(&weak_types[d], type = type_intern(type_scalar(d), d != DT_BOOL) + 1);
  uint64_t mixed = (bits + d) * UINT64_C(0x9e3779b97f4a7c15);
  for (uint64_t i = mixed >> 54; i < LITERALS; i += LITERALS / 4) {
    uint64_t h = atomic_load_explicit(&literals[i].handle, memory_order_acquire);
    if (h > 1 && literals[i].bits == bits && literals[i].kind == d) return (jc_array){h};
    if (h) continue;
    pthread_mutex_lock(&lock);
    bool mine = !atomic_load(&literals[i].handle);
    if (mine) literals[i].bits = bits, literals[i].kind = d;
    if (mine) atomic_store(&literals[i].handle, 1);  // reserved: no handle is 1
    pthread_mutex_unlock(&lock);
    if (!mine) continue;
    jc_array made = literal_new(type - 1, bits, NULL);
    atomic_store_explicit(&literals[i].handle, made.handle, memory_order_release);
    return made;
  }
  return literal_new(type - 1, bits, context()->frame);
}

jc_array jc_lift_int_(int64_t v) { return literal(DT_I32, (uint64_t)v); }
jc_array jc_lift_bool_(bool v) { return literal(DT_BOOL, v); }
jc_array jc_lift_double_(double v) {
  uint64_t bits;
  memcpy(&bits, &v, sizeof bits);
  return literal(DT_F32, bits);
}

jc_array jc_lift_parts_(double re, double im) {
  const float parts[] = {(float)re, (float)im};
  return handle_small(type_intern(type_scalar(DT_C64), true), parts);
}

// ---- frames

void frame_push(Frame *f) {
  Context *c = context();
  f->outer = c->frame;
  f->context = c;
  c->frame = f;
}

void frame_pop(Frame *f, DeathKind how, Loc loc) {
  Context *c = context();
  while (f->first) free_slot(c, f->first, how, loc);
  CHECK(c->frame == f);
  c->frame = f->outer;
}

void frame_take(Frame *f, uint32_t i) {
  Slot *s = slot_at(i);
  if (!s->frame || s->frame->context != f->context) return;
  frame_unlink(i);
  frame_link(f, i);
}
