"""The moto server, with the resource types that its CloudFormation doesn't know, or knows by half, but its services do.

For each of them this does what CloudFormation's own resource provider does: it takes the properties of the template and
calls the service's API with them. The calls go over HTTP and through botocore, so that a property which the service does
not have, or has with another type, fails the deployment.

usage: moto_server.py PORT
"""

import json
import os
import re
import sys

import boto3
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

# First, for moto takes the last of two types of one name, and ours are to be last.
import moto.cloudformation.parsing  # noqa: F401
from moto.core.common_models import CloudFormationModel
from moto.server import main

PORT = sys.argv[1]
# moto keeps its models by the second part of the module's name.
MODULE = "moto.rehearsal"


def client(service, region):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=f"http://localhost:{PORT}",
        aws_access_key_id="rehearsal",
        aws_secret_access_key="rehearsal",
    )


class Created:
    """A resource that was created by an API call. Each type below says which."""

    def __init__(self, region, properties, identity, attributes):
        self.region = region
        self.properties = properties
        self.identity = identity
        self.attributes = attributes

    @property
    def physical_resource_id(self):
        return self.identity

    def is_created(self):
        return True

    def get_cfn_attribute(self, attribute):
        return self.attributes[attribute]

    def delete(self, account_id, region):
        try:
            self.remove(client(self.service, region), self)
        except ClientError as error:
            # moto deletes in no particular order: this one went with what it was a part of.
            if not re.search("NotFound|NonExistent|NoSuch", error.response["Error"]["Code"]):
                raise

    @classmethod
    def has_cfn_attr(cls, attribute):
        return attribute in cls.attribute_names

    @classmethod
    def create_from_cloudformation_json(cls, name, resource, account_id, region, **_):
        properties = resource["Properties"]
        identity, attributes = cls.put(client(cls.service, region), name, properties)
        return cls(region, properties, identity, attributes)

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        changed = cloudformation_json["Properties"]
        before = original_resource.properties
        if changed == before:
            return original_resource
        if any(changed.get(name) != before.get(name) for name in cls.replaced_by):
            original_resource.delete(account_id, region_name)
            return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        cls.change(client(cls.service, region_name), original_resource, changed)
        original_resource.properties = changed
        return original_resource


def resource_type(name, service, put, change, remove, attributes=(), name_property="", replaced_by=()):
    """Makes moto's CloudFormation know a type: it finds by itself what is made from its model.

    put(client, name, properties) gives the physical id and the attributes; change(client, resource, properties) and
    remove(client, resource) give nothing. A change of a property in replaced_by makes a new resource.
    """
    return type(
        name.replace("::", ""),
        (Created, CloudFormationModel),
        {
            "__module__": MODULE,
            "service": service,
            "put": staticmethod(put),
            "change": staticmethod(change),
            "remove": staticmethod(remove),
            "attribute_names": attributes,
            "replaced_by": replaced_by,
            "cloudformation_type": staticmethod(lambda: name),
            "cloudformation_name_type": staticmethod(lambda: name_property),
        },
    )


def put_api(api, _, properties):
    made = api.create_api(**properties)
    return made["ApiId"], {"ApiId": made["ApiId"], "ApiEndpoint": made["ApiEndpoint"]}


def part_of_api(kind):
    """Routes, integrations and stages: their operations are alike."""
    lower, identity = kind.lower(), "StageName" if kind == "Stage" else f"{kind}Id"

    def put(api, _, properties):
        made = getattr(api, f"create_{lower}")(**properties)
        return made[identity], {identity: made[identity]}

    def change(api, resource, properties):
        getattr(api, f"update_{lower}")(**{**properties, identity: resource.identity})

    def remove(api, resource):
        getattr(api, f"delete_{lower}")(ApiId=resource.properties["ApiId"], **{identity: resource.identity})

    return resource_type(
        f"AWS::ApiGatewayV2::{kind}", "apigatewayv2", put, change, remove, (identity,), replaced_by=("ApiId", "StageName")
    )


API = resource_type(
    "AWS::ApiGatewayV2::Api",
    "apigatewayv2",
    put_api,
    lambda api, resource, properties: api.update_api(
        ApiId=resource.identity, **{name: value for name, value in properties.items() if name != "ProtocolType"}
    ),
    lambda api, resource: api.delete_api(ApiId=resource.identity),
    ("ApiId", "ApiEndpoint"),
    replaced_by=("ProtocolType",),
)
INTEGRATION, ROUTE, STAGE = (part_of_api(kind) for kind in ("Integration", "Route", "Stage"))


def put_function(functions, name, properties):
    reserved = properties.get("ReservedConcurrentExecutions")
    asked = {key: value for key, value in properties.items() if key not in ("ReservedConcurrentExecutions", "Tags")}
    made = functions.create_function(**{**asked, "FunctionName": name})
    if reserved is not None:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    return name, {"Arn": made["FunctionArn"]}


