//! What the editor can do, and what the server offers it.

use std::path::PathBuf;

use serde_json::Value;
use syntax::Unit;

use crate::proto::*;
use crate::{commands, diagnostics, documents, files, position};

/// What the editor announced, as far as it changes what the server does.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) unit: Unit,
    /// It asks for diagnostics by itself.
    pub(crate) pulls: bool,
    pub(crate) refreshes_diagnostics: bool,
    pub(crate) refreshes_lenses: bool,
    pub(crate) tells_settings: bool,
    pub(crate) watches_files: bool,
    pub(crate) shows_progress: bool,
    pub(crate) nests_symbols: bool,
    /// An edit may make a new file.
    pub(crate) creates_files: bool,
}

/// Reads what an editor says at the start.
pub(crate) fn read(mut params: Value) -> serde_json::Result<Box<InitializeParams>> {
    // The protocol calls it `diagnostics`, the library's type `diagnostic`.
    if let Some(workspace) = params.pointer_mut("/capabilities/workspace")
        && let Some(named) = workspace.get("diagnostics").cloned()
        && let Some(workspace) = workspace.as_object_mut()
    {
        workspace.insert("diagnostic".to_owned(), named);
    }
    serde_json::from_value(params)
}

impl Client {
    pub(crate) fn new(params: &InitializeParams) -> Self {
        let all = &params.capabilities;
        let text = all.text_document.as_ref();
        let workspace = all.workspace.as_ref();
        let refreshes = |it: Option<bool>| it == Some(true);
        let edits = workspace.and_then(|it| it.workspace_edit.as_ref());
        let symbols = text.and_then(|it| it.document_symbol.as_ref());
        Self {
            unit: position::negotiate(params),
            pulls: text.is_some_and(|it| it.diagnostic.is_some()),
            refreshes_diagnostics: refreshes(
                workspace.and_then(|it| it.diagnostic.as_ref()?.refresh_support),
            ),
            refreshes_lenses: refreshes(
                workspace.and_then(|it| it.code_lens.as_ref()?.refresh_support),
            ),
            tells_settings: refreshes(workspace.and_then(|it| it.configuration)),
            watches_files: refreshes(
                workspace.and_then(|it| it.did_change_watched_files?.dynamic_registration),
            ),
            shows_progress: refreshes(all.window.as_ref().and_then(|it| it.work_done_progress)),
            nests_symbols: refreshes(
                symbols.and_then(|it| it.hierarchical_document_symbol_support),
            ),
            creates_files: edits.is_some_and(|it| {
                let kinds = it.resource_operations.as_deref().unwrap_or_default();
                it.document_changes == Some(true)
                    && kinds.contains(&lsp_types::ResourceOperationKind::Create)
            }),
        }
    }

    /// What the server offers this editor.
    pub(crate) fn capabilities(&self) -> ServerCapabilities {
        let diagnostic_provider = self.pulls.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some(diagnostics::SOURCE.to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: false,
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })
        });
        ServerCapabilities {
            position_encoding: Some(position::encoding(self.unit)),
            text_document_sync: Some(TextDocumentSyncCapability::Options(
                TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::FULL),
                    save: Some(TextDocumentSyncSaveOptions::Supported(true)),
                    ..TextDocumentSyncOptions::default()
                },
            )),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![
                    CodeActionKind::QUICKFIX,
                    crate::actions::fix_all_kind(),
                ]),
                ..CodeActionOptions::default()
            })),
            code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(["[", ",", "\"", " "].map(str::to_owned).to_vec()),
                ..CompletionOptions::default()
            }),
            document_symbol_provider: Some(OneOf::Left(true)),
            workspace_symbol_provider: Some(OneOf::Left(true)),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: commands::ALL.map(str::to_owned).to_vec(),
                ..ExecuteCommandOptions::default()
            }),
            diagnostic_provider,
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(OneOf::Left(true)),
                }),
                file_operations: None,
            }),
            ..ServerCapabilities::default()
        }
    }
}

/// The workspace folders that the editor starts with.
pub(crate) fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten();
    let mut roots: Vec<PathBuf> = folders.filter_map(|it| documents::to_path(&it.uri)).collect();
    if roots.is_empty() {
        #[expect(deprecated, reason = "editors from before workspace folders send nothing else")]
        roots.extend(params.root_uri.as_ref().and_then(documents::to_path));
    }
    roots
}

/// The watcher that the editor is asked to set up: everything that an analysis may look into.
pub(crate) fn watchers() -> RegistrationParams {
    let globs = files::LINTED.into_iter().chain(files::WATCHED);
    let watchers = globs.map(|glob| FileSystemWatcher {
        glob_pattern: GlobPattern::String(glob.to_owned()),
        kind: None,
    });
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: watchers.collect() };
    RegistrationParams {
        registrations: vec![Registration {
            id: "nhilint/files".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            // Plain texts in plain structures are always JSON.
            register_options: serde_json::to_value(options).ok(),
        }],
    }
}
