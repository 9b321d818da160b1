"""The simulator as an HTTP client sees it: shape, determinism, silent clamps, quirks, faults, limits.

The shape expected here is written down by hand from the API's documentation, not taken from the program.
"""
import collections
import csv
import datetime
import gzip
import hashlib
import http.client
import io
import json
import re
import subprocess
import urllib.error
import urllib.request

import pytest

from conftest import BIN, clean_environment

NATS = "AU BR CA CH DE DK ES FI FR GB IE IN IR MX NL NO NZ RS TR UA US".split()
TEXT, INT = "text", "int"
SHAPE = [
    ("gender", TEXT),
    ("name", [("title", TEXT), ("first", TEXT), ("last", TEXT)]),
    ("location", [
        ("street", [("number", INT), ("name", TEXT)]),
        ("city", TEXT), ("state", TEXT), ("country", TEXT), ("postcode", None),
        ("coordinates", [("latitude", TEXT), ("longitude", TEXT)]),
        ("timezone", [("offset", TEXT), ("description", TEXT)])]),
    ("email", TEXT),
    ("login", [(k, TEXT) for k in "uuid username password salt md5 sha1 sha256".split()]),
    ("dob", [("date", TEXT), ("age", INT)]),
    ("registered", [("date", TEXT), ("age", INT)]),
    ("phone", TEXT),
    ("cell", TEXT),
    ("id", [("name", TEXT), ("value", None)]),
    ("picture", [("large", TEXT), ("medium", TEXT), ("thumbnail", TEXT)]),
    ("nat", TEXT),
]


def get_json(simulator, query):
    return json.loads(simulator.get(query))


def users(simulator, query):
    return get_json(simulator, query)["results"]


def assert_shape(value, shape, where="user"):
    assert list(value) == [name for name, _ in shape], where
    for name, kind in shape:
        here = f"{where}.{name}"
        if isinstance(kind, list):
            assert_shape(value[name], kind, here)
        elif kind == TEXT:
            assert type(value[name]) is str and value[name] != "" or here == "user.id.name", here
        elif kind == INT:
            assert type(value[name]) is int, here


def ascii_date(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text), text
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def years_until_now(then):
    now = datetime.datetime.utcnow()
    return now.year - then.year - ((now.month, now.day, now.time()) < (then.month, then.day, then.time()))


ID_NAMES = dict(AU="TFN", BR="CPF", CA="SIN", CH="AVS", DE="SVNR", DK="CPR", ES="DNI", FI="HETU", FR="INSEE", GB="NINO",
                IE="PPS", IN="UIDAI", IR="", MX="NSS", NL="BSN", NO="FN", NZ="", RS="SID", TR="", UA="", US="SSN")


def check_id(user, born):
    name, value, nat = user["id"]["name"], user["id"]["value"], user["nat"]
    assert name == ID_NAMES[nat]
    if nat in ("IR", "NZ", "TR", "UA"):
        assert value is None
        return
    day = born.strftime("%d%m%y")
    patterns = {
        "FI": r"NaNNA\d{3}undefined", "DK": day + r"-\d{4}", "NO": day + r"\d{5}", "US": r"\d{3}-\d\d-\d{4}",
        "CH": r"756\.\d{4}\.\d{4}\.\d\d", "DE": rf"\d\d {day} [A-Z] \d{{3}}", "GB": r"[A-Z]{2} \d\d \d\d \d\d [A-Z]",
        "FR": (r"1" if user["gender"] == "male" else r"2") + born.strftime("%y") + f"{born.month - 1:02}" + r"\d{8} \d\d",
        "BR": r"\d{3}\.\d{3}\.\d{3}-\d\d", "ES": r"\d{8}-[A-Z]", "IE": r"\d{7}T", "MX": r"\d\d \d\d \d\d \d{4} \d",
    }
    assert re.fullmatch(patterns.get(nat, r"\d{8,12}"), value), (nat, value)


