"""The actions that the code uses are the actions that the template grants, both ways.

Those on tables and buckets are held against the very table, index or bucket.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_string
from functools import partial
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import boto3
import botocore.client
import pytest

from local import memory
from local.store import StoreReview, shopify_page
from northstar.app.learn import Trained, kept
from northstar.app.notify import Waiting
from northstar.app.ports import Fetched
from northstar.delivery.mail import SesMailer
from northstar.domain.aggregates import Row
from northstar.domain.errors import Unavailable
from northstar.domain.learning import Card, Example, Figures
from northstar.domain.reviews import Review, first_sight
from northstar.runtime import bootstrap, collecting
from northstar.runtime.configuration import load
from northstar.scoring import linear
from tests.conftest import ROOT
from tests.integration.conftest import Pipeline, delivery
from tests.template import functions, resources

SERVICES = {"sesv2": "ses"}
PASSED = {("scheduler", "CreateSchedule"): {"scheduler:CreateSchedule", "iam:PassRole"}}
IMPLIED = PASSED | {
    ("dynamodb", "TransactWriteItems"): set(),  # its Put and Update are counted below
    ("sesv2", "SendEmail"): {"ses:SendEmail", "ses:SendRawEmail"},
    ("s3", "ListObjectsV2"): {"s3:ListBucket"},
    ("s3", "GetObject"): {"s3:GetObject", "s3:ListBucket"},  # else what is missing is refused
}
PRAISE = "This app is great and the support helped us"
Permission = tuple[str, str]
"""An action, and the table, index or bucket it is on; "" for whatever else."""


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[Permission]]:
    """The permissions that each function's calls need, as they are made."""
    made: dict[str, set[Permission]] = defaultdict(set)
    original = botocore.client.BaseClient._make_api_call
    invoke = Pipeline.invoke
    running: list[str] = []

    def recorded(self: Any, operation: str, request: dict[str, Any]) -> Any:
        if running:
            made[running[-1]] |= _needed(self.meta.service_model.service_name, operation, request)
        if operation == "BatchDetectSentiment":  # moto does not know it
            return {"ResultList": [], "ErrorList": []}
        return original(self, operation, request)

    def invoked(self: Pipeline, function: str, event: Any) -> Any:
        running.append(function)
        memory.forget()  # a function of its own process has cached nothing of another's
        try:
            return invoke(self, function, event)
        finally:
            running.pop()

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", recorded)
    monkeypatch.setattr(Pipeline, "invoke", invoked)
    return made


def _needed(service: str, operation: str, request: dict[str, Any]) -> set[Permission]:
    if operation == "TransactWriteItems":
        items = [item for one in request["TransactItems"] for item in one.items()]
        return {(f"dynamodb:{kind}Item", told["TableName"]) for kind, told in items}
    actions = IMPLIED.get((service, operation), {f"{SERVICES.get(service, service)}:{operation}"})
    return {(action, place) for action in actions for place in _places(request)}


def _places(request: dict[str, Any]) -> list[str]:
    """The tables, the index, or the bucket of a request."""
    if "IndexName" in request:
        return [f"{request['TableName']}/index/{request['IndexName']}"]
    bucket = {f"northstar-{name.lower()}": name for name in resources("AWS::S3::Bucket")}
    named = [request["TableName"]] if "TableName" in request else []
    named += [bucket[request["Bucket"]]] if "Bucket" in request else []
    return [*named, *request.get("RequestItems", {})] or [""]


def granted(function: str) -> set[Permission]:
    """Return the permissions in a function's own policies."""
    statements = [s for p in functions()[function].get("Policies", []) for s in p["Statement"]]
    return {
        (action, _place(resource) if action.startswith(("dynamodb:", "s3:")) else "")
        for one in statements
        for action in one["Action"]
        for resource in (
            one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]
        )
    }


def _place(resource: Any) -> str:
    """The table, index or bucket of a policy's resource."""
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    name, _, rest = resource["Fn::Sub"].removeprefix("${").partition(".Arn}")
    return name if rest == "/*" else f"{name}{rest}"


