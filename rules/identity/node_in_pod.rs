use engine::{Context, Severity, rule};
use model::{Guard, GuardKind, kubernetes};

rule! {
    /// A pod gets at the credentials of its node.
    ///
    /// ## What
    /// A pod mounts the socket of the container runtime, a folder of the node with keys or tokens
    /// (`/etc/kubernetes`, `/var/lib/kubelet`, the whole disk), or is privileged, so
    /// that it can open the disks of the node, or enter its processes (`hostPID`). A pod with the
    /// network of the node (`hostNetwork`) and nothing worse reaches the metadata service as the
    /// node does; that weighs less, and is left alone in `kube-system`.
    ///
    /// Folders without credentials are left alone, and so are storage drivers that mount volumes
    /// into other pods. Agents that watch nodes need some of this, so the rule belongs to the
    /// strict profile.
    ///
    /// ## Why
    /// The pod's own account no longer matters: whoever gets into it takes the tokens of all pods
    /// on the node, or is the node, or the control plane.
    ///
    /// ## Fix
    /// Mount only the folder that is needed, read-only. Build images without a runtime's socket
    /// (BuildKit, Kaniko). What must have it, runs in a namespace where nobody else may start or
    /// enter pods.
    ///
    /// ```yaml,bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: builder
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: main
    ///           image: builder
    ///           volumeMounts:
    ///             - name: runtime
    ///               mountPath: /var/run/docker.sock
    ///               readOnly: true
    ///             - name: keys
    ///               mountPath: /keys
    ///       volumes:
    ///         - name: runtime
    ///           hostPath:
    ///             path: /var/run/docker.sock # error: start containers
    ///         - name: keys
    ///           hostPath:
    ///             path: /etc/kubernetes/pki # error: keys of the cluster
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: shell
    /// spec:
    ///   hostPID: true # error: every process
    ///   containers:
    ///     - name: main
    ///       image: busybox
    ///       securityContext:
    ///         privileged: true
    /// ```
    /// ```yaml,good
    /// apiVersion: apps/v1
    /// kind: DaemonSet
    /// metadata:
    ///   name: driver
    /// spec:
    ///   template:
    ///     spec:
    ///       hostPID: true
    ///       containers:
    ///         - name: main
    ///           image: driver
    ///           volumeMounts:
    ///             - name: pods
    ///               mountPath: /var/lib/kubelet/pods
    ///               mountPropagation: Bidirectional
    ///             - name: plugins
    ///               mountPath: /csi
    ///             - name: logs
    ///               mountPath: /var/log
    ///       volumes:
    ///         - name: pods
    ///           hostPath:
    ///             path: /var/lib/kubelet/pods
    ///         - name: plugins
    ///           hostPath:
    ///             path: /var/lib/kubelet/plugins/csi.example.com
    ///         - name: logs
    ///           hostPath:
    ///             path: /var/log
    ///         - name: unused
    ///           hostPath:
    ///             path: /etc/kubernetes
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: builder
    /// spec:
    ///   containers:
    ///     - name: dind
    ///       image: docker:dind
    ///       securityContext:
    ///         privileged: true # error: mount the disks of the node
    /// ```
    /// ```yaml,bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: proxy
    /// spec:
    ///   template:
    ///     spec:
    ///       hostNetwork: true # error: identity of the node
    ///       containers:
    ///         - name: main
    ///           image: proxy
    /// ```
    /// ```yaml,good
    /// apiVersion: apps/v1
    /// kind: DaemonSet
    /// metadata:
    ///   name: network
    ///   namespace: kube-system
    /// spec:
    ///   template:
    ///     spec:
    ///       hostNetwork: true
    ///       containers:
    ///         - name: main
    ///           image: network
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: proxy
    /// spec:
    ///   hostNetwork: false
    ///   containers:
    ///     - name: main
    ///       image: proxy
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: driver
    /// spec:
    ///   containers:
    ///     - name: mounter
    ///       image: driver
    ///       securityContext:
    ///         privileged: true
    ///       volumeMounts:
    ///         - name: mounts
    ///           mountPath: /mounts
    ///           mountPropagation: Bidirectional
    /// ```
    ///
    /// ## References
    /// - Kubernetes documentation: volumes, hostPath (verified 2026-11-22)
    /// - Kubernetes Pod Security Standards, baseline (verified 2026-11-22)
    id: "node-in-pod",
    family: Identity,
    severity: High,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI6", "NHI5"],
        NistCsf: ["PR.AA-05", "PR.PS-01"],
        NistZeroTrust: ["3"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::ReachesNode(access) = &guard.kind else { return };
    let severity = if access.read_only { Severity::Medium } else { Severity::High };
    let eased = kubernetes::is_known_controller(&guard.agent.name);
    let severity = if eased { severity.lowered() } else { severity };
    let message = format!("with `{}` whoever is in this pod can {}", access.way, access.gives);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(severity)
        .help(match access.way.as_str() {
            "hostNetwork" => "do without, and give the pod an identity of its own in the cloud",
            _ => "mount only the folder that is needed, or do without",
        });
}
