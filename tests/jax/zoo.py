"""Programs as people write them: layers, losses, training steps, simulations, dynamic programming, image and signal processing."""
import functools
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.nn import initializers
from cases import b, c, case, d, f, i, key, positive, with_gradients


def program(name, *inputs, **options):
    def add(function):
        case(f"zoo.{name}", function, *inputs, **{"loose": 60, **options})
        return function
    return add


def trained(name, *inputs, **options):
    """The value and the gradient by the first input."""
    def add(function):
        case(f"zoo.{name}", function, *inputs, **{"loose": 60, **options})
        case(f"zoo.{name}.grad", jax.value_and_grad(lambda *x: jnp.sum(function(*x).astype(jnp.float32) ** 2)), *inputs, **{"loose": 300, **options})
        return function
    return add


def norm(x, axes=-1, eps=1e-5):
    return (x - x.mean(axes, keepdims=True)) * lax.rsqrt(x.var(axes, keepdims=True) + eps)


# ---- attention
@trained("rope", f(2, 6, 2, 8))
def rope(x):
    angle = jnp.arange(6)[:, None] / 100 ** (jnp.arange(0, 8, 2) / 8)
    u, v = x[..., ::2], x[..., 1::2]
    s, k = jnp.sin(angle)[None, :, None], jnp.cos(angle)[None, :, None]
    return jnp.stack([u * k - v * s, u * s + v * k], -1).reshape(x.shape)


@trained("grouped_query", f(2, 5, 4, 8), f(2, 5, 2, 8), f(2, 5, 2, 8))
def grouped_query(q, k, v):
    q = q.reshape(2, 5, 2, 2, 8)
    scores = jnp.einsum("btgrd,bsgd->bgrts", q, k) / jnp.sqrt(8.0)
    scores = jnp.where(jnp.tril(jnp.ones((5, 5), bool)), scores, -jnp.inf)
    return jnp.einsum("bgrts,bsgd->btgrd", jax.nn.softmax(scores), v).reshape(2, 5, 32)


@trained("sliding_window", f(7, 8), f(7, 8), f(7, 8))
def sliding_window(q, k, v):
    p = jnp.arange(7)
    near = (p[:, None] - p >= 0) & (p[:, None] - p < 3)
    return jax.nn.softmax(jnp.where(near, q @ k.T, -1e9)) @ v


@trained("flash", f(8, 4), f(8, 4), f(8, 4))
def flash(q, k, v):
    def block(carry, kv):
        m, l, o = carry
        s = q @ kv[0].T
        new = jnp.maximum(m, s.max(1))
        p, scale = jnp.exp(s - new[:, None]), jnp.exp(m - new)
        return (new, l * scale + p.sum(1), o * scale[:, None] + p @ kv[1]), None
    (m, l, o), _ = lax.scan(block, (jnp.full(8, -jnp.inf), jnp.zeros(8), jnp.zeros((8, 4))), (k.reshape(4, 2, 4), v.reshape(4, 2, 4)))
    return o / l[:, None]


@program("kv_cache", f(2, 10, 4), f(5, 2, 4), f(4, 4))
def kv_cache(cache, xs, w):
    def step(carry, x):
        cache, t = carry
        cache = lax.dynamic_update_slice(cache, (x @ w)[:, None], (0, t, 0))
        s = jnp.where(jnp.arange(10) <= t, jnp.einsum("bd,btd->bt", x, cache), -jnp.inf)
        return (cache, t + 1), jnp.einsum("bt,btd->bd", jax.nn.softmax(s), cache)
    return lax.scan(step, (cache, 2), xs)


@trained("linear_attention", f(2, 6, 4), f(2, 6, 4), f(2, 6, 4))
def linear_attention(q, k, v):
    q, k = jax.nn.elu(q) + 1, jax.nn.elu(k) + 1
    kv = jnp.cumsum(jnp.einsum("btd,bte->btde", k, v), 1)
    return jnp.einsum("btd,btde->bte", q, kv) / (jnp.einsum("btd,btd->bt", q, jnp.cumsum(k, 1))[..., None] + 1e-3)


@trained("alibi", f(2, 2, 5, 4), f(2, 2, 5, 4))
def alibi(q, k):
    bias = -jnp.abs(jnp.arange(5)[:, None] - jnp.arange(5)) * (2.0 ** -jnp.arange(1, 3))[:, None, None]
    return jax.nn.log_softmax(jnp.einsum("bhtd,bhsd->bhts", q, k) + bias)