def change_function(functions, function, properties):
    name = function.identity
    own = ("Code", "FunctionName", "ReservedConcurrentExecutions", "Architectures", "Tags")
    functions.update_function_configuration(
        FunctionName=name, **{key: value for key, value in properties.items() if key not in own}
    )
    functions.update_function_code(
        FunctionName=name, Architectures=properties["Architectures"], **properties["Code"]
    )
    if "ReservedConcurrentExecutions" in properties:
        functions.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=properties["ReservedConcurrentExecutions"]
        )


FUNCTION = resource_type(
    "AWS::Lambda::Function",
    "lambda",
    put_function,
    change_function,
    lambda functions, function: functions.delete_function(FunctionName=function.identity),
    ("Arn",),
    "FunctionName",
    ("FunctionName",),
)


def put_permission(functions, name, properties):
    functions.add_permission(**properties, StatementId=name)
    return name, {"Id": name}


PERMISSION = resource_type(
    "AWS::Lambda::Permission",
    "lambda",
    put_permission,
    lambda functions, permission, properties: None,
    lambda functions, permission: functions.remove_permission(
        FunctionName=permission.properties["FunctionName"], StatementId=permission.identity
    ),
    ("Id",),
    replaced_by=("Action", "FunctionName", "Principal", "SourceArn", "SourceAccount"),
)


def put_role(iam, name, properties):
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
        Description=properties.get("Description", ""),
    )
    put_role_policies(iam, name, properties)
    return name, {"Arn": made["Role"]["Arn"], "RoleId": made["Role"]["RoleId"]}


def put_role_policies(iam, name, properties):
    for policy in properties.get("Policies", []):
        iam.put_role_policy(
            RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=json.dumps(policy["PolicyDocument"])
        )
    for arn in properties.get("ManagedPolicyArns", []):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def change_role(iam, role, properties):
    iam.update_role(RoleName=role.identity, Description=properties.get("Description", ""))
    iam.update_assume_role_policy(
        RoleName=role.identity, PolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"])
    )
    take_role_policies(iam, role)
    put_role_policies(iam, role.identity, properties)


def take_role_policies(iam, role):
    for policy in role.properties.get("Policies", []):
        iam.delete_role_policy(RoleName=role.identity, PolicyName=policy["PolicyName"])
    for arn in role.properties.get("ManagedPolicyArns", []):
        iam.detach_role_policy(RoleName=role.identity, PolicyArn=arn)


def remove_role(iam, role):
    take_role_policies(iam, role)
    iam.delete_role(RoleName=role.identity)


ROLE = resource_type(
    "AWS::IAM::Role", "iam", put_role, change_role, remove_role, ("Arn", "RoleId"), "RoleName", ("RoleName", "Path")
)


def put_log_group(logs, name, properties):
    logs.create_log_group(logGroupName=name)
    retain_logs(logs, name, properties)
    [group] = [g for g in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"] if g["logGroupName"] == name]
    return name, {"Arn": group["arn"]}


def retain_logs(logs, name, properties):
    if "RetentionInDays" in properties:
        logs.put_retention_policy(logGroupName=name, retentionInDays=properties["RetentionInDays"])


def remove_log_group(logs, group):
    """In AWS its metric filters go with it."""
    for one in logs.describe_metric_filters(logGroupName=group.identity)["metricFilters"]:
        logs.delete_metric_filter(filterName=one["filterName"], logGroupName=group.identity)
    logs.delete_log_group(logGroupName=group.identity)


LOG_GROUP = resource_type(
    "AWS::Logs::LogGroup",
    "logs",
    put_log_group,
    lambda logs, group, properties: retain_logs(logs, group.identity, properties),
    remove_log_group,
    ("Arn",),
    "LogGroupName",
    ("LogGroupName",),
)


def put_metric_filter(logs, name, properties):
    logs.put_metric_filter(
        filterName=name,
        logGroupName=properties["LogGroupName"],
        filterPattern=properties["FilterPattern"],
        metricTransformations=[
            {key[0].lower() + key[1:]: value for key, value in one.items()}
            for one in properties["MetricTransformations"]
        ],
    )
    return name, {}


METRIC_FILTER = resource_type(
    "AWS::Logs::MetricFilter",
    "logs",
    put_metric_filter,
    lambda logs, resource, properties: put_metric_filter(logs, resource.identity, properties),
    lambda logs, resource: logs.delete_metric_filter(
        filterName=resource.identity, logGroupName=resource.properties["LogGroupName"]
    ),
    name_property="FilterName",
    replaced_by=("FilterName", "LogGroupName"),
)


TABLE_CREATION = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "DeletionProtectionEnabled",
)


