// einsum: products of arrays with named axes, as a series of contractions of two.
#include <ctype.h>
#include <string.h>

#include "frontend/library/np.h"

// Labels: letters, and the axes that "..." stands for, counted from the last.
enum { LETTERS = 52, LABELS = LETTERS + MAX_RANK, MOST_TERMS = 6 };
typedef unsigned __int128 Labels;

typedef struct Term {
  Val x;
  int rank;
  int label[2 * MAX_RANK];
} Term;

typedef struct Einsum {
  Np *n;
  const char *subscripts;
  int nterms;
  Term term[MOST_TERMS], result;
  int64_t size[LABELS];
} Einsum;

static bool wrong(const Einsum *e, const char *what) {
  return np_fail(e->n, "\"%s\": %s", e->subscripts, what), false;
}

// ---- reading

static int letter_label(char c) { return isupper((unsigned char)c) ? c - 'A' : 26 + c - 'a'; }

// One term up to a comma, an arrow or the end; dots: how many axes "..." is.
static bool read_term(Einsum *e, const char **at, int dots, Term *out, bool *had_dots) {
  out->rank = 0;
  *had_dots = false;
  for (; **at && **at != ',' && **at != '-'; ++*at) {
    if (**at == ' ') continue;
    if (!strncmp(*at, "...", 3)) {
      if (*had_dots) return wrong(e, "a term with two \"...\"");
      *had_dots = true, *at += 2;
      for (int i = dots; i-- > 0;) out->label[out->rank++] = LETTERS + i;
    } else if (isalpha((unsigned char)**at)) {
      out->label[out->rank++] = letter_label(**at);
    } else {
      return wrong(e, "letters, \"...\", commas and \"->\" are expected");
    }
    if (out->rank > MAX_RANK) return wrong(e, "a term has too many axes");
  }
  return true;
}

static int letters_in(const char *at) {
  int count = 0;
  for (; *at && *at != ',' && *at != '-'; at++) count += isalpha((unsigned char)*at) != 0;
  return count;
}

// The size of a label is that of all axes with it; of "..." those may be 1.
static bool take_sizes(Einsum *e, const Term *t, int number) {
  const Type type = np_type(e->n, t->x);
  for (int i = 0; i < t->rank; i++) {
    int64_t *size = &e->size[t->label[i]];
    const bool dots = t->label[i] >= LETTERS;
    if (*size < 0 || (dots && *size == 1)) {
      *size = type.dim[i];
    } else if (*size != type.dim[i] && !(dots && type.dim[i] == 1)) {
      return np_fail(e->n, "\"%s\": axis %d of operand %d, %s, is not of size %lld", e->subscripts,
                     i, number, TYPE_STR(type), (long long)*size),
             false;
    }
  }
  return true;
}

static bool read_operand(Einsum *e, const char **at, int i) {
  Term *t = &e->term[i];
  const int rank = np_type(e->n, t->x).rank, dots = rank - letters_in(*at);
  bool had_dots;
  if (!read_term(e, at, dots > 0 ? dots : 0, t, &had_dots)) return false;
  if (t->rank != rank)
    return np_fail(e->n, "\"%s\": operand %d is %s", e->subscripts, i,
                   TYPE_STR(np_type(e->n, t->x))),
           false;
  return take_sizes(e, t, i);
}

static int dots_of(const Einsum *e) {
  int most = 0;
  while (most < MAX_RANK && e->size[LETTERS + most] >= 0) most++;
  return most;
}

// The labels of "...", then the letters that occur once.
static bool implicit_result(Einsum *e) {
  int times[LETTERS] = {0};
  Term *r = &e->result;
  for (int i = dots_of(e); i-- > 0;) r->label[r->rank++] = LETTERS + i;
  for (int i = 0; i < e->nterms; i++) {
    for (int k = 0; k < e->term[i].rank; k++) {
      if (e->term[i].label[k] < LETTERS) times[e->term[i].label[k]]++;
    }
  }
  for (int l = 0; l < LETTERS; l++) {
    if (times[l] != 1) continue;
    if (r->rank == MAX_RANK) return wrong(e, "the result has too many axes");
    r->label[r->rank++] = l;
  }
  return true;
}

