"""A time-stamping authority on this machine: `openssl ts` behind HTTP (RFC 3161, 3.4), and others that misbehave."""
import http.server
import pathlib
import subprocess
import tempfile
import threading

EXTENSIONS = """[tsa]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
"""
CONFIGURATION = """[tsa]
default_tsa=own
[own]
serial={folder}/serial
crypto_device=builtin
signer_cert={folder}/tsa.pem
certs={folder}/ca.pem
signer_key={folder}/tsa.key
signer_digest=sha256
default_policy=1.2.3.4.1
digests=sha256,sha384,sha512
accuracy=secs:1
ordering=yes
tsa_name=yes
ess_cert_id_chain=no
ess_cert_id_alg=sha256
"""


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **options).stdout


class LocalTsa:
    """`behaviour`: honest, slow (takes the question and never answers), refusing, lying (stamps another digest), broken."""

    def __init__(self, behaviour="honest"):
        self.behaviour = behaviour
        self.asked = 0

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="shanqi-tsa-")
        self.folder = folder = pathlib.Path(self.temporary.name)
        (folder / "extensions").write_text(EXTENSIONS)
        (folder / "ts.cnf").write_text(CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=Time CA (test)",
                "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/O=Time (test)/CN=Time authority (test)",
                "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr")
        openssl("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", "20",
                "-extfile", folder / "extensions", "-extensions", "tsa", "-out", folder / "tsa.pem")
        self.ca = folder / "ca.pem"
        self.closing = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.temporary.cleanup()

    def reply(self, question):
        if self.behaviour == "lying":
            question = openssl("ts", "-query", "-digest", "00" * 32, "-sha256", "-cert")
        (self.folder / f"{threading.get_ident()}.tsq").write_bytes(question)
        return openssl("ts", "-reply", "-config", self.folder / "ts.cnf", "-queryfile", self.folder / f"{threading.get_ident()}.tsq", cwd=self.folder)

    def handler(self):
        tsa, lock = self, threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                question = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    tsa.asked += 1
                    if tsa.behaviour == "slow":
                        tsa.closing.wait()
                    if tsa.behaviour == "refusing":
                        body = bytes.fromhex("3021301f020102301a0c18") + b"no stamps for you, sorry"
                    elif tsa.behaviour == "broken":
                        body = b"this is not a time-stamp"
                    else:
                        body = tsa.reply(question)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
