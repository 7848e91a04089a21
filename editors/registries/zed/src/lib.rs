//! Starts `spine-lsp serve` for YAML in Zed; the command is the one that PATH has.

use zed_extension_api as zed;

struct Spine;

impl zed::Extension for Spine {
    fn new() -> Self {
        Spine
    }

    fn language_server_command(
        &mut self,
        _: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<zed::Command> {
        let command = worktree
            .which("spine-lsp")
            .ok_or("spine-lsp is not in $PATH; install it with `pipx install spine-lsp`")?;
        Ok(zed::Command { command, args: vec!["serve".into()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Spine);