static bool read_all(Einsum *e) {
  const char *at = e->subscripts;
  for (int i = 0; i < e->nterms; i++) {
    if (i && *at++ != ',') return wrong(e, "fewer terms than operands");
    if (!read_operand(e, &at, i)) return false;
  }
  if (*at == ',') return wrong(e, "more terms than operands");
  if (!*at) return implicit_result(e);
  if (at[1] != '>') return wrong(e, "\"->\" is expected");
  at += 2;
  bool had_dots;
  if (!read_term(e, &at, dots_of(e), &e->result, &had_dots)) return false;
  if (*at) return wrong(e, "one result is expected");
  Labels seen = 0;
  for (int i = 0; i < e->result.rank; i++) {
    const int l = e->result.label[i];
    if (seen >> l & 1) return wrong(e, "the result has a letter twice");
    if (e->size[l] < 0) return wrong(e, "the result has a letter that no operand has");
    seen |= (Labels)1 << l;
  }
  return had_dots || !dots_of(e) || wrong(e, "the result lacks \"...\"");
}

// ---- single terms

static Labels labels_of(const Term *t) {
  Labels set = 0;
  for (int i = 0; i < t->rank; i++) set |= (Labels)1 << t->label[i];
  return set;
}

static void drop(Term *t, int i) {
  memmove(&t->label[i], &t->label[i + 1], sizeof *t->label * (size_t)(t->rank - i - 1));
  t->rank--;
}

// Diagonals of letters that occur twice; axes of 1 that others are longer in go.
static void make_plain(Einsum *e, Term *t) {
  for (int i = 0; i < t->rank; i++) {
    for (int k = i + 1; k < t->rank; k++) {
      if (t->label[k] != t->label[i]) continue;
      const int l = t->label[i];
      t->x = np_diagonal(e->n, t->x, 0, i, k);
      drop(t, k), drop(t, i);
      t->label[t->rank++] = l;
      i = -1;
      break;
    }
  }
  for (int i = t->rank; i-- > 0 && !np_bad(t->x);) {
    if (np_type(e->n, t->x).dim[i] == e->size[t->label[i]]) continue;
    t->x = np_squeeze(e->n, t->x, i);
    drop(t, i);
  }
}

static void sum_out(Einsum *e, Term *t, Labels kept) {
  int64_t axes[MAX_RANK];
  int count = 0;
  for (int i = 0; i < t->rank; i++) {
    if (!(kept >> t->label[i] & 1)) axes[count++] = i;
  }
  if (!count) return;
  t->x = np_reduce(e->n, OP_reduce_sum, t->x, (Ints){count, axes}, false);
  while (count-- > 0) drop(t, (int)axes[count]);
}

static Labels needed_beside(const Einsum *e, int a, int b) {
  Labels set = labels_of(&e->result);
  for (int i = 0; i < e->nterms; i++) {
    if (i != a && i != b) set |= labels_of(&e->term[i]);
  }
  return set;
}

// ---- two terms

// Their product: batch axes, then those of a alone, then those of b alone.
static Term contract(Einsum *e, const Term *a, const Term *b, Labels kept) {
  int64_t batch[2][MAX_RANK], sum[2][MAX_RANK];
  int nbatch = 0, nsum = 0;
  Term r = {.rank = 0};
  for (int i = 0; i < a->rank; i++) {
    for (int k = 0; k < b->rank; k++) {
      if (a->label[i] != b->label[k]) continue;
      const bool stays = kept >> a->label[i] & 1;
      if (stays) r.label[r.rank++] = a->label[i];
      int64_t *to = stays ? &batch[0][nbatch] : &sum[0][nsum];
      to[0] = i, to[MAX_RANK] = k;
      if (stays) nbatch++;
      else nsum++;
    }
  }
  const Labels both = labels_of(a) & labels_of(b);
  for (int i = 0; i < a->rank; i++) {
    if (!(both >> a->label[i] & 1)) r.label[r.rank++] = a->label[i];
  }
  for (int i = 0; i < b->rank; i++) {
    if (!(both >> b->label[i] & 1)) r.label[r.rank++] = b->label[i];
  }
  r.x = NP_BAD;
  if (r.rank > MAX_RANK) return wrong(e, "a product in between has too many axes"), r;
  const Id id = b_dot(e->n->g, a->x.id, b->x.id, (Ints){nbatch, batch[0]}, (Ints){nbatch, batch[1]},
                      (Ints){nsum, sum[0]}, (Ints){nsum, sum[1]});
  r.x = (Val){id, a->x.weak};
  return r;
}