def check_user(user):
    assert_shape(user, SHAPE)
    nat, location, login = user["nat"], user["location"], user["login"]
    postcode = location["postcode"]
    assert user["gender"] in ("male", "female")
    titles = {"male": {"Mr"}, "female": {"Mrs", "Miss", "Ms"}}
    if nat == "CH":
        titles = {"male": {"Monsieur"}, "female": {"Madame", "Mademoiselle"}}
    assert user["name"]["title"] in titles[user["gender"]]
    assert type(postcode) is (str if nat in ("CA", "GB", "NO") else int)
    if nat == "NO":
        assert re.fullmatch(r"\d{4}", postcode)
    assert re.fullmatch(r"-?\d{1,2}\.\d{4}", location["coordinates"]["latitude"])
    assert re.fullmatch(r"-?\d{1,3}\.\d{4}", location["coordinates"]["longitude"])
    assert abs(float(location["coordinates"]["latitude"])) <= 90
    assert abs(float(location["coordinates"]["longitude"])) <= 180
    assert re.fullmatch(r"0:00|[+-]1?\d:[0345]{2}", location["timezone"]["offset"])
    assert 1 <= location["street"]["number"] <= 9999
    assert re.fullmatch(r"[a-z'.\-]+@example\.com", user["email"]), user["email"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", login["uuid"])
    assert re.fullmatch(r"[a-z]+\d{3}", login["username"])
    salted = (login["password"] + login["salt"]).encode()
    for kind in ("md5", "sha1", "sha256"):
        assert login[kind] == hashlib.new(kind, salted).hexdigest()
    born, joined = ascii_date(user["dob"]["date"]), ascii_date(user["registered"]["date"])
    assert abs(user["dob"]["age"] - years_until_now(born)) <= (1 if now_is_a_birthday(born) else 0)
    assert abs(user["registered"]["age"] - years_until_now(joined)) <= (1 if now_is_a_birthday(joined) else 0)
    assert born < joined
    check_id(user, born)
    kind = "men" if user["gender"] == "male" else "women"
    number = re.fullmatch(rf"https://randomuser\.me/api/portraits/{kind}/(\d+)\.jpg", user["picture"]["large"])[1]
    assert user["picture"]["medium"] == f"https://randomuser.me/api/portraits/med/{kind}/{number}.jpg"
    assert user["picture"]["thumbnail"] == f"https://randomuser.me/api/portraits/thumb/{kind}/{number}.jpg"


def now_is_a_birthday(then):
    """Within a minute of midnight or of the birth's time of day: the test's clock may differ from the answer's."""
    now = datetime.datetime.utcnow()
    return abs((now.replace(year=2000, month=3, day=1) - then.replace(year=2000, month=3, day=1)).total_seconds()) < 60


def test_every_user_has_the_shape_of_the_real_ones(simulator):
    one = simulator()
    answer = get_json(one, "?results=3000&seed=shape")
    assert list(answer) == ["results", "info"]
    assert answer["info"] == {"seed": "shape", "results": 3000, "page": 1, "version": "1.4"}
    for user in answer["results"]:
        check_user(user)
    assert {u["nat"] for u in answer["results"]} == set(NATS)
    assert {u["location"]["country"] for u in answer["results"] if u["nat"] == "NL"} == {"Netherlands"}


def test_each_nationality_alone(simulator):
    one = simulator()
    for nat in NATS:
        found = users(one, f"?results=300&seed=n&nat={nat.lower()}")
        assert {u["nat"] for u in found} == {nat}
        for user in found:
            check_user(user)
        assert len({u["name"]["last"] for u in found}) >= 30
        assert len({u["location"]["city"] for u in found}) >= 20
    persian = users(one, "?results=50&seed=n&nat=ir")
    assert all(re.search("[\u0600-\u06ff]", u["name"]["first"] + u["location"]["city"]) for u in persian)


def test_the_text_is_raw_utf8_without_needless_escapes(simulator):
    body = simulator().get("?results=500&seed=u")
    assert b"\\" not in body and b"\n" not in body
    assert any(byte > 0x7F for byte in body)
    body.decode("utf-8")


def test_answers_repeat_and_are_prefixes(simulator):
    one, other = simulator(), simulator()
    twenty = one.get("?results=20&seed=p&noinfo")
    assert twenty == other.get("?results=20&seed=p&noinfo")
    assert twenty.startswith(one.get("?results=10&seed=p&noinfo")[:-2])
    assert users(one, "?results=20&seed=p&page=2") != users(one, "?results=20&seed=p")
    assert users(one, "?results=20&seed=s&page=11") == users(one, "?results=20&seed=s11")
    assert users(one, "?results=20&seed=s&page=1") == users(one, "?results=20&seed=s")
    uuids = [u["login"]["uuid"] for u in users(one, "?results=20&seed=p")]
    for query in ("nat=us", "inc=login", "exc=name", "nat=fr,de&inc=login,nat", "password=upper,8"):
        assert [u["login"]["uuid"] for u in users(one, f"?results=20&seed=p&{query}")] == uuids


def test_without_a_seed_answers_differ_and_tell_theirs(simulator):
    one = simulator()
    first, second = get_json(one, "?results=5"), get_json(one, "?results=5")
    assert first["info"]["seed"] != second["info"]["seed"]
    assert users(one, "?results=5&seed=" + first["info"]["seed"]) == first["results"]


def test_silent_clamps(simulator):
    one = simulator()
    for results, expected in (("5000", 5000), ("5001", 1), ("6000", 1), ("0", 1), ("-5", 1), ("x", 1), ("", 1), ("7", 7)):
        answer = get_json(one, f"?seed=c&inc=nat&results={results}")
        assert len(answer["results"]) == answer["info"]["results"] == expected
    for page, expected in (("10000", 10000), ("10001", 1), ("0", 1), ("-1", 1), ("x", 1)):
        assert get_json(one, f"?seed=c&page={page}")["info"]["page"] == expected
    assert {u["gender"] for u in users(one, "?results=200&gender=male")} == {"male"}
    assert {u["gender"] for u in users(one, "?results=200&gender=female")} == {"female"}
    assert {u["gender"] for u in users(one, "?results=200&gender=male&seed=c")} == {"male", "female"}
    assert {u["nat"] for u in users(one, "?results=200&nat=US,gb&seed=c")} == {"US", "GB"}
    assert len({u["nat"] for u in users(one, "?results=500&nat=us,xx&seed=c")}) == 21
    assert {u["nat"] for u in users(one, "?results=20&seed=0123456789abcdef08")} == {NATS[8]}
    assert list(users(one, "?inc=nat,gender,name")[0]) == ["gender", "name", "nat"]
    assert "login" not in users(one, "?exc=login")[0]
    assert len(users(one, "?inc=nonsense")[0]) == 12
    assert set(get_json(one, "?noinfo")) == {"results"}


def test_lego(simulator):
    one = simulator()
    shape = [(name, [part for part in kind if part[0] != "country"] if name == "location" else kind) for name, kind in SHAPE]
    plain = users(one, "?results=200&seed=l")
    for user, same in zip(users(one, "?results=200&seed=l&lego&nat=fr"), plain):
        assert_shape(user, shape)
        assert user["nat"] == "LEGO" and user["id"]["name"] == "SN"
        assert re.fullmatch(r"\d{12}", user["id"]["value"])
        assert re.fullmatch(r"\(\d{3}\)-\d{3}-\d{4}", user["phone"])
        assert re.fullmatch(r"https://randomuser\.me/api/portraits/thumb/lego/\d\.jpg", user["picture"]["thumbnail"])
        assert user["login"] == same["login"]


def test_passwords_on_demand(simulator):
    one = simulator()
    for user in users(one, "?results=200&seed=w&password=upper,number,4-6"):
        assert re.fullmatch(r"[A-Z0-9]{4,6}", user["login"]["password"])
        assert user["login"]["md5"] == hashlib.md5((user["login"]["password"] + user["login"]["salt"]).encode()).hexdigest()
    special = "".join(u["login"]["password"] for u in users(one, "?results=300&seed=w&password=special,32"))
    assert '"' in special and "\\" in special and " " in special
    assert len(special) == 300 * 32


def test_versions_and_unknown_paths(simulator):
    one = simulator()
    for version in ("1.0", "1.1", "1.2", "1.3", "1.4"):
        assert get_json(one, f"{version}/?seed=v")["info"]["version"] == version
    for path in ("9.9/", "nonsense"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            one.get(path)
        assert caught.value.code == 404
        assert caught.value.headers["Content-Type"].startswith("text/plain")


def test_the_same_users_in_other_formats(simulator):
    one = simulator()
    plain = users(one, "?results=50&seed=f")
    text = one.get("?results=50&seed=f&format=pretty").decode()
    assert json.loads(text)["results"] == plain
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    rows = list(csv.reader(io.StringIO(one.get("?results=50&seed=f&format=csv").decode(), newline="")))

    def flat(value, path=""):
        if not isinstance(value, dict):
            return [(path, "" if value is None else str(value))]
        return [pair for k, v in value.items() for pair in flat(v, f"{path}.{k}" if path else k)]

    assert rows[0] == [name for name, _ in flat(plain[0])]
    assert rows[1:] == [[value for _, value in flat(user)] for user in plain]


def test_gzip(simulator):
    one = simulator()
    request = urllib.request.Request(one.url + "?results=500&seed=z", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        packed = answer.read()
    plain = one.get("?results=500&seed=z")
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 2


@pytest.mark.slow
def test_shares_over_200000_users(simulator):
    one = simulator()
    seen, duplicate = collections.defaultdict(set), collections.Counter()
    spaces, streets, not_ascii, total = collections.Counter(), collections.Counter(), 0, 0
    for page in range(1, 41):
        for user in users(one, f"?results=5000&seed=many&page={page}&inc=name,location,email,login,nat"):
            total += 1
            login, location = user["login"], user["location"]
            for field, value in (("uuid", login["uuid"]), ("email", user["email"]), ("username", login["username"])):
                duplicate[field] += value in seen[field]
                seen[field].add(value)
            nat, street = user["nat"], location["street"]["name"]
            streets[nat] += 1
            spaces[nat, "street"] += street != street.strip()
            spaces[nat, "city"] += location["city"] != location["city"].strip()
            spaces[nat, "last"] += user["name"]["last"] != user["name"]["last"].strip()
            not_ascii += not (user["name"]["first"] + user["name"]["last"]).isascii()
    assert total == 200_000
    assert duplicate["uuid"] == 0
    assert 0.12 < duplicate["email"] / total < 0.26
    assert 0.13 < duplicate["username"] / total < 0.19
    assert 0.65 < spaces["BR", "street"] / streets["BR"] < 0.77
    assert 0.08 < spaces["RS", "street"] / streets["RS"] < 0.18
    assert spaces["DK", "city"] and spaces["MX", "city"] and spaces["US", "last"]
    assert 0.15 < not_ascii / total < 0.40
    assert all(8500 < streets[nat] < 10600 for nat in NATS)


def test_clean_has_no_dirt(simulator):
    one = simulator("--clean")
    for user in users(one, "?results=3000&seed=clean"):
        assert_shape(user, SHAPE)
        for text in (user["location"]["street"]["name"], user["location"]["city"], user["location"]["state"],
                     user["name"]["first"], user["name"]["last"]):
            assert text == text.strip() and "  " not in text
        assert re.fullmatch(r"[-+() 0-9]+", user["phone"]) and re.fullmatch(r"[-+() 0-9]+", user["cell"])
        assert "undefined" not in (user["id"]["value"] or "")


def test_rate_limit_counts_users(simulator):
    one = simulator("--simulator-rate-limit", "1000")
    assert len(users(one, "?results=600")) == 600
    assert len(users(one, "?results=400")) == 400
    for _ in range(2):
        request = urllib.request.Request(one.url + "?results=1", headers={"X-Forwarded-For": "192.0.2.7"})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=60)
        assert caught.value.code == 429
        assert caught.value.headers["Retry-After"] is None
        assert list(json.loads(caught.value.read())) == ["error"]


def outcome(url):
    """What a client makes of one answer."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            body = answer.read()
            try:
                found = json.loads(body)
            except ValueError:
                return "no json"
            if answer.headers["Content-Type"].startswith("text/plain"):
                return "content type"
            if len(found["results"]) != 20:
                return "empty" if not found["results"] else "short"
            return "good"
    except urllib.error.HTTPError as error:
        return str(error.code)
    except http.client.IncompleteRead:
        return "truncated"
    except http.client.RemoteDisconnected:
        return "refused"
    except TimeoutError:
        return "hang"


def test_faults_come_in_their_shares_and_repeat(simulator):
    faults = "429=0.1,502=0.1,empty=0.05,truncated=0.1,html=0.05,refused=0.1,short=0.05,badjson=0.05,content_type=0.05"
    runs = []
    for _ in range(2):
        one = simulator("--fault", faults)
        runs.append([outcome(one.url + "?results=20&seed=x") for _ in range(400)])
    assert runs[0] == runs[1]
    shares = collections.Counter(runs[0])
    for kind, share in (("429", 0.1), ("502", 0.1), ("truncated", 0.1), ("refused", 0.1), ("content type", 0.05),
                        ("good", 0.35), ("no json", 0.1)):
        assert abs(shares[kind] / 400 - share) < 0.08, (kind, shares)
    assert shares["empty"] and shares["short"]


def test_a_hanging_answer_does_not_hold_up_others_nor_the_end(simulator):
    one = simulator("--fault", "hang=0.5")
    outcomes = {outcome(one.url + "?results=20") for _ in range(6)}
    assert outcomes == {"hang", "good"}
    one.stop()
    assert one.process.returncode == 0


def test_spoilt_records(simulator):
    one = simulator("--fault", "bad_email=0.1,bad_coordinates=0.1,no_uuid=0.1,born_late=0.1")
    found = users(one, "?results=2000&seed=r")
    assert 120 < sum("@" not in u["email"] for u in found) < 280
    assert 120 < sum(abs(float(u["location"]["coordinates"]["latitude"])) > 90 for u in found) < 280
    assert 120 < sum(u["login"]["uuid"] is None for u in found) < 280
    assert 120 < sum(u["dob"]["date"] > u["registered"]["date"] for u in found) < 280


def simulate(*args):
    return subprocess.run([BIN, "simulate", *args], env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)


def test_mistakes_are_told_all_at_once(simulator):
    done = simulate("--port", "0", "--fault", "slwo=0.1,429=2,hang")
    assert done.returncode == 64
    for part in ("did you mean slow?", "the share of 429", "has no share"):
        assert part in done.stderr
    one = simulator()
    port = re.search(r":(\d+)/", one.url)[1]
    done = simulate("--port", port)
    assert done.returncode == 69
    assert "another program listens there" in done.stderr
