#!/usr/bin/env python3
"""Fills a fresh house with a synthetic organisation, through its own API as a browser would: an administrator,
colleagues, a trial key, and 3,800 sealed agreements. Nobody in it exists.

    script/demo_house.py http://127.0.0.1:8440 SETUP_TOKEN [--rows N]

SETUP_TOKEN is what stands behind /setup# in the link that `shanqi serve` prints the first time. Prints how to sign in."""
import argparse
import http.cookiejar
import json
import sys
import urllib.error
import urllib.request

ORGANISATION = "某某公益服务中心"
PASSWORD = "演示-shanqi-demo"
OWNER = ("某某", "owner@demo.example")
COLLEAGUES = [("某某甲", "manager@demo.example", "manager"), ("某某乙", "staff@demo.example", "staff"),
              ("某某丙", "auditor@demo.example", "auditor")]


class Browser:
    """One person's session: cookies, and the token that state-changing requests carry."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.csrf = None

    def call(self, method, path, body=None):
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        request.add_header("Accept-Language", "zh-CN")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if self.csrf:
            request.add_header("X-CSRF-Token", self.csrf)
        try:
            with self.opener.open(request, timeout=120) as reply:
                text = reply.read()
        except urllib.error.HTTPError as problem:
            sys.exit(f"{method} {path}: {problem.code} {problem.read().decode(errors='replace')}")
        answer = json.loads(text) if text else {}
        self.csrf = answer.get("csrf") or self.csrf
        return answer


    def look_until(self, org, path, enough):
        """GETs `path` now and after each event of the organisation's jobs (or the server's pulse), until it is enough."""
        request = urllib.request.Request(f"{self.url}/api/v1/orgs/{org}/events")
        with self.opener.open(request, timeout=120) as events:
            while not enough(state := self.call("GET", path)):
                while line := events.readline():
                    if line == b"\n":
                        break
                else:
                    sys.exit("the server ended while it was waited for")
            return state


def invite_colleagues(owner, org, url):
    for name, email, role in COLLEAGUES:
        invitation = owner.call("POST", f"/orgs/{org}/invitations", {"role": role, "name": name, "email": email})
        token = invitation["link"].rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        Browser(url).call("POST", f"/invitations/{token}/accept", {"name": name, "email": email, "password": PASSWORD})


def seal(owner, org, rows):
    key = owner.call("POST", f"/orgs/{org}/keys/trial", {"name": ORGANISATION})
    samples = owner.call("POST", f"/orgs/{org}/samples", {"rows": rows})
    run = owner.call("POST", f"/orgs/{org}/seal_runs",
                     {"template": samples["template"]["id"], "data": samples["data"]["id"], "key": key["id"]})

    def ended(state):
        print(f"\r盖章 {state['done']:,} / {state['total']:,}", end="", file=sys.stderr, flush=True)
        return state["state"] not in ("waiting", "running")

    state = owner.look_until(org, f"/orgs/{org}/seal_runs/{run['id']}", ended)
    print(file=sys.stderr)
    return state


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("setup_token")
    parser.add_argument("--rows", type=int, default=3800)
    options = parser.parse_args()
    owner = Browser(options.url)
    session = owner.call("POST", "/setup", {"token": options.setup_token, "name": OWNER[0], "email": OWNER[1],
                                            "password": PASSWORD, "organisation": ORGANISATION})
    org = session["orgs"][0]["id"]
    invite_colleagues(owner, org, options.url)
    run = seal(owner, org, options.rows)
    if run["state"] != "done":
        sys.exit(f"盖章没有完成：{run['state']} {run.get('problem') or ''}")
    print(f"{ORGANISATION}：盖章 {run['sealed']:,} 份，{run['refused']:,} 行有问题，用时 {run['seconds']:.1f} 秒（试用）")
    print(f"登录：{options.url}    {OWNER[1]}    密码 {PASSWORD}")
    print("同事：" + "，".join(f"{email}（{role}）" for _, email, role in COLLEAGUES) + "，密码相同")


if __name__ == "__main__":
    main()
