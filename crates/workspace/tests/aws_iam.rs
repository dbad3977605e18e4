//! IAM of AWS that controllers of Kubernetes make: Crossplane's and AWS's own.

use model::{Facts, Knowledge, Party, Place};
use nhilint_workspace::{Config, InputFile, analyze};

/// Facts and the texts they stand in.
struct Case {
    texts: Vec<String>,
    facts: Facts,
}

fn case(files: &[(&str, &str)]) -> Case {
    let mut files = files.to_vec();
    files.sort_unstable();
    let inputs = files
        .iter()
        .map(|(path, text)| InputFile { path: (*path).into(), text: (*text).into() })
        .collect();
    let facts = analyze(inputs, &Config::default()).facts;
    Case { texts: files.iter().map(|(_, text)| (*text).to_owned()).collect(), facts }
}

fn party(it: &Party) -> String {
    match it {
        Party::Address(it) => it.name.to_string(),
        Party::Named { name, .. } => format!("named {name}"),
        other => format!("{other:?}"),
    }
}

impl Case {
    fn slice(&self, place: Place) -> &str {
        let text = self.texts.get(place.file.0 as usize).map_or("", String::as_str);
        text.get(place.span.range()).unwrap_or("?")
    }

    /// `ADDRESS actions@slice on resources to principals bound carrier`, sorted.
    fn grants(&self) -> Vec<String> {
        let line = |it: &model::Grant| {
            let what = match &it.role {
                Knowledge::Known(role) => format!("{}@{}", role.value, self.slice(role.place())),
                _ => it
                    .actions
                    .items
                    .iter()
                    .map(|it| format!("{}@{}", it.value, self.slice(it.place())))
                    .collect::<Vec<_>>()
                    .join(","),
            };
            let to: Vec<_> = it.principals.iter().map(|it| party(&it.value)).collect();
            let bound = match it.bound {
                Some(true) => "bound",
                Some(false) => "unbound",
                None => "perhaps",
            };
            format!("{} {what} to [{}] {bound} {:?}", it.address.name, to.join(" "), it.carrier)
        };
        let mut lines: Vec<_> = self.facts.grants.iter().map(line).collect();
        lines.sort();
        lines
    }
}

const ROLE: &str = r#"apiVersion: iam.aws.upbound.io/v1beta1
kind: Role
metadata:
  name: deploy
  labels: {app: shop}
spec:
  forProvider:
    assumeRolePolicy: |
      {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A"},
        "Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/A:sub": "system:serviceaccount:prod:api"}}}]}
    maxSessionDuration: 7200
    tags:
      owner: payments
"#;
const POLICY: &str = r#"apiVersion: iam.aws.upbound.io/v1beta1
kind: Policy
metadata:
  name: wide
spec:
  forProvider:
    policy: |
      {"Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}]}
"#;

fn attachment(rest: &str) -> String {
    format!(
        "apiVersion: iam.aws.upbound.io/v1beta1\nkind: RolePolicyAttachment\nmetadata: {{name: a}}\nspec:\n  forProvider:\n{rest}"
    )
}

#[test]
fn a_role_is_an_identity_with_owner_session_and_trust() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: api, namespace: prod}\n";
    let case = case(&[("role.yaml", ROLE), ("sa.yaml", account)]);
    let role = case.facts.identities.iter().find(|it| &*it.address.name == "Role/deploy");
    let role = role.unwrap_or_else(|| panic!("{:?}", case.facts.identities));
    assert_eq!(role.kind.id(), "aws-iam-role");
    assert_eq!(role.aliases, ["role/deploy"]);
    assert_eq!(role.session_seconds.value(), Some(&7200));
    assert_eq!(role.purpose, model::Purpose::Workload);
    let owner =
        role.ownership.owner.known().map(|it| (it.value.name.clone(), case.slice(it.place())));
    assert_eq!(owner, Some(("payments".to_owned(), "payments")));
    let trust: Vec<_> =
        case.facts.trusts.iter().map(|it| (&*it.address.name, case.slice(it.place))).collect();
    let issuer =
        "\"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A\"";
    assert_eq!(trust, [("Role/deploy#spec.forProvider.assumeRolePolicy.Statement[0]", issuer)]);
    let uses: Vec<_> = case.facts.uses.iter().map(|it| (party(&it.from), party(&it.to))).collect();
    assert!(uses.iter().any(|(from, to)| from.contains("api") && to == "Role/deploy"), "{uses:?}");
}