def put_table(dynamodb, name, properties):
    asked = {key: value for key, value in properties.items() if key in TABLE_CREATION}
    encryption = properties.get("SSESpecification")
    if encryption is not None:
        asked["SSESpecification"] = {
            "Enabled" if key == "SSEEnabled" else key: value for key, value in encryption.items()
        }
    made = dynamodb.create_table(TableName=name, **asked)["TableDescription"]
    settle_table(dynamodb, name, properties)
    return name, {"Arn": made["TableArn"]}


def settle_table(dynamodb, name, properties):
    """What CloudFormation sets once there is a table."""
    if "TimeToLiveSpecification" in properties:
        dynamodb.update_time_to_live(
            TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"]
        )
    if "PointInTimeRecoverySpecification" in properties:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"]
        )


TABLE = resource_type(
    "AWS::DynamoDB::Table",
    "dynamodb",
    put_table,
    lambda dynamodb, table, properties: settle_table(dynamodb, table.identity, properties),
    lambda dynamodb, table: dynamodb.delete_table(TableName=table.identity),
    ("Arn",),
    "TableName",
    ("TableName", "KeySchema"),
)


def put_secret(secrets, name, properties):
    arn = secrets.create_secret(**{**properties, "Name": name})["ARN"]
    return arn, {"Id": arn}


SECRET = resource_type(
    "AWS::SecretsManager::Secret",
    "secretsmanager",
    put_secret,
    lambda secrets, resource, properties: secrets.update_secret(
        SecretId=resource.identity, **{name: value for name, value in properties.items() if name not in ("Name", "Tags")}
    ),
    lambda secrets, resource: secrets.delete_secret(SecretId=resource.identity),
    ("Id",),
    "Name",
    ("Name",),
)


def set_queue_policies(sqs, properties, policy):
    for url in properties["Queues"]:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def put_queue_policy(sqs, name, properties):
    set_queue_policies(sqs, properties, json.dumps(properties["PolicyDocument"]))
    return name, {}


QUEUE_POLICY = resource_type(
    "AWS::SQS::QueuePolicy",
    "sqs",
    put_queue_policy,
    lambda sqs, _, properties: put_queue_policy(sqs, "", properties),
    lambda sqs, resource: set_queue_policies(sqs, resource.properties, ""),
    replaced_by=("Queues",),
)


def set_topic_policies(sns, properties, policy):
    for arn in properties["Topics"]:
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def put_topic_policy(sns, name, properties):
    set_topic_policies(sns, properties, json.dumps(properties["PolicyDocument"]))
    return name, {}


TOPIC_POLICY = resource_type(
    "AWS::SNS::TopicPolicy",
    "sns",
    put_topic_policy,
    lambda sns, _, properties: put_topic_policy(sns, "", properties),
    lambda sns, resource: None,
    replaced_by=("Topics",),
)


def put_subscription(sns, _, properties):
    arn = sns.subscribe(**properties, ReturnSubscriptionArn=True)["SubscriptionArn"]
    return arn, {"Arn": arn}


SUBSCRIPTION = resource_type(
    "AWS::SNS::Subscription",
    "sns",
    put_subscription,
    lambda sns, resource, properties: None,
    lambda sns, resource: sns.unsubscribe(SubscriptionArn=resource.identity),
    ("Arn",),
    replaced_by=("TopicArn", "Protocol", "Endpoint"),
)


def put_alarm(cloudwatch, name, properties):
    cloudwatch.put_metric_alarm(**{**properties, "AlarmName": name})
    [made] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return name, {"Arn": made["AlarmArn"]}


ALARM = resource_type(
    "AWS::CloudWatch::Alarm",
    "cloudwatch",
    put_alarm,
    lambda cloudwatch, resource, properties: put_alarm(cloudwatch, resource.identity, properties),
    lambda cloudwatch, resource: cloudwatch.delete_alarms(AlarmNames=[resource.identity]),
    ("Arn",),
    "AlarmName",
    ("AlarmName",),
)

def check_composite_alarm(cloudwatch, name, properties):
    """moto has no such operation: its arguments are held against the service's model, and others may refer to it."""
    operation = cloudwatch.meta.service_model.operation_model("PutCompositeAlarm")
    validate_parameters({**properties, "AlarmName": name}, operation.input_shape)
    arn = f"arn:aws:cloudwatch:{cloudwatch.meta.region_name}:{os.environ['MOTO_ACCOUNT_ID']}:alarm:{name}"
    return name, {"Arn": arn}


COMPOSITE_ALARM = resource_type(
    "AWS::CloudWatch::CompositeAlarm",
    "cloudwatch",
    check_composite_alarm,
    lambda cloudwatch, alarm, properties: check_composite_alarm(cloudwatch, alarm.identity, properties),
    lambda cloudwatch, alarm: None,
    ("Arn",),
    "AlarmName",
    ("AlarmName",),
)

if __name__ == "__main__":
    main(["-H", "127.0.0.1", "-p", PORT])
