"""The consumer of consumer.ts in Python: `python consumer.py <queue URL>`."""

import json
import sys

import boto3

sqs = boto3.client("sqs")
s3 = boto3.client("s3")
queue_url = sys.argv[1]


def data_of(event):
    if "dataref" not in event:
        return event["data"]
    bucket, key = event["dataref"].removeprefix("s3://").split("/", 1)
    return json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])


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
        note = data_of(event).get("note", "")
        read = {"id": event["id"], "group": message["Attributes"]["MessageGroupId"], "noteLength": len(note)}
        print(json.dumps(read))
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
