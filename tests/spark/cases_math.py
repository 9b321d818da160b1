"""Powers, roots and logarithms: Java's StrictMath, to the last digit."""

import struct

import inputs
from area import Area, pairs, single

D, E = "CAST(x AS DOUBLE)", "CAST(y AS DOUBLE)"
POWER = ["exp(x)", "exp(%s)" % D, "exp(%s * 0.01)" % D, "exp(1)", "ln(x)", "ln(%s)" % D, "ln(abs(%s))" % D, "log(%s)" % D, "log(x, y)", "log(%s, %s)" % (D, E), "log(10, %s)" % D, "log(abs(%s), abs(%s))" % (D, E),
         "log10(x)", "log10(abs(%s))" % D, "log2(x)", "log2(abs(%s))" % D, "pow(x, y)", "pow(%s, %s)" % (D, E), "pow(abs(%s), %s)" % (D, E), "power(%s, 2)" % D, "power(%s, 0.5D)" % D, "power(%s, -1)" % D, "pow(2, %s)" % D,
         "pow(%s, CAST(%s * 10 AS INT))" % (D, E), "pow(1.0000001D, %s)" % D, "pow(-2, CAST(x AS INT))", "pow(10, CAST(y AS INT))", "pow(%s, 3)" % D, "pow(%s, 0)" % D, "sqrt(abs(%s))" % D, "exp(ln(abs(%s)))" % D]


def reals():
    """Doubles of every size, and small ones, where functions differ in the last digit."""
    r = inputs.rng("reals")
    out = inputs.small_numbers("power")[:36] + ["4.9e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "709.782712893384", "709.7827128933841", "-745.1332191019411", "-745.1332191019412", "-708.4", "0.34657359027997264",
                                               "1.0397207708399179", "0.9999999", "1.0000001", "0.70710678118654752", "1.4142135623730951", "1e22", "1e23", "2147483648", "9007199254740993", "1e-10", "3.725290298461914e-9"]
    while len(out) < inputs.scaled(1500):
        kind = r.random()
        if kind < 0.4:
            out.append("%r" % r.uniform(-10, 10))
        elif kind < 0.6:
            out.append("%d" % r.randint(-60, 60))
        elif kind < 0.8:
            out.append("%r" % (1 + r.uniform(-1, 1) * 10.0 ** r.randint(-15, -1)))
        else:
            out.append("%r" % (r.uniform(-1, 1) * 10.0 ** r.randint(-320, 308)))
    return out


def bits():
    """Doubles by their bits: where the JDK's search for digits counts in INT, in BIGINT, in more."""
    r = inputs.rng("bits")
    out = ["2.9007476674403343E25", "2.0E-3", "1.0E23", "2.2250738585072014E-308", "4.9E-324", "9007199254740993", "1.1E22"]
    while len(out) < inputs.scaled(5000):
        low = r.getrandbits(r.randint(1, 52))
        fraction = low << (52 - low.bit_length()) if r.random() < 0.7 else r.getrandbits(52)
        out.append("%r" % struct.unpack(">d", struct.pack(">Q", (r.choice([r.randint(-80, 100), r.randint(-1022, 1023)]) + 1023) << 52 | fraction))[0])
    return out


AREAS = [Area("double_text", ["x"], single(bits), ["CAST(x AS DOUBLE)"]), Area("power", ["x", "y"], pairs(reals, 3000, "power"), POWER)]
