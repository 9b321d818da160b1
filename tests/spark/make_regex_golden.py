"""Random regular expressions, and what Java makes of them: golden/regex_random.txt.gz.

    python3 tests/spark/make_regex_golden.py [PATTERNS [SEED]]           (Java 17)

Lines "pattern TAB subject TAB answer" as RegexOracle.java describes them; tests/unit/sql/test_regex_java.c compares. With a number of
patterns or a seed of its own it is a soak test's source.
"""

import gzip
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ATOMS = ["a", "b", "c", "A", "B", "é", "É", "ß", "_", "1", "2", " ", "-", ".", "\\.", "\\w", "\\W", "\\d", "\\D", "\\s", "\\S", "[ab]", "[^ab]", "[a-c]", "[^\\w]", "[a-c&&[^b]]", "[\\d_]", "[a[bc]]",
         "[a-c&&b-d]", "[^a&&b]", "\\p{L}", "\\p{Lu}", "\\P{L}", "\\pN", "\\p{Punct}", "\\h", "\\R", "\\n", "\\x61", "\\u0062", "\\Qa.\\E", "[]a]", "[a-]", "[&&a]", "[a&&&b]", "[a&&[ab]c]", "[a&&b&&[ab]]", "[[a]&&[ab]b]", "]", "}", "&&"]
ANCHORS = ["^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "(?m)^", "(?m)$"]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{0,2}?", "{2,}", "{1,}+", "{0}", "{,2}", "{2,1}"]
PIECES = ["a", "b", "c", "A", "B", "é", "É", "ß", "_", "1", "2", " ", "-", ".", "\n", "\r", "\r\n", "\u0085", "\u2028", "e\u0301", "ab", "ba", "aa", "]", "}", "&"]


def pattern(r, depth=0):
    out = []
    for _ in range(r.randint(1, 4)):
        kind = r.random()
        if kind < 0.58 or depth > 2:
            atom = r.choice(ATOMS)
        elif kind < 0.68:
            out.append(r.choice(ANCHORS))
            continue
        elif kind < 0.72:
            atom = r.choice(["\\1", "\\2", "\\k<n>"])
        else:
            head = r.choice(["(", "(", "(", "(?:", "(?:", "(?>", "(?=", "(?!", "(?<=", "(?<!", "(?i:", "(?s:", "(?<n>", "(?m)(", "(?i)(?:", "(?-i:"])
            atom = head + pattern(r, depth + 1) + ")"
        if r.random() < 0.35:
            atom += r.choice(QUANTIFIERS)
        out.append(atom)
    text = "".join(out)
    return text + "|" + pattern(r, depth + 1) if r.random() < 0.15 else text


def escape(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def lines(patterns, seed):
    r = random.Random(seed)
    for _ in range(patterns):
        p = pattern(r)
        for _ in range(8):
            yield escape(p) + "\t" + escape("".join(r.choice(PIECES) for _ in range(r.randint(0, 9))))


def answers(questions):
    done = subprocess.run(["java", "-Duser.language=en", os.path.join(HERE, "RegexOracle.java")], input="\n".join(questions) + "\n", capture_output=True, encoding="utf-8", check=True)
    return done.stdout.split("\n")[:-1]


def main():
    patterns = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    seed = sys.argv[2] if len(sys.argv) > 2 else "userstream"
    target = sys.argv[3] if len(sys.argv) > 3 else os.path.join(HERE, "golden", "regex_random.txt.gz")
    questions = list(lines(patterns, seed))
    results = answers(questions)
    assert len(results) == len(questions)
    data = "".join("%s\t%s\n" % pair for pair in zip(questions, results)).encode("utf-8")
    with open(target, "wb") as file:
        file.write(gzip.compress(data, 9, mtime=0))
    print("%d patterns x 8 subjects, %d bytes" % (patterns, os.path.getsize(target)))


if __name__ == "__main__":
    main()
