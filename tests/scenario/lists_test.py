"""Jobs, today and exports as a browser asks for them, over HTTP from the real server: the event stream, retry and cancel,
the workbooks opened as text, a list of 15,000 members."""
import io
import json
import re
import signal
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml
import zipfile

from house import Client, new_key
from serve_test import House, PASSWORD

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of(workbook):
    """The first sheet of an .xlsx as lists of texts."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as files:
        shared = []
        if "xl/sharedStrings.xml" in files.namelist():
            shared = ["".join(part.text or "" for part in item.iter(SHEET + "t"))
                      for item in xml.fromstring(files.read("xl/sharedStrings.xml"))]
        rows = []
        for row in xml.fromstring(files.read("xl/worksheets/sheet1.xml")).iter(SHEET + "row"):
            cells = []
            for cell in row.iter(SHEET + "c"):
                value = "".join(part.text or "" for part in cell.iter() if part.tag in (SHEET + "v", SHEET + "t"))
                cells.append(shared[int(value)] if cell.get("t") == "s" else value)
            rows.append(cells)
        return rows


class Events:
    """GET …/events as EventSource reads it: lines, an empty one ends an event, ":" is a comment."""

    def __init__(self, client, org):
        request = urllib.request.Request(f"{client.address}/api/v1/orgs/{org}/events", headers={"Accept": "text/event-stream"})
        self.reply = client.opener.open(request, timeout=60)

    def next(self):
        event = {}
        for line in self.reply:
            text = line.decode().rstrip("\r\n")
            if not text and event:
                return event
            if text and not text.startswith(":"):
                name, _, value = text.partition(":")
                event[name] = value.removeprefix(" ")
        raise AssertionError("the stream ended")

    def until(self, enough):
        while True:
            event = self.next()
            if enough(event):
                return event


class Jobs(House):
    def sealing(self, client, org, rows):
        made = client.api("POST", f"/orgs/{org}/samples", {"rows": rows}, 201, key=new_key())
        key = client.api("POST", f"/orgs/{org}/keys/trial", {"name": "某某公益服务中心"}, 201, key=new_key(), timeout=60)
        return client.api("POST", f"/orgs/{org}/seal_runs",
                          {"template": made["template"]["id"], "data": made["data"]["id"], "key": key["id"]}, 201, key=new_key())

    def test_a_browser_follows_a_job_to_its_end(self):
        client = self.serve().first_run(PASSWORD)
        org = self.org_of(client)
        events = Events(client, org)
        self.assertEqual(events.reply.headers.get_content_type(), "text/event-stream")
        self.assertEqual(events.next()["event"], "ready")
        job = self.sealing(client, org, 38)["job"]
        seen = events.until(lambda event: event.get("event") == "job" and json.loads(event["data"])["id"] == job
                            and json.loads(event["data"])["state"] in ("done", "failed"))
        told = json.loads(seen["data"])
        self.assertEqual(told, client.api("GET", f"/orgs/{org}/jobs/{job}", status=200))
        self.assertEqual((told["state"], told["done"], told["total"]), ("done", told["total"], 38))
        self.assertTrue(seen["id"].isdigit())
        stranger = Client(client.address)
        self.assertEqual(stranger.ask("GET", f"/api/v1/orgs/{org}/events").status, 401)

    def test_cancel_and_retry_and_what_today_says(self):
        client = self.serve().first_run(PASSWORD)
        org = self.org_of(client)
        job = self.sealing(client, org, 3800)["job"]
        cancelled = client.api("POST", f"/orgs/{org}/jobs/{job}/cancel", status=200)
        self.assertEqual(cancelled["state"], "cancelled")
        self.assertEqual(client.api("GET", f"/orgs/{org}/jobs?state=cancelled", status=200)["items"][0]["id"], job)
        again = client.ask("POST", f"/api/v1/orgs/{org}/jobs/{job}/cancel", {})
        self.assertEqual((again.status, again.json()["key"]), (409, "jobs.is_over"))
        refused = client.ask("POST", f"/api/v1/orgs/{org}/jobs/{job}/retry", {})
        self.assertEqual((refused.status, refused.json()["key"]), (409, "jobs.not_failed"))
        today = client.api("GET", f"/orgs/{org}/today", status=200)
        self.assertEqual(set(today), {"waiting", "running", "due"})
        self.assertNotIn(job, [one["id"] for one in today["running"]])
        # The first administrator is told what the installation lacks.
        lacking = {line["kind"]: line for line in today["waiting"]}
        self.assertEqual(lacking["no_public_url"]["link"], "/settings/network")
        self.assertIn("backup_due", lacking)
        listed = rows_of(client.ask("GET", f"/api/v1/orgs/{org}/jobs.xlsx?state=cancelled").body)
        self.assertEqual([row[-1] for row in listed[1:]], [job])
        self.assertEqual(rows_of(client.ask("GET", f"/api/v1/orgs/{org}/jobs.xlsx?state=failed").body)[1:], [])

    def test_a_failed_job_is_tried_again(self):
        server = self.serve()
        client = server.first_run(PASSWORD)
        org = self.org_of(client)
        run = self.sealing(client, org, 38)
        client.look_until(org, f"/orgs/{org}/jobs/{run['job']}", lambda job: job["state"] == "done")
        self.assertEqual(server.stop(), 0)
        self.database("UPDATE jobs SET state = 'failed', attempt = 5 WHERE id = ?", run["job"])
        client = Client(self.serve().address)
        client.sign_in("moumou@example.org", PASSWORD)
        waiting = {line["kind"]: line["count"] for line in client.api("GET", f"/orgs/{org}/today", status=200)["waiting"]}
        self.assertEqual(waiting["jobs_failed"], 1)
        retried = client.api("POST", f"/orgs/{org}/jobs/{run['job']}/retry", status=200)
        self.assertIn(retried["state"], ("waiting", "running"))
        over = client.look_until(org, f"/orgs/{org}/jobs/{run['job']}", lambda job: job["state"] in ("done", "failed"))
        self.assertEqual(over["state"], "done")
        entries = client.api("GET", f"/orgs/{org}/audit?action_prefix=operations.job_retry", status=200)["items"]
        self.assertEqual([entry["object"] for entry in entries], ["job:" + run["job"]])

    def database(self, sql, *values):
        import sqlite3
        with sqlite3.connect(self.data / "shanqi.db") as rows:
            rows.execute(sql, values)
        rows.close()


class Exports(House):
    def test_the_audit_trail_as_a_workbook(self):
        client = self.serve().first_run(PASSWORD)
        org = self.org_of(client)
        client.api("POST", f"/orgs/{org}/invitations", {"role": "staff", "name": "李某某"}, 201, key=new_key())
        reply = client.ask("GET", f"/api/v1/orgs/{org}/audit.xlsx?action_prefix=accounts.invitation")
        self.assertEqual(reply.status, 200)
        self.assertIn('filename="audit.xlsx"', reply.headers["Content-Disposition"])
        rows = rows_of(reply.body)
        on_page = client.api("GET", f"/orgs/{org}/audit?action_prefix=accounts.invitation", status=200)["items"]
        self.assertEqual([row[-1] for row in rows[1:]], [entry["id"] for entry in on_page])
        self.assertEqual(rows[1][2], "某某")
        self.assertNotIn("李某某", json.dumps(rows, ensure_ascii=False))
        export = client.api("GET", f"/orgs/{org}/audit?action_prefix=operations.audit_export", status=200)["items"]
        self.assertEqual(export[0]["details"]["rows"], str(len(rows) - 1))
        wrong = client.ask("GET", f"/api/v1/orgs/{org}/audit.xlsx?colour=red")
        self.assertEqual((wrong.status, wrong.json()["key"]), (422, "json.unknown_member"))
