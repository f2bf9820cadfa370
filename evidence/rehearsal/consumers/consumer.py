"""The same consumer in Python: `python consumer.py <queue URL>`."""

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
    ).get("Messages", [])
    if not messages:
        break
    for message in messages:
        event = json.loads(message["Body"])
        if message["MessageAttributes"]["type"]["StringValue"] != event["type"]:
            raise RuntimeError("the attribute type differs")
        print(json.dumps({name: event.get(name) for name in ("id", "type", "subject")}))
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
