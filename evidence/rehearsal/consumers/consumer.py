"""The consumer of consumer.ts in Python: `python consumer.py <queue URL>`."""

import json
import sys

import boto3

sqs = boto3.client("sqs")
queue_url = sys.argv[1]
while True:
    messages = sqs.receive_message(
        QueueUrl=queue_url,
        WaitTimeSeconds=1,
        MaxNumberOfMessages=10,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["MessageGroupId"],
    ).get("Messages", [])
    if not messages:
        break
    for message in messages:
        event = json.loads(message["Body"])
        if message["MessageAttributes"]["type"]["StringValue"] != event["type"]:
            raise RuntimeError("the attribute type differs")
        print(json.dumps({"id": event["id"], "group": message["Attributes"]["MessageGroupId"]}))
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
