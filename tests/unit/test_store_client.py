"""The store's errors: which of them are ours to try again, and which are the caller's mistake."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from northstar.domain.errors import Conflict, Invalid, NorthstarError, Unavailable
from northstar.store.client import Table


@pytest.mark.parametrize(
    ("reasons", "ours"),
    [
        (["None", "ThrottlingError"], Unavailable),
        (["ProvisionedThroughputExceeded"], Unavailable),
        (["RequestLimitExceeded", "None"], Unavailable),
        (["ConditionalCheckFailed"], Conflict),
        (["TransactionConflict"], Conflict),
        (["ThrottlingError", "ConditionalCheckFailed"], Conflict),
        (["TransactionConflict", "ProvisionedThroughputExceeded"], Conflict),
        (["ValidationError", "ThrottlingError"], Invalid),
    ],
)
def test_a_cancelled_transaction_says_why(reasons: list[str], ours: type[NorthstarError]) -> None:
    """A busy table is no conflict, unless somebody else wrote first as well."""
    client = boto3.client(
        *("dynamodb", "eu-central-1"), aws_access_key_id="a", aws_secret_access_key="b"
    )
    table = Table(client, "T")
    with Stubber(client) as stub:
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            "Transaction cancelled",
            modeled_fields={"CancellationReasons": [{"Code": code} for code in reasons]},
        )
        with pytest.raises(ours) as raised:
            table.transact([{"Put": table.put_any({"PK": "a", "SK": "b"})}])
    assert type(raised.value) is ours
