//! The protocol's types in one place, so that another library can take over.

pub(crate) use lsp_server::{
    Connection, ErrorCode, Message, Notification, Request, RequestId, Response,
};
pub(crate) use lsp_types::notification::{
    Cancel as CancelRequest, DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles,
    DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Exit, Initialized, LogMessage, Notification as NotificationType, Progress, PublishDiagnostics,
    ShowMessage, WorkDoneProgressCancel,
};
pub(crate) use lsp_types::request::{
    CodeActionRequest, CodeLensRefresh, CodeLensRequest, Completion, DocumentDiagnosticRequest,
    DocumentLinkRequest, DocumentSymbolRequest, ExecuteCommand, HoverRequest, Initialize,
    RegisterCapability, Request as RequestType, Shutdown, WorkDoneProgressCreate,
    WorkspaceConfiguration, WorkspaceDiagnosticRefresh, WorkspaceSymbolRequest,
};
pub(crate) use lsp_types::{
    CancelParams, CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand,
    CodeActionParams, CodeActionProviderCapability, CodeDescription, CodeLens, CodeLensOptions,
    Command, CompletionItem, CompletionItemKind, CompletionOptions, CompletionParams,
    CompletionTextEdit, ConfigurationItem, ConfigurationParams, CreateFile, CreateFileOptions,
    Diagnostic, DiagnosticOptions, DiagnosticRelatedInformation, DiagnosticServerCapabilities,
    DiagnosticSeverity, DiagnosticTag, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, DocumentChangeOperation, DocumentChanges, DocumentDiagnosticReport,
    DocumentDiagnosticReportResult, DocumentLink, DocumentLinkOptions, DocumentSymbol,
    DocumentSymbolResponse, Documentation, ExecuteCommandOptions, ExecuteCommandParams,
    FileChangeType, FileSystemWatcher, FullDocumentDiagnosticReport, GlobPattern, Hover,
    HoverContents, HoverParams, HoverProviderCapability, InitializeParams, InitializeResult,
    Location, LogMessageParams, MarkupContent, MarkupKind, MessageType, NumberOrString, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, PositionEncodingKind, ProgressParams,
    ProgressParamsValue, PublishDiagnosticsParams, Range, Registration, RegistrationParams,
    RelatedFullDocumentDiagnosticReport, ResourceOp, ServerCapabilities, ServerInfo,
    ShowMessageParams, SymbolInformation, SymbolKind, TextDocumentEdit, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, TextEdit, Uri,
    WorkDoneProgress, WorkDoneProgressBegin, WorkDoneProgressCancelParams,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, WorkDoneProgressOptions,
    WorkDoneProgressReport, WorkspaceEdit, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