@trained("moe", f(6, 4), f(4, 3), f(3, 4, 5))
def moe(x, gate, experts):
    p, which = lax.top_k(jax.nn.softmax(x @ gate), 2)
    return jnp.einsum("nke,nk->ne", jnp.einsum("nd,nkde->nke", x, experts[which]), p / p.sum(-1, keepdims=True))


# ---- recurrent
@trained("lstm", f(7, 16), f(5, 2, 3))
def lstm(w, xs):
    def cell(s, x):
        h, m = s
        i_, g, o, z = jnp.split(jnp.concatenate([x, h], -1) @ w, 4, -1)
        m = jax.nn.sigmoid(z + 1) * m + jax.nn.sigmoid(i_) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(m)
        return (h, m), h
    return lax.scan(cell, (jnp.zeros((2, 4)), jnp.zeros((2, 4))), xs)[1]


@trained("gru_bidirectional", f(2, 7, 12), f(5, 3))
def gru_bidirectional(w, xs):
    def cell(w, h, x):
        z, r, _ = jnp.split(jnp.concatenate([x, h]) @ w, 3)
        n = jnp.tanh((jnp.concatenate([x, jax.nn.sigmoid(r) * h]) @ w)[8:])
        z = jax.nn.sigmoid(z)
        h = (1 - z) * n + z * h
        return h, h
    return jnp.concatenate([lax.scan(functools.partial(cell, w[0]), jnp.zeros(4), xs)[1], lax.scan(functools.partial(cell, w[1]), jnp.zeros(4), xs, reverse=True)[1]], -1)


@trained("ssm", f(4), f(4, low=-0.9, high=0.9), f(9))
def ssm(u, a, x):
    pairs = (jnp.broadcast_to(a, (9, 4)), x[:, None] * u)
    return lax.associative_scan(lambda p, q: (p[0] * q[0], q[0] * p[1] + q[1]), pairs)[1].sum(-1)


@trained("gated_scan_f64", d(4, 4), d(6, 4), wide=True)
def gated(w, x):
    return lax.scan(lambda h, t: ((lambda n: (n, n.sum()))(jnp.where(t > 0, jnp.tanh(h @ w + t), h))), jnp.zeros(4), x)[1]


# ---- convolutional
def conv(x, w, stride=1, groups=1, padding="SAME", dilation=1):
    return lax.conv_general_dilated(x, w, (stride,) * 2, padding, rhs_dilation=(dilation,) * 2, dimension_numbers=("NHWC", "HWIO", "NHWC"), feature_group_count=groups)


@trained("resnet_block", f(3, 3, 4, 4), f(2, 6, 6, 4))
def resnet_block(w, x):
    return jax.nn.relu(x + norm(conv(jax.nn.relu(norm(conv(x, w), (0, 1, 2))), w), (0, 1, 2)))


@trained("mobilenet_block", f(3, 3, 1, 4), f(2, 7, 7, 4))
def mobilenet(w, x):
    y = jax.nn.relu6(conv(x, w, 2, 4))
    return y * jax.nn.sigmoid(y.mean((1, 2), keepdims=True))


