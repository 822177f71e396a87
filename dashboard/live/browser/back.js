// Back undoes the last commit: one entry of the browser’s history for each. Streamlit runs with the link of an entry when the
// browser goes there, but it writes a moved slider over the link it had, and adds an entry for every setting that a button
// changes. Where a browser has no Navigation API, that is how it stays.

class Commits {
  // From the first page on, and for good: on the way from page to page nothing of either is there.
  static watch() {
    window.commits ??= new Commits()
  }

  constructor() {
    window.navigation?.addEventListener("navigate", (event) => this.navigate(event))
    this.runs = new MutationObserver(() => this.ran())
    const app = document.querySelector("[data-testid=stApp]")
    if (app) this.runs.observe(app, { attributeFilter: ["data-test-script-state"] })
  }

  ran() {
    if (document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning") this.travelling = this.added = false
  }

  navigate(event) {
    const { navigationType, destination } = event
    if (this.own || !destination.sameDocument || !event.cancelable) return
    if (navigationType === "traverse") this.travelling = true
    if (destination.url === location.href) return
    if (navigationType === "replace" && !this.travelling) this.instead(event, "pushState")
    if (navigationType !== "push") return
    if (this.added) this.instead(event, "replaceState")
    this.added = true
  }

  instead(event, way) {
    event.preventDefault()
    this.own = true
    history[way]({}, "", event.destination.url)
    this.own = false
    this.added = true
  }
}
