//! Agents that AWS runs, and the tools that are declared for them.

use model::{
    Guard, GuardKind, Identity, IdentityKind, Knowledge, NetworkReach, Party, Place, Purpose, Use,
    UseMode, Value,
};

use super::ROLE;
use super::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::values;

/// Resource types that are agents or their tools, what they are, and the argument that names
/// them.
const KINDS: &[(&str, IdentityKind, &str)] = &[
    (AGENT, IdentityKind::Agent, "agent_name"),
    ("aws_bedrockagentcore_agent_runtime", IdentityKind::Agent, "agent_runtime_name"),
    ("aws_bedrockagentcore_gateway", IdentityKind::ToolServer, "name"),
    ("aws_bedrockagentcore_code_interpreter", IdentityKind::ToolServer, "name"),
    ("aws_bedrockagentcore_browser", IdentityKind::ToolServer, "name"),
];

const AGENT: &str = "aws_bedrockagent_agent";
const FUNCTION: &str = "aws_lambda_function";

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = resource.declaration.kind;
    if let Some((_, kind, argument)) = KINDS.iter().find(|it| it.0 == kind) {
        out.identity(identity(unit, resource, *kind, argument));
        open_to_callers(unit, resource, out);
        open_to_hosts(unit, resource, out);
    } else if kind == "aws_bedrockagent_agent_action_group" {
        action_group(unit, resource, out);
    } else if kind == "aws_bedrockagent_agent_collaborator" {
        collaborator(unit, resource, out);
    }
}

fn identity(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    kind: IdentityKind,
    argument: &str,
) -> Identity {
    let name = unit.text(resource, argument);
    let mut identity = unit.identity(resource, kind, name);
    identity.purpose = Purpose::Agent;
    identity.human = Some(false);
    identity.client = Some("Amazon Bedrock");
    identity
}

/// A gateway that asks callers for nothing. Without the argument the provider refuses it.
fn open_to_callers(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Knowledge::Known(kind) = unit.text(resource, "authorizer_type") else { return };
    if kind.value == "NONE" {
        let kind_place = kind.origin.place;
        out.guard(guard(
            unit,
            resource,
            "authorizer_type",
            GuardKind::CallersProve(false),
            kind_place,
        ));
    }
}

/// A tool that runs code or a browser with a way to every host.
fn open_to_hosts(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let runs_code = matches!(
        resource.declaration.kind,
        "aws_bedrockagentcore_code_interpreter" | "aws_bedrockagentcore_browser"
    );
    let network = unit.get(resource, "network_configuration").filter(|_| runs_code);
    for block in network.iter().flat_map(values::items) {
        let Some(mode) = values::member(&block, "network_mode") else { continue };
        if mode.as_text().as_deref() == Some("PUBLIC") {
            let place = values::last_place(&mode.origin);
            let kind = GuardKind::Network(NetworkReach::Open);
            out.guard(guard(unit, resource, "network_configuration.network_mode", kind, place));
        }
    }
}

fn guard(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    setting: &str,
    kind: GuardKind,
    place: Place,
) -> Guard {
    Guard::new(
        unit.address(resource),
        "Amazon Bedrock",
        setting.to_owned(),
        kind,
        place,
        resource.declaration.region,
    )
}

/// A set of tools: calls go to a function, which acts as its own role.
fn action_group(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let mut tool = identity(unit, resource, IdentityKind::ToolServer, "action_group_name");
    let agent = unit.get(resource, "agent_id").map(|it| unit.addresses.target(&it, &[AGENT]));
    if let Some(Some(agent)) = agent {
        tool.parent = Some(unit.named(&agent));
        out.r#use(Use {
            from: Party::Address(unit.named(&agent)),
            to: Party::Address(tool.address.clone()),
            mode: UseMode::CallsTool,
            place: resource.declaration.place,
        });
    }
    let function = argument::reference(unit, resource, &["action_group_executor", "lambda"]);
    if let Some(function) = function
        && let Some(role) = function_role(unit, &function)
    {
        out.r#use(Use {
            from: Party::Address(tool.address.clone()),
            to: role,
            mode: UseMode::RunsAs,
            place: values::last_place(&function.origin),
        });
    }
    out.identity(tool);
}

/// The role of the declared function that a value names.
fn function_role(unit: &Unit<'_, '_>, function: &Value) -> Option<Party> {
    let address = unit.addresses.target(function, &[FUNCTION])?;
    let role = unit.get(unit.resource(&address)?, "role")?;
    Some(unit.addresses.party(&role, ROLE))
}

/// An agent that another one hands work to.
fn collaborator(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let agent = |value: Option<Value>| unit.addresses.target(&value?, &[AGENT]);
    let supervisor = agent(unit.get(resource, "agent_id"));
    let helper = unit.get(resource, "agent_descriptor").and_then(|it| {
        let block = values::items(&it).into_iter().next()?;
        let alias = values::member(&block, "alias_arn")?;
        let found = unit.addresses.target(&alias, &["aws_bedrockagent_agent_alias", AGENT])?;
        if found.contains(AGENT) && !found.contains("_agent_alias") {
            return Some(found);
        }
        agent(unit.get(unit.resource(&found)?, "agent_id"))
    });
    if let (Some(from), Some(to)) = (supervisor, helper) {
        out.r#use(Use {
            from: Party::Address(unit.named(&from)),
            to: Party::Address(unit.named(&to)),
            mode: UseMode::DelegatesTo,
            place: resource.declaration.place,
        });
    }
}
