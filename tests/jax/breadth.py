"""What is left of JAX's public functions: programs of numpy, scipy, lax, nn and experimental that stand in no other file."""
import functools
import importlib
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental import sparse
from jax.scipy import special, stats
from cases import b, c, case, d, f, i, key, positive, with_gradients
from linear_algebra import definite


def number(name):
    return lambda *x: getattr(jnp, name)(*x)


# ---- numpy
for name in ["absolute", "degrees", "radians", "iscomplex", "isreal", "isneginf", "isposinf", "conjugate", "atleast_1d", "atleast_2d", "flatnonzero"]:
    if name != "flatnonzero":
        case(f"more.{name}", number(name), f(3, 4), loose=3)
for name in ["amax", "amin", "nanmin", "nanprod", "nanstd"]:
    case(f"more.{name}", lambda x, g=getattr(jnp, name): (g(x), g(x, axis=1)), f(3, 4), loose=5)
case("more.nanpercentile", lambda x: jnp.nanpercentile(x, jnp.array([20.0, 70.0]), axis=0), f(7, 3), loose=5)
for name in ["bitwise_left_shift", "bitwise_right_shift", "greater", "less_equal", "mod", "true_divide"]:
    case(f"more.{name}", getattr(jnp, name), i(5, low=1), i(5, low=1, high=6))
case("more.stacks", lambda x, y: (jnp.column_stack([x, y]), jnp.concat([x, y]), jnp.vstack([x, y]), jnp.dstack([x, y]), jnp.unstack(x), jnp.hsplit(x, 2), jnp.vsplit(x, 2)), f(4, 2), f(4, 2))
case("more.dsplit", lambda x: jnp.dsplit(x, 2), f(2, 3, 4))
case("more.shapes", lambda x: (jnp.matrix_transpose(x), jnp.permute_dims(x, (2, 0, 1)), jnp.rollaxis(x, 2), jnp.broadcast_arrays(x, x[0]), jnp.apply_over_axes(jnp.sum, x, (0, 2))), f(2, 3, 4), loose=4)
case("more.spaces", lambda x: (jnp.geomspace(x, 100.0, 6), jnp.logspace(0, x, 5), jnp.linspace(x, x + 2, 7, endpoint=False)), positive(), loose=8)
case("more.windows", lambda x: x * (jnp.kaiser(9, 4.0) + jnp.hamming(9) + jnp.blackman(9) + jnp.bartlett(9) + jnp.hanning(9)), f(9), loose=10)
case("more.identity", lambda x: (jnp.identity(3) * x, jnp.tri(3, 4, 1) * x, jnp.fromfunction(lambda p, q: p + 2 * q, (3, 2)) * x), f())
case("more.histogramdd", lambda x: jnp.histogramdd(x, bins=3, range=[(-2, 2), (-2, 2)])[0], f(30, 2))
case("more.histogram_bin_edges", lambda x: jnp.histogram_bin_edges(x, bins=5), f(30), loose=4)
case("more.polydiv", lambda x, y: jnp.polydiv(x, y), f(6), positive(3), loose=60)
case("more.polymul", lambda x, y: (jnp.polymul(x, y), jnp.convolve(x, y), jnp.correlate(x, y, "full")), f(6), f(3), loose=20)
case("more.setxor1d", lambda x, y: jnp.setxor1d(x, y, size=9, fill_value=-1), i(6, low=0, high=9), i(6, low=0, high=9))
case("more.unique", lambda x: jnp.unique(x, return_index=True, return_inverse=True, return_counts=True, size=8, fill_value=-1), i(12, low=0, high=6))
case("more.unique_axis", lambda x: jnp.unique(x, axis=0, size=5), i(6, 2, low=0, high=2))
case("more.nonzero", lambda x: (jnp.nonzero(x > 0, size=5, fill_value=-1), jnp.flatnonzero(x > 0, size=7), jnp.argwhere(x > 0, size=4)), f(3, 4))
case("more.triangle", lambda x: (x[jnp.triu_indices_from(x)], x[jnp.diag_indices_from(x)]), f(3, 3))
case("more.array_equiv", lambda x, y: (jnp.array_equiv(x, y), jnp.array_equal(x, x), jnp.allclose(x, y)), f(3), f(2, 3))
case("more.cov", lambda x: (jnp.cov(x), jnp.corrcoef(x)), f(3, 9), loose=40)
case("more.median", lambda x: (jnp.median(x, axis=0), jnp.percentile(x, 30, axis=1), jnp.average(x, weights=jnp.arange(5.0), axis=1)), f(4, 5), loose=8)
case("more.cross", lambda x, y: (jnp.cross(x, y), jnp.kron(x, y), jnp.outer(x, y), jnp.inner(x, y)), f(2, 3), f(2, 3), loose=8)
case("more.lexsort", lambda x, y: (jnp.lexsort((x, y)), jnp.searchsorted(jnp.sort(x), y, side="right"), jnp.digitize(x, jnp.sort(y))), i(9, low=0, high=4), i(9, low=0, high=4))
case("more.einsum", lambda x, y, z: (jnp.einsum("ij,jk,kl->il", x, y, z), jnp.einsum("ij->", x), jnp.einsum("ii->i", y @ y.T), jnp.einsum("ij,ij->j", x, x)), f(3, 4), f(4, 5), f(5, 2), loose=20)
case("more.float_views", lambda x: (jnp.signbit(x), jnp.frexp(x), jnp.ldexp(x, jnp.array([1, -2, 3])), jnp.copysign(x, -x), jnp.spacing(x)), f(3))
case("more.vander", lambda x: (jnp.vander(x, 4), jnp.vander(x, increasing=True)), f(4), loose=8)
case("more.ediff1d", lambda x: (jnp.ediff1d(x), jnp.diff(x, n=2), jnp.gradient(x), jnp.trapezoid(x)), f(8), loose=8)
case("more.packbits", lambda x: (jnp.packbits(x), jnp.unpackbits(jnp.packbits(x, bitorder="little"))), b(19))
case("more.insert", lambda x: (jnp.insert(x, 2, 9.0), jnp.delete(x, 1), jnp.append(x, x), jnp.resize(x, (3, 4))), f(6))
case("more.choose", lambda k, x: (jnp.choose(k, x, mode="clip"), jnp.take_along_axis(x, k[None] % 3, 0), jnp.put_along_axis(x, k[None] % 3, 9.0, 0, inplace=False)), i(5, low=0, high=3), f(3, 5))

