// Opening and closing traces, and the values that enter them.
#include "frontend/trace.h"

#include <stdio.h>
#include <string.h>

#include "ir/half.h"

Trace *trace_begin(const char *name, Loc loc) {
  Context *c = context();
  Arena *a = c->trace ? c->trace->arena : arena_new();
  Trace *t = ARENA_NEW(a, Trace);
  *t = (Trace){.outer = c->trace,
               .depth = c->trace ? c->trace->depth + 1 : 0,
               .arena = a,
               .g = graph_new(a, name),
               .name = name,
               .loc = loc};
  t->g->loc = loc;
  frame_push(&t->frame);
  c->trace = t;
  return t;
}

// What messages say of stand-ins that outlive the trace.
static void note_origins(const Trace *t) {
  for (uint32_t i = t->frame.first; i; i = slot_at(i)->next) {
    Slot *s = slot_at(i);
    if (slot_kind(s) == SLOT_LIST) s->death_op = "a jc_params", s->death_loc = t->loc;
    if (slot_kind(s) != SLOT_TRACER) continue;
    const Node *n = s->trace == t ? graph_def(t->g, s->id) : NULL;
    s->death_op = n ? op_info(n->op)->name : NULL;
    s->death_loc = n ? n->loc : t->loc;
  }
}

void trace_end(Trace *t) {
  Context *c = context();
  CHECK(c->trace == t);
  note_origins(t);
  frame_pop(&t->frame, DIED_WITH_TRACE, t->loc);
  c->trace = t->outer;
  for (int i = 0; i < t->ncaptures; i++) buffer_release(t->captures[i].buffer);
  if (!t->outer) arena_free(t->arena);
}

jc_array trace_value(Trace *t, Val v) {
  if (v.id == NO_ID) return handle_poison();
  return handle_tracer(type_intern(graph_type(t->g, v.id), v.weak), t, v.id, &t->frame);
}

jc_array trace_param(Trace *t, TypeId type, const char *name) {
  Id id = graph_param(t->g, type_info(type)->type, name);
  return handle_tracer(type, t, id, &t->frame);
}

void literal_store(const Slot *s, Dtype d, void *out) {
  bool real = type_info(s->type)->type.dtype == DT_F32;
  if (dtype_is_complex(d)) {
    literal_store(s, dtype_part(d), out);
    memset((char *)out + dtype_size(d) / 2, 0, dtype_size(d) / 2);
    return;
  }
  if (dtype_is_half(d)) {
    const uint16_t half = half_of(d, real ? (long double)s->number : (long double)s->integer);
    memcpy(out, &half, sizeof half);
    return;
  }
  switch (d) {
    case DT_F32: *(float *)out = real ? (float)s->number : (float)s->integer; return;
    case DT_F64: *(double *)out = real ? s->number : (double)s->integer; return;
    case DT_BOOL: *(uint8_t *)out = real ? s->number != 0 : s->integer != 0; return;
    default: break;
  }
  int64_t v = real ? (int64_t)s->number : s->integer;
  memcpy(out, &v, dtype_size(d));  // little-endian: the low bytes
}

Val trace_literal(Graph *g, const Slot *s, Dtype d, bool weak) {
  uint64_t bits[ELEMENT_WORDS] = {0};
  literal_store(s, d, bits);
  return (Val){b_literal(g, type_scalar(d), true, bits), weak};
}

static Capture *capture_find(Trace *t, const Capture *wanted) {
  for (int i = 0; i < t->ncaptures; i++) {
    Capture *c = &t->captures[i];
    if (c->trace == wanted->trace && c->id == wanted->id && c->buffer == wanted->buffer &&
        c->type == wanted->type)
      return c;
  }
  return NULL;
}

static Id capture_add(Trace *t, Capture wanted) {
  Capture *have = capture_find(t, &wanted);
  if (have) return have->param;
  if (t->ncaptures == t->captures_cap) {
    int cap = t->captures_cap ? 2 * t->captures_cap : 8;
    Capture *more = ARENA_ARRAY(t->arena, Capture, cap);
    if (t->ncaptures) memcpy(more, t->captures, sizeof *more * (size_t)t->ncaptures);
    t->captures = more;
    t->captures_cap = cap;
  }
  wanted.param = graph_param(t->g, type_info(wanted.type)->type, NULL);
  if (wanted.buffer) buffer_retain(wanted.buffer);
  t->captures[t->ncaptures++] = wanted;
  return wanted.param;
}

static Id capture(Trace *t, const Slot *s) {
  bool traced = slot_kind(s) == SLOT_TRACER;
  return capture_add(t, (Capture){.type = s->type,
                                  .trace = traced ? s->trace : NULL,
                                  .id = traced ? s->id : NO_ID,
                                  .buffer = traced ? NULL : s->buffer});
}

Val trace_capture(Trace *t, const Capture *c) {
  bool weak = type_info(c->type)->weak;
  return (Val){c->trace == t ? c->id : capture_add(t, *c), weak};
}

static bool is_open(const Trace *t, const Trace *wanted) {
  while (t && t != wanted) t = t->outer;
  return t;
}

bool trace_use(Trace *t, jc_array h, Loc loc, const char *who, int i, Val *out) {
  *out = NP_BAD;
  const Slot *s = slot_need(h, loc, who, "argument %d", i);
  if (!s) return false;
  const TypeInfo *info = type_info(s->type);
  switch (slot_kind(s)) {
    case SLOT_LITERAL: *out = trace_literal(t->g, s, info->type.dtype, info->weak); return true;
    case SLOT_ARRAY:
      if (!s->buffer) {
        *out = (Val){b_literal(t->g, info->type, info->count == 1, s->data), info->weak};
      } else {
        *out = (Val){capture(t, s), info->weak};
      }
      return true;
    case SLOT_TRACER:
      if (s->trace == t) {
        *out = (Val){s->id, info->weak};
      } else if (is_open(t, s->trace)) {
        *out = (Val){capture(t, s), info->weak};
      } else {
        return fail(loc, "%s: argument %d is a traced value of another thread", who, i);
      }
      return true;
    case SLOT_LIST: return fail(loc, "%s: argument %d is a jc_params, not an array", who, i);
    default: return false;
  }
}
