"""A real broker that asks who is there: names and passwords (PLAIN, SCRAM), TLS, client certificates, rights; and what `check` says of each mistake."""
import signal

import pytest

import security
from brokers import Brokers, running
from conftest import wait_for
from security import ELSEWHERE, LOCALHOST, SASL, SASL_TLS, TLS


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    directory = tmp_path_factory.mktemp("certificates")
    security.certificates(directory)
    return directory


@pytest.fixture(scope="module")
def broker(certificates):
    one = Brokers("kafka")
    one.extra = security.properties(one.port, certificates)
    with running(one):
        security.add_scram_users(one.address(), "alice", security.PASSWORDS["alice"])
        yield one


@pytest.fixture
def secured(broker, make_program, tmp_path):
    """A program whose log is at another listener of the broker, with these properties as variables."""
    def make(listener, **properties):
        program = make_program(broker)
        program.log = f"kafka://{broker.address(shift=listener)}/{program.topic}?socket.timeout.ms=6000"
        program.environment = {f"USERSTREAM_KAFKA_{name.upper()}": value for name, value in properties.items()}
        return program

    return make


def password_file(directory, text):
    path = directory / f"password-{len(text)}"
    path.write_text(text + "\n")
    return path


def flows(program):
    """Users in, users out, as this client."""
    def run(command, *args, **options):
        return program.run(command, *args, env=program.environment, **options)

    run("produce", "--source", "simulator:", "--count", 50, "--every", 0)
    run("process", "--until-caught-up")
    assert program.count_rows() == 50
    assert "everything adds up" in run("verify").stdout


def told(program):
    """What check says of the log, which it finds fault with."""
    done = program.run("check", "--source", "simulator:", env=program.environment, check=None)
    assert done.returncode in (69, 78), done.stdout
    text = done.stdout[done.stdout.index("FAIL  log"):]
    assert "wonder land" not in done.stdout + done.stderr
    return text.split("\nok ")[0]


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_passwords(secured, tmp_path, mechanism):
    flows(secured(SASL, security_protocol="sasl_plaintext", sasl_mechanism=mechanism, sasl_username="alice",
                  sasl_password_file=password_file(tmp_path, "wonder land")))


def test_passwords_over_tls(secured, certificates):
    flows(secured(SASL_TLS, security_protocol="sasl_ssl", sasl_mechanism="SCRAM-SHA-512", sasl_username="alice", sasl_password="wonder land",
                  ssl_ca_location=certificates / "ca.pem"))


def test_client_certificates(secured, certificates):
    flows(secured(TLS, security_protocol="ssl", ssl_ca_location=certificates / "ca.pem", ssl_certificate_location=certificates / "client.pem",
                  ssl_key_location=certificates / "client.key"))


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_a_wrong_password(secured, mechanism):
    text = told(secured(SASL, security_protocol="sasl_plaintext", sasl_mechanism=mechanism, sasl_username="alice", sasl_password="wrong"))
    assert "refuse this client" in text and "uthentication failed" in text and "SASL_PASSWORD" in text


def test_no_password_where_one_is_asked_for(secured):
    assert "SECURITY_PROTOCOL" in told(secured(SASL))


def test_plain_text_to_a_tls_listener(secured):
    assert "SECURITY_PROTOCOL" in told(secured(TLS))


def test_tls_to_a_plain_listener(secured, certificates):
    assert "SECURITY_PROTOCOL" in told(secured(0, security_protocol="ssl", ssl_ca_location=certificates / "ca.pem"))


def test_an_unknown_authority(secured, certificates):
    text = told(secured(TLS, security_protocol="ssl", ssl_ca_location=certificates / "other.pem",
                        ssl_certificate_location=certificates / "client.pem", ssl_key_location=certificates / "client.key"))
    assert "certificate verify failed" in text and "SSL_CA_LOCATION" in text


def test_no_client_certificate(secured, certificates):
    text = told(secured(TLS, security_protocol="ssl", ssl_ca_location=certificates / "ca.pem"))
    assert "SSL_CERTIFICATE_LOCATION" in text


def test_missing_rights(secured):
    """bob may log in, and do nothing: said with the command that an administrator runs."""
    program = secured(SASL, security_protocol="sasl_plaintext", sasl_mechanism="PLAIN", sasl_username="bob", sasl_password="builder")
    done = program.run("produce", "--source", "simulator:", "--count", 1, env=program.environment, check=78)
    assert "kafka-topics" in done.stderr or "kafka-acls" in done.stderr, done.stderr
    program.brokers.create_topic(program.topic)
    assert "kafka-acls" in told(program)


# ---- brokers that cannot be reached from here

def test_nobody_there(make_program, broker):
    program = make_program(broker)
    program.environment = {}
    program.log = "kafka://127.0.0.1:1/users?socket.timeout.ms=1000"
    text = told(program)
    assert "127.0.0.1:1" in text and "refused" in text


def test_a_name_that_does_not_resolve(make_program, broker):
    program = make_program(broker)
    program.environment = {}
    program.log = "kafka://no-such-host.invalid:9092/users?socket.timeout.ms=1000"
    text = told(program)
    assert "no-such-host.invalid" in text and "resolve" in text


def test_an_advertised_name_that_does_not_resolve(secured):
    program = secured(ELSEWHERE)
    program.brokers.create_topic(program.topic)
    text = told(program)
    assert "no-such-host.invalid:9092" in text and "resolve" in text and "advertised.listeners" in text


def test_an_advertised_localhost(secured):
    """As from a container: the first address answers, the one that it gives is this machine."""
    program = secured(LOCALHOST)
    program.brokers.create_topic(program.topic)
    text = told(program)
    assert "localhost:1" in text and "advertised.listeners" in text


def test_a_stopped_broker(make_program, broker):
    """It accepts connections, and answers nothing; afterwards all goes on."""
    program = make_program(broker)
    program.log += "?socket.timeout.ms=1000"
    program.environment = {}
    broker.signal(1, signal.SIGSTOP)
    try:
        assert "no answer" in told(program)
    finally:
        broker.signal(1, signal.SIGCONT)
    wait_for(lambda: program.run("check", "--source", "simulator:", check=None).returncode == 0, what="the broker to answer")
