"""Pushes records, reports them, follows the events until they are reported, and saves the receipt of the first one.

Usage: SUYUAN_URL=... SUYUAN_TOKEN=... python3 push.py KIND RECORDS.json RECEIPT.json    (standard library only)
"""

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request

API = os.environ["SUYUAN_URL"] + "/api/v1"
TOKEN = os.environ["SUYUAN_TOKEN"]


def call(path, body=None, key=None):
    """One request; the bytes of the answer, or an HTTPError whose body is a problem (RFC 9457)."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if key is not None:
        headers["Idempotency-Key"] = key
    with urllib.request.urlopen(urllib.request.Request(API + path, body, headers), timeout=90) as answer:
        return answer.read()


def ask(path, body=None, key=None):
    return json.loads(call(path, body, key))


def head():
    """The cursor of the newest event."""
    cursor = 0
    while (following := ask(f"/events?after={cursor}&limit=1000")["next"]) != cursor:
        cursor = following
    return cursor


def main(kind, records_path, receipt_path):
    with open(records_path, "rb") as file:
        records = file.read()
    cursor = head()
    # The same key with the same body does nothing twice: repeat the request as often as the network makes you.
    key = hashlib.sha256(records).hexdigest()[:32]
    staged = ask(f"/records/{kind}", records, f"push-{key}")
    for finding in staged["findings"]:
        print(finding["level"], finding["code"], "row", finding.get("row"), file=sys.stderr)
    if staged["staged"] == 0:
        sys.exit("nothing to report")
    report = ask("/reports", json.dumps({"import": staged["id"]}).encode(), f"report-{key}")

    # Keep `cursor` where your program keeps its state: it goes on from there after a restart.
    entry = None
    while entry is None:
        page = ask(f"/events?after={cursor}&wait=50")
        for event in page["items"]:
            if event["type"] == "reported" and event.get("report") == report["id"]:
                entry = event["entry"]
                break
        cursor = page["next"]

    # The receipt is there as soon as enough validators have signed: 409 until then.
    while True:
        try:
            receipt = call(f"/receipts/{entry}/0?format=bundle")
            break
        except urllib.error.HTTPError as error:
            if json.load(error)["code"] != "receipt_not_ready":
                raise
            time.sleep(0.5)
    with open(receipt_path, "wb") as file:
        file.write(receipt)
    print(f"{entry}/0")


if __name__ == "__main__":
    main(*sys.argv[1:4])
