// What is leaned on of Streamlit's own page: every name of it is in this file and in no other. Where something is not found,
// what leans on it is off, the rest of the page is as ever, and the console says so once.

const SCRIPT_STATE = "data-test-script-state"

export const PARTS = {
  app: "[data-testid=stApp]",
  scriptState: `[${SCRIPT_STATE}]`,
  main: "[data-testid=stMain]", // what scrolls
  block: "[data-testid=stMainBlockContainer]",
  sidebar: "[data-testid=stSidebar]",
  closesSidebar: "[data-testid=stSidebarCollapseButton] button",
  pageLink: "[data-testid=stSidebarNavLink]",
  skip: "[data-testid=stSkipToContent]",
  popover: "[data-testid=stPopoverBody]",
  wide: ".stTable > div, .stMarkdown table, .stMarkdown .katex-display",
  slider: ".stSlider",
  input: "input[type=range]",
  thumb: "[data-rac]", // around the input
  dragged: "[data-dragging]", // the same, while it is held as far as Streamlit knows
  number: "[data-testid=stSliderThumbValue]",
  ends: "[data-testid=stSliderTickBar]",
}
const ON_EVERY_PAGE = ["app", "scriptState", "main", "block"]
const OF_EVERY_SLIDER = ["slider", "input", "thumb", "number", "ends"]

// The selector of what Python gave a key.
export const keyed = (key) => `.st-key-${key}`

export const find = (name, node = document) => node.querySelector(PARTS[name])

// Calls `onRest` whenever a script is over.
export function watchScripts(onRest) {
  const runs = new MutationObserver(([{ target }]) => target.getAttribute(SCRIPT_STATE) === "notRunning" && onRest())
  runs.observe(document, { subtree: true, attributeFilter: [SCRIPT_STATE] })
}

// Past React's own setter, which would take the event that follows for no news.
export function setValue(input, value) {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value)
}

let isLookedAt = false

// Say what of a page with sliders of these `keys` is not found.
export function tellMissing(keys) {
  if (isLookedAt || !keys.length) return
  isLookedAt = true
  const box = keys.map((key) => document.querySelector(keyed(key))).find(Boolean)
  const missing = [
    ...ON_EVERY_PAGE.filter((name) => !find(name)),
    ...(box ? OF_EVERY_SLIDER.filter((name) => !find(name, box)) : ["keyed"]),
  ]
  if (missing.length) console.warn(`Not found in Streamlit's page: ${missing.join(", ")}. What leans on it is off.`)
}
