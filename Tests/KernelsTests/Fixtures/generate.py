#!/usr/bin/env python3
"""Writes elementary.csv: exp, log, log2, log10 and pow in 50-digit arithmetic, as function,arguments,value.

Arguments are doubles in full precision; values have 20 digits. Needs mpmath (1.3.0 was used).
"""
import os
import random

import mpmath as m

m.mp.dps = 50
rng = random.Random(512)
rows = []


def add(name, arguments, value):
    rows.append(f"{name},{' '.join(repr(float(x)) for x in arguments)},{m.nstr(value, 20)}")


for _ in range(120):
    x = rng.uniform(-700, 700)
    add("exp", [x], m.exp(m.mpf(x)))
    x = rng.uniform(-1, 1) * 10 ** rng.uniform(-9, 0)
    add("exp", [x], m.exp(m.mpf(x)))
    x = 10 ** rng.uniform(-300, 300)
    for name, base in (("log", None), ("log2", 2), ("log10", 10)):
        add(name, [x], m.log(m.mpf(x)) if base is None else m.log(m.mpf(x)) / m.log(base))
    # near 1, where a logarithm loses everything that is not done with care
    x = 1 + rng.choice([-0.4, 0.5]) * 10 ** rng.uniform(-12, 0)
    for name, base in (("log", None), ("log2", 2), ("log10", 10)):
        add(name, [x], m.log(m.mpf(x)) if base is None else m.log(m.mpf(x)) / m.log(base))
    x, y = 10 ** rng.uniform(-20, 20), rng.uniform(-12, 12)
    add("pow", [x, y], m.power(m.mpf(x), m.mpf(y)))
    x, y = rng.uniform(0.5, 2), rng.uniform(-700, 700)
    add("pow", [x, y], m.power(m.mpf(x), m.mpf(y)))
    x, n = -(10 ** rng.uniform(-5, 5)), rng.randint(-40, 40)
    add("pow", [x, n], m.power(m.mpf(x), n))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "elementary.csv"), "w") as file:
    file.write("\n".join(rows) + "\n")
