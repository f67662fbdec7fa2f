// Loops as text, and how many kernels each becomes (0: it stays a step of the program).
#ifndef JITC_TESTS_LOOP_CASES_H
#define JITC_TESTS_LOOP_CASES_H

typedef struct LoopCase {
  const char *what;
  int kernels;
  const char *text;
} LoopCase;

#define COUNT_TO(n, params)        \
  "    def cond(" params           \
  ") -> bool:\n"                   \
  "        c: bool = lt(i, i32(" n \
  "))\n"                           \
  "        return c\n"

static const LoopCase
    loop_cases
        [] =
            {
                {"scalars, counted by an operand", 2,
                 "def f(x: f32, a: f32, m: u8) -> (f32, i32):\n"
                 "    n: i32 = convert(m, dtype=i32)\n"
                 "    def cond(i: i32, x: f32, a: f32, n: i32) -> bool:\n"
                 "        c: bool = lt(i, n)\n"
                 "        return c\n"
                 "    def body(i: i32, x: f32, a: f32, n: i32) -> (i32, f32):\n"
                 "        k: i32 = add(i, i32(1))\n"
                 "        y: f32 = mul(x, a)\n"
                 "        z: f32 = sin(y)\n"
                 "        return k, z\n"
                 "    k, r = while_[i32, f32](i32(0), x, a, n, cond=cond, body=body, ncarry=2)\n"
                 "    s: f32 = add(r, x)\n"
                 "    return s, k\n"},
                {"a scalar condition on values", 1,
                 "def f(x: f32) -> (f32, i32):\n"
                 "    def cond(v: f32, i: i32) -> bool:\n"
                 "        a: f32 = abs(v)\n"
                 "        c: bool = gt(a, f32(0.001))\n"
                 "        d: bool = lt(i, i32(40))\n"
                 "        e: bool = and_(c, d)\n"
                 "        return e\n"
                 "    def body(v: f32, i: i32) -> (f32, i32):\n"
                 "        k: i32 = add(i, i32(1))\n"
                 "        y: f32 = mul(v, f32(0.7))\n"
                 "        return y, k\n"
                 "    r, k = while_[f32, i32](x, i32(0), cond=cond, body=body, ncarry=2)\n"
                 "    return r, k\n"},
                {"mandelbrot", 1,
                 "def f(x: f32[7,37], y: f32[7,37]) -> i32[7,37]:\n"
                 "    z: f32[7,37] = broadcast(f32(0), shape=(7, 37))\n"
                 "    n: i32[7,37] = broadcast(i32(0), shape=(7, 37))\n" COUNT_TO(
                     "20",
                     "i: i32, zr: f32[7,37], zi: f32[7,37], n: i32[7,37], x: f32[7,37], y: "
                     "f32[7,37]") "    def body(i: i32, zr: f32[7,37], zi: f32[7,37], n: "
                                  "i32[7,37], x: f32[7,37], y: f32[7,37]) "
                                  "-> (i32, f32[7,37], f32[7,37], i32[7,37]):\n"
                                  "        k: i32 = add(i, i32(1))\n"
                                  "        a: f32[7,37] = mul(zr, zr)\n"
                                  "        b: f32[7,37] = mul(zi, zi)\n"
                                  "        c: f32[7,37] = sub(a, b)\n"
                                  "        d: f32[7,37] = add(c, x)\n"
                                  "        e: f32[7,37] = mul(zr, zi)\n"
                                  "        e2: f32[7,37] = add(e, e)\n"
                                  "        f: f32[7,37] = add(e2, y)\n"
                                  "        g: f32[7,37] = add(a, b)\n"
                                  "        four: f32[7,37] = broadcast(f32(4), shape=(7, 37))\n"
                                  "        h: bool[7,37] = le(g, four)\n"
                                  "        o: i32[7,37] = convert(h, dtype=i32)\n"
                                  "        m: i32[7,37] = add(n, o)\n"
                                  "        return k, d, f, m\n"
                                  "    i, zr, zi, m = while_[i32, f32[7,37], f32[7,37], "
                                  "i32[7,37]](i32(0), z, z, n, x, y, "
                                  "cond=cond, body=body, ncarry=4)\n"
                                  "    return m\n"},
                {"elements end apart", 1,
                 "def f(x: f32[3,45]) -> (f32[3,45], i32[3,45]):\n"
                 "    z: i32[3,45] = broadcast(i32(0), shape=(3, 45))\n"
                 "    def cond(x: f32[3,45], i: i32[3,45]) -> bool:\n"
                 "        a: f32[3,45] = abs(x)\n"
                 "        t: f32[3,45] = broadcast(f32(0.01), shape=(3, 45))\n"
                 "        c: bool[3,45] = gt(a, t)\n"
                 "        m: i32[3,45] = broadcast(i32(30), shape=(3, 45))\n"
                 "        d: bool[3,45] = lt(i, m)\n"
                 "        e: bool[3,45] = and_(c, d)\n"
                 "        r: bool = reduce_or(e, axes=(0, 1), order=rows)\n"
                 "        return r\n"
                 "    def body(x: f32[3,45], i: i32[3,45]) -> (f32[3,45], i32[3,45]):\n"
                 "        a: f32[3,45] = abs(x)\n"
                 "        t: f32[3,45] = broadcast(f32(0.01), shape=(3, 45))\n"
                 "        c: bool[3,45] = gt(a, t)\n"
                 "        m: i32[3,45] = broadcast(i32(30), shape=(3, 45))\n"
                 "        d: bool[3,45] = lt(i, m)\n"
                 "        e: bool[3,45] = and_(c, d)\n"
                 "        h: f32[3,45] = broadcast(f32(-0.6), shape=(3, 45))\n"
                 "        y: f32[3,45] = mul(x, h)\n"
                 "        one: i32[3,45] = broadcast(i32(1), shape=(3, 45))\n"
                 "        k: i32[3,45] = add(i, one)\n"
                 "        x1: f32[3,45] = select(e, y, x)\n"
                 "        i1: i32[3,45] = select(e, k, i)\n"
                 "        return x1, i1\n"
                 "    r, k = while_[f32[3,45], i32[3,45]](x, z, cond=cond, body=body, ncarry=2)\n"
                 "    return r, k\n"},
                {"all go on while one does, and none stays: not element by element", 0,
                 "def f(x: f32[9], n: u8) -> f32[9]:\n"
                 "    def cond(x: f32[9], i: i32) -> bool:\n"
                 "        t: f32[9] = broadcast(f32(0.5), shape=(9,))\n"
                 "        c: bool[9] = gt(x, t)\n"
                 "        r: bool = reduce_or(c, axes=(0,), order=rows)\n"
                 "        d: bool = lt(i, i32(20))\n"
                 "        e: bool = and_(r, d)\n"
                 "        return e\n"
                 "    def body(x: f32[9], i: i32) -> (f32[9], i32):\n"
                 "        h: f32[9] = broadcast(f32(0.5), shape=(9,))\n"
                 "        y: f32[9] = mul(x, h)\n"
                 "        k: i32 = add(i, i32(1))\n"
                 "        return y, k\n"
                 "    r, k = while_[f32[9], i32](x, i32(0), cond=cond, body=body, ncarry=2)\n"
                 "    return r\n"},
                {"a scan: moving averages", 1,
                 "def f(s: f32[5], xs: f32[11,5]) -> (f32[5], f32[11,5]):\n"
                 "    ys: f32[11,5] = broadcast(f32(0), shape=(11, 5))\n" COUNT_TO(
                     "11",
                     "i: i32, s: f32[5], ys: f32[11,5], xs: f32[11,5]") "    def body(i: i32, s: "
                                                                        "f32[5], ys: f32[11,5], "
                                                                        "xs: f32[11,5]) -> (i32, "
                                                                        "f32[5], f32[11,5]):\n"
                                                                        "        k: i32 = add(i, "
                                                                        "i32(1))\n"
                                                                        "        a: f32[1,5] = "
                                                                        "dynamic_slice(xs, i, "
                                                                        "i32(0), slice_sizes=(1, "
                                                                        "5))\n"
                                                                        "        x: f32[5] = "
                                                                        "reshape(a, shape=(5,))\n"
                                                                        "        w: f32[5] = "
                                                                        "broadcast(f32(0.9), "
                                                                        "shape=(5,))\n"
                                                                        "        b: f32[5] = "
                                                                        "mul(s, w)\n"
                                                                        "        t: f32[5] = "
                                                                        "add(b, x)\n"
                                                                        "        u: f32[5] = "
                                                                        "mul(t, x)\n"
                                                                        "        v: f32[1,5] = "
                                                                        "reshape(u, shape=(1, 5))\n"
                                                                        "        y: f32[11,5] = "
                                                                        "dynamic_update_slice(ys, "
                                                                        "v, i, i32(0))\n"
                                                                        "        return k, t, y\n"
                                                                        "    i, t, y = while_[i32, "
                                                                        "f32[5], "
                                                                        "f32[11,5]](i32(0), s, ys, "
                                                                        "xs, cond=cond, body=body, "
                                                                        "ncarry=3)\n"
                                                                        "    return t, y\n"},
                {"a scan backward over scalars", 1,
                 "def f(s: f64, xs: f64[13]) -> (f64, f64[13]):\n"
                 "    ys: f64[13] = broadcast(f64(0), shape=(13,))\n" COUNT_TO(
                     "13",
                     "i: i32, s: f64, ys: f64[13], xs: f64[13]") "    def body(i: i32, s: f64, ys: "
                                                                 "f64[13], xs: f64[13]) -> (i32, "
                                                                 "f64, f64[13]):\n"
                                                                 "        k: i32 = add(i, i32(1))\n"
                                                                 "        j: i32 = sub(i32(12), "
                                                                 "i)\n"
                                                                 "        a: f64[1] = "
                                                                 "dynamic_slice(xs, j, "
                                                                 "slice_sizes=(1,))\n"
                                                                 "        x: f64 = reshape(a, "
                                                                 "shape=())\n"
                                                                 "        t: f64 = add(s, x)\n"
                                                                 "        v: f64[1] = reshape(t, "
                                                                 "shape=(1,))\n"
                                                                 "        y: f64[13] = "
                                                                 "dynamic_update_slice(ys, v, j)\n"
                                                                 "        return k, t, y\n"
                                                                 "    i, t, y = while_[i32, f64, "
                                                                 "f64[13]](i32(0), s, ys, xs, "
                                                                 "cond=cond, body=body, ncarry=3)\n"
                                                                 "    return t, y\n"},
                {"a stack that keeps part of what it was", 1,
                 "def f(s: f32[5], ys: f32[6,5], at: i32) -> f32[6,5]:\n" COUNT_TO(
                     "3",
                     "i: i32, s: f32[5], ys: f32[6,5], at: i32") "    def body(i: i32, s: f32[5], "
                                                                 "ys: f32[6,5], at: i32) -> (i32, "
                                                                 "f32[5], f32[6,5]):\n"
                                                                 "        k: i32 = add(i, i32(1))\n"
                                                                 "        t: f32[5] = exp(s)\n"
                                                                 "        j: i32 = add(i, at)\n"
                                                                 "        v: f32[1,5] = reshape(t, "
                                                                 "shape=(1, 5))\n"
                                                                 "        y: f32[6,5] = "
                                                                 "dynamic_update_slice(ys, v, j, "
                                                                 "i32(0))\n"
                                                                 "        return k, t, y\n"
                                                                 "    i, t, y = while_[i32, "
                                                                 "f32[5], f32[6,5]](i32(0), s, ys, "
                                                                 "at, cond=cond, body=body, "
                                                                 "ncarry=3)\n"
                                                                 "    return y\n"},
                {"two shapes and a counter that is a result", 3,
                 "def f(x: f32[70], y: f64[3], m: i8) -> (i32, f32[70], f64[3]):\n"
                 "    n: i32 = convert(m, dtype=i32)\n" COUNT_TO(
                     "5",
                     "i: i32, x: f32[70], y: f64[3]") "    def body(i: i32, x: f32[70], y: f64[3]) "
                                                      "-> (i32, f32[70], f64[3]):\n"
                                                      "        k: i32 = add(i, i32(1))\n"
                                                      "        j: f32 = convert(i, dtype=f32)\n"
                                                      "        b: f32[70] = broadcast(j, "
                                                      "shape=(70,))\n"
                                                      "        u: f32[70] = add(x, b)\n"
                                                      "        v: f64[3] = tanh(y)\n"
                                                      "        return k, u, v\n"
                                                      "    i, u, v = while_[i32, f32[70], "
                                                      "f64[3]](n, x, y, cond=cond, body=body, "
                                                      "ncarry=3)\n"
                                                      "    return i, u, v\n"},
                {"rows and columns exchange their values", 1,
                 "def f(x: f32[6,6]) -> f32[6,6]:\n" COUNT_TO(
                     "4", "i: i32, x: f32[6,6]") "    def body(i: i32, x: f32[6,6]) -> (i32, "
                                                 "f32[6,6]):\n"
                                                 "        k: i32 = add(i, i32(1))\n"
                                                 "        t: f32[6,6] = transpose(x, perm=(1, 0))\n"
                                                 "        u: f32[6,6] = sub(x, t)\n"
                                                 "        v: f32[6,6] = sin(u)\n"
                                                 "        return k, v\n"
                                                 "    i, u = while_[i32, f32[6,6]](i32(0), x, "
                                                 "cond=cond, body=body, ncarry=2)\n"
                                                 "    return u\n"},
                {"neighbours: stays a step", 0,
                 "def f(x: f32[9]) -> f32[9]:\n" COUNT_TO(
                     "4", "i: i32, x: f32[9]") "    def body(i: i32, x: f32[9]) -> (i32, f32[9]):\n"
                                               "        k: i32 = add(i, i32(1))\n"
                                               "        t: f32[9] = reverse(x, axes=(0,))\n"
                                               "        u: f32[9] = sub(x, t)\n"
                                               "        return k, u\n"
                                               "    i, u = while_[i32, f32[9]](i32(0), x, "
                                               "cond=cond, body=body, ncarry=2)\n"
                                               "    return u\n"},
                {"a loop in a loop", 1,
                 "def f(x: f32[19], w: f32[4]) -> f32[19]:\n" COUNT_TO(
                     "3",
                     "i: i32, x: f32[19], w: f32[4]") "    def body(i: i32, x: f32[19], w: f32[4]) "
                                                      "-> (i32, f32[19]):\n"
                                                      "        def below(j: i32, y: f32[19], i: "
                                                      "i32, w: f32[4]) -> bool:\n"
                                                      "            c: bool = le(j, i)\n"
                                                      "            return c\n"
                                                      "        def step(j: i32, y: f32[19], i: "
                                                      "i32, w: f32[4]) -> (i32, f32[19]):\n"
                                                      "            k: i32 = add(j, i32(1))\n"
                                                      "            a: f32[1] = dynamic_slice(w, j, "
                                                      "slice_sizes=(1,))\n"
                                                      "            b: f32 = reshape(a, shape=())\n"
                                                      "            c: f32[19] = broadcast(b, "
                                                      "shape=(19,))\n"
                                                      "            z: f32[19] = mul(y, c)\n"
                                                      "            return k, z\n"
                                                      "        j, z = while_[i32, f32[19]](i32(0), "
                                                      "x, i, w, cond=below, body=step, ncarry=2)\n"
                                                      "        k: i32 = add(i, i32(1))\n"
                                                      "        u: f32[19] = cos(z)\n"
                                                      "        return k, u\n"
                                                      "    i, u = while_[i32, f32[19]](i32(0), x, "
                                                      "w, cond=cond, body=body, ncarry=2)\n"
                                                      "    return u\n"},
                {"a sum in the body: stays a step", 0,
                 "def f(x: f32[8]) -> f32[8]:\n" COUNT_TO(
                     "6",
                     "i: i32, x: f32[8]") "    def body(i: i32, x: f32[8]) -> (i32, f32[8]):\n"
                                          "        k: i32 = add(i, i32(1))\n"
                                          "        s: f32 = reduce_sum(x, axes=(0,), order=rows)\n"
                                          "        b: f32[8] = broadcast(s, shape=(8,))\n"
                                          "        u: f32[8] = div(x, b)\n"
                                          "        return k, u\n"
                                          "    i, u = while_[i32, f32[8]](i32(0), x, cond=cond, "
                                          "body=body, ncarry=2)\n"
                                          "    return u\n"},
                {"what is read comes from elsewhere in an array", 1,
                 "def f(t: f32[40], x: i32[33]) -> i32[33]:\n"
                 "    t2: f32[40] = exp(t)\n" COUNT_TO(
                     "7",
                     "i: i32, x: i32[33], t: f32[40]") "    def body(i: i32, x: i32[33], t: "
                                                       "f32[40]) -> (i32, i32[33]):\n"
                                                       "        k: i32 = add(i, i32(1))\n"
                                                       "        a: i32[33,1] = reshape(x, "
                                                       "shape=(33, 1))\n"
                                                       "        b: f32[33] = gather(t, a, "
                                                       "offset_dims=(), collapsed_dims=(0,), "
                                                       "operand_batch=(), "
                                                       "index_batch=(), index_map=(0,), "
                                                       "index_vector_dim=1, slice_sizes=(1,), "
                                                       "mode=clip)\n"
                                                       "        c: i32[33] = convert(b, "
                                                       "dtype=i32)\n"
                                                       "        j: i32[33] = broadcast(i, "
                                                       "shape=(33,))\n"
                                                       "        u: i32[33] = add(c, j)\n"
                                                       "        return k, u\n"
                                                       "    i, u = while_[i32, i32[33]](i32(0), x, "
                                                       "t2, cond=cond, body=body, ncarry=2)\n"
                                                       "    return u\n"},
                {"never, of one element, and booleans", 1,
                 "def f(x: f32[1,1], b: bool) -> (f32[1,1], bool):\n"
                 "    def cond(x: f32[1,1], b: bool) -> bool:\n"
                 "        return b\n"
                 "    def body(x: f32[1,1], b: bool) -> (f32[1,1], bool):\n"
                 "        y: f32[1,1] = exp(x)\n"
                 "        n: bool = not_(b)\n"
                 "        return y, n\n"
                 "    y, n = while_[f32[1,1], bool](x, b, cond=cond, body=body, ncarry=2)\n"
                 "    return y, n\n"},
};
enum { LOOP_CASES = sizeof loop_cases / sizeof *loop_cases };
#endif
