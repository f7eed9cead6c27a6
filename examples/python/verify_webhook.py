"""Checks a webhook as Standard Webhooks say (standard library only).

Usage: SUYUAN_WEBHOOK_SECRET=whsec_... python3 verify_webhook.py ID TIMESTAMP SIGNATURE < BODY
"""

import base64
import hashlib
import hmac
import os
import sys
import time


def is_genuine(secret, message_id, timestamp, signatures, body, now=None):
    """True when one of the signatures is ours and the message is at most five minutes old."""
    if abs((time.time() if now is None else now) - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, given) for given in signatures.split(" "))


if __name__ == "__main__":
    message_id, timestamp, signatures = sys.argv[1:4]
    genuine = is_genuine(
        os.environ["SUYUAN_WEBHOOK_SECRET"], message_id, timestamp, signatures, sys.stdin.buffer.read()
    )
    print("genuine" if genuine else "forged, or too old")
    sys.exit(0 if genuine else 1)
