"""Writes the reference values of this folder; see README.md."""
import os
import random

import numpy as np
from mpmath import mp, mpf
import mpmath as m
from scipy.stats import qmc, multivariate_normal

mp.dps = 50
here = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(20241)
rows = []


def add(name, args, value):
    rows.append((name, " ".join(repr(float(a)) for a in args), m.nstr(value, 20)))


for _ in range(60):
    x = rng.uniform(-700, 700)
    add("exp", [x], m.exp(mpf(x)))
    x = 10 ** rng.uniform(-300, 300)
    add("log", [x], m.log(mpf(x)))
    x = 1 + rng.uniform(-0.3, 0.5) * 10 ** rng.uniform(-8, 0)
    add("log", [x], m.log(mpf(x)))
    x = rng.choice([-1, 1]) * 10 ** rng.uniform(-12, -0.1)
    add("log1p", [x], m.log1p(mpf(x)))
    add("expm1", [x], m.expm1(mpf(x)))
    x = 10 ** rng.uniform(-3, 3)
    add("logGamma", [x], m.loggamma(mpf(x)))
    x = rng.uniform(-37, 8)
    add("normalCumulative", [x], m.ncdf(mpf(x)))
    a, x = 10 ** rng.uniform(-1, 2.5), None
    x = a * rng.uniform(0.1, 2.5)
    add("gammaP", [a, x], m.gammainc(mpf(a), 0, mpf(x), regularized=True))
    add("gammaQ", [a, x], m.gammainc(mpf(a), mpf(x), m.inf, regularized=True))
    a, b, x = 10 ** rng.uniform(-1, 2.5), 10 ** rng.uniform(-1, 2.5), rng.uniform(0.01, 0.99)
    add("betaI", [a, b, x], m.betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True))
    nu, t = rng.uniform(0.7, 60), rng.uniform(-8, 8)
    tail = m.betainc(mpf(nu) / 2, mpf(1) / 2, 0, mpf(nu) / (mpf(nu) + mpf(t) ** 2), regularized=True) / 2
    add("studentCumulative", [nu, t], tail if t < 0 else 1 - tail)
with open(os.path.join(here, "special.csv"), "w") as f:
    f.write("function,arguments,value\n")
    for name, args, value in rows:
        f.write(f"{name},{args},{value}\n")

points = qmc.Sobol(64, scramble=False, bits=52).random(64)
with open(os.path.join(here, "sobol.csv"), "w") as f:
    for i in (1, 2, 3, 10, 31, 63):
        f.write(",".join([str(i)] + [repr(float(v)) for v in points[i]]) + "\n")

g = np.random.Philox(counter=np.array([41, 3, 5, 7], dtype=np.uint64), key=np.array([11, 13], dtype=np.uint64))
with open(os.path.join(here, "philox.csv"), "w") as f:
    # numpy increments the counter before it computes a block: the first block belongs to counter 42
    f.write(",".join(str(int(v)) for v in g.random_raw(8)) + "\n")

c = np.array([[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]])
print(multivariate_normal(cov=c, allow_singular=True).cdf([2.0, 1.5, 1.0], lower_limit=[-2.0, -1.5, -1.0]))
