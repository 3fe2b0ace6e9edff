"""Mail through a real SMTP server, text messages through an HTTP gateway, both started here; and what happens without."""
import email
import email.policy
import http.server
import json
import socket
import threading

from aiosmtpd.controller import Controller
from serve_test import PASSWORD, House


class Mailbox:
    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, server, session, envelope):
        if "full" in envelope.rcpt_tos[0]:
            return "552 mailbox full"
        self.envelopes.append(envelope)
        return "250 taken"


class Gateway(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((self.headers["Authorization"], body))
        reply = b'{"Code":"OK"}' if body["to"].startswith("199") else b'{"Code":"LIMIT"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


class Messages(House):
    def test_mail_arrives_and_a_refusal_is_told(self):
        box = Mailbox()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        controller = Controller(box, hostname="127.0.0.1", port=port)
        controller.start()
        self.addCleanup(controller.stop)
        server = self.serve("--set", f"mail.url=smtp://127.0.0.1:{port}", "--set", "mail.from=善器 <no-reply@example.org>",
                            "--set", "mail.require_tls=false")
        client = server.first_run(PASSWORD)
        said = client.api("POST", "/installation/mail_test", {"address": "somebody@example.org"}, 200)
        self.assertTrue(said["left_the_house"])
        self.assertEqual(box.envelopes[0].rcpt_tos, ["somebody@example.org"])
        mail = email.message_from_bytes(box.envelopes[0].content, policy=email.policy.default)
        self.assertEqual(mail["Subject"], "善器：测试邮件")
        self.assertIn("邮件已经设置好", mail.get_content())
        refused = client.ask("POST", "/api/v1/installation/mail_test", {"address": "full@example.org"})
        self.assertIn(refused.status, range(400, 500))
        hostile = client.ask("POST", "/api/v1/installation/mail_test", {"address": "a@example.org\r\nBcc: b@example.org"})
        self.assertEqual(hostile.status, 422)
        self.assertEqual(len(box.envelopes), 1)
        server.stop()
        self.assertNotIn("somebody@example.org", (self.home / "server.log").read_text())

    def test_a_text_message_goes_through_the_gateway(self):
        gateway = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
        gateway.taken = []
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        self.addCleanup(gateway.server_close)
        self.addCleanup(gateway.shutdown)
        server = self.serve(environment={"SHANQI_SMS_URL": f"http://127.0.0.1:{gateway.server_port}/send",
                                         "SHANQI_SMS_HEADERS": "Authorization: Bearer t",
                                         "SHANQI_SMS_BODY": '{"to":{phone},"template":{template},"values":{values}}',
                                         "SHANQI_SMS_TEMPLATES": "test=SMS_1"})
        client = server.first_run(PASSWORD)
        self.assertTrue(client.api("POST", "/installation/sms_test", {"phone": "19900001234"}, 200)["left_the_house"])
        self.assertEqual(gateway.taken, [("Bearer t", {"to": "19900001234", "template": "SMS_1", "values": {}})])
        refused = client.ask("POST", "/api/v1/installation/sms_test", {"phone": "18800001234"})
        self.assertIn(refused.status, range(400, 500))

    def test_without_a_gateway_nothing_leaves_and_it_is_said(self):
        file = self.home / "messages.jsonl"
        server = self.serve("--set", f"messages.file={file}")
        client = server.first_run(PASSWORD)
        self.assertFalse(client.api("POST", "/installation/sms_test", {"phone": "19900001234"}, 200)["left_the_house"])
        self.assertEqual(json.loads(file.read_text())["to"], "19900001234")
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        state = client.api("GET", "/installation", status=200)
        self.assertFalse(state["sms"]["reaches_phones"])
        self.assertIn("messages", {check["key"] for check in state["checks"] if not check["ok"]})
        changed = client.api("PUT", "/installation/network", {"public_url": "https://oa.example.org/", "icp_number": ""}, 200)
        self.assertEqual(changed["public_url"], "https://oa.example.org")
        self.assertEqual(client.api("GET", "/session")["server"]["public_url"], "https://oa.example.org")
        made = client.api("POST", "/installation/backups", {"passphrase": "纸船 river 2026"})
        self.assertEqual(client.api("GET", "/installation/backups", status=200)["items"][0]["file"], made["file"])
