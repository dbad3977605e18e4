//! Which folders of a node hold credentials.

use std::sync::LazyLock;

use crate::table;

/// What stands at a path of a node.
#[derive(Clone, Copy, Debug)]
pub struct HostPath {
    path: &'static str,
    /// True for a socket: to reach it is to use it.
    pub is_socket: bool,
    /// True for what belongs to pods and not to the machine: storage drivers need it.
    pub is_of_pods: bool,
    /// What whoever reaches it can do, after "can".
    pub gives: &'static str,
}

static PATHS: LazyLock<Vec<HostPath>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../data/kubernetes-host-paths.tsv"));
    rows.filter_map(|row| {
        let [path, class, gives] = row[..] else { return None };
        let (is_socket, is_of_pods) = (class == "runtime", class == "tokens");
        Some(HostPath { path, is_socket, is_of_pods, gives })
    })
    .collect()
});

/// The worst that a path of a node opens: itself, or what lies below it.
pub fn host_path(path: &str) -> Option<HostPath> {
    let trimmed = path.trim_end_matches('/');
    if !path.starts_with('/') || trimmed.split('/').any(|it| it == "..") {
        return None;
    }
    let below = format!("{trimmed}/");
    PATHS.iter().copied().find(|it| {
        table::glob(it.path, trimmed) || it.path.starts_with(&below) && !is_shared(trimmed)
    })
}

/// Folders above sockets that mostly serve something else, so that only the socket's own folder
/// counts.
fn is_shared(path: &str) -> bool {
    matches!(path, "/var/run" | "/run")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_open_what_is_below_them() {
        let cases = [
            ("/var/run/docker.sock", Some("start containers")),
            ("/run/containerd/", Some("start containers")),
            ("/run/containerd", Some("start containers")),
            ("/", Some("start containers")),
            ("/etc/kubernetes", Some("keys of the cluster")),
            ("/etc/kubernetes/pki/ca.crt", Some("keys of the cluster")),
            ("/etc/kubernetes/admin.conf", Some("control plane")),
            ("/var/lib/kubelet", Some("act as the node")),
            ("/var/lib/kubelet/pods", Some("tokens")),
            ("/var/lib/kubelet/plugins/csi.example.com", None),
            ("/var/lib/kubelet/plugins_registry", None),
            ("/var/lib/kubelet-data", None),
            ("/run", None),
            ("/etc/ssl/certs", None),
            ("/var/log", None),
            ("relative", None),
            ("/var/lib/kubelet/pods/..", None),
            ("", None),
        ];
        for (path, expected) in cases {
            let found = host_path(path).map(|it| it.gives);
            match expected {
                Some(words) => {
                    assert!(found.is_some_and(|it| it.contains(words)), "{path} {found:?}")
                }
                None => assert_eq!(found, None, "{path}"),
            }
        }
    }
}
