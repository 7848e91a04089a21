class SpineLsp < Formula
  desc "Language server, linter and planner for Spine pipeline groups in YAML"
  homepage "HOMEPAGE"
  url "SOURCE/spine_lsp-0.1.0.tar.gz"
  sha256 "SHA256"
  license "MIT"

  depends_on "python@3.13"

  def install
    python = Formula["python@3.13"].opt_bin/"python3.13"
    system python, "-m", "venv", libexec
    system libexec/"bin/python", "-m", "pip", "install", "--require-hashes", "-r", "tests/requirements/runtime.txt"
    system libexec/"bin/python", "-m", "pip", "install", "--no-deps", buildpath
    bin.install_symlink libexec/"bin/spine-lsp"
    generate_completions_from_executable(bin/"spine-lsp", "completion", "--print", shells: [:bash, :zsh, :fish],
                                         shell_parameter_format: :none)
  end

  test do
    (testpath/"group.yaml").write <<~YAML
      kind: PipelineGroup
      name: g
      steps:
        - {name: a, pipeline: p, depends_on: [b]}
    YAML
    assert_match "unknown-dependency", shell_output("#{bin}/spine-lsp check --format concise group.yaml", 1)
    assert_match version.to_s, shell_output("#{bin}/spine-lsp --version")
  end
end
