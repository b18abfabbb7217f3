"""The template keeps what the design promises, for every function, queue, mapping and table."""

from __future__ import annotations

import ast
import json
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from local.template import translate
from northstar.app.configuration import Login
from tests.conftest import ROOT
from tests.template import TEMPLATE, functions, resources, template

FUNCTIONS = sorted(functions())
PREFIX = "AWS::"


def events(kind: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (function, event, properties) of every event of a kind."""
    return [
        (name, event, one.get("Properties", {}))
        for name, function in functions().items()
        for event, one in function.get("Events", {}).items()
        if one["Type"] == kind
    ]


def environment_read(function: str) -> set[str]:
    """Return the settings that the code behind a function asks for, by what its handler wires."""
    needs = {
        "feedback_store": {"FEEDBACK_TABLE"},
        "progress_store": {"PROGRESS_TABLE"},
        "goal_store": {"PROGRESS_TABLE"},
        "takedowns": {"PROGRESS_TABLE"},
        "alert_store": {"PROGRESS_TABLE"},
        "report_store": {"PROGRESS_TABLE"},
        "template_store": {"PROGRESS_TABLE"},
        "public_address": {"CONFIGURATION", "PUBLIC_ADDRESS"},
        "quarantine": {"QUARANTINE_BUCKET"},
        "ask_queue": {"ASK_QUEUE"},
        "collect_queue": {"COLLECT_QUEUE"},
        "token_keys": {"TOKEN_SECRET"},
        "pepper": {"IDENTITY_SECRET"},
        "desk_secrets": {"DESK_SECRET"},
        "source_key": {"SOURCE_SECRET"},
        "configuration": {"CONFIGURATION"},
        "account": {"CONFIGURATION", "DESK_SECRET"},
        "mailer": {"MAIL_EVENTS"},
        "own_mailer": set(),
        "channel": {"CONFIGURATION", "CHANNEL_SECRET"},
        "schedule": {"SCHEDULE_GROUP", "SCHEDULE_ROLE", "SCHEDULE_DEAD_LETTERS", "ASK_QUEUE_ARN"},
        "models": {"MODEL_BUCKET"},
        "reader": {"CONFIGURATION", "MODEL_BUCKET"},
        "reach": {"CONFIGURATION"},
        "login_issuer": {"CONFIGURATION", "LOGIN_ISSUER"},
        "login_client": {"CONFIGURATION", "LOGIN_ISSUER", "LOGIN_CLIENT", "LOGIN_SECRET"},
    }
    found: set[str] = set()
    for path in _wired_modules(function):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "bootstrap":
                found |= needs[node.attr]
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "setting":
                found |= {ast.literal_eval(node.args[0])}
    return found


def _wired_modules(function: str) -> list[Path]:
    """The handler and the runtime modules that it imports, which wire for it."""
    handler = ROOT / "functions" / function.lower() / "handler.py"
    runtime = ROOT / "layers/northstar/python/northstar/runtime"
    wiring = {
        *(
            "api",
            "batches",
            "collecting",
            "freshness",
            "inbox",
            "leadership",
            "learning",
            "notifying",
            "planning",
        ),
        *("report_mails", "report_pages", "reporting"),
        *("routes", "sending", "signing_in", "survey", "tracking", "visits"),
    }
    found, named = [handler], _runtime_imports(handler) & wiring
    while named:
        found += [runtime / f"{name}.py" for name in sorted(named)]
        named = set().union(*map(_runtime_imports, found)) & wiring - {path.stem for path in found}
    return found


def _runtime_imports(path: Path) -> set[str]:
    """The modules of `northstar.runtime` that a module imports, or names to be loaded later."""
    text = path.read_text("utf-8")
    later = set(re.findall(r'_later\("(\w+):', text))
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom)]
    whole = {one.name for n in nodes if n.module == "northstar.runtime" for one in n.names}
    return whole | later | {(n.module or "").removeprefix("northstar.runtime.") for n in nodes}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_a_folder_and_a_verb(name: str) -> None:
    """Its code is functions/<verb>, with one handler of at most forty lines."""
    code = functions()[name]["CodeUri"]
    assert code == f"../functions/{name.lower()}"
    folder = ROOT / "infra" / code
    assert [p.name for p in folder.iterdir() if p.suffix == ".py"] == ["handler.py"]
    assert len((folder / "handler.py").read_text("utf-8").splitlines()) <= 40


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_imports_northstar_and_powertools_only(name: str) -> None:
    """Beside the standard library."""
    import sys

    tree = ast.parse((ROOT / "functions" / name.lower() / "handler.py").read_text("utf-8"))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    roots = {module.partition(".")[0] for module in imported}
    assert roots - set(sys.stdlib_module_names) <= {"northstar", "aws_lambda_powertools"}


def test_every_function_folder_is_in_the_template() -> None:
    """No function is left out."""
    folders = {p.name for p in (ROOT / "functions").iterdir() if (p / "handler.py").is_file()}
    assert folders == {name.lower() for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_what_its_code_reads(name: str) -> None:
    """The environment in the template is what the wiring asks for, and nothing more."""
    told = functions()[name]["Environment"]["Variables"]
    assert {n for n in told if not n.startswith("POWERTOOLS_")} == environment_read(name)
    assert told["POWERTOOLS_SERVICE_NAME"] == name.lower()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_logs_that_end_and_an_alarm(name: str) -> None:
    """A log group with a retention, and an alarm on its errors."""
    groups = resources("AWS::Logs::LogGroup")
    assert groups[f"{name}Logs"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    alarm = resources("AWS::CloudWatch::Alarm")[f"{name}ErrorsAlarm"]["Properties"]
    assert alarm["Dimensions"][0]["Value"] == {"Ref": name}
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_policies_name_actions_and_resources(name: str) -> None:
    """No wildcard action, and no wildcard resource but of a service that knows no resources."""
    for policy in functions()[name].get("Policies", []):
        for statement in policy["Statement"]:
            assert not any("*" in action for action in statement["Action"])
            unbounded = statement["Action"] == ["comprehend:BatchDetectSentiment"]
            assert (statement["Resource"] == "*") == unbounded


def test_every_stream_mapping_can_fail_without_blocking() -> None:
    """Filter, bisect, bounded retries, partial responses and a place for what never succeeds.

    Notify is only woken up by its stream: what it works off stays in the outbox.
    """
    mappings = events("DynamoDB")
    assert {name for name, _, _ in mappings} == {"Score", "Count", "Notify"}
    for name, _, one in mappings:
        if name == "Notify":
            assert 0 < one["MaximumRetryAttempts"] <= 100
            continue
        assert one["BisectBatchOnFunctionError"] is True
        assert 0 < one["MaximumRetryAttempts"] <= 100
        assert one["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert one["DestinationConfig"]["OnFailure"]["Type"] == "S3"  # S3 gets the payload
        (only,) = one["FilterCriteria"]["Filters"]
        stage = json.loads(only["Pattern"])["dynamodb"]["NewImage"]["stage"]["S"]
        assert stage == [name.lower()]
        late = resources("AWS::CloudWatch::Alarm")[f"{name}LateAlarm"]["Properties"]
        assert late["MetricName"] == "IteratorAge"


def test_every_queue_mapping_reports_partial_failures() -> None:
    """One failed message comes back alone."""
    mappings = events("SQS")
    assert {name for name, _, _ in mappings} == {"Ask", "Collect"}
    for _, _, one in mappings:
        assert one["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_queues_wait_long_enough_and_have_dead_letters_with_an_alarm() -> None:
    """Visibility is six times the consumer's timeout, and no dead letter is silent."""
    queues, alarms = resources("AWS::SQS::Queue"), resources("AWS::CloudWatch::Alarm")
    fallback = template()["Globals"]["Function"]["Timeout"]
    for name, _, one in events("SQS"):
        queue = one["Queue"]["Fn::GetAtt"][0]
        timeout = functions()[name].get("Timeout", fallback)
        properties = queues[queue]["Properties"]
        assert properties["VisibilityTimeout"] >= 6 * timeout
        dead = properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert queues[dead]["Properties"].get("FifoQueue") == properties.get("FifoQueue")
    for queue in queues:
        if queue.endswith("DeadLetters"):
            assert alarms[f"{queue}Alarm"]["Properties"]["Threshold"] == 0
        assert queues[queue]["Properties"]["SqsManagedSseEnabled"] is True


def test_every_schedule_has_dead_letters() -> None:
    """A schedule that cannot call its function leaves a message."""
    schedules = events("ScheduleV2")
    assert schedules
    for _, _, one in schedules:
        assert one["DeadLetterConfig"]["Arn"]["Fn::GetAtt"] == ["ScheduleDeadLetters", "Arn"]


def test_tables_cannot_be_lost() -> None:
    """Retained, protected, backed up, encrypted, with a stream and a time to live."""
    for table in resources("AWS::DynamoDB::Table").values():
        properties = table["Properties"]
        assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
        assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
        assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert properties["SSESpecification"]["SSEEnabled"] is True
        assert properties["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
        assert properties["TimeToLiveSpecification"]["Enabled"] is True


@pytest.mark.parametrize("name", ["QuarantineBucket", "ModelBucket"])
def test_every_bucket_is_private_and_stays(name: str) -> None:
    """Blocked to the public on all four ways, encrypted, kept when the stack goes."""
    assert set(resources("AWS::S3::Bucket")) == {"QuarantineBucket", "ModelBucket"}
    bucket = resources()[name]
    public = bucket["Properties"]["PublicAccessBlockConfiguration"]
    assert len(public) == 4
    assert all(public.values())
    assert bucket["Properties"]["BucketEncryption"]
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"


def test_the_quarantine_forgets_after_thirty_days_and_models_stay() -> None:
    """Payloads hold personal data; a model that serves must not vanish by its age."""
    quarantine, models = (resources()[f"{n}Bucket"]["Properties"] for n in ("Quarantine", "Model"))
    assert quarantine["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30
    assert "LifecycleConfiguration" not in models


def test_every_index_is_of_declared_attributes_and_holds_no_text() -> None:
    """Each index has the keys that its entries are looked up by, and nothing else of a customer."""
    for table in resources("AWS::DynamoDB::Table").values():
        properties = table["Properties"]
        declared = {one["AttributeName"] for one in properties["AttributeDefinitions"]}
        indexes = properties.get("GlobalSecondaryIndexes", [])
        keyed = [properties, *indexes]
        assert declared == {key["AttributeName"] for one in keyed for key in one["KeySchema"]}
        assert all(one["Projection"] == {"ProjectionType": "KEYS_ONLY"} for one in indexes)


def test_learning_is_due_every_hour_and_may_be_long() -> None:
    """One run may take a quarter of an hour, so that two never run at once; it has a whole CPU."""
    (schedule,) = [one for name, _, one in events("ScheduleV2") if name == "Learn"]
    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    assert json.loads(schedule["Input"]) == {"learn": "due"}
    learn = functions()["Learn"]
    assert (learn["Timeout"], learn["MemorySize"]) == (900, 1769)


def test_the_api_is_throttled_and_never_logs_a_path() -> None:
    """A path holds a survey token; the route does not."""
    (api,) = resources("AWS::Serverless::HttpApi").values()
    properties = api["Properties"]
    assert properties["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    logged = properties["AccessLogSettings"]["Format"]
    assert "routeKey" in logged
    assert "path" not in logged.lower()


def test_routes_in_the_template_are_routes_in_the_code() -> None:
    """Each function answers exactly the routes that the gateway sends it."""
    for name in FUNCTIONS:
        declared = {
            f"{one['Method']} {one['Path']}" for n, _, one in events("HttpApi") if n == name
        }
        if declared:
            text = (ROOT / "functions" / name.lower() / "handler.py").read_text("utf-8")
            if "import ROUTES" in text:
                text = (ROOT / "layers/northstar/python/northstar/runtime/routes.py").read_text(
                    "utf-8"
                )
            keys = {
                node.value
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value.split(" ")[0] in {"GET", "HEAD", "POST", "PUT", "DELETE"}
                and " /" in node.value
            }
            assert declared == keys - {""}, name


def test_own_code_lies_under_python_in_its_layer() -> None:
    """SAM's builder adds python/ itself; a ContentUri above it would nest it twice."""
    layer = resources("AWS::Serverless::LayerVersion")["NorthstarLayer"]["Properties"]
    assert layer["ContentUri"].endswith("/northstar/python")
    assert (ROOT / "infra" / layer["ContentUri"] / "northstar/__init__.py").is_file()


def test_secrets_are_made_and_never_in_the_environment() -> None:
    """Every secret is generated, or empty until somebody fills it; functions know only its name."""
    for secret in resources("AWS::SecretsManager::Secret").values():
        told = secret["Properties"]
        made = told.get("GenerateSecretString")
        assert made["PasswordLength"] >= 32 if made else told["SecretString"] == "{}"
    for function in functions().values():
        for name, value in function["Environment"]["Variables"].items():
            assert isinstance(value, dict) or name.startswith("POWERTOOLS_")


def test_layer_wheels_are_pinned_and_hashed() -> None:
    """Every requirement of the layer is an exact version with its hashes."""
    lines = (ROOT / "layers/dependencies/requirements.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)


def test_alarms_on_our_own_metrics_watch_what_is_emitted() -> None:
    """Each names a metric of the code, with the service of a function as its only dimension."""
    library = ROOT / "layers/northstar/python/northstar"
    sources = [*library.rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    text = "".join(path.read_text("utf-8") for path in sources)
    emitted = set(re.findall(r'(?:count|tell)_metric\(f?"(\w+)', text))
    alarms = [one["Properties"] for one in resources("AWS::CloudWatch::Alarm").values()]
    queries = [query for alarm in alarms for query in alarm.get("Metrics", [])]
    metrics = [query["MetricStat"]["Metric"] for query in queries if "MetricStat" in query]
    own = [one for one in [*metrics, *alarms] if one.get("Namespace") == "Northstar"]
    assert {metric["MetricName"] for metric in own} == {
        *("Quarantined", "CollectedBroken", "CollectedPartial", "CollectedUnfinished"),
        *("SourcesStale", "CollectingPlanned", "SendingStopped", "BodiesTooLarge"),
        *("ModelsBroken", "RescoringHours", "NoticesFailed", "NoticesGivenUp"),
    }
    for metric in own:
        (dimension,) = metric["Dimensions"]
        assert dimension["Name"] == "service"
        assert dimension["Value"].capitalize() in functions()
        assert any(metric["MetricName"].startswith(name) for name in emitted)


def test_a_broken_model_rings_wherever_models_are_read() -> None:
    """Whoever makes the reader of texts can find a model that cannot be read."""
    alarm = resources("AWS::CloudWatch::Alarm")["ModelsBrokenAlarm"]["Properties"]
    watched = {
        query["MetricStat"]["Metric"]["Dimensions"][0]["Value"].capitalize()
        for query in alarm["Metrics"]
        if "MetricStat" in query
    }
    assert watched == {name for name in FUNCTIONS if _makes_the_reader(name)}


def _makes_the_reader(function: str) -> bool:
    return any("bootstrap.reader" in path.read_text("utf-8") for path in _wired_modules(function))


# ------------------------------------------------------------------ login

COGNITO = {name: one for name, one in resources().items() if "Cognito" in one["Type"]}


def test_a_user_pool_is_made_unless_there_is_another_issuer() -> None:
    """All of it, or nothing; with the parameter's own value, the function is told that."""
    assert len(COGNITO) == 5
    assert template()["Parameters"]["LoginIssuer"]["Default"] == ""
    assert template()["Conditions"]["HasUserPool"] == {"Fn::Equals": [{"Ref": "LoginIssuer"}, ""]}
    for one in [*COGNITO.values(), resources()["UserPoolClientId"]]:
        assert one["Condition"] == "HasUserPool"
    told = functions()["Show"]["Environment"]["Variables"]
    assert told["LOGIN_ISSUER"]["Fn::If"][::2] == ["HasUserPool", {"Ref": "LoginIssuer"}]


def test_only_an_operator_makes_accounts_and_they_cannot_be_lost() -> None:
    """Nobody signs up; long passwords, second factors asked for; retained and protected."""
    pool = COGNITO["UserPool"]
    told = pool["Properties"]
    assert pool["DeletionPolicy"] == pool["UpdateReplacePolicy"] == "Retain"
    assert told["DeletionProtection"]["Fn::If"] == ["IsProtected", "ACTIVE", "INACTIVE"]
    assert told["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert (told["MfaConfiguration"], told["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    rules = told["Policies"]["PasswordPolicy"]
    assert rules["MinimumLength"] >= 12
    assert all(rules[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))


def test_the_groups_of_the_user_pool_are_those_that_give_roles() -> None:
    """By the defaults of the configuration."""
    groups = {
        one["Properties"]["GroupName"]
        for one in COGNITO.values()
        if one["Type"].endswith("UserPoolGroup")
    }
    assert groups == {*Login().viewers, *Login().editors}


def test_the_client_takes_the_code_flow_without_a_secret_back_to_us() -> None:
    """To the route that ends a login, at the API's own address or at that of the business."""
    told = COGNITO["UserPoolClient"]["Properties"]
    assert told["GenerateSecret"] is False
    assert told["AllowedOAuthFlows"] == ["code"]
    assert set(Login().scopes) <= set(told["AllowedOAuthScopes"])
    own, other = told["CallbackURLs"]
    path = "/auth/callback"
    assert path in {one["Path"] for name, _, one in events("HttpApi") if name == "Show"}
    assert own["Fn::Sub"].startswith("https://${Api}.execute-api.")
    assert own["Fn::Sub"].endswith(path)
    assert other["Fn::If"][:2] == ["HasPublicUrl", {"Fn::Sub": "${PublicUrl}" + path}]


def test_no_resource_waits_for_itself() -> None:
    """What refers to something is made after it; the translated template has an order for all."""
    made = translate(TEMPLATE)["Resources"]
    graph = {name: _needed_first(one) & made.keys() for name, one in made.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(made)


def _needed_first(value: Any) -> set[str]:
    """The names that a resource refers to, in whatever form."""
    if isinstance(value, list):
        return set().union(*map(_needed_first, value))
    if not isinstance(value, dict):
        return set()
    found = set().union(*map(_needed_first, value.values()))
    match value:
        case {"Ref": str(name)}:
            found.add(name)
        case {"Fn::GetAtt": [str(name), *_]}:
            found.add(name)
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
            found |= set(re.findall(r"\$\{(\w+)", text))
    return found | {str(name) for name in _listed(value.get("DependsOn", []))}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_show_reads_its_client_by_a_name_that_waits_for_nothing() -> None:
    """The client needs the API's address and the API needs Show, so Show cannot need the client."""
    name = {"Fn::Sub": "${AWS::StackName}-login-client"}
    assert resources()["UserPoolClientId"]["Properties"]["Name"] == name
    assert functions()["Show"]["Environment"]["Variables"]["LOGIN_CLIENT"]["Fn::If"][1] == name
    readable = json.dumps(functions()["Show"]["Policies"])
    assert "parameter/" + name["Fn::Sub"] in readable
    assert "UserPoolClient" not in readable
