"""Gives evidence to verifiers that are not of this project, and prints what they say.

Reads a JSON array of cases from standard input, writes a JSON array of verdicts, in the same order, to standard
output. Bytes are hexadecimal, keys as each verifier takes them.

  {"tool": "proofbundle", "proof": text, "entry": hex, "logVkey": text, "witnessVkeys": [text], "threshold": n,
   "origin": text}
  {"tool": "scitt-cose", "receipt": hex, "entry": hex, "publicKeyPem": text}
  {"tool": "scitt-cose-statement", "statement": hex, "publicKeyPem": text}
"""

import json
import sys

from proofbundle.tlogproof import verify_tlog_proof
from scitt_cose import parse_signed_statement, verify_receipt


def verify(case: dict) -> dict:
    if case["tool"] == "proofbundle":
        result = verify_tlog_proof(
            case["proof"],
            bytes.fromhex(case["entry"]),
            case["logVkey"],
            case["witnessVkeys"],
            threshold=case["threshold"],
            expected_origin=case["origin"],
        )
        return {
            "valid": result["ok"],
            "logValid": result["log_ok"],
            "witnessesValid": result["witnesses_ok"],
            "inclusionValid": result["inclusion_ok"],
            "reason": result.get("detail", ""),
        }
    if case["tool"] == "scitt-cose":
        receipt = verify_receipt(
            bytes.fromhex(case["receipt"]),
            leaf_entry_hex=case["entry"],
            log_public_key_pem=case["publicKeyPem"],
        )
        return {
            "valid": receipt.ok,
            "root": receipt.root,
            "size": receipt.tree_size,
            "index": receipt.leaf_index,
            "issuer": receipt.issuer,
            "subject": receipt.subject,
            "reason": "; ".join(receipt.errors),
        }
    if case["tool"] == "scitt-cose-statement":
        statement = parse_signed_statement(
            bytes.fromhex(case["statement"]), public_key_pem=case["publicKeyPem"]
        )
        return {
            "valid": statement["signature_verified"] is True,
            "issuer": statement["issuer"],
            "subject": statement["subject"],
            "contentType": statement["content_type"],
            "reason": "",
        }
    raise ValueError(f"unknown tool {case['tool']}")


json.dump([verify(case) for case in json.load(sys.stdin)], sys.stdout)