#[test]
fn policies_belong_to_whoever_they_are_attached_to() {
    let wide = |to: &str, bound: &str| {
        format!(
            "Policy/wide#spec.forProvider.policy.Statement[0] s3:*@\"s3:*\" to [{to}] {bound} IdentityPolicy"
        )
    };
    let admin = |to: &str| {
        let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
        format!("RolePolicyAttachment/a {arn}@{arn} to [{to}] bound IdentityPolicy")
    };
    let by_name = attachment("    roleRef: {name: deploy}\n    policyArnRef: {name: wide}\n");
    let by_label = attachment(
        "    roleSelector: {matchLabels: {app: shop}}\n    policyArnRef: {name: wide}\n",
    );
    let by_text =
        attachment("    role: deploy\n    policyArn: arn:aws:iam::111122223333:policy/wide\n");
    let elsewhere = attachment("    role: other\n    policyArnRef: {name: wide}\n");
    let managed = attachment(
        "    roleRef: {name: deploy}\n    policyArn: arn:aws:iam::aws:policy/AdministratorAccess\n",
    );
    let unknown = attachment(
        "    roleRef: {name: deploy}\n    policyArnSelector: {matchControllerRef: true}\n",
    );
    let cases = [
        (by_name, vec![wide("Role/deploy", "bound")]),
        (by_label, vec![wide("Role/deploy", "bound")]),
        (by_text, vec![wide("Role/deploy", "bound")]),
        (elsewhere, vec![wide("named other", "bound")]),
        (managed, vec![wide("", "unbound"), admin("Role/deploy")]),
        (unknown, vec![wide("", "perhaps")]),
        ("apiVersion: v1\nkind: ConfigMap\n".to_owned(), vec![wide("", "unbound")]),
    ];
    for (attachment, expected) in cases {
        let case = case(&[("a.yaml", &attachment), ("policy.yaml", POLICY), ("role.yaml", ROLE)]);
        assert_eq!(case.grants(), expected, "{attachment}");
    }
}

#[test]
fn policies_inside_of_a_role_are_its_own() {
    let inline = "apiVersion: iam.aws.m.upbound.io/v1beta1\nkind: RolePolicy\nmetadata: {name: p, namespace: x}\nspec:\n  forProvider:\n    roleRef: {name: deploy}\n    policy: '{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"iam:PassRole\", \"Resource\": \"*\"}}'\n";
    let role = ROLE
        .replace("iam.aws.upbound", "iam.aws.m.upbound")
        .replace("  name: deploy", "  name: deploy\n  namespace: x");
    let found = case(&[("a.yaml", inline), ("role.yaml", &role)]).grants();
    assert_eq!(
        found,
        [
            "x/RolePolicy/p#spec.forProvider.policy.Statement[0] iam:PassRole@\"iam:PassRole\" to [x/Role/deploy] bound IdentityPolicy"
        ]
    );
}

#[test]
fn aws_controllers_say_the_same_in_other_words() {
    let role = r#"apiVersion: iam.services.k8s.aws/v1alpha1
kind: Role
metadata: {name: deploy, namespace: x}
spec:
  name: deploy-role
  assumeRolePolicyDocument: |
    {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]}
  policies:
    - arn:aws:iam::aws:policy/ReadOnlyAccess
  policyRefs:
    - from: {name: wide}
  permissionsBoundaryRef:
    from: {name: limit}
  inlinePolicies:
    own: '{"Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}'
  tags:
    - {key: team, value: storage}