# ---- linear algebra
for name in ["eigvalsh", "svdvals", "matrix_norm", "vector_norm", "matrix_transpose"]:
    case(f"more.linalg.{name}", getattr(jnp.linalg, name), definite(4), loose=60)
case("more.linalg.tensorinv", lambda x: jnp.linalg.tensorinv(x.reshape(2, 3, 6) + jnp.eye(6).reshape(2, 3, 6) * 9), f(6, 6), loose=300)
case("more.linalg.tensorsolve", lambda x, y: jnp.linalg.tensorsolve(x + 9 * jnp.eye(6).reshape(2, 3, 6), y), f(2, 3, 6), f(2, 3), loose=300)
case("more.linalg.cond", lambda x: (jnp.linalg.cond(x), jnp.linalg.matrix_norm(x, ord="nuc"), jnp.linalg.norm(x, 2)), definite(4), loose=300)
module = importlib.import_module("jax.scipy.linalg")
for name, arguments in {"circulant": (f(4),), "companion": (positive(4),), "convolution_matrix": (f(4),), "fiedler": (f(4),), "fiedler_companion": (positive(4),), "hankel": (f(4),), "leslie": (f(4), f(3)), "toeplitz": (f(4),), "polar": (definite(3),), 
                        "expm_frechet": (f(3, 3), f(3, 3)), "lu_factor": (f(4, 4),)}.items():
    extra = (3,) if name == "convolution_matrix" else ()
    case(f"more.linalg.{name}", lambda *x, g=getattr(module, name), e=extra: g(*x, *e), *arguments, loose=1000)
