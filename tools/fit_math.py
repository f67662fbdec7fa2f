#!/usr/bin/env python3
"""Fits the polynomials of ir/expand_*.c: near minimax, in 120 digits, then rounded to f32 or f64 one
coefficient at a time, lowest power first, each time fitting the remaining ones again.   pip install mpmath"""
import functools
import struct
import sys

import mpmath as mp

mp.mp.dps = 120


def round_to(c, bits):
    return mp.mpf(struct.unpack("f", struct.pack("f", float(c)))[0] if bits == 32 else float(c))


def least_squares(g, w, low, n, a, b):
    """Coefficients c of sum c[i] x^(low + i), i < n, that fit g at Chebyshev's points of [a, b] with weight w: within
    a small factor of the minimax polynomial, and it cannot fail to converge."""
    count = 8 * (n + 4)
    xs = [(a + b) / 2 + (b - a) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    m, rhs = mp.matrix(n, n), mp.matrix(n, 1)
    for x in xs:
        row, value = [w(x) * x ** (low + i) for i in range(n)], w(x) * g(x)
        for i in range(n):
            rhs[i] += row[i] * value
            for k in range(n):
                m[i, k] += row[i] * row[k]
    return list(mp.lu_solve(m, rhs))


def fit(name, g, w, n, a, b, bits):
    """g by a polynomial of n coefficients, rounded; w weighs the error (relative to the function it ends up in)."""
    a, b = mp.mpf(a), mp.mpf(b)
    g, w = functools.cache(g), functools.cache(w)
    done = []
    for low in range(n):
        rest = lambda x: g(x) - sum(c * x**i for i, c in enumerate(done))
        done.append(round_to(least_squares(rest, w, low, n - low, a, b)[0], bits))
    grid = [a + (b - a) * i / 2000 for i in range(2001)]
    worst = max(abs(w(x) * (sum(c * x**i for i, c in enumerate(done)) - g(x))) for x in grid)
    print(f"{name} f{bits}: error 2^{float(mp.log(worst, 2)):.1f}")
    print("  " + ", ".join(repr(float(c)) for c in reversed(done)))


def series(term):
    return lambda x: sum(term(i) * x**i for i in range(40))


HALF_LN2 = mp.log(2) / 2 * mp.mpf("1.0005")
ROOT = mp.sqrt(2)
QUARTER_PI_SQUARED = (mp.pi / 4 * mp.mpf("1.001")) ** 2
exp_tail = series(lambda i: 1 / mp.factorial(i + 2))  # (exp(r) - 1 - r) / r^2
log_tail = series(lambda i: mp.mpf((-1) ** i) / (i + 3))  # (log(1 + f) - f + f^2 / 2) / f^3


def log_rest(f):
    return log_tail(f) if abs(f) < mp.mpf("0.05") else (mp.log(1 + f) - f + f * f / 2) / f**3


def log_weight(f):
    return f * f if abs(f) < mp.mpf("1e-6") else f**3 / mp.log(1 + f)


def divided(f, zero=None):
    """f(x) without 0 / 0 in it: at 0 the value beside it."""
    return lambda x: f(x if x else mp.mpf("1e-30"))


def erfcx(x):
    return mp.exp(x * x) * mp.erfc(x)


ERFC_CENTRE = 4
def erfcx_scaled(t):  # (1 + 2 x) erfcx(x) of x with t = (x - c) / (x + c); the tail beyond 30 by its limit
    x = ERFC_CENTRE * (1 + t) / (1 - t)
    return (1 + 2 * x) * erfcx(x)


def lgamma_rest(w):  # (log gamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) x, x = 1 / sqrt(w)
    if w < mp.mpf("1e-4"):
        return sum(mp.bernoulli(2 * i) / (2 * i * (2 * i - 1)) * w ** (i - 1) for i in range(1, 14))
    x = 1 / mp.sqrt(w)
    return (mp.loggamma(x) - (x - mp.mpf(1) / 2) * mp.log(x) + x - mp.log(2 * mp.pi) / 2) * x


def digamma_rest(w):  # (log(x) - 1 / (2 x) - digamma(x)) x^2
    if w < mp.mpf("1e-4"):
        return sum(mp.bernoulli(2 * i) / (2 * i) * w ** (i - 1) for i in range(1, 14))
    x = 1 / mp.sqrt(w)
    return (mp.log(x) - 1 / (2 * x) - mp.digamma(x)) * x * x


def bessel_far(order):  # exp(-x) I(x) sqrt(x), x = 1 / u
    def f(u):
        if u < mp.mpf("0.004"):
            return mp.hyp2f0(order + mp.mpf(1) / 2, mp.mpf(1) / 2 - order, u / 2) / mp.sqrt(2 * mp.pi)
        return mp.exp(-1 / u) * mp.besseli(order, 1 / u) / mp.sqrt(u)
    return f


one = lambda x: mp.mpf(1)
def inverse(g):
    return lambda x: 1 / abs(g(x))


def relative(name, g, n, a, b, bits=64):
    fit(name, g, inverse(functools.cache(g)), n, a, b, bits)


TAN_EIGHTH = mp.sqrt(2) - 1

ALL = {
    # exp(r) = 1 + r (1 + r q(r))
    "exp": lambda: [fit("exp", exp_tail, lambda r: r * r / mp.exp(r), n, -HALF_LN2, HALF_LN2, bits)
                    for n, bits in ((5, 32), (11, 64))],
    # expm1(r) = r + r^2 q(r)
    "expm1": lambda: [fit("expm1", exp_tail, lambda r: r * r / abs(mp.expm1(r)) if r else mp.mpf(0), n, -HALF_LN2, HALF_LN2, bits)
                      for n, bits in ((5, 32), (11, 64))],
    # log(1 + f) = f - f^2 / 2 + f^3 q(f)
    "log": lambda: [fit("log", log_rest, log_weight, 8, 1 / ROOT - 1, ROOT - 1, 32)],
    # log((1 + s) / (1 - s)) = 2 s + s z q(z), z = s^2
    "atanh": lambda: [fit("atanh", series(lambda i: mp.mpf(2) / (2 * i + 3)), lambda z: z / (2 + z),
                          n, 0, (mp.mpf("0.17165")) ** 2, 64) for n in (4, 7)],
    # the same without its first two terms, for pow: 2 s + 2/3 s^3 + s^5 q(z)
    "atanh5": lambda: [fit("atanh5", series(lambda i: mp.mpf(2) / (2 * i + 5)), lambda z: z * z / 2,
                           8, 0, (mp.mpf("0.17165")) ** 2, 64)],
    # sin(r) = r + r^3 q(r^2);  cos(r) = 1 - r^2 / 2 + r^4 q(r^2)
    "sin": lambda: [fit("sin", series(lambda i: mp.mpf((-1) ** (i + 1)) / mp.factorial(2 * i + 3)), lambda z: z,
                        n, 0, QUARTER_PI_SQUARED, bits) for n, bits in ((3, 32), (6, 64))],
    "cos": lambda: [fit("cos", series(lambda i: mp.mpf((-1) ** i) / mp.factorial(2 * i + 4)), lambda z: z * z * mp.mpf("1.4"),
                        n, 0, QUARTER_PI_SQUARED, bits) for n, bits in ((3, 32), (6, 64))],
    # erf(x) = x + x q(x^2) near 0, 1 - exp(q(x)) beyond;  erfc(x) = exp(-x^2) q(t) / (1 + 2 x)
    "erf": lambda: [fit("erf", divided(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1), lambda z: mp.mpf(1), n, 0, 1, bits) for n, bits in ((8, 32), (13, 64))],
    "erfc": lambda: [fit("erfc", lambda x: mp.log(mp.erfc(x)), lambda x: mp.erfc(x), n, 1, "3.95", 32) for n in (7,)],
    "erfcx": lambda: [relative("erfcx", erfcx_scaled, n, (mp.mpf(1) / 2 - 4) / (mp.mpf(1) / 2 + 4), (mp.mpf(28) - 4) / 32) for n in (24,)],
    # sinh(x) = x + x^3 q(x^2)
    "sinh": lambda: [fit("sinh", series(lambda i: 1 / mp.factorial(2 * i + 3)), lambda z: z, 8, 0, 1, 64)],
    # asin(x) = x + x^3 q(x^2);  atan likewise
    "asin": lambda: [fit("asin", divided(lambda z: (mp.asin(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3), lambda z: z, n, 0, mp.mpf(1) / 4, 64) for n in (12,)],
    "atan": lambda: [fit("atan", divided(lambda z: (mp.atan(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3), lambda z: z, n, 0, TAN_EIGHTH**2, 64) for n in (11,)],
    # cube root of m: a start
    "cbrt": lambda: [relative("cbrt", lambda m: mp.cbrt(m), 5, 1 / ROOT, ROOT)],
    # log gamma(2 + t) = t q(t);  beyond 3: Stirling's formula + q(1 / x^2) / x
    "lgamma": lambda: [relative("lgamma", divided(lambda t: mp.loggamma(2 + t) / t), n, mp.mpf(-1) / 2, 1) for n in (22,)],
    "stirling": lambda: [fit("stirling", lgamma_rest, one, n, 0, mp.mpf(1) / 64, 64) for n in (7,)],
    "digamma": lambda: [relative("digamma", lambda t: mp.digamma(mp.mpf(5) / 2 + t), n, mp.mpf(-1) / 2, mp.mpf(1) / 2) for n in (18,)],
    "digamma_far": lambda: [fit("digamma_far", digamma_rest, one, n, 0, mp.mpf(1) / 9, 64) for n in (13,)],
    # sin(pi x) / pi = x + x^3 q(x^2)
    "sin_pi": lambda: [fit("sin_pi", divided(lambda z: (mp.sinpi(mp.sqrt(z)) / mp.pi / mp.sqrt(z) - 1) / z), lambda z: z * mp.mpf("1.6"), n, 0, mp.mpf(1) / 4, 64) for n in (8, 9)],
    # pi cot(pi x) = 1 / x - x q(x^2)
    "cot": lambda: [fit("cot", divided(lambda z: (1 - mp.pi * mp.sqrt(z) * mp.cot(mp.pi * mp.sqrt(z))) / z), lambda z: mp.sqrt(z), n, 0, mp.mpf(1) / 4, 64) for n in (15,)],
    # I0(x) = q(x^2), I1(x) = x q(x^2);  sqrt(x) exp(-x) I(x) = q(1 / x)
    "i0": lambda: [relative("i0", lambda z: mp.besseli(0, mp.sqrt(z)), n, 0, 144) for n in (21, 23)],
    "i1": lambda: [relative("i1", divided(lambda z: mp.besseli(1, mp.sqrt(z)) / mp.sqrt(z)), n, 0, 144) for n in (21, 23)],
    "i0_far": lambda: [relative("i0_far", bessel_far(0), n, 0, mp.mpf(1) / 12) for n in (15, 16)],
    "i1_far": lambda: [relative("i1_far", bessel_far(1), n, 0, mp.mpf(1) / 12) for n in (15, 16)],
}

for name in sys.argv[1:] or ALL:
    ALL[name]()