"#;
    let policy = |name: &str| {
        format!(
            "apiVersion: iam.services.k8s.aws/v1alpha1\nkind: Policy\nmetadata: {{name: {name}, namespace: x}}\nspec:\n  name: {name}-policy\n  policyDocument: '{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}}]}}'\n"
        )
    };
    let case = case(&[
        ("limit.yaml", &policy("limit")),
        ("role.yaml", role),
        ("wide.yaml", &policy("wide")),
    ]);
    assert_eq!(
        case.grants(),
        [
            "x/Policy/limit#spec.policyDocument.Statement[0] s3:*@\"s3:*\" to [] bound Limit",
            "x/Policy/wide#spec.policyDocument.Statement[0] s3:*@\"s3:*\" to [x/Role/deploy] bound IdentityPolicy",
            "x/Role/deploy#spec.inlinePolicies.own.Statement[0] ec2:*@\"ec2:*\" to [x/Role/deploy] bound IdentityPolicy",
            "x/Role/deploy#spec.policies[0] arn:aws:iam::aws:policy/ReadOnlyAccess@arn:aws:iam::aws:policy/ReadOnlyAccess to [x/Role/deploy] bound IdentityPolicy",
        ]
    );
    let role = case.facts.identities.iter().find(|it| it.kind.id() == "aws-iam-role");
    let role = role.unwrap_or_else(|| panic!("no role"));
    assert_eq!(role.name.value().map(String::as_str), Some("deploy-role"));
    assert_eq!(role.boundary.value().map(String::as_str), Some("limit"));
    assert_eq!(role.ownership.owner.value().map(|it| it.name.as_str()), Some("storage"));
    let trusted: Vec<_> =
        case.facts.trusts.iter().flat_map(|it| &it.principals).map(|it| party(&it.value)).collect();
    assert_eq!(trusted, ["Service(\"ec2.amazonaws.com\")"]);
}

#[test]
fn what_a_template_writes_into_a_policy_is_unknown() {
    let policy = POLICY.replace("[\"s3:*\"]", "{{ toJson .Values.actions }}");
    let files = [
        ("c/Chart.yaml", "name: c\nversion: 1.0.0\n"),
        ("c/values.yaml", "actions: ['s3:GetObject']\n"),
        ("c/templates/policy.yaml", policy.as_str()),
    ];
    let case = case(&files);
    assert_eq!(
        case.grants(),
        [
            "Policy/wide#spec.forProvider.policy.Statement[0] s3:GetObject@s3:GetObject to [] unbound IdentityPolicy"
        ]
    );
    let wide = ("c/values-prod.yaml", "actions: ['*']\n");
    let further = self::case(&[files[0], files[1], files[2], wide]);
    assert_eq!(
        further.grants(),
        [
            "Policy/wide#spec.forProvider.policy.Statement[0] *@* to [] unbound IdentityPolicy",
            "Policy/wide#spec.forProvider.policy.Statement[0] s3:GetObject@s3:GetObject to [] unbound IdentityPolicy",
        ]
    );
    let unknown = POLICY.replace("[\"s3:*\"]", "\"${ACTION}\"");
    let case = self::case(&[("policy.yaml", &unknown)]);
    assert_eq!(case.facts.grants.len(), 1);
}