case("more.linalg.constants", lambda x: (x * module.hilbert(4), x * module.helmert(4), x * module.pascal(4), x * module.hadamard(4)), f(), loose=20)
case("more.linalg.lu_solve", lambda a, x: module.lu_solve(module.lu_factor(a), x), definite(4), f(4), loose=200)
case("more.linalg.solve_triangular", lambda a, x: (module.solve_triangular(a, x, lower=True), module.solve_triangular(a, x, trans=1), module.solve_triangular(a, x, unit_diagonal=True)), definite(4), f(4, 2), loose=200)
case("more.linalg.eigh_tridiagonal", lambda a, x: module.eigh_tridiagonal(a, x, eigvals_only=True), f(5), f(4), loose=300)
case("more.linalg.qr_multiply", lambda a, x: module.qr_multiply(a, x), f(4, 4), f(4, 4), loose=1000)
case("more.linalg.qdwh", lambda x: lax.linalg.qdwh(x)[0], definite(4), loose=1000)
case("more.linalg.cholesky_update", lambda x, w: lax.linalg.cholesky_update(jnp.linalg.cholesky(x).T, w), definite(4), f(4), loose=300)
case("more.linalg.symmetric_product", lambda x, y: lax.linalg.symmetric_product(x, y, alpha=2.0, beta=1.0, symmetrize_output=True), f(4, 3), f(4, 4), loose=20)
case("more.linalg.householder", lambda x: lax.linalg.householder_product(*lax.linalg.geqrf(x)) if hasattr(lax.linalg, "geqrf") else jnp.linalg.qr(x)[0], f(5, 3), loose=300)
case("more.linalg.tridiagonal_solve", lambda a, x, y, z: lax.linalg.tridiagonal_solve(a, x + 5, y, z), f(6), f(6), f(6), f(6, 2), loose=60)
case("more.linalg.tridiagonal_solve.grad", jax.grad(lambda x, a, y, z: lax.linalg.tridiagonal_solve(a, x + 5, y, z).sum()), f(6), f(6), f(6), f(6, 2), loose=100)
for name in ["gmres", "bicgstab", "cg"]:
    case(f"more.sparse.{name}", lambda a, x, g=getattr(jax.scipy.sparse.linalg, name): g(a, x, maxiter=8)[0], definite(5), f(5), loose=5000)

# ---- Fourier
for name, complexes in {"fft2": 1, "ifft2": 1, "ifftn": 1, "fftn": 1, "rfft2": 0, "rfftn": 0, "irfft2": 1, "irfftn": 1, "hfft": 1, "ihfft": 0}.items():
    case(f"more.fft.{name}", getattr(jnp.fft, name), c(2, 6, 5) if complexes else f(2, 6, 5), loose=40)
case("more.fft.norms", lambda x: (jnp.fft.fft(x, norm="ortho"), jnp.fft.ifft(x, n=12), jnp.fft.fft(x, axis=0, n=3), jnp.fft.ifftshift(x), jnp.fft.rfftfreq(9)), c(4, 6), loose=40)
fft = importlib.import_module("jax.scipy.fft")
for name in ["dct", "dctn", "idct", "idctn"]:
    case(f"more.fft.{name}", getattr(fft, name), f(4, 6), loose=60)
signal = importlib.import_module("jax.scipy.signal")
case("more.signal.stft", lambda x: signal.stft(x, nperseg=16)[2], f(64), loose=60)
case("more.signal.istft", lambda x: signal.istft(signal.stft(x, nperseg=16)[2], nperseg=16)[1], f(64), loose=60)
case("more.signal.welch", lambda x: (signal.welch(x, nperseg=16)[1], signal.csd(x, x[::-1], nperseg=16)[1]), f(64), loose=100)
case("more.signal.correlate2d", lambda x, y: signal.correlate2d(x, y), f(6, 5), f(3, 2), loose=20)

