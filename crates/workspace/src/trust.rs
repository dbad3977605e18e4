//! What a configuration may not say in a workspace that nobody vouches for.

use engine::Thresholds;

use crate::config::LoadedConfig;

impl LoadedConfig {
    /// Takes away everything that makes nhilint say less: rules that are left out, exceptions,
    /// milder severities, longer limits, files that are not read. What makes it say more stays.
    pub(crate) fn tighten(&mut self) {
        let settings = &mut self.settings;
        settings.ignore.clear();
        // A selection leaves out everything that it does not name.
        settings.extend.append(&mut settings.select);
        settings.exceptions.clear();
        settings
            .severities
            .retain(|id, severity| rules::find(id).is_some_and(|rule| *severity >= rule.severity));
        let usual = Thresholds::default();
        let limits = &mut settings.thresholds;
        limits.secret_days = limits.secret_days.min(usual.secret_days);
        limits.secret_days_high = limits.secret_days_high.min(usual.secret_days_high);
        self.exclude.clear();
        self.file.drop_exceptions();
    }
}

#[cfg(test)]
mod tests {
    use engine::Severity;

    use crate::config;

    #[test]
    fn only_what_tightens_is_left() {
        let text = "profile = \"strict\"\nselect = [\"wildcard-action\"]\nexclude = [\"a/\"]\n\
                    ignore = [\"missing-owner\"]\nunignorable = [\"embedded-secret\"]\n\
                    [severity]\nwildcard-action = \"info\"\nmissing-owner = \"critical\"\n\
                    [thresholds]\nsecret-days = 9000\nsecret-days-high = 10\n\
                    [[exception]]\nrule = \"wildcard-action\"\nreason = \"mine\"\n\
                    [[owner]]\npath = \"infra/\"\nowner = \"platform\"\n";
        let mut loaded = config::parse("nhilint.toml", "nhilint.toml", "", text).unwrap();
        loaded.tighten();
        let settings = &loaded.settings;
        assert_eq!(settings.profile, engine::Profile::Strict);
        assert!(settings.select.is_empty() && settings.ignore.is_empty());
        assert_eq!(settings.extend, ["wildcard-action"]);
        assert_eq!(settings.unignorable, ["embedded-secret"]);
        assert_eq!(settings.severities.len(), 1);
        assert_eq!(settings.severities["missing-owner"], Severity::Critical);
        assert_eq!(
            (settings.thresholds.secret_days, settings.thresholds.secret_days_high),
            (90, 10)
        );
        assert_eq!(loaded.file.exceptions(model::FileId(0)).count(), 0);
        assert!(loaded.exclude.is_empty());
        assert_eq!(loaded.file.owners.len(), 1);
    }
}
