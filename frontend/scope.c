// JC_SCOPE and jc_keep.
#include <stdlib.h>
#include <string.h>

#include "frontend/params.h"

// The functions that are handed on are known: no call is left of them.
#define INLINE static inline __attribute__((always_inline))
typedef void Visit(Slot *s, Frame *frame);

// Calls `visit` on an array, or on a list and each array in it; words that are neither are skipped,
// for a variable may hold plain fields as well.
INLINE void visit_word(jc_array word, Visit *visit, Frame *f) {
  Slot *s = slot_find(word);
  if (!s || (slot_kind(s) != SLOT_ARRAY && slot_kind(s) != SLOT_LIST)) return;
  const List *l = slot_kind(s) == SLOT_LIST ? s->data : NULL;
  for (int i = 0; l && i < l->shape->n; i++) {
    Slot *item = slot_find(l->v[i]);
    if (item && slot_kind(item) == SLOT_ARRAY) visit(item, f);
  }
  visit(s, f);
}

INLINE void visit_words(const void *at, size_t size, Visit *visit, Frame *f) {
  for (size_t i = 0; i + sizeof(jc_array) <= size; i += sizeof(jc_array)) {
    jc_array h;
    memcpy(&h, (const char *)at + i, sizeof h);
    visit_word(h, visit, f);
  }
}

INLINE void visit_kept(Frame *f, Visit *visit) {
  for (int i = 0; i < f->nkept; i++) visit_words(f->kept[i].at, f->kept[i].size, visit, f);
}

static void note(Slot *s, Frame *f) {
  if (!s->carried) return;
  GROW(f->held, f->held_cap, f->nheld + 1);
  f->held[f->nheld++] = slot_handle(s);
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
    visit_kept(f, note);
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
      visit_kept(f, mark);
      for (int i = 0; i < f->nheld; i++) {
        Slot *s = slot_find(f->held[i]);
        if (s && s->carried) slot_free(s->index, DIED_WITH_SCOPE, f->loc);
      }
    }
    visit_kept(f, carry);
    frame_pop(f, DIED_WITH_SCOPE, f->loc);
  }
  Context *c = context();
  f->outer = c->spare_frames;
  c->spare_frames = f;
}

static void move_out(Slot *s, Frame *f) {
  if (s->frame == f) frame_take(f->outer, s->index);
}

const void *jc_kept_copy_(size_t size, const void *tree, const char *file, int line) {
  (void)file, (void)line;
  Context *c = context();
  if (!c->trace && c->frame->outer) visit_words(tree, size, move_out, c->frame);
  return tree;
}