# ---- special functions and distributions
for name, arguments in {"boxcox": (positive(5), f(5)), "boxcox1p": (positive(5), f(5)), "comb": (positive(5), positive(5)), "dawsn": (f(5),), "erfcx": (f(5),), "fresnel": (f(5),), "gammasgn": (f(5),), "hyp1f1": (positive(5), positive(5), positive(5)), "hyp2f1": (positive(3), positive(3), positive(3), f(3, low=0, high=0.8)),
                        "sici": (positive(5),), "wofz": (c(5),), "bessel_jn": (f(5),), "exp1": (positive(5),), "owens_t": (positive(5), positive(5))}.items():
    if hasattr(special, name) and name != "bessel_jn":
        case(f"more.special.{name}", getattr(special, name), *arguments, loose=5000)
case("more.special.bessel_jn", lambda z: special.bessel_jn(z, v=3), positive(5), loose=5000)
case("more.special.softmax", lambda x: (special.softmax(x, axis=0), special.log_softmax(x, axis=1), special.logsumexp(x), special.xlogy(x, x)), positive(3, 4), loose=20)
continuous = {"norm": (), "expon": (), "cauchy": (), "laplace": (), "logistic": (), "gumbel_l": (), "gumbel_r": (), "chi2": (3.0,), "gamma": (2.5,), "beta": (2.0, 3.0), "t": (4.0,), "pareto": (1.5,), "uniform": (), "truncnorm": (-1.0, 2.0), "gennorm": (1.7,), "vonmises": (2.0,), "wrapcauchy": (0.4,)}
for name, parameters in continuous.items():
    for function in ["pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf"]:
        g = getattr(getattr(stats, name), function, None)
        if g:
            case(f"more.stats.{name}.{function}", lambda x, g=g, p=parameters: g(x, *p), f(7, low=0.05, high=0.95), loose=500)
for name, parameters in {"bernoulli": (0.3,), "betabinom": (9, 2.0, 3.0), "binom": (9, 0.3), "geom": (0.3,), "nbinom": (5, 0.4), "poisson": (2.5,)}.items():
    case(f"more.stats.{name}", lambda x, g=getattr(stats, name), p=parameters: (g.logpmf(x, *p), g.pmf(x, *p)), i(6, low=0, high=9), loose=500)
case("more.stats.ranks", lambda x: (stats.rankdata(x), stats.sem(x), stats.mode(jnp.round(x))), f(9), loose=20)
case("more.stats.kde", lambda x, y: stats.gaussian_kde(x)(y), f(20), f(5), loose=300)
for name in ["binomial", "multinomial", "generalized_normal", "lognormal", "ball", "orthogonal", "poisson", "geometric", "triangular", "rademacher", "multivariate_normal", "categorical", "choice", "permutation", "bits", "bernoulli", "randint"]:
    call = {"binomial": lambda k: jax.random.binomial(k, 9, 0.4, (6,)), "multinomial": lambda k: jax.random.multinomial(k, 9, jnp.array([0.2, 0.3, 0.5])), "generalized_normal": lambda k: jax.random.generalized_normal(k, 1.5, (5,)), "lognormal": lambda k: jax.random.lognormal(k, 0.5, (5,)), "ball": lambda k: jax.random.ball(k, 3, shape=(4,)),
            "orthogonal": lambda k: jnp.abs(jax.random.orthogonal(k, 3)), "poisson": lambda k: jax.random.poisson(k, 3.0, (5,)), "geometric": lambda k: jax.random.geometric(k, 0.3, (5,)), "triangular": lambda k: jax.random.triangular(k, 0.0, 0.5, 2.0, (5,)), "rademacher": lambda k: jax.random.rademacher(k, (5,)),
            "multivariate_normal": lambda k: jax.random.multivariate_normal(k, jnp.zeros(3), jnp.eye(3) * 2, (2,)), "categorical": lambda k: jax.random.categorical(k, jnp.log(jnp.array([[0.2, 0.3, 0.5]])), shape=(4, 1)), "choice": lambda k: jax.random.choice(k, 10, (4,), replace=False, p=jnp.arange(1.0, 11.0) / 55),
            "permutation": lambda k: jax.random.permutation(k, jnp.arange(12.0).reshape(3, 4), axis=1, independent=True), "bits": lambda k: (jax.random.bits(k, (3,), jnp.uint8), jax.random.bits(k, (3,), jnp.uint16)), "bernoulli": lambda k: jax.random.bernoulli(k, jnp.array([0.2, 0.8]), (3, 2)), "randint": lambda k: jax.random.randint(k, (5,), jnp.arange(5), 50)}[name]
    case(f"more.random.{name}", call, key(9), loose=100)
