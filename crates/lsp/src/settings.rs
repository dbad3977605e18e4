//! What a person has set in their editor. Rules are set in `nhilint.toml`, never here.

use engine::Severity;
use serde::Deserialize;
use serde_json::Value;

use crate::proto::DiagnosticSeverity;

/// Files that are not open and may show findings, when nobody sets a number.
const MAX_FILES: usize = 200;

/// The settings, as `initializationOptions` and the section `nhilint` carry them.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// False when nobody vouches for the workspace. Only read once, at the start.
    pub(crate) trusted: bool,
    pub(crate) code_lens: Switch,
    pub(crate) severity: Levels,
    /// How many files that are not open may show findings.
    pub(crate) max_files: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trusted: true,
            code_lens: Switch::default(),
            severity: Levels::default(),
            max_files: MAX_FILES,
        }
    }
}

/// Something that can be switched off.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Switch {
    pub(crate) enable: bool,
}

impl Default for Switch {
    fn default() -> Self {
        Self { enable: true }
    }
}

/// The editor's level of each severity.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Levels {
    critical: Level,
    high: Level,
    medium: Level,
    low: Level,
    info: Level,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            critical: Level::Error,
            high: Level::Error,
            medium: Level::Warning,
            low: Level::Information,
            info: Level::Hint,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warning,
    Information,
    Hint,
}

impl Levels {
    /// How the editor shows a severity.
    pub(crate) fn of(&self, severity: Severity) -> DiagnosticSeverity {
        let level = match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        };
        match level {
            Level::Error => DiagnosticSeverity::ERROR,
            Level::Warning => DiagnosticSeverity::WARNING,
            Level::Information => DiagnosticSeverity::INFORMATION,
            Level::Hint => DiagnosticSeverity::HINT,
        }
    }
}

impl Settings {
    /// Reads settings; those of a whole editor hold ours under `nhilint`. `None` when nothing is
    /// set, an error in words when something cannot be read.
    pub(crate) fn read(value: &Value) -> Option<Result<Self, String>> {
        let own = value.get("nhilint").unwrap_or(value);
        if !own.is_object() {
            return None;
        }
        Some(Self::deserialize(own).map_err(|it| format!("settings cannot be read: {it}")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_come_bare_or_in_their_section() {
        let bare = json!({ "trusted": false, "severity": { "critical": "hint" }, "maxFiles": 3 });
        let section = json!({ "nhilint": bare, "other": 1 });
        for value in [&bare, &section] {
            let settings = Settings::read(value).unwrap().unwrap();
            assert!(!settings.trusted && settings.code_lens.enable);
            assert_eq!(settings.max_files, 3);
            assert_eq!(settings.severity.of(Severity::Critical), DiagnosticSeverity::HINT);
            assert_eq!(settings.severity.of(Severity::Medium), DiagnosticSeverity::WARNING);
        }
        assert!(Settings::read(&Value::Null).is_none());
        // What belongs to the extension alone is none of our business.
        let extension = json!({ "server": { "path": "x" }, "enable": true });
        assert_eq!(Settings::read(&extension).unwrap().unwrap(), Settings::default());
        let wrong = json!({ "severity": { "low": "loud" } });
        assert!(Settings::read(&wrong).unwrap().unwrap_err().contains("loud"));
    }
}
