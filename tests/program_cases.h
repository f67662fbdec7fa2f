// Graphs for tests of programs: ways of using ops, and compositions that fusion has to get right.
#ifndef JITC_TESTS_PROGRAM_CASES_H
#define JITC_TESTS_PROGRAM_CASES_H

static const char *const program_cases[] = {
    // reductions: rows and cols, odd sizes, more than one block, none, single elements
    "def f(x: f32[3,70,5]) -> (f32[3,5], f32[70], f32, f32[3,70]):\n"
    "    a: f32[3,5] = reduce_sum(x, axes=(1,), order=cols)\n"
    "    b: f32[70] = reduce_sum(x, axes=(0, 2), order=rows)\n"
    "    c: f32 = reduce_max(x, axes=(0, 1, 2), order=rows)\n"
    "    d: f32[3,70] = reduce_prod(x, axes=(2,), order=rows)\n"
    "    return a, b, c, d\n",
    "def f(x: f64[2,5000]) -> (f64[2], f64[5000]):\n"
    "    a: f64[2] = reduce_sum(x, axes=(1,), order=rows)\n"
    "    b: f64[5000] = reduce_sum(x, axes=(0,), order=cols)\n"
    "    return a, b\n",
    "def f(x: f32[5000,2]) -> f32[2]:\n"
    "    a: f32[2] = reduce_sum(x, axes=(0,), order=cols)\n"
    "    return a\n",
    "def f(x: f32[2,0], y: f32[0,3], z: f32[1,4,1]) -> (f32[2], f32[0], f32[0], f32[4]):\n"
    "    a: f32[2] = reduce_sum(x, axes=(1,), order=rows)\n"
    "    b: f32[0] = reduce_min(y, axes=(1,), order=rows)\n"
    "    c: f32[0] = reduce_sum(x, axes=(0,), order=cols)\n"
    "    d: f32[4] = reduce_sum(z, axes=(0, 2), order=rows)\n"
    "    return a, b, c, d\n",
    "def f(x: bool[2,3], y: i32[2,3], z: u8[4]) -> (bool[2], i32[3], bool[3], i32, u8):\n"
    "    r: bool[2] = reduce_and(x, axes=(1,), order=rows)\n"
    "    s: i32[3] = reduce_or(y, axes=(0,), order=cols)\n"
    "    t: bool[3] = reduce_or(x, axes=(0,), order=cols)\n"
    "    u: i32 = reduce_sum(y, axes=(0, 1), order=rows)\n"
    "    v: u8 = reduce_prod(z, axes=(0,), order=rows)\n"
    "    return r, s, t, u, v\n",
    "def f(x: f32[2,3,4], y: u32[7], z: bool[3,1]) -> (i32[2,4], i32[2,3], i32, i32[3]):\n"
    "    i: i32[2,4] = argmax(x, axis=1)\n"
    "    k: i32[2,3] = argmin(x, axis=2)\n"
    "    l: i32 = argmin(y, axis=0)\n"
    "    m: i32[3] = argmax(z, axis=1)\n"
    "    return i, k, l, m\n",
    // one number many times, needed in memory under several names
    "def f() -> (u8[100,100], u8[100,100], bool[100,100], f64[3]):\n"
    "    a: bool[100,100] = constant(literal=bool[100,100](True))\n"
    "    b: bool[100,100] = optimization_barrier(a)\n"
    "    c: u8[100,100] = convert(b, dtype=u8)\n"
    "    d: u8[100,100] = constant(literal=u8[100,100](1))\n"
    "    e: u8[100,100] = optimization_barrier(d)\n"
    "    x: f64[3] = constant(literal=f64[3](2.5))\n"
    "    y: f64[3] = sort(x, axis=0)\n"
    "    return c, e, b, y\n",
    // windows
    "def f(x: f64[5,4], v: f64) -> f64[4,3,2,2]:\n"
    "    r: f64[4,3,2,2] = affine(x, v, shape=(4, 3, 2, 2), map=(2, 0, 1, 0, 0, 1, 0, -2),"
    " start=(-2, 1), stride=(1, 1))\n"
    "    return r\n",
    "def f(x: f32[5,4], v: f32) -> f32[7,3]:\n"
    "    r: f32[7,3] = affine(x, v, shape=(7, 3), map=(3, 2, 0, 1), start=(-2, 1),"
    " stride=(2, 1))\n"
    "    return r\n",
    "def f(x: f32[2,5,6,3], k: f32[3,2,3,4]) -> f32[2,3,6,4]:\n"
    "    r: f32[2,3,6,4] = conv(x, k, lhs_dims=(0, 3, 1, 2), rhs_dims=(3, 2, 0, 1),"
    " out_dims=(0, 3, 1, 2), stride=(2, 1), low=(1, 1), high=(1, 1), lhs_dilation=(1, 1),"
    " rhs_dilation=(1, 2), feature_groups=1, batch_groups=1)\n"
    "    return r\n",
    "def f(x: i32[2,4,5], k: i32[6,2,3]) -> i32[2,6,4]:\n"
    "    r: i32[2,6,4] = conv(x, k, lhs_dims=(0, 1, 2), rhs_dims=(0, 1, 2), out_dims=(0,"
    " 1, 2), stride=(2,), low=(1,), high=(0,), lhs_dilation=(2,), rhs_dilation=(1,),"
    " feature_groups=2, batch_groups=1)\n"
    "    return r\n",
    "def f(x: f32[4,5,3], k: f32[2,3,4]) -> f32[2,4,4]:\n"
    "    r: f32[2,4,4] = conv(x, k, lhs_dims=(0, 2, 1), rhs_dims=(2, 1, 0), out_dims=(0,"
    " 2, 1), stride=(1,), low=(0,), high=(0,), lhs_dilation=(1,), rhs_dilation=(1,),"
    " feature_groups=1, batch_groups=2)\n"
    "    return r\n",
    "def f(x: f32[2,3], k: f32[3,4]) -> f32[4,2]:\n"
    "    r: f32[4,2] = conv(x, k, lhs_dims=(0, 1), rhs_dims=(1, 0), out_dims=(1, 0),"
    " feature_groups=1, batch_groups=1)\n"
    "    return r\n",
    "def f(x: i32[7,3], i: i32) -> i32[4,4]:\n"
    "    def combine(a: i32, b: i32) -> i32:\n"
    "        r: i32 = add(a, b)\n"
    "        return r\n"
    "    r: i32[4,4] = reduce_window(x, i, window=(3, 2), stride=(2, 1), low=(1, 1),"
    " high=(1, 1), lhs_dilation=(1, 1), rhs_dilation=(1, 1), body=combine)\n"
    "    return r\n",
    "def f(x: f32[7,3], i: f32) -> f32[4,4]:\n"
    "    def combine(a: f32, b: f32) -> f32:\n"
    "        r: f32 = max(a, b)\n"
    "        return r\n"
    "    r: f32[4,4] = reduce_window(x, i, window=(3, 2), stride=(2, 1), low=(1, 1),"
    " high=(1, 1), lhs_dilation=(1, 1), rhs_dilation=(1, 1), body=combine)\n"
    "    return r\n",
    "def f(x: f32[7,3], i: f32) -> f32[4,4]:\n"
    "    def combine(a: f32, b: f32) -> f32:\n"
    "        r: f32 = mul(a, b)\n"
    "        return r\n"
    "    r: f32[4,4] = reduce_window(x, i, window=(3, 2), stride=(2, 1), low=(1, 1),"
    " high=(1, 1), lhs_dilation=(1, 1), rhs_dilation=(1, 1), body=combine)\n"
    "    return r\n",
    "def f(x: i32[7,3], i: i32) -> i32[4,4]:\n"
    "    def combine(a: i32, b: i32) -> i32:\n"
    "        r: i32 = sub(a, b)\n"
    "        return r\n"
    "    r: i32[4,4] = reduce_window(x, i, window=(3, 2), stride=(2, 1), low=(1, 1),"
    " high=(1, 1), lhs_dilation=(1, 1), rhs_dilation=(1, 1), body=combine)\n"
    "    return r\n",
    "def f(x: f32[7,3], s: f32[4,3], i: f32) -> f32[7,3]:\n"
    "    def choose(a: f32, b: f32) -> bool:\n"
    "        r: bool = ge(a, b)\n"
    "        return r\n"
    "    def combine(a: f32, b: f32) -> f32:\n"
    "        r: f32 = add(a, b)\n"
    "        return r\n"
    "    r: f32[7,3] = select_and_scatter(x, s, i, window=(3, 1), stride=(2, 1), low=(1,"
    " 0), high=(1, 0), cond=choose, body=combine)\n"
    "    return r\n",
    "def f(x: f32[3,70]) -> f32[3,70]:\n"
    "    def combine(a: f32, b: f32) -> f32:\n"
    "        r: f32 = add(a, b)\n"
    "        return r\n"
    "    r: f32[3,70] = cumulative(x, axis=1, backwards=0, body=combine)\n"
    "    return r\n",
    "def f(x: i32[3,7]) -> i32[3,7]:\n"
    "    def combine(a: i32, b: i32) -> i32:\n"
    "        r: i32 = add(a, b)\n"
    "        return r\n"
    "    r: i32[3,7] = cumulative(x, axis=1, backwards=1, body=combine)\n"
    "    return r\n",
    "def f(x: f32[2,6]) -> f32[2,6]:\n"
    "    def combine(a: f32, b: f32) -> f32:\n"
    "        r: f32 = mul(a, b)\n"
    "        return r\n"
    "    r: f32[2,6] = cumulative(x, axis=1, backwards=0, body=combine)\n"
    "    return r\n",
    "def f(x: f32[5,1]) -> f32[5,1]:\n"
    "    def combine(a: f32, b: f32) -> f32:\n"
    "        r: f32 = max(a, b)\n"
    "        return r\n"
    "    r: f32[5,1] = cumulative(x, axis=1, backwards=1, body=combine)\n"
    "    return r\n",
    "def f(x: i32[2,130]) -> i32[2,130]:\n"
    "    def combine(a: i32, b: i32) -> i32:\n"
    "        r: i32 = min(a, b)\n"
    "        return r\n"
    "    r: i32[2,130] = cumulative(x, axis=1, backwards=0, body=combine)\n"
    "    return r\n",
    // reductions that may not share a kernel: over other axes, in another order
    "def f(x: f32[9,70]) -> f32[9,70]:\n"
    "    a: f32[9] = reduce_sum(x, axes=(1,), order=rows)\n"
    "    b: f32[9,70] = broadcast(a, shape=(9, 70), dims=(0,))\n"
    "    c: f32[70] = reduce_sum(x, axes=(0,), order=cols)\n"
    "    d: f32[9,70] = broadcast(c, shape=(9, 70), dims=(1,))\n"
    "    e: f32[9,70] = sub(x, b)\n"
    "    g: f32[9,70] = mul(e, d)\n"
    "    return g\n",
    "def f(x: f32[9,70]) -> f32[9,70]:\n"
    "    c: f32[70] = reduce_sum(x, axes=(0,), order=rows)\n"
    "    d: f32[9,70] = broadcast(c, shape=(9, 70), dims=(1,))\n"
    "    a: f32[9] = reduce_sum(x, axes=(1,), order=rows)\n"
    "    b: f32[9,70] = broadcast(a, shape=(9, 70), dims=(0,))\n"
    "    e: f32[9,70] = sub(x, b)\n"
    "    g: f32[9,70] = mul(e, d)\n"
    "    return g\n",
    "def f(x: f32[9,70], y: f32[9,70]) -> f32[9,70]:\n"
    "    a: f32[9] = reduce_sum(x, axes=(1,), order=rows)\n"
    "    b: f32[9,70] = broadcast(a, shape=(9, 70), dims=(0,))\n"
    "    c: f32[9] = reduce_sum(y, axes=(1,), order=cols)\n"
    "    d: f32[9,70] = broadcast(c, shape=(9, 70), dims=(0,))\n"
    "    e: f32[9,70] = sub(x, b)\n"
    "    g: f32[9,70] = mul(e, d)\n"
    "    return g\n",
    // contractions
    "def f(x: f32[3,1100], y: f32[1100,2]) -> f32[3,2]:\n"
    "    r: f32[3,2] = dot(x, y, lhs_contract=(1,), rhs_contract=(0,), order=chain)\n"
    "    return r\n",
    "def f(x: f32[3,300], y: f32[2,300]) -> f32[3,2]:\n"
    "    r: f32[3,2] = dot(x, y, lhs_contract=(1,), rhs_contract=(1,), order=rows)\n"
    "    return r\n",
    "def f(x: f64[2,5,3,4], y: f64[4,5,6,2]) -> f64[2,3,6]:\n"
    "    r: f64[2,3,6] = dot(x, y, lhs_batch=(0,), rhs_batch=(3,), lhs_contract=(1, 3),"
    " rhs_contract=(1, 0), order=chain)\n"
    "    return r\n",
    "def f(x: i32[3,2,4], y: i32[4,3,5,2]) -> i32[2,3,5]:\n"
    "    r: i32[2,3,5] = dot(x, y, lhs_batch=(1, 0), rhs_batch=(3, 1), lhs_contract=(2,),"
    " rhs_contract=(0,), order=chain)\n"
    "    return r\n",
    "def f(x: f32[3], y: f32[2], z: f32[3,0], w: f32[0,2]) -> (f32[3,2], f32, f32[3,2]):\n"
    "    r: f32[3,2] = dot(x, y, order=chain)\n"
    "    s: f32 = dot(x, x, lhs_contract=(0,), rhs_contract=(0,), order=rows)\n"
    "    t: f32[3,2] = dot(z, w, lhs_contract=(1,), rhs_contract=(0,), order=chain)\n"
    "    return r, s, t\n",
    // shape ops through one another
    "def f(x: f32[6,4]) -> (f32[3,8], f32[2,2,6], f32[24], f32[4,6]):\n"
    "    a: f32[3,8] = reshape(x, shape=(3, 8))\n"
    "    t: f32[4,6] = transpose(x, perm=(1, 0))\n"
    "    b: f32[2,2,6] = reshape(t, shape=(2, 2, 6))\n"
    "    c: f32[24] = reshape(t, shape=(24,))\n"
    "    d: f32[4,6] = reshape(c, shape=(4, 6))\n"
    "    return a, b, c, d\n",
    "def f(x: f32[5,7]) -> (f32[3,2], f32[7,5], f32[3,5,7], f32[5]):\n"
    "    a: f32[3,2] = slice(x, start=(0, 1), limit=(5, 7), stride=(2, 4))\n"
    "    r: f32[5,7] = reverse(x, axes=(0,))\n"
    "    b: f32[7,5] = transpose(r, perm=(1, 0))\n"
    "    c: f32[3,5,7] = broadcast(x, shape=(3, 5, 7), dims=(1, 2))\n"
    "    s: f32[5,1] = slice(x, start=(0, 3), limit=(5, 4), stride=(1, 1))\n"
    "    d: f32[5] = reshape(s, shape=(5,))\n"
    "    return a, b, c, d\n",
    "def f(x: f32[3,4], v: f32) -> (f32[8,6], f32[2,2], f32[7,10], f32[48]):\n"
    "    a: f32[8,6] = pad(x, v, low=(2, 1), high=(3, 1), interior=(0, 0))\n"
    "    b: f32[2,2] = pad(x, v, low=(-1, -2), high=(0, 0), interior=(0, 0))\n"
    "    c: f32[7,10] = pad(x, v, low=(1, 0), high=(1, -3), interior=(1, 3))\n"
    "    d: f32[48] = reshape(a, shape=(48,))\n"
    "    return a, b, c, d\n",
    "def f(x: f32[2,3], y: f32[2,1], z: f32[2,0]) -> (f32[2,7], f32[14], f32[2,7]):\n"
    "    a: f32[2,7] = concatenate(x, y, z, x, axis=1)\n"
    "    b: f32[14] = reshape(a, shape=(14,))\n"
    "    c: f32[2,7] = exp(a)\n"
    "    return a, b, c\n",
    "def f(x: f32[2,3], y: f32[3,3], v: f32) -> (f32[7,5], f32[5,7]):\n"
    "    a: f32[5,3] = concatenate(x, y, axis=0)\n"
    "    e: f32[5,3] = neg(a)\n"
    "    b: f32[7,5] = pad(e, v, low=(1, 1), high=(1, 1), interior=(0, 0))\n"
    "    c: f32[5,7] = transpose(b, perm=(1, 0))\n"
    "    d: f32[5,7] = abs(c)\n"
    "    return b, d\n",
    "def f(x: f32[3,4]) -> (f32[3,4], i32[2,3], u8[5]):\n"
    "    i: f32[3,4] = iota(dtype=f32, shape=(3, 4), axis=1)\n"
    "    a: f32[3,4] = add(x, i)\n"
    "    b: i32[2,3] = iota(dtype=i32, shape=(2, 3), axis=0)\n"
    "    c: u8[5] = iota(dtype=u8, shape=(5,), axis=0)\n"
    "    return a, b, c\n",
    // run-time indices
    "def f(x: f32[6,5], i: i32[4]) -> (f32[4,5], f32[4,5], f32[4]):\n"
    "    a: f32[4,5] = gather(x, i, offset_dims=(1,), collapsed_dims=(0,), operand_batch=(),"
    " index_batch=(), index_map=(0,), index_vector_dim=1, slice_sizes=(1, 5), mode=clip)\n"
    "    b: f32[4,5] = gather(x, i, offset_dims=(1,), collapsed_dims=(0,), operand_batch=(),"
    " index_batch=(), index_map=(0,), index_vector_dim=1, slice_sizes=(1, 5), mode=fill)\n"
    "    c: f32[4] = reduce_sum(a, axes=(1,), order=rows)\n"
    "    return a, b, c\n",
    "def f(x: f32[6,5], i: i32[4,2]) -> f32[4,3,2]:\n"
    "    a: f32[4,3,2] = gather(x, i, offset_dims=(1, 2), collapsed_dims=(), operand_batch=(),"
    " index_batch=(), index_map=(1, 0), index_vector_dim=1, slice_sizes=(3, 2), mode=clip)\n"
    "    return a\n",
    "def f(x: f32[6,5], i: i32[4], u: f32[4,5]) -> (f32[6,5], f32[6,5]):\n"
    "    a: f32[6,5] = scatter_add(x, i, u, offset_dims=(1,), collapsed_dims=(0,),"
    " operand_batch=(), index_batch=(), index_map=(0,), index_vector_dim=1)\n"
    "    e: f32[4,5] = mul(u, u)\n"
    "    b: f32[6,5] = scatter_add(a, i, e, offset_dims=(1,), collapsed_dims=(0,),"
    " operand_batch=(), index_batch=(), index_map=(0,), index_vector_dim=1)\n"
    "    return a, b\n",
    "def f(x: f32[6,5], i: i32, j: i32, u: f32[2,5]) -> (f32[2,3], f32[6,5], f32[6,5]):\n"
    "    a: f32[2,3] = dynamic_slice(x, i, j, slice_sizes=(2, 3))\n"
    "    v: f32[2,5] = neg(u)\n"
    "    b: f32[6,5] = dynamic_update_slice(x, v, i, j)\n"
    "    c: f32[6,5] = dynamic_update_slice(b, u, j, i)\n"
    "    return a, b, c\n",
    "def f(x: f32[5,6], y: i32[5,6]) -> (f32[5,6], i32[5,6], f32[5,6]):\n"
    "    a, b = sort[f32[5,6], i32[5,6]](x, y, axis=0)\n"
    "    c: f32[5,6] = mul(a, a)\n"
    "    d: f32[5,6] = sort(c, axis=1)\n"
    "    return a, b, d\n",
    "def f(x: f32[5,6], y: i32[5,6]) -> (i32[3,6], f32[1,3]):\n"
    "    a, b = sort[f32[5,6], i32[5,6]](x, y, axis=0)\n"
    "    c: i32[3,6] = slice(b, start=(0, 0), limit=(3, 6), stride=(1, 1))\n"
    "    d: f32[1,3] = slice(a, start=(1, 0), limit=(2, 6), stride=(1, 2))\n"
    "    return c, d\n",
    // softmax and layer normalisation
    "def f(x: f32[9,70]) -> f32[9,70]:\n"
    "    m: f32[9] = reduce_max(x, axes=(1,), order=rows)\n"
    "    mb: f32[9,70] = broadcast(m, shape=(9, 70), dims=(0,))\n"
    "    d: f32[9,70] = sub(x, mb)\n"
    "    e: f32[9,70] = exp(d)\n"
    "    s: f32[9] = reduce_sum(e, axes=(1,), order=rows)\n"
    "    sb: f32[9,70] = broadcast(s, shape=(9, 70), dims=(0,))\n"
    "    y: f32[9,70] = div(e, sb)\n"
    "    return y\n",
    "def f(x: f32[9,70]) -> (f32[9,70], f32[9]):\n"
    "    m: f32[9] = reduce_max(x, axes=(1,), order=rows)\n"
    "    mb: f32[9,70] = broadcast(m, shape=(9, 70), dims=(0,))\n"
    "    d: f32[9,70] = sub(x, mb)\n"
    "    e: f32[9,70] = exp(d)\n"
    "    s: f32[9] = reduce_sum(e, axes=(1,), order=rows)\n"
    "    l: f32[9] = log(s)\n"
    "    lb: f32[9,70] = broadcast(l, shape=(9, 70), dims=(0,))\n"
    "    y: f32[9,70] = sub(d, lb)\n"
    "    return y, l\n",
    // a contraction with prologue and epilogue, read twice
    "def f(x: f32[9,33], w: f32[17,33], b: f32[17]) -> (f32[9,17], f32[17], bool[9,17]):\n"
    "    n: f32[9,33] = neg(x)\n"
    "    t: f32[9,17] = dot(n, w, lhs_contract=(1,), rhs_contract=(1,), order=chain)\n"
    "    bb: f32[9,17] = broadcast(b, shape=(9, 17), dims=(1,))\n"
    "    z: f32[9,17] = add(t, bb)\n"
    "    o: f32[9,17] = broadcast(f32(0.0), shape=(9, 17), dims=())\n"
    "    h: f32[9,17] = max(z, o)\n"
    "    g: bool[9,17] = gt(z, o)\n"
    "    s: f32[17] = reduce_sum(h, axes=(0,), order=cols)\n"
    "    return h, s, g\n",
    // relu twice, its mask read again
    "def f(x: f32[4,6], w: f32[5,6], v: f32[3,5]) -> (f32[4,3], f32[4,3], bool[4,5]):\n"
    "    t: f32[4,5] = dot(x, w, lhs_contract=(1,), rhs_contract=(1,), order=chain)\n"
    "    o: f32[4,5] = broadcast(f32(0.0), shape=(4, 5), dims=())\n"
    "    p: bool[4,5] = gt(t, o)\n"
    "    h: f32[4,5] = select(p, t, o)\n"
    "    u: f32[4,3] = dot(h, v, lhs_contract=(1,), rhs_contract=(1,), order=chain)\n"
    "    z: f32[4,3] = broadcast(f32(0.0), shape=(4, 3), dims=())\n"
    "    q: bool[4,3] = gt(u, z)\n"
    "    y: f32[4,3] = select(q, u, z)\n"
    "    m: f32[4,3] = max(u, z)\n"
    "    return y, m, p\n",
};
enum { PROGRAM_CASES = sizeof program_cases / sizeof *program_cases };
#endif