for kind in ("rbg", "unsafe_rbg", "threefry2x32"):
    case(f"more.random.{kind}", lambda n, k=kind: (lambda q: (jax.random.uniform(q, (3,)), jax.random.normal(jax.random.split(q)[0], (3,)), jax.random.key_data(jax.random.fold_in(q, 7))))(jax.random.key(n, impl=k)), i(dtype=np.uint32, low=0), loose=20)
for name in ["kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "orthogonal", "delta_orthogonal", "truncated_normal", "glorot_uniform"]:
    shape = (3, 3, 2, 2) if name == "delta_orthogonal" else (6, 4)
    case(f"more.init.{name}", lambda k, g=getattr(jax.nn.initializers, name)(), s=shape: jnp.abs(g(k, s, jnp.float32)), key(4), loose=300)

# ---- lax
case("more.lax.batch_matmul", lax.batch_matmul, f(2, 3, 4), f(2, 4, 5), loose=10)
case("more.lax.ragged_dot", lambda x, y: lax.ragged_dot(x, y, jnp.array([2, 0, 3], jnp.int32)), f(5, 4), f(3, 4, 2), loose=20)
case("more.lax.ragged_dot.grad", jax.grad(lambda x, y: jnp.sin(lax.ragged_dot(x, y, jnp.array([2, 0, 3], jnp.int32))).sum(), (0, 1)), f(5, 4), f(3, 4, 2), loose=40)
case("more.lax.custom_linear_solve", lambda a, x: lax.custom_linear_solve(lambda v: a @ v, x, lambda m, v: jnp.linalg.solve(a, v)), definite(4), f(4), loose=100)
case("more.lax.custom_root", lambda x: lax.custom_root(lambda v: v**3 - x, jnp.ones_like(x), lambda g, v: lax.fori_loop(0, 20, lambda _, u: u - g(u) / (3 * u * u), v), lambda g, y: y / g(1.0)), positive(), loose=100)
case("more.lax.custom_root.grad", jax.grad(lambda x: lax.custom_root(lambda v: v**3 - x, 1.0, lambda g, v: lax.fori_loop(0, 20, lambda _, u: u - g(u) / (3 * u * u), v), lambda g, y: y / g(1.0))), positive(), loose=200)
case("more.lax.composite", lambda x: lax.composite(lambda v: jnp.sin(v) * 2, "my.op")(x), f(5))
case("more.lax.platform_dependent", lambda x: lax.platform_dependent(x, cpu=lambda v: v * 2, default=lambda v: v * 3), f(5))
case("more.lax.tokens", lambda x: (lambda t: x * 2)(lax.create_token()), f(5))
case("more.lax.barrier", lambda x: lax.optimization_barrier((x, x * 2)), f(5))
case("more.lax.slices", lambda x: (lax.index_in_dim(x, 1, 0), lax.slice_in_dim(x, 1, 3, axis=1), lax.dynamic_update_slice_in_dim(x, x[:1], 2, 0), lax.index_take(x, (jnp.array([0, 2]),), (0,)), lax.dynamic_index_in_dim(x, 2, 1)), f(4, 5))
case("more.lax.conv", lambda x, w: (lax.conv_with_general_padding(x, w, (1, 1), ((1, 1), (0, 1)), None, None), lax.conv(x, w, (2, 1), "SAME")), f(2, 3, 6, 5), f(4, 3, 3, 2), loose=40)
case("more.lax.reduce", lambda x: (lax.reduce_max(x, (0,)), lax.reduce_prod(x, (1,)), lax.reduce_or(x > 0, (0,)), lax.reduce_xor((x * 9).astype(jnp.int32), (0, 1))), f(3, 4), loose=8)
case("more.lax.mulhi", lambda x, y: lax.mulhi(x, y), i(6, low=0, high=2**31, dtype=np.uint32), i(6, low=0, high=2**31, dtype=np.uint32))
case("more.lax.map_batches", lambda x: lax.map(lambda v: jnp.sin(v).sum(), x, batch_size=2), f(5, 3), loose=10)
case("more.lax.associative_scan", lambda x: (lax.associative_scan(jnp.multiply, x), lax.associative_scan(lambda p, q: (p[0] * q[0], p[1] * q[0] + q[1]), (x, x), axis=0, reverse=True)), f(7, 2), loose=30)
case("more.lax.scan_unrolled", lambda x: lax.scan(lambda s, v: (s + v, s * v), 0.0, x, unroll=3, reverse=True), f(10), loose=10)
case("more.lax.while_vmap", jax.vmap(lambda x: lax.while_loop(lambda s: s[0] < 10, lambda s: (s[0] + jnp.abs(s[1]) + 0.5, s[1] * 0.9), (x, x))), f(5), loose=20)
case("more.lax.fori_nested", lambda x: lax.fori_loop(0, 3, lambda p, s: lax.fori_loop(0, p, lambda q, t: t.at[q].add(t[p]), s), x), f(5), loose=10)
case("more.lax.switch_grad", jax.grad(lambda x, k: lax.switch(k, [jnp.sin, jnp.cos, lambda v: v**3], x)), f(), i(low=0, high=3), loose=10)
case("more.lax.cond_operands", lambda p, x, y: lax.cond(p, lambda u, v: (u + v, v.sum()), lambda u, v: (u - v, u.max()), x, y), b(), f(4), f(4), loose=10)

# ---- transformations and several devices, of which there is one
mesh = jax.sharding.Mesh(np.array(jax.devices("cpu")[:1]), ("i",))
spec = jax.sharding.PartitionSpec
for name, function in {"psum": lambda x: lax.psum(x, "i"), "pmax": lambda x: lax.pmax(x, "i"), "pmean": lambda x: lax.pmean(x, "i"), "all_gather": lambda x: lax.all_gather(x, "i"), "ppermute": lambda x: lax.ppermute(x, "i", [(0, 0)]), "axis_index": lambda x: x + lax.axis_index("i"),
                       "all_to_all": lambda x: lax.all_to_all(x, "i", 0, 0), "psum_scatter": lambda x: lax.psum_scatter(x, "i"), "pgather": lambda x: lax.all_gather(x, "i", axis=1, tiled=True)}.items():
    case(f"more.shard_map.{name}", jax.shard_map(function, mesh=mesh, in_specs=spec("i"), out_specs=spec("i") if name != "psum_scatter" else spec(None), check_vma=False), f(1, 4))
case("more.shard_map.matmul", jax.shard_map(lambda x, y: lax.psum(x @ y, "i"), mesh=mesh, in_specs=(spec(None, "i"), spec("i", None)), out_specs=spec(None)), f(3, 4), f(4, 2), loose=10)
case("more.sharding_constraint", lambda x: lax.with_sharding_constraint(x * 2, jax.sharding.NamedSharding(mesh, spec("i"))), f(4, 2))
case("more.pmap", lambda x: jax.pmap(lambda v: lax.psum(v * 2, "i"), axis_name="i")(x), f(1, 4))
case("more.vmap.collectives", jax.vmap(lambda x: (lax.psum(x, "b"), lax.pmax(x, "b"), lax.axis_index("b"), lax.all_gather(x, "b"), lax.ppermute(x, "b", [(0, 1), (1, 2), (2, 0)])), axis_name="b"), f(3, 4), loose=10)
case("more.remat", jax.grad(lambda x: jax.checkpoint(lambda v: jnp.sin(jnp.sin(jnp.sin(v))), policy=jax.checkpoint_policies.nothing_saveable)(x).sum()), f(5), loose=10)
case("more.custom_gradient", jax.grad(lambda x: jax.custom_gradient(lambda v: (v**2, lambda g: g * 3 * v))(x).sum()), f(5))
case("more.named", lambda x: jax.named_call(lambda v: jnp.sin(v) * 2, name="part")(x), f(5))
case("more.hessian", jax.hessian(lambda x: jnp.sum(jnp.tanh(x @ x.T))), f(2, 3), loose=60)
case("more.jacobians", lambda x: (jax.jacfwd(lambda v: jnp.sort(v) ** 2)(x), jax.jacrev(lambda v: jnp.cumsum(v) * v)(x)), f(5), loose=20)
case("more.linearize", lambda x, v: jax.linearize(lambda u: jnp.exp(jnp.sin(u)), x)[1](v), f(5), f(5), loose=10)
case("more.linear_transpose", lambda x: jax.linear_transpose(lambda v: jnp.fft.rfft(v).real, jnp.zeros(8))(x), f(5), loose=20)
case("more.jvp_of_grad", lambda x, v: jax.jvp(jax.grad(lambda u: jnp.sum(jnp.exp(u) * jnp.roll(u, 1))), (x,), (v,)), f(5), f(5), loose=20)
jet = importlib.import_module("jax.experimental.jet")
case("more.jet", lambda x: jet.jet(lambda v: jnp.exp(jnp.sin(v)) / (1 + v * v), (x,), [[1.0, 0.0, 0.0]]), f(), loose=60)
ode = importlib.import_module("jax.experimental.ode")
case("more.odeint", lambda y: ode.odeint(lambda s, t: jnp.array([s[1], -s[0]]), y, jnp.array([0.0, 0.3, 0.7])), f(2), loose=2000)
case("more.odeint.grad", jax.grad(lambda y: ode.odeint(lambda s, t, a: jnp.array([s[1], -a * s[0]]), y, jnp.array([0.0, 0.5]), 1.3)[-1].sum()), f(2), loose=5000)
case("more.rotation", lambda x, y: importlib.import_module("jax.scipy.spatial.transform").Rotation.from_rotvec(x).apply(y), f(4, 3), f(4, 3), loose=100)
case("more.flatten", lambda x, y: (lambda flat, back: back(flat * 2))(*jax.flatten_util.ravel_pytree({"a": x, "b": [y, (x, y)]})), f(2, 3), f(4))
case("more.segments", lambda x, k: [getattr(jax.ops, f"segment_{n}")(x, k, 4) for n in ("sum", "max", "min", "prod")], f(9), i(9, low=0, high=4), loose=10)
dense = lambda: np.where(np.random.default_rng(5).random((5, 6)) < 0.4, 1.5, 0).astype(np.float32)
case("more.bcoo.matmul", lambda x, y: sparse.BCOO.fromdense(x, nse=14) @ y, dense, f(6, 3), loose=20)
case("more.bcoo.todense", lambda x: (sparse.BCOO.fromdense(x, nse=14).T.todense(), sparse.BCOO.fromdense(x, nse=14).sum(0).todense()), dense)
image = importlib.import_module("jax.image")
ndimage = importlib.import_module("jax.scipy.ndimage")
for mode in ("constant", "nearest", "wrap", "mirror", "reflect"):
    for order in (0, 1):
        case(f"more.map_coordinates.{mode}.{order}", lambda x, p, m=mode, o=order: ndimage.map_coordinates(x, [p[0], p[1]], o, mode=m), f(4, 5), f(2, 7, low=-6, high=9), loose=60)
