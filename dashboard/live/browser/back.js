// Back undoes the last commit: one entry of the browser’s history for each. Streamlit runs with the link of an entry when the
// browser goes there, but it writes a moved slider over the link it had, and adds an entry for every setting that a button
// changes, or that it takes out of a link. This is there before Streamlit, and for good.

import { watchScripts } from "./streamlit_dom.js"

class Commits {
  constructor() {
    this.added = true // until the first run is over: a link that is tidied stays the same entry
    const [push, replace] = [history.pushState, history.replaceState].map((way) => way.bind(history))
    const write = (way, state, title, link) => {
      if (new URL(link, location.href).href === location.href) return replace(state, title, link)
      way(state, title, link)
      this.added = true
    }
    history.pushState = (...entry) => write(this.added ? replace : push, ...entry)
    history.replaceState = (...entry) => write(this.travelling ? replace : push, ...entry)
    window.addEventListener("popstate", () => (this.travelling = true), true)
    window.addEventListener("click", ({ target }) => this.click(target), true)
    watchScripts(() => this.ran())
  }

  // Who is quicker than the run before begins another commit all the same.
  click(target) {
    if (target.closest?.("a[href], button, [role=radio]")) this.added = false
  }

  // When a run is over, what comes next is another commit.
  ran() {
    this.travelling = this.added = false
  }
}

new Commits()
