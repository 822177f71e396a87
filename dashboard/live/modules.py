"""The browser's modules, below the digest of all of them: no browser runs one release with a module of another."""

from hashlib import sha256
from pathlib import Path

__all__ = ["BROWSER", "MODULES", "loader", "module_path"]

BROWSER = Path(__file__).parent / "browser"
MODULES = {path.name: path.read_bytes() for path in sorted(BROWSER.glob("*.js"))}
_DIGEST = sha256(repr(MODULES).encode()).hexdigest()[:16]


def module_path(name: str) -> str:
    """Where the module `name` is served, below the address that the app is served at."""
    return f"live/{_DIGEST}/{name}"


def loader(name: str) -> str:
    """The script of a component that is the module `name`. Streamlit puts it into a blob, where no relative import leads
    anywhere; every page is one level below the address that the app is served at."""
    return f"""
const module = import(new URL("{module_path(name)}", document.baseURI))
export default async (call) => (await module).default(call)
"""