static double work(const Einsum *e, Labels set) {
  double product = 1;
  for (int l = 0; l < LABELS; l++) {
    if (set >> l & 1) product *= (double)e->size[l];
  }
  return product;
}

// The least work of contracting n sets of labels, and the first pair on that way.
static double cheapest(const Einsum *e, int n, const Labels *sets, Labels result, int pair[2]) {
  if (n < 2) return 0;
  double least = -1;
  for (int i = 0; i < n; i++) {
    for (int k = i + 1; k < n; k++) {
      Labels rest[MOST_TERMS], others = result;
      int count = 0, inner[2];
      for (int m = 0; m < n; m++) {
        if (m != i && m != k) rest[count++] = sets[m], others |= sets[m];
      }
      const Labels both = sets[i] | sets[k];
      rest[count++] = both & others;
      const double total = work(e, both) + cheapest(e, count, rest, result, inner);
      if (least < 0 || total < least) least = total, pair[0] = i, pair[1] = k;
    }
  }
  return least;
}

static bool contract_all(Einsum *e) {
  while (e->nterms > 1) {
    Labels sets[MOST_TERMS];
    int pair[2] = {0, 1};
    for (int i = 0; i < e->nterms; i++) {
      if (np_bad(e->term[i].x)) return false;
      sets[i] = labels_of(&e->term[i]);
    }
    cheapest(e, e->nterms, sets, labels_of(&e->result), pair);
    const Labels kept = needed_beside(e, pair[0], pair[1]);
    const Term r = contract(e, &e->term[pair[0]], &e->term[pair[1]], kept);
    if (np_bad(r.x)) return false;
    for (int i = pair[1]; i + 1 < e->nterms; i++) e->term[i] = e->term[i + 1];
    for (int i = pair[0]; i + 1 < e->nterms - 1; i++) e->term[i] = e->term[i + 1];
    e->term[--e->nterms - 1] = r;
  }
  return !np_bad(e->term[0].x);
}

Val np_einsum(Np *n, const char *subscripts, int k, const Val *given) {
  Einsum e = {.n = n, .subscripts = subscripts, .nterms = k};
  Val x[MOST_TERMS];
  if (k < 1 || k > MOST_TERMS) return np_fail(n, "takes 1 to %d arrays, got %d", MOST_TERMS, k);
  memcpy(x, given, sizeof *x * (size_t)k);
  if (!np_promote(n, k, x)) return NP_BAD;
  for (int l = 0; l < LABELS; l++) e.size[l] = -1;
  for (int i = 0; i < k; i++) {
    const bool truth = np_type(n, x[i]).dtype == DT_BOOL;
    e.term[i].x = truth ? np_convert(n, x[i], DT_I32) : x[i];
  }
  if (!read_all(&e)) return NP_BAD;
  for (int i = 0; i < k; i++) make_plain(&e, &e.term[i]);
  for (int i = 0; i < k; i++) {
    if (np_bad(e.term[i].x)) return NP_BAD;
    sum_out(&e, &e.term[i], needed_beside(&e, i, i));
  }
  if (!contract_all(&e)) return NP_BAD;
  const Term *t = &e.term[0];
  int64_t perm[MAX_RANK];
  for (int i = 0; i < e.result.rank; i++) {
    int at = 0;
    while (t->label[at] != e.result.label[i]) at++;
    perm[i] = at;
  }
  return (Val){b_transpose(n->g, t->x.id, (Ints){t->rank, perm}), t->x.weak};
}