@trained("unet", f(3, 3, 2, 2), f(1, 8, 8, 2))
def unet(w, x):
    down = lax.reduce_window(jax.nn.silu(conv(x, w)), -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    up = jax.image.resize(conv(down, w), (1, 8, 8, 2), "nearest")
    return conv(up + x, w) + lax.conv_transpose(down, w, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


@trained("pixel_shuffle", f(1, 3, 3, 8))
def pixel_shuffle(x):
    return x.reshape(1, 3, 3, 2, 2, 2).transpose(0, 1, 3, 2, 4, 5).reshape(1, 6, 6, 2)


@trained("group_norm", f(2, 4, 4, 6))
def group_norm(x):
    return norm(x.reshape(2, 16, 3, 2), (1, 3)).reshape(x.shape)


@trained("wavenet", f(2, 2, 4), f(1, 12, 2))
def wavenet(w, x):
    for dilation in (1, 2, 4):
        y = lax.conv_general_dilated(x, w, (1,), [(dilation, 0)], rhs_dilation=(dilation,), dimension_numbers=("NWC", "WIO", "NWC"))
        x = x + jnp.tanh(y[..., :2]) * jax.nn.sigmoid(y[..., 2:])
    return x


@trained("spectral_norm", f(4, 5), f(5))
def spectral_norm(w, v):
    for _ in range(3):
        u = w @ v
        u = u / jnp.linalg.norm(u)
        v = w.T @ u
        v = v / jnp.linalg.norm(v)
    return w / lax.stop_gradient(u @ w @ v)


@trained("depth_to_space_pool", f(2, 9, 9, 3))
def pools(x):
    window = lambda init, op: lax.reduce_window(x, init, op, (1, 3, 3, 1), (1, 2, 2, 1), "SAME")
    return window(-jnp.inf, lax.max) - window(0.0, lax.add) / window(0.0, lax.add).size + window(jnp.inf, lax.min)


# ---- graphs
@trained("gcn", f(6, 3), f(3, 4), i(9, low=0, high=6), i(9, low=0, high=6))
def gcn(x, w, source, target):
    degree = jax.ops.segment_sum(jnp.ones(9), target, 6) + 1
    return jax.nn.relu(jax.ops.segment_sum((x @ w)[source], target, 6) / degree[:, None])


@trained("gat", f(6, 3), i(9, low=0, high=6), i(9, low=0, high=6))
def gat(x, source, target):
    score = jax.nn.leaky_relu((x[source] * x[target]).sum(1))
    e = jnp.exp(score - jax.ops.segment_max(score, target, 6)[target])
    a = e / jax.ops.segment_sum(e, target, 6)[target]
    return jax.ops.segment_sum(a[:, None] * x[source], target, 6)


# ---- losses
@trained("cross_entropy", f(5, 7), i(5, low=0, high=7))
def cross_entropy(x, y):
    smooth = jax.nn.one_hot(y, 7) * 0.9 + 0.1 / 7
    return -(smooth * jax.nn.log_softmax(x)).sum(-1)


@trained("info_nce", f(5, 4), f(5, 4))
def info_nce(x, y):
    x, y = (v / jnp.linalg.norm(v, axis=1, keepdims=True) for v in (x, y))
    return -jnp.diag(jax.nn.log_softmax(x @ y.T / 0.1))


@trained("focal", f(9), b(9))
def focal(x, y):
    p = jax.nn.sigmoid(jnp.where(y, x, -x))
    return -((1 - p) ** 2) * jnp.log(p)


@trained("sinkhorn", f(4, 5))
def sinkhorn(cost):
    def step(s, _):
        g = -jax.nn.logsumexp(-cost + s[0][:, None], 0) - jnp.log(5.0)
        return (-jax.nn.logsumexp(-cost + g, 1) - jnp.log(4.0), g), None
    (u, g), _ = lax.scan(step, (jnp.zeros(4), jnp.zeros(5)), None, length=6)
    return jnp.exp(u[:, None] + g - cost)


@trained("vae", f(6, 8), f(4, 6), key(3))
def vae(w, x, k):
    mean, log = jnp.split(x @ w, 2, -1)
    z = mean + jnp.exp(0.5 * log) * jax.random.normal(k, mean.shape)
    kl = -0.5 * (1 + log - mean**2 - jnp.exp(log)).sum(-1)
    return jnp.square(jax.nn.sigmoid(z @ w[:4, :6]) - x).sum(-1) + kl


@trained("ddpm", f(4, 4), f(3, 4), i(3, low=0, high=10), key(5))
def ddpm(w, x, t, k):
    alpha = jnp.cumprod(1 - jnp.linspace(1e-2, 0.2, 10))[t][:, None]
    noise = jax.random.normal(k, x.shape)
    return jnp.tanh((jnp.sqrt(alpha) * x + jnp.sqrt(1 - alpha) * noise) @ w) - noise


@program("ddim_sample", f(4, 4), key(6))
def ddim(w, k):
    alpha = jnp.cumprod(1 - jnp.linspace(1e-2, 0.2, 10))
    def step(n, x):
        t = 9 - n
        e = jnp.tanh(x @ w)
        clean = (x - jnp.sqrt(1 - alpha[t]) * e) / jnp.sqrt(alpha[t])
        last = jnp.where(t > 0, alpha[t - 1], 1.0)
        return jnp.sqrt(last) * jnp.clip(clean, -3, 3) + jnp.sqrt(1 - last) * e
    return lax.fori_loop(0, 10, step, jax.random.normal(k, (2, 4)))


@trained("nerf", f(6, 4), f(5))
def nerf(w, t):
    bands = jnp.concatenate([jnp.sin(2.0 ** jnp.arange(3) * t[:, None]), jnp.cos(2.0 ** jnp.arange(3) * t[:, None])], -1)
    out = bands @ w
    opacity = 1 - jnp.exp(-jax.nn.softplus(out[:, 3]))
    through = jnp.cumprod(jnp.concatenate([jnp.ones(1), 1 - opacity[:-1] + 1e-6]))
    return (opacity * through) @ jax.nn.sigmoid(out[:, :3])


@trained("ppo", f(6), f(6), f(6))
def ppo(new, old, advantage):
    ratio = jnp.exp(new - old)
    return -jnp.minimum(ratio * advantage, jnp.clip(ratio, 0.8, 1.2) * advantage)


@program("gae", f(9), f(10), b(9))
def gae(reward, value, done):
    delta = reward + 0.99 * value[1:] * ~done - value[:-1]
    return lax.scan(lambda s, x: ((x[0] + 0.9 * s * ~x[1],) * 2), 0.0, (delta, done), reverse=True)[1]


@trained("ctc", f(7, 4), i(3, low=1, high=4))
def ctc(logits, labels):
    p = jax.nn.log_softmax(logits)
    path = jnp.zeros(7, jnp.int32).at[1::2].set(labels)
    skip = jnp.concatenate([jnp.zeros(2, bool), (path[2:] != path[:-2]) & (path[2:] != 0)])
    def step(a, q):
        one = jnp.concatenate([jnp.full(1, -1e9), a[:-1]])
        two = jnp.where(skip, jnp.concatenate([jnp.full(2, -1e9), a[:-2]]), -1e9)
        return jax.nn.logsumexp(jnp.stack([a, one, two]), 0) + q[path], None
    a, _ = lax.scan(step, jnp.where(jnp.arange(7) < 2, p[0][path], -1e9), p[1:])
    return -jnp.logaddexp(a[-1], a[-2])


# ---- optimisers
def quadratic(p, x):
    return jnp.mean((jnp.tanh(x @ p["w"]) + p["b"]) ** 2)


def trainer(name, update, state):
    def run(w, b_, x):
        p = {"w": w, "b": b_}
        def step(carry, _):
            p, s, t = carry
            g = jax.grad(quadratic)(p, x)
            p, s = update(p, g, s, t)
            return (p, s, t + 1), quadratic(p, x)
        return lax.scan(step, (p, jax.tree.map(state, p), 1), None, length=5)
    case(f"zoo.optim.{name}", run, f(4, 3), f(3), f(6, 4), loose=300)


zeros = lambda n: lambda v: (jnp.zeros_like(v),) * n
pick = lambda tree, k: jax.tree.map(lambda v: v[k], tree, is_leaf=lambda v: isinstance(v, tuple))


def leafwise(rule):
    def update(p, g, s, t):
        both = jax.tree.map(lambda a, e, q: rule(a, e, q, t), p, g, s, is_leaf=lambda v: isinstance(v, tuple))
        return pick(both, 0), pick(both, 1)
    return update


trainer("adamw", leafwise(lambda p, g, s, t: (lambda m, v: (p * (1 - 1e-3) - 0.1 * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), (m, v)))(0.9 * s[0] + 0.1 * g, 0.999 * s[1] + 0.001 * g * g)), zeros(2))
trainer("lion", leafwise(lambda p, g, s, t: (p - 0.01 * jnp.sign(0.9 * s[0] + 0.1 * g), (0.99 * s[0] + 0.01 * g,))), zeros(1))
trainer("adadelta", leafwise(lambda p, g, s, t: (lambda v: (lambda u: (p - u, (v, 0.9 * s[1] + 0.1 * u * u)))(jnp.sqrt((s[1] + 1e-6) / (v + 1e-6)) * g))(0.9 * s[0] + 0.1 * g * g)), zeros(2))
trainer("nadam", leafwise(lambda p, g, s, t: (lambda m, v: (p - 0.1 * (0.9 * m + 0.1 * g) / (1 - 0.9 ** (t + 1)) / (jnp.sqrt(v) + 1e-8), (m, v)))(0.9 * s[0] + 0.1 * g, 0.99 * s[1] + 0.01 * g * g)), zeros(2))
trainer("radam", leafwise(lambda p, g, s, t: (lambda m, v, r: (p - 0.1 * jnp.where(r > 4, m * jnp.sqrt(jnp.abs(r - 4) / (jnp.sqrt(v) + 1e-8)), m), (m, v)))(0.9 * s[0] + 0.1 * g, 0.99 * s[1] + 0.01 * g * g, 199 - 2 * t * 0.99**t / (1 - 0.99**t))), zeros(2))
trainer("lamb", leafwise(lambda p, g, s, t: (lambda m: (lambda u: (p - 0.1 * jnp.where(jnp.linalg.norm(p) > 0, jnp.linalg.norm(p) / (jnp.linalg.norm(u) + 1e-6), 1.0) * u, (m,)))(m / (jnp.abs(m) + 1e-3)))(0.9 * s[0] + 0.1 * g)), zeros(1))
trainer("momentum_clipped", lambda p, g, s, t: (lambda size: (lambda s2: (jax.tree.map(lambda a, e: a - 0.1 * (0.5 * (1 + jnp.cos(jnp.pi * t / 5))) * e[0], p, s2, is_leaf=lambda v: isinstance(v, tuple)), s2))(jax.tree.map(lambda e, q: (0.9 * q[0] + e * jnp.minimum(1.0, 0.1 / size),), g, s, is_leaf=lambda v: isinstance(v, tuple))))(jnp.sqrt(sum(jnp.sum(v**2) for v in jax.tree.leaves(g)))), zeros(1))


@program("loss_scaling", f(4, 4), f(3, 4))
def loss_scaling(w, x):
    def step(carry, _):
        w, scale = carry
        g = jax.grad(lambda v: jnp.mean(jnp.square((x.astype(jnp.float16) @ v.astype(jnp.float16)).astype(jnp.float32))) * scale)(w) / scale
        fine = jnp.all(jnp.isfinite(g))
        return (jnp.where(fine, w - 0.1 * g, w), lax.cond(fine, lambda s: s * 2, lambda s: s / 2, scale)), fine
    return lax.scan(step, (w, 2.0**14), None, length=4)


@program("lbfgs", f(5), f(3, 5), f(3, 5))
def lbfgs(g, s, y):
    rho = 1 / (jnp.sum(s * y, 1) ** 2 + 1)
    q, alphas = lax.scan(lambda q, v: ((lambda a: (q - a * v[1], a))(v[2] * (v[0] @ q))), g, (s, y, rho), reverse=True)
    return lax.scan(lambda r, v: (r + v[0] * (v[3] - v[2] * (v[1] @ r)), None), q, (s, y, rho, alphas))[0]


@program("line_search", f(5), f(5))
def line_search(x, p):
    loss = lambda v: jnp.sum(v**4 - v**2)
    return lax.while_loop(lambda t: loss(x + t * p) > loss(x) + 1e-4 * t * jnp.abs(jax.grad(loss)(x) @ p), lambda t: t * 0.5, 1.0)


@program("maml", f(4, 2), f(5, 4), f(5, 2))
def maml(w, x, y):
    loss = lambda v: jnp.mean((jnp.tanh(x @ v) - y) ** 2)
    return jax.grad(lambda v: loss(v - 0.1 * jax.grad(lambda u: loss(u - 0.1 * jax.grad(loss)(u)))(v)))(w)


@program("straight_through", f(9))
def straight_through(x):
    @jax.custom_vjp
    def quantize(v):
        return jnp.round(v * 4) / 4
    quantize.defvjp(lambda v: (quantize(v), jnp.abs(v) < 1), lambda mask, g: (g * mask,))
    return jax.value_and_grad(lambda v: jnp.sum(quantize(v) ** 2))(x)


# ---- simulations and dynamic programming
@program("kalman", f(3, 3), f(8, 3))
def kalman(a, zs):
    a = a * 0.3
    def step(s, z):
        x, p = a @ s[0], a @ s[1] @ a.T + 0.1 * jnp.eye(3)
        gain = jnp.linalg.solve(p + jnp.eye(3), p).T
        return ((x + gain @ (z - x), (jnp.eye(3) - gain) @ p),) * 2
    return lax.scan(step, (jnp.zeros(3), jnp.eye(3)), zs)[1][0]


@program("particle_filter", key(1), f(6))
def particles(k, zs):
    def step(s, z):
        x, k = s
        k, k1, k2 = jax.random.split(k, 3)
        x = x + jax.random.normal(k1, x.shape)
        x = x[jax.random.categorical(k2, -((x - z) ** 2), shape=(16,))]
        return (x, k), x.mean()
    return lax.scan(step, (jnp.zeros(16), k), zs)[1]


@program("hmc", key(2), f(3), loose=2000)
def hmc(k, x):
    energy = lambda v: jnp.sum(v**2) / 2 + jnp.sum(jnp.cos(v))
    def step(x, k):
        k1, k2 = jax.random.split(k)
        p0 = jax.random.normal(k1, x.shape)
        leap = lambda _, s: (lambda h: (lambda y: (y, h - 0.05 * jax.grad(energy)(y)))(s[0] + 0.1 * h))(s[1] - 0.05 * jax.grad(energy)(s[0]))
        y, p = lax.fori_loop(0, 4, leap, (x, p0))
        accept = jnp.log(jax.random.uniform(k2)) < energy(x) + p0 @ p0 / 2 - energy(y) - p @ p / 2
        x = jnp.where(accept, y, x)
        return x, (x, accept)
    return lax.scan(step, x, jax.random.split(k, 6))[1]


@program("viterbi", f(4, 4), f(7, 4))
def viterbi(transition, emission):
    def forward(s, e):
        scores = s[:, None] + transition
        return scores.max(0) + e, scores.argmax(0)
    s, back = lax.scan(forward, emission[0], emission[1:])
    last, path = lax.scan(lambda at, arrow: (arrow[at], at), s.argmax(), back, reverse=True)
    return s.max(), jnp.concatenate([last[None], path])


@trained("crf", f(4, 4), f(7, 4))
def crf(transition, emission):
    return lax.scan(lambda s, e: (jax.nn.logsumexp(s[:, None] + transition, 0) + e, None), emission[0], emission[1:])[0]


@trained("soft_dtw", f(5, 6))
def soft_dtw(cost):
    big = 1e6
    def row(above, x):
        def cell(left, v):
            corner, up, here = v
            r = here - jax.nn.logsumexp(-jnp.stack([left, up, corner]))
            return r, r
        return (lambda r: (r, r))(jnp.concatenate([jnp.full(1, big), lax.scan(cell, big, (above[:-1], above[1:], x))[1]]))
    return lax.scan(row, jnp.concatenate([jnp.zeros(1), jnp.full(6, big)]), cost)[0][-1]


@program("edit_distance", i(6, low=0, high=3), i(7, low=0, high=3))
def edit_distance(x, y):
    def row(above, v):
        a, k = v
        body = lambda left, w: (lambda r: (r, r))(jnp.minimum(jnp.minimum(left, w[1]) + 1, w[0] + (w[2] != a)))
        return (lambda r: (r, None))(jnp.concatenate([k[None], lax.scan(body, k, (above[:-1], above[1:], y))[1]]))
    return lax.scan(row, jnp.arange(8), (x, jnp.arange(1, 7)))[0][-1]


@program("knapsack", i(6, low=1, high=5), i(6, low=1, high=9))
def knapsack(weight, value):
    place = jnp.arange(16)
    return lax.fori_loop(0, 6, lambda n, best: jnp.maximum(best, jnp.where(place >= weight[n], best[place - weight[n]] + value[n], 0)), jnp.zeros(16, jnp.int32))


@program("beam_search", f(5, 6), key(3))
def beam_search(w, k):
    def step(s, t):
        scores, tokens, h = s
        logits = scores[:, None] + jax.nn.log_softmax(jnp.tanh(h) @ w)
        top, at = lax.top_k(logits.reshape(-1), 3)
        return (top, tokens[at // 6].at[:, t].set(at % 6), jnp.sin(h[at // 6] + (at % 6)[:, None])), top
    return lax.scan(step, (jnp.array([0.0, -1e9, -1e9]), jnp.zeros((3, 4), jnp.int32), jax.random.normal(k, (3, 5))), jnp.arange(4))


@program("kmeans", f(20, 2))
def kmeans(x):
    def step(_, m):
        near = jnp.argmin(((x[:, None] - m) ** 2).sum(-1), 1)
        n = jnp.zeros(3).at[near].add(1.0)
        return jnp.zeros((3, 2)).at[near].add(x) / jnp.maximum(n, 1)[:, None]
    return lax.fori_loop(0, 5, step, x[:3])


@program("nms", f(8, 2, low=0, high=4), positive(8))
def nms(corner, score):
    boxes = jnp.concatenate([corner, corner + 1.5], 1)[jnp.argsort(-score)]
    low, high = jnp.maximum(boxes[:, None, :2], boxes[:, :2]), jnp.minimum(boxes[:, None, 2:], boxes[:, 2:])
    inter = jnp.prod(jnp.clip(high - low, 0), -1)
    overlap = inter / (2 * 1.5**2 - inter) > 0.3
    return lax.fori_loop(0, 8, lambda n, keep: keep & ~(overlap[n] & keep[n] & (jnp.arange(8) > n)), jnp.ones(8, bool))


@program("sieve")
def sieve():
    return lax.fori_loop(2, 8, lambda n, p: jnp.where((jnp.arange(50) % n == 0) & (jnp.arange(50) > n), False, p), jnp.ones(50, bool).at[:2].set(False))


@program("life", b(9, 9))
def life(x):
    def step(x, _):
        n = sum(jnp.roll(x.astype(jnp.int32), (p, q), (0, 1)) for p in (-1, 0, 1) for q in (-1, 0, 1) if p or q)
        return (n == 3) | (x & (n == 2)), n.sum()
    return lax.scan(step, x, None, length=5)


@program("ising", key(8))
def ising(k):
    def step(s, k):
        field = sum(jnp.roll(s, p, q) for p in (-1, 1) for q in (0, 1))
        flip = jax.random.uniform(k, s.shape) < jnp.exp(-0.8 * s * field)
        even = (jnp.arange(8)[:, None] + jnp.arange(8)) % 2 == 0
        return jnp.where(flip & even, -s, s), s.mean()
    return lax.scan(step, jnp.ones((8, 8)), jax.random.split(k, 5))


@program("nbody", d(5, 3), d(5, 3), wide=True, loose=1000)
def nbody(x, v):
    def force(x):
        r = x[None] - x[:, None]
        return (r / (jnp.sum(r * r, -1, keepdims=True) + 0.1) ** 1.5).sum(1)
    return lax.fori_loop(0, 10, lambda _, s: (lambda h: (lambda y: (y, h + 0.005 * force(y)))(s[0] + 0.01 * h))(s[1] + 0.005 * force(s[0])), (x, v))


@program("rk4_adaptive", d(2), wide=True, loose=1000)
def rk4(y):
    rhs = lambda s: jnp.stack([s[1], (1 - s[0] ** 2) * s[1] - s[0]])
    def rk(s, h):
        k1 = rhs(s)
        k2 = rhs(s + h / 2 * k1)
        k3 = rhs(s + h / 2 * k2)
        return s + h / 6 * (k1 + 2 * k2 + 2 * k3 + rhs(s + h * k3))
    def body(c):
        s, t, h = c
        fine = rk(rk(s, h / 2), h / 2)
        error = jnp.max(jnp.abs(fine - rk(s, h)))
        ok = error < 1e-5
        return jnp.where(ok, fine, s), jnp.where(ok, t + h, t), jnp.where(ok, h * 1.3, h * 0.6)
    return lax.while_loop(lambda c: c[1] < 1.0, body, (y, 0.0, 0.3))


@program("heat", f(12, 12))
def heat(u):
    return lax.fori_loop(0, 8, lambda _, u: u.at[1:-1, 1:-1].add(0.2 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1])), u)


@program("gaussian_process", f(6, 2), f(6), f(4, 2), loose=2000)
def gaussian_process(x, y, q):
    kernel = lambda u, v: jnp.exp(-jnp.sum((u[:, None] - v) ** 2, -1))
    l = jnp.linalg.cholesky(kernel(x, x) + 0.1 * jnp.eye(6))
    a = jax.scipy.linalg.cho_solve((l, True), y)
    v = jax.scipy.linalg.solve_triangular(l, kernel(x, q), lower=True)
    return kernel(q, x) @ a, kernel(q, q) - v.T @ v, jnp.log(jnp.diag(l)).sum()


# ---- images, signals, bits
@program("sobel", f(8, 9))
def sobel(x):
    k = jnp.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    g = [lax.conv_general_dilated(x[None, None], v[None, None], (1, 1), "SAME")[0, 0] for v in (k, k.T)]
    return jnp.hypot(*g), jnp.arctan2(*g)


@program("median_filter", f(7, 8))
def median_filter(x):
    p = jnp.pad(x, 1, mode="reflect")
    return jnp.median(jnp.stack([p[r:r + 7, s:s + 8] for r in range(3) for s in range(3)]), 0)


@program("warp", f(6, 7), f(2, 6, 7))
def warp(x, flow):
    r, s = jnp.meshgrid(jnp.arange(6.0), jnp.arange(7.0), indexing="ij")
    return jax.scipy.ndimage.map_coordinates(x, [r + flow[0], s + flow[1]], order=1, mode="nearest")


@program("equalize", i(6, 7, low=0, high=16))
def equalize(x):
    cdf = jnp.cumsum(jnp.bincount(x.ravel(), length=16))
    return ((cdf[x] - cdf.min()) * 15 // (x.size - cdf.min())).astype(jnp.uint8)


@program("integral_image", f(6, 7))
def integral_image(x):
    s = jnp.pad(jnp.cumsum(jnp.cumsum(x, 0), 1), ((1, 0), (1, 0)))
    return s[3:, 3:] - s[:-3, 3:] - s[3:, :-3] + s[:-3, :-3]


@program("haar", f(16))
def haar(x):
    out = []
    while x.size > 1:
        x, detail = (x[::2] + x[1::2]) / jnp.sqrt(2.0), (x[::2] - x[1::2]) / jnp.sqrt(2.0)
        out.append(detail)
    return out + [x]


@program("fft_filter", f(32))
def fft_filter(x):
    return jnp.fft.irfft(jnp.fft.rfft(x) * (jnp.arange(17) < 5), 32), jnp.angle(jnp.fft.fft(x))[1:4]


@program("int8_linear", f(4, 6), f(6, 3))
def int8_linear(x, w):
    sx, sw = jnp.abs(x).max(1, keepdims=True) / 127, jnp.abs(w).max(0, keepdims=True) / 127
    q = lambda v, s: jnp.clip(jnp.round(v / s), -128, 127).astype(jnp.int8)
    return lax.dot(q(x, sx), q(w, sw), preferred_element_type=jnp.int32) * sx * sw


@program("crc", i(20, low=0, high=256, dtype=np.uint8))
def crc(data):
    def byte(s, v):
        return lax.fori_loop(0, 8, lambda _, t: jnp.where(t & 1, (t >> 1) ^ jnp.uint32(0xEDB88320), t >> 1), s ^ v.astype(jnp.uint32)), None
    return ~lax.scan(byte, jnp.uint32(0xFFFFFFFF), data)[0]


@program("bits", i(6, low=0, high=2**31, dtype=np.uint32))
def bits(x):
    reverse = functools.reduce(lambda v, m: ((v >> m[0]) & m[1]) | ((v & m[1]) << m[0]), [(jnp.uint32(1), jnp.uint32(0x55555555)), (jnp.uint32(2), jnp.uint32(0x33333333)), (jnp.uint32(4), jnp.uint32(0x0F0F0F0F))], x)
    return reverse, lax.population_count(x), lax.clz(x), (x[:, None] >> jnp.arange(32, dtype=jnp.uint32)) & 1


@program("radix_sort", i(12, low=0, high=99))
def radix_sort(x):
    def by(n, x):
        bit = (x >> n) & 1
        order = jnp.where(bit == 0, jnp.cumsum(1 - bit) - 1, jnp.sum(1 - bit) + jnp.cumsum(bit) - 1)
        return jnp.zeros_like(x).at[order].set(x)
    return lax.fori_loop(0, 7, by, x)


@program("string_search", i(30, low=0, high=3), i(3, low=0, high=3))
def string_search(text, word):
    hit = jnp.all(text[jnp.arange(28)[:, None] + jnp.arange(3)] == word, 1)
    return jnp.argmax(hit), hit.sum(), jnp.nonzero(hit, size=6, fill_value=-1)[0]


# ---- empty batches of models
for name, function, shapes in (("lstm", lstm, ((7, 16), (0, 2, 3))), ("resnet_block", resnet_block, ((3, 3, 4, 4), (0, 6, 6, 4))), ("cross_entropy", lambda x: cross_entropy(x, jnp.zeros(0, jnp.int32)), ((0, 7),)), ("moe", moe, ((0, 4), (4, 3), (3, 4, 5)))):
    case(f"zoo.empty.{name}", lambda *x, g=function: jax.value_and_grad(lambda *v: g(*v).sum())(*x), *[f(*s) for s in shapes], loose=60)
for dtype in ("bfloat16", "float16"):
    h = jnp.dtype(dtype).type
    case(f"zoo.{dtype}.attention", jax.value_and_grad(lambda q, k, v: sliding_window(q, k, v).astype(jnp.float32).sum()), *[f(7, 8, dtype=h)] * 3, loose=2**14)
    case(f"zoo.{dtype}.resnet", jax.value_and_grad(lambda w, x: resnet_block(w, x).astype(jnp.float32).mean()), f(3, 3, 4, 4, dtype=h), f(2, 6, 6, 4, dtype=h), loose=300)
    case(f"zoo.{dtype}.gcn", lambda x, w: gcn(x, w, jnp.array([0, 1, 2, 3, 4, 5, 0, 1, 2]), jnp.array([1, 1, 3, 3, 5, 5, 0, 2, 4])), f(6, 3, dtype=h), f(3, 4, dtype=h), loose=60)
