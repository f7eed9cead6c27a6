#!/bin/sh
# Pushes records, reports them, follows the events until they are reported, and saves the receipt of the first one.
# Usage: SUYUAN_URL=... SUYUAN_TOKEN=... ./push.sh KIND RECORDS.json RECEIPT.json        (needs curl and jq)
set -eu
kind=$1 records=$2 receipt=$3
api="$SUYUAN_URL/api/v1"
# The token comes from a file descriptor, not from the command line that other users can see.
call() { curl --silent --show-error --fail-with-body -K - "$@" <<CONFIG
header = "Authorization: Bearer $SUYUAN_TOKEN"
CONFIG
}

# Where the feed stands: everything that happens from here on has a larger id.
cursor=0
while :; do
  next=$(call "$api/events?after=$cursor&limit=1000" | jq .next)
  [ "$next" = "$cursor" ] && break
  cursor=$next
done

# The same key with the same body does nothing twice: repeat the request as often as the network makes you.
key=$(sha256sum "$records" | cut -c1-32)
staged=$(call -X POST "$api/records/$kind" -H 'Content-Type: application/json' -H "Idempotency-Key: push-$key" \
  --data-binary "@$records")
echo "$staged" | jq -c '.findings[]' >&2
import=$(echo "$staged" | jq -e 'if .staged > 0 then .id else null end') || exit 1
report=$(call -X POST "$api/reports" -H 'Content-Type: application/json' -H "Idempotency-Key: report-$key" \
  --data "{\"import\":$import}" | jq .id)

# Waits up to 50 seconds for each answer; `next` is the place to go on from, also after a restart.
entry=
while [ -z "$entry" ]; do
  page=$(call "$api/events?after=$cursor&wait=50")
  entry=$(echo "$page" | jq --argjson report "$report" \
    'first(.items[] | select(.type == "reported" and .report == $report)).entry // empty')
  cursor=$(echo "$page" | jq .next)
done

# The receipt is there as soon as enough validators have signed: 409 until then.
until call --output "$receipt" "$api/receipts/$entry/0?format=bundle"; do
  [ "$(jq -r .code "$receipt")" = receipt_not_ready ] || exit 1
  sleep 1
done
echo "$entry/0"