def test_actions_used_are_actions_granted(
    used: dict[str, set[Permission]], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through every path of every function."""
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    pipeline.configure("[asking]\ndelay_minutes = { email = 60 }\nremind_after_days = 1\n")
    pipeline.solved(id="T-3", channel="email", solved_at=in_an_hour.isoformat())
    pipeline.configure("[asking]\nremind_after_days = 1\n")
    asked = pipeline.solved(channel="email")
    pipeline.work_off_queue()
    _bounce(pipeline)
    linked = pipeline.solved(id="T-2")
    pipeline.solved(id="T-7", customer={"id": "c-ann.T-2", "email": "ann.T-2@example.org"})
    pipeline.answer(linked["survey_url"], answer="yes", comment="Great")
    pipeline.get(linked["survey_url"])
    _anonymous(pipeline)
    entries = pipeline.new_entries()
    pipeline._read = 0
    pipeline.work_off_stream()
    for function in ("Score", "Count"):
        bad = json.loads(json.dumps(entries[-1], default=str))
        bad["dynamodb"]["NewImage"]["kind"] = {"S": "riddle"}
        pipeline.stream_batch(function, [bad])
    cookie = pipeline.log_in()
    pipeline.get("/", cookie)
    pipeline.get("/feedback", cookie)
    pipeline.call("POST", "/auth/logout", headers={"cookie": cookie})
    _collect_once(pipeline, monkeypatch)
    _look_at_sources(pipeline)
    _learn_and_read_again(pipeline, monkeypatch)
    _look_at_what_is_understood(pipeline)
    _look_at_an_edit(pipeline)
    _track_goals(pipeline)
    _notify(pipeline)
    _show_the_wall(pipeline)
    _report(pipeline, monkeypatch)
    _go_to_an_issuer(pipeline)

    assert asked["state"] == "planned"
    assert delivery()["type"] == "ticket.solved"
    differing = {
        name: {"not granted": used[name] - granted(name), "not used": granted(name) - used[name]}
        for name in functions()
        if used[name] != granted(name)
    }
    assert differing == {}


def _bounce(pipeline: Pipeline) -> None:
    """The mail service tells of a mail that came back."""
    sample = json.loads((ROOT / "events/ask/bounce.json").read_text("utf-8"))
    assert pipeline.invoke("Ask", sample).payload == {"batchItemFailures": []}


def _anonymous(pipeline: Pipeline) -> None:
    """An answer apart from its ask, and no more surveys for who gave it."""
    pipeline.configure("[answering]\nanonymous = true\n")
    link = pipeline.solved(id="T-4")["survey_url"]
    assert pipeline.answer(link, answer="no").status == 303
    (stop,) = re.findall(r'href="(/u/[\w.-]+)"', pipeline.get(f"{link}").body.decode()) or [""]
    assert stop == "" or pipeline.call("POST", stop).status == 200


def _look_at_sources(pipeline: Pipeline) -> None:
    """The page of what was collected, and a source that is collected at once."""
    cookie = pipeline.log_in()
    assert pipeline.get("/sources", cookie).status == 200
    form = b"source=shopify&app=app"
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    response = pipeline.call("POST", "/sources/collect", body=form, headers=headers)
    assert response.status == 303


def _look_at_an_edit(pipeline: Pipeline) -> None:
    """A review that was changed, with what it said before."""
    store = bootstrap.feedback_store()
    (known,) = store.all_reviews("shopify", "app")
    review = replace(known.review, text="Not any more", rating=2)
    later = known.seen_at + timedelta(days=1)
    changed = replace(known, review=review, seen_at=later, version=known.version + 1)
    store.put_review(changed, known)
    page = pipeline.get(f"/feedback?{urlencode({'id': known.id})}", pipeline.log_in())
    assert b"Not any more" in page.body


def _track_goals(pipeline: Pipeline) -> None:
    """A goal of the file, and a template to improve, brought up to date; what is counted of long
    ago makes the goal untrue."""
    _a_bad_template()
    goal = 'name = "G"\nmetric = "net_public_reviews"\ntarget = 9\nstart = 2020-01-01\n'
    pipeline.configure(f"[[goals]]\n{goal}deadline = 2099-01-01\n")
    assert pipeline.invoke("Track", {"track": "due"}).payload == {"goals": 1}
    headers = {
        "cookie": pipeline.log_in(),
        "content-type": "application/x-www-form-urlencoded",
    }
    one, week = "/templates/one?id=bad&version=1", "/templates/week"
    for page in ("/", "/goals?name=G", "/coverage", "/templates", one, week):
        assert pipeline.get(page, headers["cookie"]).status == 200
    kept = urlencode({"id": "bad", "shown": "1", "version": "0", "what": "save"}).encode()
    assert pipeline.call("POST", "/templates/card", body=kept, headers=headers).status == 303
    form = urlencode({"name": "G", "confidence": "7"}).encode()
    told = pipeline.call("POST", "/goals/confidence", body=form, headers=headers)
    assert told.status == 303
    pipeline.solved(id="T-6", solved_at="2026-01-01T00:00:00Z", opened_at="2026-01-01T00:00:00Z")
    pipeline.work_off_stream()


def _a_bad_template() -> None:
    """A template of which ten customers say that it did not help."""
    store, today = bootstrap.progress_store(), datetime.now(UTC).date()
    row = Row("template", "bad@1", today.isoformat())
    measures = {"tickets": 10, "answers": 10, "solved_no": 10}
    store.count([], {}, {row: measures})


def _notify(pipeline: Pipeline) -> None:
    """Bad news that one channel takes and another one cannot, and what somebody did about it."""
    pipeline.configure(
        '[[channels]]\nname = "team"\nkind = "mail"\nto = ["team@example.org"]\n'
        '[[channels]]\nname = "office"\nkind = "slack"\n[on_call]\nrota = ["team"]\n'
    )
    pipeline.invoke("Notify", {"notify": "due"})  # what there is so far comes as one message
    link = pipeline.solved(id="T-8")["survey_url"]
    pipeline.answer(link, answer="no", comment="It did not help")
    pipeline.work_off_stream()
    done = pipeline.invoke("Notify", {"notify": "due"}).payload
    assert done["sent"] > 0
    assert done["failed"] > 0  # the office's address is in no secret
    cookie = pipeline.log_in()
    alert = bootstrap.alert_store().open_alerts(1)[0].alert
    assert alert.id in pipeline.get("/alerts", cookie).body.decode()
    form = urlencode({"alert": alert.id, "what": "fixed", "note": "Called back."}).encode()
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    assert pipeline.call("POST", "/alerts/outcome", body=form, headers=headers).status == 303
    pipeline.configure("# no channels any more")
    for one in bootstrap.alert_store().pending(100):
        bootstrap.alert_store().postpone(one, "office", Waiting(one.alert.at, one.alert.at))
    pipeline.invoke("Notify", {"notify": "due"})
    assert not bootstrap.alert_store().pending(100)


def _show_the_wall(pipeline: Pipeline) -> None:
    """The public wall, made and made again, and who went on to the store."""
    source = '[[sources]]\nsource = "shopify"\napp = "app"\n'
    pipeline.configure(f"[proof]\nenabled = true\nshown = 1\n{source}")
    for _ in range(2):
        pipeline.invoke("Track", {"track": "due"})
    assert pipeline.get("/proof").status == 200
    assert pipeline.get("/reviews", pipeline.log_in()).status == 200


def _report(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """A weekly report that first cannot be mailed, and is then; its page, and its end."""
    monkeypatch.setattr("northstar.app.report_mailing.CATCH_UP", timedelta(days=7))
    now = datetime.now(UTC)
    friday = now.date() - timedelta(now.weekday() + 3)
    review = Review(source="shopify", id="w", text=PRAISE, created=friday.isoformat())
    bootstrap.feedback_store().put_review(first_sight(review, "app", now), None)
    pipeline.configure('[report]\nhour = 0\nteam = ["ann@example.org"]\n')
    down = patch.object(SesMailer, "send", side_effect=Unavailable("down"))
    with down, pytest.raises(RuntimeError, match="1 mails"):
        pipeline.invoke("Report", {"report": "due"})
    assert pipeline.invoke("Report", {"report": "due"}).payload == {"sent": 1, "stopped": 0}
    assert pipeline.get("/report", pipeline.log_in()).status == 200
    stop = re.findall(r"/r/[\w.-]+", message_from_string(pipeline.mails()[-1])["List-Unsubscribe"])[
        0
    ]
    for body in (b"List-Unsubscribe=One-Click", b"again=yes"):
        assert pipeline.call("POST", stop, body=body).status == 200


def _learn_and_read_again(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four nights with a better model each, and texts of a language that only Comprehend knows."""
    for name in ("MINIMUM", "MINIMUM_OF_THE_RARER"):
        monkeypatch.setattr(f"northstar.domain.learning.{name}", 0)
    pipeline.configure("[understanding]\ncomprehend = true\n")
    german = pipeline.solved(id="T-5", language="de")["survey_url"]
    pipeline.answer(german, answer="no", comment="Das hat mir leider nicht geholfen")
    pipeline.work_off_stream()
    for night in range(1, 5):
        monkeypatch.setattr("northstar.runtime.learning.train", partial(_trained, night))
        assert pipeline.learn("now")["settled"]
    assert any(card.id == "en-4" for card, serves in kept(bootstrap.models()) if serves)


def _trained(night: int, _: Iterable[Example], language: str) -> Trained:
    figures = Figures(0, 0, night / 10, 0.5, 0.1)
    vader = replace(figures, auc=0.0)
    card = Card(f"{language}-{night}", language, figures, vader, 2.0, 0.0, "norm1", 1, 0.15, 5)
    settings = linear.Settings(language, (language,), 8, 1.0, 0.0, 1.0, 0.0, 0.15, "norm1")
    return Trained(card, linear.pack(settings, [night] * 256))


def _look_at_what_is_understood(pipeline: Pipeline) -> None:
    """The pages about texts, and a text that a person corrects."""
    cookie = pipeline.log_in()
    (said, *_) = (one.id for one in bootstrap.feedback_store().records() if one.verdict)
    for page in ("/topics", "/sentiment", f"/feedback?{urlencode({'id': said})}"):
        assert pipeline.get(page, cookie).status == 200
    form = urlencode({"id": said, "label": "negative", "what": "save"}).encode()
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    response = pipeline.call("POST", "/feedback/correct", body=form, headers=headers)
    assert response.status == 303


def _go_to_an_issuer(pipeline: Pipeline) -> None:
    """A login at an issuer that does not answer."""
    pipeline.configure('[login]\nissuer = "https://127.0.0.1:1"\nclient_id = "us"\n')
    assert pipeline.get("/auth/login").status == 503


def _collect_once(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan, a page with a review, one that cannot be understood, and a key that is missing."""
    text = '[[sources]]\nsource = "shopify"\napp = "app"\n'
    text += '[[sources]]\nsource = "app_store_connect"\napp = "1"\n'
    name = pipeline.made["Configuration", "Ref"]
    boto3.client("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)
    pipeline.invoke("Collect", {"plan": "all"})
    review = StoreReview("1", 5, date(2026, 7, 27), text=PRAISE, author="Shop")
    page = shopify_page("app", [review], 1, "https://apps.shopify.com").encode()
    for payload, number in ((page, 0), (b"<html>consent</html>", 0), (b"", 1)):
        answer = Fetched(payload)
        monkeypatch.setattr(
            collecting.Fetcher, "for_job", lambda *_, answer=answer, **__: lambda _call: answer
        )
        body = json.dumps(asdict(load(text).sources[number]))
        record = {"messageId": "1", "body": body, "eventSource": "aws:sqs"}
        report = pipeline.invoke("Collect", {"Records": [record]}).payload
        assert report == {"batchItemFailures": []}
