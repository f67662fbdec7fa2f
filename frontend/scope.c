// JC_SCOPE and jc_keep.
#include <stdlib.h>
#include <string.h>

#include "frontend/handle.h"

// Calls f on each array that lies in a kept variable: words that are no handles are skipped, for a
// variable may hold plain fields as well.
static void each_array(const Frame *f, int i, void (*visit)(Slot *s, Frame *frame), Frame *frame) {
  for (size_t at = 0; at + sizeof(jc_array) <= f->kept[i].size; at += sizeof(jc_array)) {
    jc_array h;
    memcpy(&h, (char *)f->kept[i].at + at, sizeof h);
    Slot *s = slot_find(h);
    if (s && slot_kind(s) == SLOT_ARRAY) visit(s, frame);
  }
}

static void note_held(Frame *f) {
  size_t bytes = 0;
  for (int i = 0; i < f->nkept; i++) bytes += f->kept[i].size;
  GROW(f->held, f->held_cap, (int)(bytes / sizeof *f->held));
  f->nheld = 0;
  for (int i = 0; i < f->nkept; i++) {
    for (size_t at = 0; at + sizeof(jc_array) <= f->kept[i].size; at += sizeof(jc_array)) {
      jc_array h;
      memcpy(&h, (char *)f->kept[i].at + at, sizeof h);
      Slot *s = slot_find(h);
      if (s && slot_kind(s) == SLOT_ARRAY && s->carried) f->held[f->nheld++] = h;
    }
  }
}

jc_scope jc_scope_begin_(int n, const struct jc_kept_ *kept, const char *file, int line) {
  Context *c = context();
  Frame *f = c->spare_frames;
  if (f) c->spare_frames = f->outer;
  else f = xcalloc(1, sizeof *f);
  f->nkept = f->nheld = 0;
  f->inert = c->trace != NULL;
  f->loc = HERE(file, line);
  if (n > (int)(sizeof f->kept / sizeof *f->kept)) n = (int)(sizeof f->kept / sizeof *f->kept);
  if (!f->inert) {
    f->nkept = n;
    if (n) memcpy(f->kept, kept, sizeof *kept * (size_t)n);
    note_held(f);
    frame_push(f);
  }
  return (jc_scope){f};
}

// An array that lives on: out of the ending frame into the enclosing one.
static void carry(Slot *s, Frame *f) {
  if (s->frame == f) frame_take(f->outer, s->index);
  s->carried = true;
}

static void mark(Slot *s, Frame *f) {
  (void)f;
  s->carried = false;
}

void jc_scope_end_(jc_scope *scope) {
  Frame *f = scope->frame;
  scope->frame = NULL;
  if (!f) return;
  if (!f->inert) {
    // What was held at the start and is held no longer goes; nothing does after an error.
    if (!failed()) {
      for (int i = 0; i < f->nkept; i++) each_array(f, i, mark, f);
      for (int i = 0; i < f->nheld; i++) {
        Slot *s = slot_find(f->held[i]);
        if (s && s->carried) slot_free(s->index, DIED_WITH_SCOPE, f->loc);
      }
    }
    for (int i = 0; i < f->nkept; i++) each_array(f, i, carry, f);
    frame_pop(f, DIED_WITH_SCOPE, f->loc);
  }
  Context *c = context();
  f->outer = c->spare_frames;
  c->spare_frames = f;
}

const void *jc_kept_copy_(size_t size, const void *tree, const char *file, int line) {
  (void)file, (void)line;
  Context *c = context();
  for (size_t at = 0; at + sizeof(jc_array) <= size && !c->trace; at += sizeof(jc_array)) {
    jc_array h;
    memcpy(&h, (const char *)tree + at, sizeof h);
    Slot *s = slot_find(h);
    if (s && slot_kind(s) == SLOT_ARRAY && s->frame == c->frame && c->frame->outer)
      frame_take(c->frame->outer, s->index);
  }
  return tree;
}
