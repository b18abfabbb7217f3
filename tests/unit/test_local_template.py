"""The template reader: intrinsics, mappings, and a loud stop for what has no local counterpart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local import filters, template
from local.intrinsics import Intrinsics, fill, target
from northstar.domain.errors import Invalid

SMALL = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Every: {Type: String, Default: rate(5 minutes)}
  Address: {Type: String, Default: ""}
Conditions:
  HasAddress: !Not [!Equals [!Ref Address, ""]]
Resources:
  Words:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]
      KeySchema: [{AttributeName: PK, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Lost: {Type: AWS::S3::Bucket, Condition: HasAddress}
  Work: {Type: AWS::SQS::Queue}
  Api: {Type: AWS::Serverless::HttpApi}
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../functions/echo
      Handler: handler.handler
      Runtime: python3.13
      Timeout: 7
      Environment:
        Variables: {TABLE: !Ref Words, WHERE: !Sub "${AWS::Region}/${Words.Arn}"}
      Events:
        Read:
          Type: HttpApi
          Properties: {ApiId: !Ref Api, Method: GET, Path: "/echo/{word}"}
        Any:
          Type: HttpApi
          Properties: {ApiId: !Ref Api, Method: ANY, Path: "/any"}
        Queued:
          Type: SQS
          Properties: {Queue: !GetAtt Work.Arn, BatchSize: 3}
        Said:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Words.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 4
            MaximumRetryAttempts: 2
            BisectBatchOnFunctionError: true
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]}
        Often:
          Type: ScheduleV2
          Properties: {ScheduleExpression: !Ref Every, Input: '{"go": true}'}
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "infra" / "template.yaml"
    path.parent.mkdir()
    path.write_text(text)
    return path


def test_a_template_becomes_what_has_to_run(tmp_path: Path) -> None:
    """Functions, routes, queues, streams, schedules and resources come out as declared."""
    stack = template.load(_file(tmp_path, SMALL))

    (function,) = stack.functions
    assert function.folder == tmp_path / "functions" / "echo"
    assert function.timeout == 7
    assert function.environment == {"TABLE": "${Words.Ref}", "WHERE": "us-east-1/${Words.Arn}"}
    assert set(stack.routes) == {
        template.Route("GET", "/echo/{word}", "Echo"),
        template.Route("ANY", "/any", "Echo"),
    }
    assert stack.queues == (template.QueueMapping("Echo", "Work", 3, partial=False),)
    (stream,) = stack.streams
    assert (stream.table, stream.batch_size, stream.retries) == ("Words", 4, 2)
    assert stream.bisect
    assert stream.partial
    assert stream.filters == ({"eventName": ["INSERT"]},)
    (schedule,) = stack.schedules
    assert (schedule.function, schedule.expression) == ("Echo", "rate(5 minutes)")
    assert schedule.input == '{"go": true}'
    assert {r.name for r in stack.resources if "Role" not in r.name} == {"Words", "Work"}


def test_parameters_and_conditions_are_respected(tmp_path: Path) -> None:
    """A parameter overrides its default, and a condition that holds brings its resource."""
    given = {"Every": "rate(1 day)", "Address": "someone"}
    stack = template.load(_file(tmp_path, SMALL), given)

    assert stack.schedules[0].expression == "rate(1 day)"
    assert "Lost" in {r.name for r in stack.resources}


def test_what_is_made_and_what_is_ignored(tmp_path: Path) -> None:
    """Groups, roles, topics and sets are made; permissions and event destinations are ignored."""
    more = """
  Later: {Type: AWS::Scheduler::ScheduleGroup}
  Clock: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Mails: {Type: AWS::SNS::Topic}
  MailsPolicy: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref Mails]}}
  WorkPolicy: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Work]}}
  Returned:
    Type: AWS::SNS::Subscription
    Properties: {Protocol: sqs, TopicArn: !Ref Mails, Endpoint: !GetAtt Work.Arn}
  Sent: {Type: AWS::SES::ConfigurationSet}
  SentEvents:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties: {ConfigurationSetName: !Ref Sent}
