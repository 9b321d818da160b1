"""An area: expressions, and the inputs that they are compared over."""

import inputs


class Area:
    def __init__(self, name, columns, rows, expressions):
        self.name, self.columns, self.rows, self.expressions = name, columns, rows, expressions


def single(values):
    return lambda: [(v,) for v in values()]


def pairs(values, count, name):
    def make():
        r = inputs.rng("pairs " + name)
        pool = values()
        out = [(a, b) for a in pool[:25] for b in pool[:25]]
        while len(out) < inputs.scaled(count):
            out.append((r.choice(pool), r.choice(pool)))
        return out[:inputs.scaled(count)]
    return make


def quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
