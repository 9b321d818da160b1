"""Small servers of the system tests: answers over HTTP and HTTPS, and a proxy that writes down what it passes on."""
import contextlib
import http.server
import select
import socket
import ssl
import subprocess
import threading
import urllib.request


@contextlib.contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):  # noqa: N802, the library's name
        self.server.seen.append(self.path)
        body = self.server.answer(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def answers(answer, context=None):
    """Serve answer(path) -> bytes; with `context` over TLS. `.seen` has the paths asked for, `.port` where it listens."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.answer, server.seen, server.port = answer, [], server.server_address[1]
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return serving(server)


def certificate(directory, *names):
    """A certificate for these host names that nobody has signed: (its file, a context to serve with)."""
    key, cert = directory / "key.pem", directory / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out", str(cert),
                    "-subj", f"/CN={names[0]}", "-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


class Proxy(Handler):
    """Passes a plain request on to its host; a CONNECT always to server.target, whatever host it names."""

    def do_GET(self):  # noqa: N802
        self.server.seen.append(self.path)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.path, timeout=30) as answer:
            body = answer.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self):  # noqa: N802
        self.server.seen.append(self.path)
        if not self.server.target:
            self.send_error(403)
            return
        with socket.create_connection(("127.0.0.1", self.server.target)) as up:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            ends = [self.connection, up]
            while True:
                for end in select.select(ends, [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    (up if end is self.connection else self.connection).sendall(data)


def proxy(target=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    server.seen, server.target, server.port = [], target, server.server_address[1]
    return serving(server)