#[test]
fn a_composition_makes_what_its_patches_leave_alone() {
    let composition = |patches: &str| {
        format!(
            r#"apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {{name: shop}}
spec:
  patchSets:
    - name: all
      patches: [{{fromFieldPath: spec.policy, toFieldPath: spec.forProvider.policy}}]
  pipeline:
    - step: make
      input:
        patchSets:
          - name: all
            patches: [{{fromFieldPath: spec.policy, toFieldPath: spec.forProvider.policy}}]
        resources:
          - name: role
            base:
              apiVersion: iam.aws.upbound.io/v1beta1
              kind: Role
              metadata: {{labels: {{of: shop}}}}
              spec: {{forProvider: {{}}}}
          - name: policy
            base:
              apiVersion: iam.aws.upbound.io/v1beta1
              kind: Policy
              spec:
                forProvider:
                  policy: '{{"Statement": [{{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}]}}'
            patches:
{patches}
          - name: attached
            base:
              apiVersion: iam.aws.upbound.io/v1beta1
              kind: RolePolicyAttachment
              spec:
                forProvider:
                  roleSelector: {{matchControllerRef: true, matchLabels: {{of: shop}}}}
                  policyArnSelector: {{matchControllerRef: true}}
"#
        )
    };
    let known = "Policy/shop/policy#spec.forProvider.policy.Statement[0] s3:*@\"s3:*\" to [Role/shop/role] bound IdentityPolicy";
    let unknown =
        "Policy/shop/policy#spec.forProvider.policy  to [Role/shop/role] bound IdentityPolicy";
    let cases = [
        ("              []", known),
        ("              - {fromFieldPath: spec.name, toFieldPath: metadata.name}", known),
        (
            "              - {type: ToCompositeFieldPath, fromFieldPath: spec.forProvider.policy}",
            known,
        ),
        ("              - {fromFieldPath: spec.forProvider.policy}", unknown),
        (
            "              - {type: CombineFromComposite, toFieldPath: spec.forProvider.policy}",
            unknown,
        ),
        ("              - {type: PatchSet, patchSetName: all}", unknown),
    ];
    for (patches, expected) in cases {
        let case = case(&[("c.yaml", &composition(patches))]);
        assert_eq!(case.grants(), [expected], "{patches}");
        let role = case.facts.identities.iter().find(|it| it.kind.id() == "aws-iam-role");
        assert!(role.is_some_and(|it| it.name.is_unknown() && it.aliases.is_empty()), "{role:?}");
    }
}

#[test]
fn owners_of_what_others_tag_are_unknown() {
    let role = |rest: &str| {
        format!(
            "apiVersion: iam.aws.upbound.io/v1beta1\nkind: Role\nmetadata: {{name: a}}\nspec:\n{rest}"
        )
    };
    let ack = |annotation: &str| {
        format!(
            "apiVersion: iam.services.k8s.aws/v1alpha1\nkind: Role\nmetadata: {{name: a, namespace: x, annotations: {{{annotation}}}}}\nspec: {{name: a}}\n"
        )
    };
    let made = |patches: &str, steps: &str| {
        format!(
            "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {{name: c}}\nspec:\n  pipeline:\n  - functionRef: {{name: pt}}\n    input:\n      resources:\n      - base: {{apiVersion: iam.aws.upbound.io/v1beta1, kind: Role, spec: {{forProvider: {{tags: {{app: x}}}}}}}}\n        patches: [{patches}]\n{steps}"
        )
    };
    let ready = "  - functionRef: {name: function-auto-ready}\n";
    let tags = "  - functionRef: {name: function-tag-manager}\n    input: {kind: ManagedTags}\n";
    let cases = [
        (role("  forProvider: {}\n"), "absent"),
        (role("  forProvider: {tags: {owner: team-a}}\n"), "team-a"),
        (role("  managementPolicies: ['*']\n  forProvider: {}\n"), "absent"),
        (role("  managementPolicies: [Observe, Update]\n  forProvider: {}\n"), "absent"),
        (role("  managementPolicies: [Observe]\n  forProvider: {}\n"), "unknown"),
        (role("  managementPolicies: [Observe]\n  forProvider: {tags: {owner: b}}\n"), "b"),
        (ack(""), "absent"),
        (ack("services.k8s.aws/read-only: 'true'"), "unknown"),
        (made("", ""), "absent"),
        (made("", ready), "absent"),
        (made("", tags), "unknown"),
        (made("{fromFieldPath: spec.tags, toFieldPath: spec.forProvider.tags}", ""), "unknown"),
        (
            made("{fromFieldPath: spec.team, toFieldPath: spec.forProvider.tags.owner}", ""),
            "unknown",
        ),
        (made("{fromFieldPath: spec.x, toFieldPath: spec.forProvider.tags.cost}", ""), "absent"),
    ];
    for (text, expected) in cases {
        let case = case(&[("a.yaml", &text)]);
        let role = case.facts.identities.iter().find(|it| it.kind.id() == "aws-iam-role");
        let owner = match &role.unwrap_or_else(|| panic!("no role: {text}")).ownership.owner {
            Knowledge::Known(it) => it.value.name.as_str(),
            Knowledge::Unknown(_) => "unknown",
            Knowledge::Absent => "absent",
        };
        assert_eq!(owner, expected, "{text}");
    }
}

