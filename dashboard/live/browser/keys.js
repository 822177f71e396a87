// Keys of the whole page, as a keyboard or a clicker sends them. A focused input, slider or list keeps its own; Escape takes
// the focus from a slider. In the story, and while one presents, a slider that the mouse has let go keeps none: the clicker's
// next key is the stage's.

const OWN_KEYS = "input, textarea, select, [contenteditable], [role=slider], [role=listbox], [role=option], [role=menu]"
const SLIDERS = "input[type=range], [role=slider]"
const TYPED_INTO = "input:not([type=range]), textarea, [contenteditable]" // what is typed there is undone there
const PRESSED_BY_KEY = "button, a, summary, [role=button], [role=radio]" // Space and Enter are theirs
const ACTIONS = {
  PageDown: "next",
  ArrowRight: "next",
  PageUp: "previous",
  ArrowLeft: "previous",
  Home: "first",
  End: "last",
  ".": "black",
  b: "black",
  B: "black",
  f: "full",
  F: "full",
  p: "present",
  P: "present",
  s: "speaker",
  S: "speaker",
  "?": "help",
  " ": "play",
  Escape: "stop",
}

export class Keys {
  // `act` is told an action of `ACTIONS`, or "scene" and its number, and says whether it did anything; `onStage` says whether
  // the keys are rather the stage's.
  constructor(act, onStage) {
    Object.assign(this, { act, onStage, typed: "" })
    this.listeners = [
      ["keydown", (event) => this.key(event)],
      ["pointerup", ({ isTrusted }) => isTrusted && (this.pointedAt = document.activeElement)],
    ]
    for (const [type, listener] of this.listeners) window.addEventListener(type, listener, true)
  }

  dispose() {
    for (const [type, listener] of this.listeners) window.removeEventListener(type, listener, true)
  }

  key(event) {
    if (event.key === "Tab") this.pointedAt = null
    const focused = document.activeElement
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && !focused?.matches(TYPED_INTO) && this.act("undo")) event.preventDefault()
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === "Escape" && focused?.matches(SLIDERS)) return focused.blur()
    if (this.act("any") || (!this.keeps(focused) && this.done(event, focused))) {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  }

  keeps(focused) {
    return focused?.matches(OWN_KEYS) && !(focused === this.pointedAt && focused.matches(SLIDERS) && this.onStage())
  }

  // Whether the key was the page's.
  done({ key, repeat }, focused) {
    const pressing = focused?.matches(PRESSED_BY_KEY)
    if (/^\d$/.test(key)) {
      this.typed = (this.typed + key).slice(-2)
      return this.act("typed", this.typed)
    }
    const { typed } = this
    this.typed = ""
    if (typed) this.act("typed", "")
    if (key === "Enter" && typed) return this.act("scene", Number(typed))
    if (repeat || (key === " " && pressing)) return false
    return key in ACTIONS && this.act(ACTIONS[key])
  }
}
