"""Text messages through Aliyun and Tencent Cloud: a server here plays theirs, and the vendors' own libraries compute the
signature of what arrived. A second computation follows their documentation with Python's hmac."""
import hashlib
import hmac
import http.server
import json
import threading
import time
import urllib.parse

from alibabacloud_openapi_util.client import Client as AliyunUtil
from house import run
from serve_test import PASSWORD, House
from Tea.request import TeaRequest
from tencentcloud.common.abstract_client import AbstractClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.http.request import RequestInternal

KEY, SECRET = "LTAItest", "se/cr+et:=&1"


class Gateway(http.server.BaseHTTPRequestHandler):
    """Keeps what arrives; answers what the test wants."""
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.taken.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        reply = json.dumps(self.server.reply).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


def utc_seconds(text):
    return time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone


class SmsGateways(House):
    def setUp(self):
        super().setUp()
        self.gateway = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
        self.gateway.taken, self.gateway.status, self.gateway.reply = [], 200, {}
        threading.Thread(target=self.gateway.serve_forever, daemon=True).start()
        self.addCleanup(self.gateway.server_close)
        self.addCleanup(self.gateway.shutdown)

    def office(self, provider, **settings):
        environment = {"SHANQI_SMS_PROVIDER": provider, "SHANQI_SMS_KEY_ID": KEY, "SHANQI_SMS_KEY_SECRET": SECRET,
                       "SHANQI_SMS_URL": f"http://127.0.0.1:{self.gateway.server_port}", "SHANQI_SMS_SIGN_NAME": "星火 公益+",
                       "SHANQI_SMS_TEMPLATES": "test=SMS_1~*"}
        environment.update({f"SHANQI_SMS_{name.upper()}": value for name, value in settings.items()})
        self.server = self.serve(environment=environment)
        return self.server.first_run(PASSWORD)

    def send(self, client, phone="19900001234"):
        return client.ask("POST", "/api/v1/installation/sms_test", {"phone": phone})

    def host(self):
        return f"127.0.0.1:{self.gateway.server_port}"

    def expect_refusals(self, client, refusal):
        """A refusal is told with the gateway's own code, and neither secret nor number stands in the log."""
        for status in (200, 400):
            self.gateway.status, self.gateway.reply = status, refusal
            refused = self.send(client)
            self.assertIn(refused.status, range(400, 500))
            self.assertIn("LIMIT_CONTROL", refused.body.decode())
        self.server.stop()
        log = (self.home / "server.log").read_text()
        self.assertNotIn("19900001234", log)
        self.assertNotIn(SECRET, log)

    def test_aliyun_v3(self):
        client = self.office("aliyun")
        self.gateway.reply = {"Code": "OK", "Message": "OK", "BizId": "1", "RequestId": "r"}
        self.assertEqual(self.send(client).status, 200)
        path, headers, body = self.gateway.taken[0]
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query, strict_parsing=True))
        self.assertEqual(query, {"PhoneNumbers": "19900001234", "SignName": "星火 公益+", "TemplateCode": "SMS_1~*"})
        self.assertEqual(body, "")
        self.assertEqual((headers["x-acs-action"], headers["x-acs-version"], headers["host"]), ("SendSms", "2017-05-25", self.host()))
        self.assertLess(abs(utc_seconds(headers["x-acs-date"]) - time.time()), 900)  # what Aliyun allows

        request = TeaRequest()
        request.method, request.pathname, request.query = "POST", "/", query
        request.headers = {name: value for name, value in headers.items() if name in ("host", "content-type") or name.startswith("x-acs-")}
        empty = hashlib.sha256(b"").hexdigest()
        self.assertEqual(headers["x-acs-content-sha256"], empty)
        self.assertEqual(headers["authorization"], AliyunUtil.get_authorization(request, "ACS3-HMAC-SHA256", empty, KEY, SECRET))
        # help.aliyun.com/document_detail/315526: canonical request, string to sign, signature.
        names = sorted(request.headers)
        encoded = "&".join(f"{urllib.parse.quote(name, safe='~')}={urllib.parse.quote(query[name], safe='~')}" for name in sorted(query))
        canonical = "\n".join(["POST", "/", encoded, *[f"{name}:{headers[name]}" for name in names], "", ";".join(names), empty])
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        self.assertTrue(headers["authorization"].endswith("Signature=" + hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()))

        self.assertEqual(self.send(client).status, 200)
        self.assertNotEqual(self.gateway.taken[1][1]["x-acs-signature-nonce"], headers["x-acs-signature-nonce"])
        self.expect_refusals(client, {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "x"})

    def test_aliyun_rpc(self):
        client = self.office("aliyun_rpc")
        self.gateway.reply = {"Code": "OK"}
        self.assertEqual(self.send(client, "+85290000000").status, 200)
        form = dict(urllib.parse.parse_qsl(self.gateway.taken[0][2], strict_parsing=True))
        signature = form.pop("Signature")
        self.assertEqual((form["PhoneNumbers"], form["Action"], form["SignatureMethod"]), ("85290000000", "SendSms", "HMAC-SHA1"))
        self.assertEqual(signature, AliyunUtil.get_rpcsignature(form, "POST", SECRET))
        self.expect_refusals(client, {"Code": "isv.BUSINESS_LIMIT_CONTROL"})

    def test_tencent(self):
        client = self.office("tencent", app_id="1400000000", region="ap-beijing")
        self.gateway.reply = {"Response": {"SendStatusSet": [{"Code": "Ok", "Message": "send success"}], "RequestId": "r"}}
        self.assertEqual(self.send(client).status, 200)
        _, headers, body = self.gateway.taken[0]
        self.assertEqual(json.loads(body), {"PhoneNumberSet": ["+8619900001234"], "SmsSdkAppId": "1400000000", "SignName": "星火 公益+",
                                            "TemplateId": "SMS_1~*", "TemplateParamSet": []})
        self.assertEqual((headers["x-tc-action"], headers["x-tc-version"], headers["x-tc-region"]), ("SendSms", "2021-01-11", "ap-beijing"))
        stamp = int(headers["x-tc-timestamp"])
        self.assertLess(abs(stamp - time.time()), 300)  # what Tencent allows

        day = time.strftime("%Y-%m-%d", time.gmtime(stamp))
        theirs = AbstractClient(Credential(KEY, SECRET), "ap-beijing")
        request = RequestInternal(self.host(), "POST", "/")
        request.data = body
        request.header = {"Host": headers["host"], "Content-Type": headers["content-type"], "X-TC-Timestamp": str(stamp)}
        signature = theirs._get_tc3_signature({}, request, day, "sms", SECRET)
        self.assertEqual(headers["authorization"], f"TC3-HMAC-SHA256 Credential={KEY}/{day}/sms/tc3_request, "
                                                   f"SignedHeaders=content-type;host, Signature={signature}")
        # cloud.tencent.com/document/api/382/52072
        canonical = (f"POST\n/\n\ncontent-type:{headers['content-type']}\nhost:{headers['host']}\n\ncontent-type;host\n"
                     + hashlib.sha256(body.encode()).hexdigest())
        text = f"TC3-HMAC-SHA256\n{stamp}\n{day}/sms/tc3_request\n" + hashlib.sha256(canonical.encode()).hexdigest()
        key = ("TC3" + SECRET).encode()
        for step in (day, "sms", "tc3_request"):
            key = hmac.new(key, step.encode(), hashlib.sha256).digest()
        self.assertEqual(signature, hmac.new(key, text.encode(), hashlib.sha256).hexdigest())

        self.expect_refusals(client, {"Response": {"SendStatusSet": [{"Code": "LimitExceeded.LIMIT_CONTROL"}]}})

    def test_what_is_missing_is_told_at_the_start(self):
        for provider, settings, word in (("alibaba", {}, "aliyun"), ("tencent", {}, "sms.app_id"), ("aliyun", {"key_secret": ""}, "sms.key_secret")):
            environment = {"SHANQI_SMS_PROVIDER": provider, "SHANQI_SMS_KEY_ID": KEY, "SHANQI_SMS_KEY_SECRET": SECRET, "SHANQI_SMS_SIGN_NAME": "星火"}
            environment.update({f"SHANQI_SMS_{name.upper()}": value for name, value in settings.items()})
            with self.subTest(provider):
                result = run(self.home, "serve", "--port", "0", environment=environment)
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(word, result.stderr)
