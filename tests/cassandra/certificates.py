"""A CA, and certificates of a node and a client that it signed, as PEM and as the stores that Java reads."""
import subprocess

STORE_PASSWORD = "changeit"


def openssl(directory, *args):
    subprocess.run(["openssl", *args], cwd=directory, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def authority(directory, name):
    openssl(directory, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.pem")


def signed(directory, name, subject):
    openssl(directory, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={subject}", "-keyout", f"{name}.key",
            "-out", f"{name}.csr")
    (directory / f"{name}.ext").write_text(f"subjectAltName = DNS:{subject}\n")
    openssl(directory, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650",
            "-extfile", f"{name}.ext", "-out", f"{name}.pem")


def make(directory):
    """ca.pem; node.p12 and trust.p12 for the server; client.pem, client.key; other.pem, other.key, which go with none of these.
    What is there stays, since a server may have it open."""
    if (directory / "trust.p12").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    authority(directory, "ca")
    authority(directory, "other")
    signed(directory, "node", "node.example")
    signed(directory, "client", "client.example")
    openssl(directory, "pkcs12", "-export", "-in", "node.pem", "-inkey", "node.key", "-name", "node", "-out", "node.p12",
            "-passout", f"pass:{STORE_PASSWORD}")
    subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", "ca.pem", "-keystore", "trust.p12", "-storetype",
                    "PKCS12", "-storepass", STORE_PASSWORD], cwd=directory, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def yaml(directory, optional, client):
    """What cassandra.yaml says to speak TLS with clients."""
    return f"""client_encryption_options:
  enabled: true
  optional: {str(optional).lower()}
  require_client_auth: {str(client).lower()}
  keystore: {directory}/node.p12
  keystore_password: {STORE_PASSWORD}
  truststore: {directory}/trust.p12
  truststore_password: {STORE_PASSWORD}
  store_type: PKCS12
"""
