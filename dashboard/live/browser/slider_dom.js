// Native sliders, found and moved.

import { find, keyed, setValue } from "./streamlit_dom.js"

export const boxOf = (key) => document.querySelector(keyed(key))

export function sliderOf(key) {
  const box = boxOf(key)
  return box && find("input", box)
}

// Put the thumb where `value` is, as far as Streamlit knows by a movement.
export function moveThumb(input, value) {
  setValue(input, value)
  input.dispatchEvent(new Event("input", { bubbles: true }))
}

// As a pointer of its own: with the number of the mouse, which is 0 in Firefox and 1 elsewhere, the mouse would pull as well.
const OWN_POINTER = 0x7ffffffe

export function touchThumb(input, type) {
  input.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: OWN_POINTER }))
}
