#!/usr/bin/env python3
# requirements: simple-salesforce==1.12.10
# serve: --tls
"""simple-salesforce against `mock-salesforce serve --tls`: one line a check, then `N passed, N failed`."""
import os
import sys
import time
import uuid

import jwt
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceExpiredSession, SalesforceMalformedRequest, SalesforceMoreThanOneRecord, SalesforceResourceNotFound

BASE = os.environ["BASE_URL"]
VERSION = "62.0"
RUN = uuid.uuid4().hex[:8]
passed = failed = 0
state = {}


def check(name):
    def run(function):
        global passed, failed
        try:
            function()
            passed += 1
            print(f"ok    {name}")
        except Exception as error:  # a check may fail in any way
            failed += 1
            print(f"FAIL  {name}: {type(error).__name__}: {str(error)[:300]}")
        return function
    return run


def refused(kind, call, code):
    try:
        call()
    except kind as error:
        assert error.content[0]["errorCode"] == code, error.content
        return error.content[0]
    raise AssertionError(f"no {kind.__name__}")


def lead(n, **more):
    return {"LastName": f"Own{RUN}{n}", "Company": "Own checks", "Email": f"own{n}.{RUN}@example.com", **more}


sf = Salesforce(instance_url=BASE, session_id=os.environ["SF_ACCESS_TOKEN"], version=VERSION)


@check("a signed assertion gives a token")
def _():
    claims = {"iss": os.environ["SF_CLIENT_ID"], "sub": os.environ["SF_USERNAME"], "aud": "https://login.salesforce.com", "exp": str(int(time.time()) + 120)}
    with open(os.environ["SF_JWT_KEY_FILE"]) as key:
        assertion = jwt.encode(claims, key.read(), algorithm="RS256")
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    reply = requests.post(f"{BASE}/services/oauth2/token", data=form)
    assert reply.status_code == 200 and reply.json()["instance_url"] == BASE, reply.text
    form["assertion"] = assertion[:-8] + "AAAAAAAA"
    assert requests.post(f"{BASE}/services/oauth2/token", data=form).json()["error"] == "invalid_grant"


@check("a dead session is told apart")
def _():
    dead = Salesforce(instance_url=BASE, session_id="00D!INVALID", version=VERSION)
    refused(SalesforceExpiredSession, lambda: dead.query("SELECT Id FROM Lead"), "INVALID_SESSION_ID")


@check("a lead is created, read, changed and deleted")
def _():
    made = sf.Lead.create(lead(1))
    assert made["success"] and len(made["id"]) == 18
    assert sf.Lead.update(made["id"], {"Title": "Chef ©"}) == 204
    assert sf.Lead.get(made["id"])["Title"] == "Chef ©"
    assert sf.Lead.delete(made["id"]) == 204
    refused(SalesforceResourceNotFound, lambda: sf.Lead.delete(made["id"]), "ENTITY_IS_DELETED")


@check("refusals carry code, message and fields")
def _():
    error = refused(SalesforceMalformedRequest, lambda: sf.Lead.create({"LastName": "x"}), "REQUIRED_FIELD_MISSING")
    assert error["fields"] == ["Company"] and error["message"] == "Required fields are missing: [Company]"
    refused(SalesforceMalformedRequest, lambda: sf.query("SELECT Nothing FROM Lead"), "INVALID_FIELD")
    refused(SalesforceMalformedRequest, lambda: sf.query("SELEC Id FROM Lead"), "MALFORMED_QUERY")


@check("external ids insert, update, and are ambiguous where they can be")
def _():
    key = f"External_Id__c/{RUN}-e"
    assert sf.Lead.upsert(key, lead(2)) == 201 and sf.Lead.upsert(key, {"Title": "y"}) == 200
    for n in (3, 4):
        sf.Lead.create(lead(n, Visitor_Id__c=f"{RUN}-v"))
    try:
        sf.Lead.get_by_custom_id("Visitor_Id__c", f"{RUN}-v")
    except SalesforceMoreThanOneRecord as error:
        assert len(error.content) == 2, error.content
        return
    raise AssertionError("two leads have the id, one came back")


@check("bulk 2.0 takes many rows and names those that fail")
def _():
    rows = [lead(f"b{n}") for n in range(450)] + [{"LastName": "no company", "Company": "", "Email": ""}]
    done = sf.bulk2.Lead.insert(records=rows)[0]
    assert (done["numberRecordsProcessed"], done["numberRecordsFailed"]) == (451, 1), done
    assert "REQUIRED_FIELD_MISSING" in sf.bulk2.Lead.get_failed_records(done["job_id"])


@check("queries page, group and search")
def _():
    where = f"LastName LIKE 'Own{RUN}b%'"
    assert sf.query(f"SELECT COUNT() FROM Lead WHERE {where}")["totalSize"] == 450
    paged = list(sf.query_all_iter(f"SELECT Id, Owner.Name FROM Lead WHERE {where}", headers={"Sforce-Query-Options": "batchSize=200"}))
    assert len(paged) == 450 and paged[0]["Owner"]["Name"]
    grouped = sf.query(f"SELECT Company, COUNT(Id) n FROM Lead WHERE {where} GROUP BY Company HAVING COUNT(Id) > 1")["records"]
    assert [row["n"] for row in grouped] == [450], grouped
    found = sf.search(f"FIND {{own1.{RUN}@example.com OR own2.{RUN}@example.com}} IN EMAIL FIELDS RETURNING Lead(Id, Email)")
    assert [row["Email"] for row in found["searchRecords"]] == [f"own2.{RUN}@example.com"], found


@check("a composite call uses the answers before it")
def _():
    base = f"/services/data/v{VERSION}/sobjects"
    parts = [{"method": "POST", "url": f"{base}/Account", "referenceId": "a", "body": {"Name": f"Own {RUN}"}},
             {"method": "POST", "url": f"{base}/Contact", "referenceId": "c", "body": {"LastName": "x", "AccountId": "@{a.id}"}}]
    answer = sf.restful("composite", method="POST", json={"allOrNone": True, "compositeRequest": parts})
    assert [part["httpStatusCode"] for part in answer["compositeResponse"]] == [201, 201], answer


print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
