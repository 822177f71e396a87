// The numbers on sliders as words write them: Streamlit puts a hyphen for a minus and an e for a power, and every digit.

import { count, printed } from "./numbers.js"
import { boxOf } from "./slider_dom.js"
import { find, PARTS } from "./streamlit_dom.js"

export class SliderNumbers {
  constructor() {
    this.logs = new WeakMap() // whether the slider in a container is on a log scale
    this.observer = new MutationObserver((changes) => {
      for (const box of new Set(changes.map(({ target }) => this.around(target)))) if (box) this.write(box)
    })
  }

  dispose() {
    this.observer.disconnect()
  }

  // `sliders`: widget key → stops, or nothing on a linear scale.
  watch(sliders) {
    for (const [key, stops] of Object.entries(sliders)) {
      const box = boxOf(key)
      if (!box) continue
      this.logs.set(box, Boolean(stops))
      this.observer.observe(box, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext"] })
      this.write(box)
    }
  }

  around(node) {
    let box = node
    while (box && !this.logs.has(box)) box = box.parentNode
    return box
  }

  write(box) {
    const said = (text) => (!/^-?[\d.]+(e-?\d+)?$/.test(text) ? text : this.logs.get(box) ? count(Number(text)) : printed(text))
    for (const node of box.querySelectorAll(`${PARTS.number} p, ${PARTS.ends} p`)) {
      const text = node.firstChild
      if (!text?.data || text.data === said(text.data)) continue
      text.data = said(text.data)
      center(node.closest(PARTS.number))
    }
    const input = find("input", box)
    const value = input?.getAttribute("aria-valuetext")
    if (value && value !== said(value)) input.setAttribute("aria-valuetext", said(value))
  }
}

// A thumb's number above its middle, or as near to it as the slider's width allows: Streamlit has placed a longer one.
function center(number) {
  const around = number?.closest(PARTS.slider)
  if (!around) return
  const [slider, thumb, text] = [around, number.parentNode, number].map((node) => node.getBoundingClientRect())
  const middle = thumb.left + thumb.width / 2
  number.style.left = middle - text.width / 2 < slider.left ? `${slider.left - thumb.left}px` : ""
  number.style.right = middle + text.width / 2 > slider.right ? `${thumb.right - slider.right}px` : ""
}
