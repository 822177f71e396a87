// Addresses below the one that the app is served at, which a server behind a proxy does not know.

const ROOT = new URL("../../", import.meta.url) // as `modules.py` serves this

export function addressOf(path) {
  return new URL(path, ROOT).href
}
