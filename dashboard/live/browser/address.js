// Addresses below the one that the app is served at, which a server behind a proxy does not know.

// Streamlit loads its own script from there, whatever stands before it in the address.
const ROOT = new URL("../../", document.querySelector("script[src*='static/js/']").src)

function addressOf(path) {
  return new URL(path, ROOT).href
}