"""
    made = {r.name: r for r in template.load(_file(tmp_path, SMALL + more)).resources}

    assert {"Later", "Clock", "Mails", "Returned", "Sent"} <= made.keys()
    assert not {"MailsPolicy", "WorkPolicy", "SentEvents"} & made.keys()
    assert made["Returned"].properties["TopicArn"] == "${Mails.Ref}"
    assert made["Returned"].properties["Endpoint"] == "${Work.Arn}"


def test_an_unknown_resource_type_stops_the_start(tmp_path: Path) -> None:
    """A resource type without a local counterpart is refused by name."""
    text = f"{SMALL}  Strange: {{Type: AWS::Neptune::DBCluster}}\n"
    with pytest.raises(Invalid, match="Strange is of type AWS::Neptune::DBCluster"):
        template.load(_file(tmp_path, text))


def test_an_unknown_filter_operator_stops_the_start(tmp_path: Path) -> None:
    """A filter operator other than equality is refused by name, in the template too."""
    text = SMALL.replace('["INSERT"]', '[{"prefix": "IN"}]')
    with pytest.raises(Invalid, match="'prefix' is not mapped"):
        template.load(_file(tmp_path, text))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Size"}, "big"),
        ({"Ref": "Thing"}, "${Thing.Ref}"),
        ({"Fn::GetAtt": ["Thing", "Arn"]}, "${Thing.Arn}"),
        ({"Fn::GetAtt": "Thing.Arn"}, "${Thing.Arn}"),
        ({"Fn::Sub": "a ${Size} ${Thing} ${Thing.Arn}"}, "a big ${Thing.Ref} ${Thing.Arn}"),
        ({"Fn::Sub": ["${x}!", {"x": {"Ref": "Size"}}]}, "big!"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Size"}]]}, "a-big"),
        ({"Fn::If": ["IsBig", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsSmall", "yes", "no"]}, "no"),
        ({"Fn::If": ["IsOdd", "yes", "no"]}, "yes"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [1, {"Ref": "AWS::NoValue"}]}, {"b": [1]}),
        ({"Condition": {"StringEquals": 1}}, {"Condition": {"StringEquals": 1}}),
    ],
)
def test_intrinsic_functions(value: Any, expected: Any) -> None:
    """Each intrinsic function gives what CloudFormation gives."""
    big = {"Fn::Equals": [{"Ref": "Size"}, "big"]}
    conditions = {
        "IsBig": big,
        "IsSmall": {"Fn::Not": [{"Condition": "IsBig"}]},
        "IsOdd": {"Fn::And": [big, {"Fn::Or": [{"Condition": "IsSmall"}, big]}]},
    }
    assert Intrinsics({"Size": "big"}, conditions).resolve(value) == expected


def test_an_unknown_intrinsic_is_refused() -> None:
    """An intrinsic function that is not mapped is refused by name."""
    with pytest.raises(Invalid, match="Fn::Cidr"):
        Intrinsics({}, {}).resolve({"a": {"Fn::Cidr": ["10.0.0.0/16", 1, 8]}})


def test_references_are_filled_in() -> None:
    """References in a text are replaced by what the resources are called."""
    assert fill("x ${A.Ref} ${B.Arn}", lambda n, a: f"<{n} {a}>") == "x <A Ref> <B Arn>"
    assert target("arn:${Show.Arn}/x") == "Show"
    with pytest.raises(Invalid):
        target("no reference")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"a": {"b": "x"}, "n": 1}, True),
        ({"a": {"b": "y"}, "n": 2, "more": "z"}, True),
        ({"a": {"b": "z"}, "n": 1}, False),
        ({"a": {"b": "x"}}, False),
        ({"a": "x", "n": 1}, False),
        ({"a": {}, "n": 1}, False),
        ({}, False),
        ("text", False),
    ],
)
def test_a_filter_lets_equal_values_through(record: Any, expected: bool) -> None:
    """A record passes when every leaf of the pattern lists the record's value."""
    pattern = filters.parse('{"a": {"b": ["x", "y"]}, "n": [1, 2]}')
    assert filters.matches(pattern, record) is expected


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ('{"a": [{"exists": true}]}', "exists"),
        ('{"a": {"b": [{"numeric": [">", 1]}]}}', "numeric"),
        ('{"$or": [{"a": [1]}]}', "$or"),
        ('{"a": ["x", {"anything-but": "y"}]}', "anything-but"),
    ],
)
def test_a_filter_operator_is_refused(text: str, operator: str) -> None:
    """Every operator other than equality is refused by its name."""
    with pytest.raises(Invalid, match=operator.replace("$", r"\$")):
        filters.parse(text)
