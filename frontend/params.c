// Lists of arrays behind one handle, and the functions on them.
#include "frontend/params.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same_shape(const ListShape *s, int n, const char *const *names,
                       const struct LinearMap *map) {
  if (s->n != n || s->map != map) return false;
  for (int i = 0; i < n; i++) {
    if (strcmp(s->names[i], names[i])) return false;
  }
  return true;
}

static ListShape *shape_new(int n, const char *const *names) {
  size_t bytes = sizeof(ListShape) + sizeof *names * (size_t)n, text = bytes;
  for (int i = 0; i < n; i++) bytes += strlen(names[i]) + 1;
  ListShape *s = xcalloc(1, bytes);
  char *at = (char *)s + text;
  s->n = n;
  for (int i = 0; i < n; i++) {
    s->names[i] = strcpy(at, names[i]);
    at += strlen(at) + 1;
  }
  return s;
}

static const ListShape *intern(int n, const char *const *names, const struct LinearMap *map) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static ListShape *all;
  pthread_mutex_lock(&lock);
  ListShape *s = all;
  while (s && !same_shape(s, n, names, map)) s = s->next;
  if (!s) {
    s = shape_new(n, names);
    s->map = map;
    s->next = all;
    all = s;
  }
  pthread_mutex_unlock(&lock);
  return s;
}

static const ListShape *numbered(int n, const struct LinearMap *map) {
  enum { TEXT = 16 };
  char *text = xmalloc((size_t)(n + 1) * (TEXT + sizeof(char *)));
  const char **numbers = (const char **)text;
  char *at = text + sizeof(char *) * (size_t)n;
  for (int i = 0; i < n; i++, at += TEXT) {
    snprintf(at, TEXT, "[%d]", i);
    numbers[i] = at;
  }
  const ListShape *s = intern(n, numbers, map);
  free(text);
  return s;
}

bool name_is_state(const char *name) {
  const char *last = strrchr(name, '.');
  return !strncmp(last ? last + 1 : name, "running_", strlen("running_"));
}

const ListShape *list_shape(int n, const char *const *names) {
  return names ? intern(n, names, NULL) : numbered(n, NULL);
}

const ListShape *list_shape_of_map(int n, const struct LinearMap *map) { return numbered(n, map); }

jc_array list_new(const ListShape *shape, const jc_array *v) {
  List *l = xmalloc(sizeof *l + sizeof *v * (size_t)shape->n);
  l->shape = shape;
  if (shape->n) memcpy(l->v, v, sizeof *v * (size_t)shape->n);
  return handle_list(l);
}

const List *list_need(jc_params p, Loc loc, const char *who) {
  const jc_array word = {p.handle};
  const Slot *s = slot_need(word, loc, who, "its jc_params");
  if (!s || slot_kind(s) == SLOT_POISON) return NULL;
  if (slot_kind(s) != SLOT_LIST) return fail(loc, "%s: an array is no jc_params", who), NULL;
  return s->data;
}

// ---- public

jc_params jc_params_of_(struct jc_params_of o, const char *file, int line) {
  const Loc loc = HERE(file, line);
  if (o.list.n < 0 || o.list.n > INT32_MAX / 64)
    return fail(loc, "params_of: a list of %d arrays", o.list.n),
           (jc_params){handle_poison().handle};
  for (int i = 0; i < o.list.n; i++) {
    if (!o.list.items || (o.names && !o.names[i]))
      return fail(loc, "params_of: %s %d of %d is NULL", o.list.items ? "name" : "the list, array",
                  i, o.list.n),
             (jc_params){handle_poison().handle};
  }
  for (int i = 0; i < o.list.n; i++) {
    const Slot *s = slot_need(o.list.items[i], loc, "params_of", "array %d", i);
    if (s && slot_kind(s) == SLOT_LIST) fail(loc, "params_of: item %d is itself a jc_params", i);
    if (!s || slot_kind(s) == SLOT_POISON || slot_kind(s) == SLOT_LIST)
      return (jc_params){handle_poison().handle};
  }
  return (jc_params){list_new(list_shape(o.list.n, o.names), o.list.items).handle};
}

int jc_params_count_(jc_params p, const char *file, int line) {
  const List *l = list_need(p, HERE(file, line), "params_count");
  return l ? l->shape->n : 0;
}

static const List *with_item(jc_params p, int i, const char *who, Loc loc) {
  const List *l = list_need(p, loc, who);
  if (l && (i < 0 || i >= l->shape->n))
    return fail(loc, "%s: no array %d: there are %d", who, i, l->shape->n), NULL;
  return l;
}

jc_array jc_params_at_(jc_params p, int i, const char *file, int line) {
  const List *l = with_item(p, i, "params_at", HERE(file, line));
  return l ? l->v[i] : handle_poison();
}

const char *jc_params_name_(jc_params p, int i, const char *file, int line) {
  const List *l = with_item(p, i, "params_name", HERE(file, line));
  return l ? l->shape->names[i] : NULL;
}
