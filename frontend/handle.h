// Handles of arrays: interned types, the table of slots behind jc_array, and the scopes that own
// slots.
//
// A handle is 0xFFF9 (a NaN's bits, no user pointer, no small integer), 16 bits of its slot's
// generation and 32 bits of slot number. The generation changes when a slot is freed, and a slot
// whose generation would wrap is retired: a stale word is never mistaken for a live array. Looking
// a handle up takes no lock.
#ifndef JITC_FRONTEND_HANDLE_H
#define JITC_FRONTEND_HANDLE_H
#include <stdatomic.h>

#include "frontend/jitc.h"
#include "ir/graph.h"
#include "runtime/buffer.h"

// ---- types

typedef uint32_t TypeId;  // an interned type with its weakness; equal types have equal ids
typedef struct TypeInfo {
  Type type;
  bool weak;
  int64_t count;
  size_t bytes;
} TypeInfo;

TypeId type_intern(Type t, bool weak);
const TypeInfo *type_info(TypeId id);  // lives for ever

// ---- slots

typedef struct Trace Trace;
typedef struct Frame Frame;

typedef enum SlotKind {
  SLOT_FREE,
  SLOT_ARRAY,    // elements in a buffer, or in the slot where they are at most 8 bytes
  SLOT_LITERAL,  // a lifted C number: immortal, its value in `number` or `integer`
  SLOT_TRACER,   // a value of a trace's graph
  SLOT_LIST,     // a list of arrays: jc_params; see params.h
  SLOT_POISON,   // the result of what failed
} SlotKind;

typedef enum DeathKind { DIED_WITH_SCOPE, DIED_BY_DONATION, DIED_WITH_TRACE } DeathKind;

enum { INLINE_BYTES = 8 };

typedef struct Slot {
  _Atomic uint32_t head;  // generation << 16 | SlotKind
  TypeId type;
  void *data;      // SLOT_ARRAY: its elements; SLOT_LIST: a List
  Buffer *buffer;  // SLOT_ARRAY: where they are, or NULL: in `bits`
  union {
    uint64_t bits;
    double number;    // SLOT_LITERAL of f32
    int64_t integer;  // SLOT_LITERAL of i32 or bool
    struct {
      Trace *trace;
    };
  };
  Id id;                // SLOT_TRACER
  uint32_t index;       // its own number
  uint32_t prev, next;  // neighbours in the frame's list; 0: none
  Frame *frame;         // who owns it; NULL: immortal
  bool carried;         // came out of a JC_SCOPE
  // How the last array of this slot died, for messages.
  uint8_t death;
  uint16_t death_generation;
  Loc death_loc;
  const char *death_op;
} Slot;

enum { SLOT_CHUNK_BITS = 10, SLOT_CHUNK = 1 << SLOT_CHUNK_BITS, SLOT_CHUNKS = 1 << 18 };
extern Slot *slot_chunks[SLOT_CHUNKS];
static inline Slot *slot_at(uint32_t i) {
  return &slot_chunks[i >> SLOT_CHUNK_BITS][i & (SLOT_CHUNK - 1)];
}

#define HANDLE_TAG UINT64_C(0xFFF9)
static inline jc_array handle_make(uint32_t slot, uint32_t generation) {
  return (jc_array){HANDLE_TAG << 48 | (uint64_t)(generation & 0xFFFF) << 32 | slot};
}
extern _Atomic uint32_t slot_limit;  // slots that exist
static inline uint32_t slot_count(void) { return slot_limit; }

// The live slot of a handle, or NULL: for a word that is no handle, or one whose array is gone.
static inline Slot *slot_find(jc_array h) {
  uint32_t i = (uint32_t)h.handle;
  if (h.handle >> 48 != HANDLE_TAG || i >= atomic_load_explicit(&slot_limit, memory_order_acquire))
    return NULL;
  Slot *s = slot_at(i);
  uint32_t head = atomic_load_explicit(&s->head, memory_order_acquire);
  return head >> 16 == (h.handle >> 32 & 0xFFFF) && (head & 0xFFFF) ? s : NULL;
}
static inline SlotKind slot_kind(const Slot *s) {
  return (SlotKind)(atomic_load_explicit(&s->head, memory_order_relaxed) & 0xFFFF);
}
jc_array slot_handle(const Slot *s);  // of a live slot

// As slot_find, and where there is none: fail(loc, "<who>: <what>", why) and NULL. `who` is the
// function's name, what a printf format for the value ("argument 0").
Slot *slot_need(jc_array h, Loc loc, const char *who, const char *what, ...)
    __attribute__((format(printf, 4, 5)));

static inline jc_array handle_poison(void) { return handle_make(0, 0); }  // slot 0
static inline bool handle_is_poison(jc_array h) { return h.handle == handle_poison().handle; }

// A new array in the current frame. It takes over one reference to the buffer.
jc_array handle_array(TypeId type, Buffer *buffer);
// n of them at once: those without a buffer have their elements in bits[i].
void handle_arrays(int n, const TypeId *types, Buffer *const *buffers, const uint64_t *bits,
                   jc_array *out);
jc_array handle_small(TypeId type, const void *elements);  // at most INLINE_BYTES
// A new array with room for its elements, at *data; poison after fail().
jc_array handle_new(TypeId type, Loc loc, void **data);
jc_array handle_tracer(TypeId type, Trace *trace, Id id, Frame *frame);
jc_array handle_list(void *list);  // takes over the memory
void slot_free(uint32_t index, DeathKind how, Loc loc);
static inline uint32_t handle_index(jc_array h) { return (uint32_t)h.handle; }

// ---- frames: what owns slots

struct Frame {
  Frame *outer;
  struct Context *context;
  uint32_t first;  // slots that it owns
  int nkept, nheld;
  struct jc_kept_ kept[16];
  jc_array *held;  // what the kept variables held when the scope began
  int held_cap;
  bool inert;  // a JC_SCOPE inside a trace
  Loc loc;
};

void frame_push(Frame *f);                         // becomes the current one
void frame_pop(Frame *f, DeathKind how, Loc loc);  // frees what it owns
void frame_take(Frame *f, uint32_t slot);          // moves a slot to f

// ---- what belongs to a thread

typedef struct Context {
  Trace *trace;  // the innermost trace
  Frame *frame;  // the innermost frame
  Frame bottom;
  Frame *spare_frames;  // of JC_SCOPE, by `outer`
  Loc here;    // of the call of the user's that runs, for functions without a location of their own
  void *made;  // the closure that was asked for last, at `here`
  // What a closure that is about to be called goes by: the bound of a jc_fori, the predicate of a
  // jc_cond, the index of a jc_switch. A ring, for calls stand in each other's arguments.
  struct {
    const void *closure;
    jc_array array;
    bool taken;
  } waiting[64];
  unsigned next_waiting;
  uint32_t spare[64];
  int nspare;
  void **last_calls;  // per jit closure: the entry that it used last in this thread
  int nlast_calls;
  void *eager;  // this thread's table of recent eager calls
  struct {
    char *text;
    int next;
  } strings[12];
  int next_string;
  void *ring;  // results of jc_tree_map
} Context;

Context *context(void);
#define HERE(file, line) ((Loc){(file), (line), 0})
#endif
