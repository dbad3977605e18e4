//! `cargo xtask dist`: the packages that this machine can build, for its own platform.
//!
//! Every version is the workspace's. Packages for other platforms are built on other platforms.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::{repository, sbom};

/// Platforms that the npm package asks for: npm's name, operating system, processor, C library.
const PLATFORMS: &[(&str, &str, &str, Option<&str>)] = &[
    ("linux-x64", "linux", "x64", Some("glibc")),
    ("linux-arm64", "linux", "arm64", Some("glibc")),
    ("darwin-x64", "darwin", "x64", None),
    ("darwin-arm64", "darwin", "arm64", None),
    ("win32-x64", "win32", "x64", None),
];

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (mut out, mut quick) = (repository::root().join("target/dist"), false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--quick" => quick = true,
            "--out" => out = std::path::absolute(rest.next().context("--out needs a folder")?)?,
            other => bail!("unknown argument `{other}`"),
        }
    }
    fs::create_dir_all(&out)?;
    let metadata: Value = serde_json::from_str(&repository::output(
        "cargo",
        &["metadata", "--format-version=1", "--locked", "--filter-platform", &host()?],
    )?)?;
    let dist = Dist { version: version(&metadata)?, out, quick };
    let target = metadata["target_directory"].as_str().context("no target directory")?;
    let profile = if quick { "dev" } else { "release" };
    let build = ["build", "--locked", "--package", "nhilint", "--profile", profile];
    dist.call("cargo", &build, &repository::root())?;
    let folder = if quick { "debug" } else { "release" };
    let program = Path::new(target).join(folder).join("nhilint");
    let archive = dist.archive(&program)?;
    dist.npm(&program)?;
    dist.wheel()?;
    dist.formula(&archive)?;
    let parts = sbom::parts(&metadata)?;
    fs::write(dist.out.join("nhilint.cdx.json"), sbom::cyclonedx(&parts)?)?;
    dist.sums()?;
    println!("packages of {} in {}", dist.version, dist.out.display());
    Ok(())
}

/// The platform that this machine builds for.
fn host() -> Result<String> {
    let told = repository::output("rustc", &["-vV"])?;
    let line = told.lines().find_map(|it| it.strip_prefix("host: "));
    Ok(line.context("rustc does not name its host")?.to_owned())
}

fn version(metadata: &Value) -> Result<String> {
    let packages = metadata["packages"].as_array().context("no packages")?;
    let program = packages.iter().find(|it| it["name"] == "nhilint").context("no nhilint")?;
    Ok(program["version"].as_str().context("no version")?.to_owned())
}

struct Dist {
    version: String,
    out: PathBuf,
    /// Not optimised: packages are tested with it, not speed.
    quick: bool,
}

