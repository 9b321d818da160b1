"""What a broker needs to ask for names, passwords and certificates: listeners beside the plain one, users, a CA."""
import subprocess

from brokers import CONTROLLERS, ROOT

SASL, TLS, SASL_TLS = 1, 2, 3  # ports after the first
ELSEWHERE, LOCALHOST = 4, 5  # clients of these are sent to a name that there is not, and to localhost, where nobody listens
PASSWORDS = {"alice": "wonder land", "bob": "builder"}


def openssl(directory, *args):
    subprocess.run(["openssl", *args], cwd=directory, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def certificates(directory):
    """ca.pem; broker.pem with its key; client.pem and client.key; other.pem, a CA that nobody knows."""
    for name in ("ca", "other"):
        openssl(directory, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", "-out", f"{name}.pem")
    (directory / "names").write_text("subjectAltName = IP:127.0.0.1\n")
    for name in ("broker", "client"):
        openssl(directory, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl(directory, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", "names", "-out", f"{name}.pem")
    (directory / "keystore.pem").write_text((directory / "broker.key").read_text() + (directory / "broker.pem").read_text())


def properties(port, directory):
    protocols = {"PLAINTEXT": 0, "SASL_PLAINTEXT": SASL, "SSL": TLS, "SASL_SSL": SASL_TLS}
    listeners = ",".join(f"{name}://127.0.0.1:{port + shift}" for name, shift in protocols.items())
    users = " ".join(f'user_{name}="{password}"' for name, password in PASSWORDS.items())
    plain = f"org.apache.kafka.common.security.plain.PlainLoginModule required {users};"
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    lines = [f"listeners={listeners},ELSEWHERE://127.0.0.1:{port + ELSEWHERE},LOCALHOST://127.0.0.1:{port + LOCALHOST},CONTROLLER://127.0.0.1:{port + CONTROLLERS}",
             f"advertised.listeners={listeners},ELSEWHERE://no-such-host.invalid:9092,LOCALHOST://localhost:1",
             "listener.security.protocol.map=CONTROLLER:PLAINTEXT,ELSEWHERE:PLAINTEXT,LOCALHOST:PLAINTEXT," + ",".join(f"{name}:{name}" for name in protocols),
             "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
             "ssl.keystore.type=PEM", f"ssl.keystore.location={directory}/keystore.pem",
             "ssl.truststore.type=PEM", f"ssl.truststore.location={directory}/ca.pem",
             "listener.name.ssl.ssl.client.auth=required",
             "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
             "super.users=User:ANONYMOUS;User:alice;User:CN=client"]
    for name in ("sasl_plaintext", "sasl_ssl"):
        lines += [f"listener.name.{name}.plain.sasl.jaas.config={plain}"]
        lines += [f"listener.name.{name}.scram-sha-{bits}.sasl.jaas.config={scram}" for bits in (256, 512)]
    return "\n".join(lines) + "\n"


def add_scram_users(address, name, password):
    """One command for each hash: Kafka refuses two of a user in one."""
    jars = ROOT / "build" / "services" / "jars" / "kafka"
    running = [subprocess.Popen(["java", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*", "kafka.admin.ConfigCommand", "--bootstrap-server", address,
                                 "--alter", "--add-config", f"SCRAM-SHA-{bits}=[password={password}]", "--entity-type", "users",
                                 "--entity-name", name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
               for bits in (256, 512)]
    for process in running:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
