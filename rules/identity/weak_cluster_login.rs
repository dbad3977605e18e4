use engine::{Context, Severity, rule};
use model::{Guard, GuardKind, Opening};

rule! {
    /// A cluster lets others in without proof or limit.
    ///
    /// ## What
    /// A flag of the API server or a setting of the kubelet: requests without a login
    /// (`anonymous-auth`, `insecure-port`), no authorization by roles (`AlwaysAllow`, `ABAC`),
    /// logins from a file (`token-auth-file`, `basic-auth-file`), or tokens that outlive their
    /// account (`service-account-lookup=false`). What lets others see a little
    /// (`read-only-port`) or stay longer (`service-account-extend-token-expiration=true`) weighs
    /// less. A machine that joins a cluster without checking whom it joins
    /// (`unsafeSkipCAVerification`) is the same the other way round.
    ///
    /// Read are static pods, `KubeletConfiguration`, `AuthenticationConfiguration`,
    /// `AuthorizationConfiguration`, and the configuration of kubeadm, kops, k3d,
    /// kind, Rancher, Cluster API, RKE (`cluster.yml`), k3s and RKE2 (`config.yaml`); whether a client of OpenShift gets every scope without asking
    /// (`grantMethod: auto`), and whether Argo CD lets people in who have not logged in (`users.anonymous.enabled`).
    ///
    /// ## Why
    /// All other rights of the cluster rest on knowing who asks. A kubelet that asks nobody runs
    /// commands in every pod of its node, for anyone on the network.
    ///
    /// ## Fix
    /// Switch anonymous requests off, use `Node,RBAC` (and `Webhook` for the kubelet), and give
    /// people and machines certificates, OpenID Connect or service accounts.
    ///
    /// ```yaml,bad
    /// apiVersion: kubelet.config.k8s.io/v1beta1
    /// kind: KubeletConfiguration
    /// authentication:
    ///   anonymous:
    ///     enabled: true # error: without proving
    /// authorization:
    ///   mode: AlwaysAllow # error: everybody may do everything
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: kube-apiserver
    ///   namespace: kube-system
    /// spec:
    ///   containers:
    ///     - name: kube-apiserver
    ///       image: registry.k8s.io/kube-apiserver:v1.33.0
    ///       command:
    ///         - kube-apiserver
    ///         - --authorization-mode=Node,AlwaysAllow # error: everything
    ///         - --token-auth-file=/etc/kubernetes/tokens.csv # error: that file
    ///         - --service-account-lookup=false # error: deleted accounts
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: kube-apiserver-old
    ///   namespace: kube-system
    /// spec:
    ///   containers:
    ///     - name: kube-apiserver
    ///       image: registry.k8s.io/kube-apiserver:v1.19.0
    ///       command:
    ///         - kube-apiserver
    ///         - --anonymous-auth # error: without proving
    ///         - --authorization-mode
    ///         - Node,RBAC,ABAC
    ///         - --authorization-policy-file # error: a file
    ///         - /etc/kubernetes/abac.jsonl
    ///         - --insecure-port=8080 # error: everything
    ///         - --service-account-extend-token-expiration=true # error: a year
    /// ---
    /// apiVersion: kubeadm.k8s.io/v1beta4
    /// kind: JoinConfiguration
    /// discovery:
    ///   bootstrapToken:
    ///     apiServerEndpoint: 192.0.2.10:6443
    ///     unsafeSkipCAVerification: true # error: whoever answers
    /// ```
    /// ```yaml,bad
    /// apiVersion: kubelet.config.k8s.io/v1beta1
    /// kind: KubeletConfiguration
    /// readOnlyPort: 10255 # error: what runs on the node
    /// ```
    /// ```yaml,bad
    /// apiVersion: kubeadm.k8s.io/v1beta4
    /// kind: ClusterConfiguration
    /// apiServer:
    ///   extraArgs:
    ///     - name: authorization-mode
    ///       value: ABAC # error: roles limit nobody
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: argocd-cm
    ///   namespace: argocd
    /// data:
    ///   users.anonymous.enabled: "true" # error: without logging in
    /// ```
    /// ```yaml,bad
    /// apiVersion: apiserver.config.k8s.io/v1
    /// kind: AuthenticationConfiguration
    /// anonymous:
    ///   enabled: true # error: without proving who they are
    /// ---
    /// apiVersion: apiserver.config.k8s.io/v1
    /// kind: AuthorizationConfiguration
    /// authorizers:
    ///   - type: Node
    ///     name: node
    ///   - type: AlwaysAllow # error: everybody may do everything
    ///     name: rest
    /// ```
    /// ```yaml,good
    /// apiVersion: apiserver.config.k8s.io/v1
    /// kind: AuthenticationConfiguration
    /// anonymous:
    ///   enabled: true
    ///   conditions:
    ///     - path: /livez
    /// ---
    /// apiVersion: apiserver.config.k8s.io/v1
    /// kind: AuthorizationConfiguration
    /// authorizers:
    ///   - type: RBAC
    ///     name: roles
    /// ```
    /// ```yaml,good
    /// apiVersion: kubelet.config.k8s.io/v1beta1
    /// kind: KubeletConfiguration
    /// authentication:
    ///   anonymous:
    ///     enabled: false
    /// authorization:
    ///   mode: Webhook
    /// readOnlyPort: 0
    /// ---
    /// apiVersion: kubeadm.k8s.io/v1beta4
    /// kind: JoinConfiguration
    /// discovery:
    ///   bootstrapToken:
    ///     apiServerEndpoint: 192.0.2.10:6443
    ///     unsafeSkipCAVerification: false
    /// ---
    /// apiVersion: kubeadm.k8s.io/v1beta3
    /// kind: ClusterConfiguration
    /// apiServer:
    ///   extraArgs:
    ///     authorization-mode: Node,RBAC
    ///     anonymous-auth: "false"
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: other
    /// spec:
    ///   containers:
    ///     - name: main
    ///       image: other
    ///       command: ["proxy", "--anonymous-auth=true", "--insecure-port", "8080"]
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: kube-apiserver
    /// spec:
    ///   containers:
    ///     - name: kube-apiserver
    ///       image: registry.k8s.io/kube-apiserver:v1.33.0
    ///       args:
    ///         - kube-apiserver
    ///         - --authorization-mode
    ///         - Node,RBAC
    ///         - --insecure-port=0
    ///         - --service-account-lookup
    ///         - --anonymous-auth=$(ANONYMOUS)
    ///         - --service-account-extend-token-expiration=false
    /// ```
    /// ```yaml,bad
    /// apiVersion: kops.k8s.io/v1alpha2
    /// kind: Cluster
    /// metadata:
    ///   name: shop.example.com
    /// spec:
    ///   authorization:
    ///     alwaysAllow: {} # error: everybody may do everything
    ///   kubeAPIServer:
    ///     anonymousAuth: true # error: without proving
    ///   kubelet:
    ///     authorizationMode: AlwaysAllow # error: everything
    /// ---
    /// apiVersion: k3d.io/v1alpha5
    /// kind: Simple
    /// options:
    ///   k3s:
    ///     extraArgs:
    ///       - arg: --kube-apiserver-arg=anonymous-auth=true # error: without proving
    /// ---
    /// apiVersion: kind.x-k8s.io/v1alpha4
    /// kind: Cluster
    /// nodes:
    ///   - role: control-plane
    ///     kubeadmConfigPatches:
    ///       - |
    ///         kind: ClusterConfiguration
    ///         apiServer:
    ///           extraArgs:
    ///             token-auth-file: /etc/tokens.csv # error: that file
    /// ---
    /// apiVersion: oauth.openshift.io/v1
    /// kind: OAuthClient
    /// metadata:
    ///   name: shop
    /// redirectURIs:
    ///   - https://shop.example.com/callback
    /// grantMethod: auto # error: without being asked
    /// ```
    /// ```yaml,good
    /// apiVersion: kops.k8s.io/v1alpha2
    /// kind: Cluster
    /// metadata:
    ///   name: shop.example.com
    /// spec:
    ///   authorization:
    ///     rbac: {}
    ///   kubeAPIServer:
    ///     anonymousAuth: false
    ///   kubelet:
    ///     anonymousAuth: false
    ///     authorizationMode: Webhook
    /// ---
    /// apiVersion: oauth.openshift.io/v1
    /// kind: OAuthClient
    /// metadata:
    ///   name: shop
    /// redirectURIs:
    ///   - https://shop.example.com/callback
    /// grantMethod: auto
    /// scopeRestrictions:
    ///   - literals:
    ///       - user:info
    /// ```
    /// ```yaml,bad
    /// # file: cluster.yml
    /// nodes:
    ///   - address: 192.0.2.10
    ///     user: ops
    ///     role: [controlplane, etcd, worker]
    /// services:
    ///   kube-api:
    ///     extra_args:
    ///       anonymous-auth: "true" # error: without proving
    ///   kubelet:
    ///     extra_args:
    ///       authorization-mode: AlwaysAllow # error: everything
    /// # file: etc/rancher/k3s/config.yaml
    /// kube-apiserver-arg:
    ///   - service-account-lookup=false # error: deleted accounts
    ///   - audit-log-path=/var/log/audit.log
    /// kubelet-arg: anonymous-auth=true # error: without proving
    /// ```
    /// ```yaml,good
    /// # file: cluster.yml
    /// nodes:
    ///   - address: 192.0.2.10
    /// services:
    ///   kube-api:
    ///     extra_args:
    ///       anonymous-auth: "false"
    ///       token-auth-file: ""
    /// # file: etc/rancher/rke2/config.yaml
    /// token-file: /etc/rancher/token
    /// kube-apiserver-arg:
    ///   - anonymous-auth=false
    ///   - authorization-mode=Node,RBAC
    /// # file: compose.yaml
    /// services:
    ///   kube-api:
    ///     image: example/kube-api
    ///     command: ["--anonymous-auth=true"]
    /// ```
    ///
    /// ## References
    /// - CIS Kubernetes Benchmark 1.2 and 4.2: API server and kubelet (verified 2026-11-22)
    /// - Kubernetes documentation: authenticating (verified 2026-11-22)
    id: "weak-cluster-login",
    family: Identity,
    severity: High,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4", "NHI6"],
        NistCsf: ["PR.AA-03", "PR.AA-05"],
        NistZeroTrust: ["6"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::WeakLogin(weak) = &guard.kind else { return };
    let message = format!("`{}`: {}", guard.setting, weak.so);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(match weak.opens {
            Opening::All => Severity::Critical,
            Opening::Some => Severity::High,
            Opening::Little => Severity::Low,
        })
        .help(weak.instead);
}
