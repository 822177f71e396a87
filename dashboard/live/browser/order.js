// Tab goes in the order of use: what a page opens with, undo, its sliders, the picture and what is taken from it, the buttons, the
// words, and the way to other pages last. Streamlit’s own order has the whole menu before the first preset. Where something
// is open on top of the page, the browser goes as it would.

import { keyed, PARTS } from "./streamlit_dom.js"

const ORDER = [
  ".live-skip",
  keyed("presets"),
  keyed("undo"),
  PARTS.sidebar,
  `${PARTS.app}:has(${PARTS.sidebar}) :is(.live-stage, .live-foot)`, // a scene’s slider is beside its picture
  `${keyed("buttons")}, ${keyed("present")}`,
  PARTS.main,
]
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]"
const NEEDLESS = `${PARTS.main}, ${PARTS.skip}` // one scrolls from anything in it; there is a better way to skip
const ON_TOP = `${PARTS.popover}, [role=dialog], [role=menu], [role=listbox], dialog[open]`

export class Order {
  constructor() {
    this.listener = (event) => this.go(event)
    window.addEventListener("keydown", this.listener, true)
  }

  dispose() {
    window.removeEventListener("keydown", this.listener, true)
  }

  go(event) {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event
    if (key !== "Tab" || altKey || ctrlKey || metaKey || document.querySelector(ON_TOP)) return
    const from = document.activeElement
    const stops = [...document.querySelectorAll(STOPS)].filter(isStop)
    const next = stops.filter((stop) => (shiftKey ? isBefore(stop, from) : isBefore(from, stop))).sort(byUse)
    const to = from === document.body ? stops.sort(byUse).at(shiftKey ? -1 : 0) : next.at(shiftKey ? -1 : 0)
    if (to) {
      event.preventDefault()
      event.stopImmediatePropagation() // a row of choices would go to its own end
      to.focus({ focusVisible: true })
    } else stops.at(shiftKey ? 0 : -1)?.focus({ preventScroll: true }) // from there the browser leaves the page
  }
}

function isStop(node) {
  if (node.tabIndex < 0 || node.matches(`:disabled, ${NEEDLESS}`) || node.closest("[inert]")) return false
  return node.checkVisibility({ visibilityProperty: true }) && !isBesideTheChosen(node)
}

// A row of choices is one stop; arrows go on from there.
function isBesideTheChosen(node) {
  const chosen = node.role === "radio" && node.closest("[role=radiogroup]")?.querySelector("[role=radio][aria-checked=true]")
  return Boolean(chosen && chosen !== node)
}

function rank(node) {
  const found = ORDER.findIndex((selector) => node.closest(selector))
  return found < 0 ? ORDER.length : found
}

function byUse(a, b) {
  return rank(a) - rank(b) || (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1)
}

const isBefore = (a, b) => a !== b && byUse(a, b) < 0
