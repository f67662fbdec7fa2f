// Loops that write some elements of an array, as text, and how many copies each iteration makes.
#ifndef JITC_TESTS_UPDATE_CASES_H
#define JITC_TESTS_UPDATE_CASES_H

typedef struct UpdateCase {
  const char *what;
  int copies;
  const char *text;
} UpdateCase;

#define UPDATE_LOOP(type, lines)                                 \
  "def f(x: " type ", m: i32[12]) -> " type                      \
  ":\n"                                                          \
  "    def cond(i: i32, x: " type                                \
  ", m: i32[12]) -> bool:\n"                                     \
  "        c: bool = lt(i, i32(9))\n"                            \
  "        return c\n"                                           \
  "    def body(i: i32, x: " type ", m: i32[12]) -> (i32, " type \
  "):\n"                                                         \
  "        k: i32 = add(i, i32(1))\n" lines                      \
  "        return k, r\n"                                        \
  "    k, r = while_[i32, " type                                 \
  "](i32(0), x, m, cond=cond, body=body, ncarry=2)\n"            \
  "    return r\n"
#define UPDATE_AT(name, x, i, v)                                 \
  "        " name "i: i32[1] = reshape(" i                       \
  ", shape=(1,))\n"                                              \
  "        " name ": f32[12] = scatter_set(" x ", " name "i, " v \
  ", collapsed_dims=(0,), index_map=(0,), index_vector_dim=0)\n"
#define ELEMENT(name, x, i)                             \
  "        " name "1: f32[1] = dynamic_slice(" x ", " i \
  ", slice_sizes=(1,))\n"                               \
  "        " name ": f32 = reshape(" name "1, shape=())\n"

static const UpdateCase update_cases[] = {
    {"an element from the one before", 0,
     UPDATE_LOOP("f32[12]", ELEMENT("a", "x", "i") "        b: f32 = mul(a, f32(0.5))\n"
                                                   "        c: f32 = add(b, f32(1))\n" UPDATE_AT(
                                                       "r", "x", "k", "c"))},
    {"two elements change places", 0,
     UPDATE_LOOP(
         "f32[12]",
         ELEMENT("a", "x", "i") "        js: i32[1] = dynamic_slice(m, i, slice_sizes=(1,))\n"
                                "        j: i32 = reshape(js, shape=())\n" ELEMENT("b", "x", "j")
                                    UPDATE_AT("p", "x", "i", "b") UPDATE_AT("r", "p", "j", "a"))},
    {"an element between two updates", 0,
     UPDATE_LOOP("f32[12]",
                 ELEMENT("a", "x", "k") UPDATE_AT("p", "x", "i", "a")
                     ELEMENT("b", "p", "i32(3)") "        c: f32 = add(a, b)\n" UPDATE_AT(
                         "r", "p", "k", "c"))},
    {"a row from another", 0,
     UPDATE_LOOP("f32[12,5]",
                 "        a: f32[1,5] = dynamic_slice(x, i, i32(0), slice_sizes=(1, 5))\n"
                 "        b: f32[1,5] = mul(a, a)\n"
                 "        r: f32[12,5] = dynamic_update_slice(x, b, k, i32(0))\n")},
    {"an element by what all are", 0,
     UPDATE_LOOP("f32[12]",
                 "        a: f32 = reduce_max(x, axes=(0,), order=rows)\n"
                 "        b: f32 = neg(a)\n" UPDATE_AT("r", "x", "i", "b"))},
    {"an element where a condition holds", 0,
     UPDATE_LOOP("f32[12]",
                 "        p: bool = gt(i, i32(4))\n"
                 "        q: bool[12] = broadcast(p, shape=(12,), dims=())\n"
                 "        v: f32 = convert(i, dtype=f32)\n" UPDATE_AT(
                     "u", "x", "k", "v") "        r: f32[12] = select(q, u, x)\n")},
    {"all but the ends from their neighbours", 1,
     UPDATE_LOOP("f32[12]",
                 "        a: f32[10] = slice(x, start=(0,), limit=(10,), stride=(1,))\n"
                 "        b: f32[10] = slice(x, start=(2,), limit=(12,), stride=(1,))\n"
                 "        c: f32[10] = add(a, b)\n"
                 "        d: f32[10] = mul(c, c)\n"
                 "        e: f32[10] = tanh(d)\n"
                 "        j: i32[1] = broadcast(i32(1), shape=(1,), dims=())\n"
                 "        r: f32[12] = scatter_set(x, j, e, offset_dims=(0,), index_map=(0,), "
                 "index_vector_dim=0)\n")},
    {"a part plus what it was", 0,
     UPDATE_LOOP("f32[12]",
                 "        a: f32[7] = slice(x, start=(3,), limit=(10,), stride=(1,))\n"
                 "        b: f32[7] = mul(a, a)\n"
                 "        c: f32[7] = tanh(b)\n"
                 "        j: i32[1] = broadcast(i32(3), shape=(1,), dims=())\n"
                 "        r: f32[12] = scatter_add(x, j, c, offset_dims=(0,), index_map=(0,), "
                 "index_vector_dim=0)\n")},
    {"an element in one branch of two", 0,
     UPDATE_LOOP("f32[12]",
                 "        p: bool = gt(i, i32(4))\n"
                 "        def no(x: f32[12], k: i32) -> f32[12]:\n"
                 "            return x\n"
                 "        def yes(x: f32[12], k: i32) -> f32[12]:\n"
                 "            j: i32[1] = reshape(k, shape=(1,))\n"
                 "            r: f32[12] = scatter_add(x, j, f32(2), collapsed_dims=(0,), "
                 "index_map=(0,), index_vector_dim=0)\n"
                 "            return r\n"
                 "        r: f32[12] = switch(p, x, k, branches=(no, yes))\n")},
    {"one of three small branches", 0,
     UPDATE_LOOP("f32[12]",
                 "        s: i32[1] = dynamic_slice(m, i, slice_sizes=(1,))\n"
                 "        j: i32 = reshape(s, shape=())\n"
                 "        def one(x: f32[12]) -> f32[12]:\n"
                 "            y: f32[12] = neg(x)\n"
                 "            return y\n"
                 "        def two(x: f32[12]) -> f32[12]:\n"
                 "            y: f32[12] = mul(x, x)\n"
                 "            return y\n"
                 "        def three(x: f32[12]) -> f32[12]:\n"
                 "            return x\n"
                 "        r: f32[12] = switch(j, x, branches=(one, two, three))\n")},
};
enum { UPDATE_CASES = sizeof update_cases / sizeof *update_cases };
#endif
