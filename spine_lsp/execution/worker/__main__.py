"""`python FOLDER DESCRIPTOR`, or `--single TASK`: makes a package of the folder, under a name that hides no other."""

import sys
from importlib.util import module_from_spec, spec_from_file_location

_NAME = "_spine_lsp_worker"


def _start() -> None:
    folder = sys.path.pop(0)  # nothing of ours is to be found by the name of a module of the user's
    spec = spec_from_file_location(_NAME, folder + "/__init__.py", submodule_search_locations=[folder])
    assert spec is not None and spec.loader is not None
    package = module_from_spec(spec)
    sys.modules[_NAME] = package
    spec.loader.exec_module(package)
    from importlib import import_module

    if sys.argv[1:2] == ["--single"]:
        sys.exit(import_module(_NAME + ".single").run_single(sys.argv[2:]))
    import_module(_NAME + ".serving").serve(sys.argv[1:])


if __name__ == "__main__":
    _start()