#[test]
fn a_key_never_ends() {
    let key = |rest: &str| {
        format!(
            "apiVersion: iam.aws.upbound.io/v1beta1\nkind: AccessKey\nmetadata: {{name: ci}}\nspec:\n  forProvider:\n    userRef: {{name: ci}}\n{rest}"
        )
    };
    for (rest, active) in
        [("", None), ("    status: Inactive\n", Some(false)), ("    status: Active\n", Some(true))]
    {
        let case = case(&[("k.yaml", &key(rest))]);
        let found: Vec<_> = case
            .facts
            .credentials
            .iter()
            .map(|it| {
                (it.kind, it.expiry.lifetime, it.active.value().copied(), case.slice(it.place))
            })
            .collect();
        let expected = (model::CredentialKind::AccessKey, model::Lifetime::Never, active, "ci");
        assert_eq!(found, [expected], "{rest}");
    }
}

#[test]
fn what_multiplies_is_bounded_and_told() {
    use std::fmt::Write as _;
    let group = "apiVersion: iam.aws.upbound.io/v1beta1";
    let statement = "{\"Effect\":\"Allow\",\"Action\":\"a:*\"}";
    let statements = vec![statement; 2_000].join(",");
    let mut text = format!(
        "{group}\nkind: Policy\nmetadata: {{name: wide}}\nspec: {{forProvider: {{policy: '{{\"Statement\":[{statements}]}}'}}}}\n"
    );
    for number in 0..2_000 {
        let selector = format!("{{matchLabels: {{a: b, c: '{number}'}}}}");
        let _ = write!(
            text,
            "---\n{group}\nkind: Role\nmetadata: {{name: r{number}, labels: {{a: b, c: '{number}'}}}}\nspec: {{forProvider: {{managedPolicyArns: [wide]}}}}\n---\n{group}\nkind: RolePolicyAttachment\nmetadata: {{name: a{number}}}\nspec: {{forProvider: {{roleSelector: {selector}, policyArnRef: {{name: wide}}}}}}\n"
        );
    }
    let start = std::time::Instant::now();
    let case = case(&[("all.yaml", &text)]);
    assert!(start.elapsed() < std::time::Duration::from_secs(120), "{:?}", start.elapsed());
    let held: usize = case.facts.grants.iter().map(|it| it.principals.len()).sum();
    assert!(held <= 500_000, "{held}");
    assert!(case.facts.notes.iter().any(|it| it.kind == model::NoteKind::Limit));
}

#[test]
fn patches_of_patches_are_bounded() {
    let patches = "{fromFieldPath: a.b.c}, ".repeat(5_000);
    let users = "{type: PatchSet, patchSetName: s}, ".repeat(5_000);
    let resource = format!(
        "{{name: r, base: {{apiVersion: iam.aws.upbound.io/v1beta1, kind: Role, spec: {{forProvider: {{}}}}}}, patches: [{users}]}}"
    );
    let text = format!(
        "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {{name: c}}\nspec: {{patchSets: [{{name: s, patches: [{patches}]}}], resources: [{resource}]}}\n"
    );
    let start = std::time::Instant::now();
    case(&[("c.yaml", &text)]);
    assert!(start.elapsed() < std::time::Duration::from_secs(60), "{:?}", start.elapsed());
}