impl Dist {
    /// Runs a program in a folder and returns what it prints.
    fn call(&self, program: &str, arguments: &[&str], folder: &Path) -> Result<Vec<u8>> {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .output()
            .with_context(|| format!("cannot start `{program}`"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`{program} {}` failed: {said}", arguments.join(" "));
        Ok(output.stdout)
    }

    /// The program with licences, manual page and completions, as tar.gz.
    fn archive(&self, program: &Path) -> Result<String> {
        let triple = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
        let name = format!("nhilint-{}-{triple}", self.version);
        let folder = fresh(&self.out.join(&name))?;
        copy(program, &folder.join("nhilint"))?;
        for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
            copy(&repository::root().join(file), &folder.join(file))?;
        }
        let program = program.display().to_string();
        fs::write(folder.join("nhilint.1"), self.call(&program, &["man"], &self.out)?)?;
        fs::create_dir(folder.join("completions"))?;
        let shells = [("bash", "nhilint.bash"), ("zsh", "_nhilint"), ("fish", "nhilint.fish")];
        for (shell, file) in shells {
            let script = self.call(&program, &["completions", shell], &self.out)?;
            fs::write(folder.join("completions").join(file), script)?;
        }
        let archive = format!("{name}.tar.gz");
        // The same input gives the same bytes, whoever packs it and when.
        let sorted = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"];
        let arguments = [&sorted[..], &["-czf", &archive, "-C", &name, "."]].concat();
        self.call("tar", &arguments, &self.out)?;
        fs::remove_dir_all(folder)?;
        Ok(archive)
    }

    /// The launcher, and the package with the program for this platform.
    fn npm(&self, program: &Path) -> Result<()> {
        let optional: serde_json::Map<String, Value> = PLATFORMS
            .iter()
            .map(|(name, ..)| (format!("@nhilint/cli-{name}"), json!(self.version)))
            .collect();
        let launcher = self.described(json!({
            "name": "nhilint",
            "bin": { "nhilint": "bin/nhilint.js" },
            "engines": { "node": ">=16" },
            "optionalDependencies": optional,
        }));
        let source = repository::root().join("packaging/npm/nhilint.js");
        self.pack(&launcher, &source, "nhilint.js")?;

        let here = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => "linux-x64",
            ("linux", "aarch64") => "linux-arm64",
            (system, processor) => bail!("no npm package for {system} on {processor}"),
        };
        let platform = PLATFORMS.iter().find(|it| it.0 == here).context("not a platform")?;
        let mut package = self.described(json!({
            "name": format!("@nhilint/cli-{here}"),
            "os": [platform.1],
            "cpu": [platform.2],
            "preferUnplugged": true,
        }));
        if let Some(library) = platform.3 {
            package["libc"] = json!([library]);
        }
        self.pack(&package, program, "nhilint")
    }

    fn described(&self, mut package: Value) -> Value {
        package["version"] = json!(self.version);
        package["description"] = json!("A linter for machine identities");
        package["license"] = json!("MIT OR Apache-2.0");
        package["files"] = json!(["bin", "LICENSE-APACHE", "LICENSE-MIT"]);
        package
    }

    fn pack(&self, package: &Value, file: &Path, name: &str) -> Result<()> {
        let folder = fresh(&self.out.join("npm-package"))?;
        fs::create_dir(folder.join("bin"))?;
        copy(file, &folder.join("bin").join(name))?;
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            copy(&repository::root().join(licence), &folder.join(licence))?;
        }
        let text = serde_json::to_string_pretty(package)?;
        fs::write(folder.join("package.json"), text)?;
        self.call("npm", &["pack", "--silent", "--pack-destination", ".."], &folder)?;
        fs::remove_dir_all(folder)?;
        Ok(())
    }

    /// The program as a Python package, where maturin is installed.
    fn wheel(&self) -> Result<()> {
        if Command::new("maturin").arg("--version").output().is_err() {
            println!("no wheel: maturin is not installed (pip install maturin)");
            return Ok(());
        }
        let out = self.out.display().to_string();
        let profile = if self.quick { "dev" } else { "release" };
        let build = ["build", "--locked", "--profile", profile, "--out", &out];
        self.call("maturin", &build, &repository::root())?;
        Ok(())
    }

    fn formula(&self, archive: &str) -> Result<()> {
        let sum = self.call("sha256sum", &[archive], &self.out)?;
        let sum = String::from_utf8(sum)?;
        let sum = sum.split_whitespace().next().context("sha256sum printed nothing")?;
        let text = repository::read("packaging/homebrew/nhilint.rb.in")?
            .replace("@REPOSITORY@", env!("CARGO_PKG_REPOSITORY"))
            .replace("@VERSION@", &self.version)
            .replace("@ARCHIVE@", archive)
            .replace("@SHA256@", sum);
        fs::write(self.out.join("nhilint.rb"), text)?;
        Ok(())
    }

    fn sums(&self) -> Result<()> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.out)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if [".tar.gz", ".tgz", ".whl", ".rb", ".cdx.json"].iter().any(|it| name.ends_with(it)) {
                names.push(name);
            }
        }
        names.sort();
        let mut text = String::new();
        for name in names {
            let line = self.call("sha256sum", &[&name], &self.out)?;
            write!(text, "{}", String::from_utf8(line)?)?;
        }
        fs::write(self.out.join("SHA256SUMS"), text)?;
        Ok(())
    }
}

/// An empty folder, whatever a run before left there.
fn fresh(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(folder.to_path_buf())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
