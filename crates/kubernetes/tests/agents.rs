//! Agents of a cluster: whom they call, whom they delegate to and as whom they run.

mod lens;

use lens::{analyze, expect};

#[test]
fn agents_are_joined_to_servers_delegates_and_accounts() {
    let text = "apiVersion: kagent.dev/v1alpha2\nkind: Agent\nmetadata: {name: a, namespace: ops}\n\
                spec:\n  declarative:\n    deployment: {serviceAccountName: ops}\n    tools:\n    \
                - mcpServer: {name: s, kind: RemoteMCPServer}\n    \
                - agent: {name: b, namespace: dev}\n    \
                - mcpServer: {kind: MCPServer}\n";
    let case = analyze(&[("a.yaml", text)]);
    let uses: Vec<String> = case
        .facts
        .uses
        .iter()
        .map(|it| match &it.to {
            model::Party::Address(to) => format!("{:?} {}", it.mode, to.name),
            other => format!("{:?} {other:?}", it.mode),
        })
        .collect();
    expect(
        "uses",
        &uses,
        &[
            "RunsAs ops/ServiceAccount/ops",
            "CallsTool ops/RemoteMCPServer/s",
            "DelegatesTo dev/Agent/b",
        ],
    );
    let kinds: Vec<String> =
        case.facts.identities.iter().map(|it| format!("{:?}", it.kind)).collect();
    assert!(kinds.contains(&"Agent".to_owned()), "{kinds:?}");
}

#[test]
fn odd_objects_yield_nothing() {
    for spec in [
        "{}",
        "[]",
        "3",
        "{declarative: {tools: {mcpServer: 3}}}",
        "{declarative: {tools: [3, {mcpServer: []}, {agent: {name: [x]}}]}}",
    ] {
        for kind in ["Agent", "MCPServer", "RemoteMCPServer", "ModelConfig"] {
            let text = format!(
                "apiVersion: kagent.dev/v1alpha2\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n"
            );
            let case = analyze(&[("a.yaml", &text)]);
            assert!(case.facts.grants.is_empty() && case.facts.guards.is_empty(), "{text}");
        }
    }
}
