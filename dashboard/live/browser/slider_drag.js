// Which native slider is held, by a finger, a mouse or the keyboard.
//
// Streamlit commits at every key. Here a burst of keys is one movement of the thumb: it is taken with the first key, moved
// by the others, and let go when no more have come for a while.
//
// A slider jumps to where its track is touched, even if the finger only wants to scroll. So a touch of a track is kept
// from it until the finger moves sideways or leaves.
//
// Only the pointer that took a slider lets it go: not another finger, nor a click elsewhere while Play has it.

import { boxOf, moveThumb, sliderOf, touchThumb } from "./slider_dom.js"
import { PARTS } from "./streamlit_dom.js"

const KEY_BURST_END_MS = 500
const PAGES_PER_SLIDER = 10
const SIDEWAYS_DRAG_PX = 6 // tells a drag from a swipe

export class SliderDrag {
  // `sliders`: the keys of the sliders on screen; `onTake` and `onLetGo` are told what is held.
  constructor(sliders, onTake, onLetGo) {
    Object.assign(this, { sliders, onTake, onLetGo, held: null })
    this.listeners = [
      ["pointerdown", (event) => this.press(event)],
      ["touchstart", (event) => this.kept && event.stopImmediatePropagation()], // a slider hears that as well
      ["pointermove", (event) => this.keeps(event) && Math.abs(event.clientX - this.kept.clientX) > SIDEWAYS_DRAG_PX && this.handOver()],
      ["pointerup", (event) => this.release(event)],
      ["pointercancel", (event) => this.cancel(event)],
      ["keydown", (event) => this.key(event)],
      ["focusout", () => this.lastKey()],
    ]
    for (const [type, listener] of this.listeners) document.addEventListener(type, listener, true)
  }

  dispose() {
    this.lastKey()
    this.held = null
    for (const [type, listener] of this.listeners) document.removeEventListener(type, listener, true)
  }

  press(event) {
    if (event.isTrusted) this.lastKey()
    const slider = this.sliders().find((key) => boxOf(key)?.contains(event.target))
    const input = slider && sliderOf(slider)
    if (!input || input.disabled || event.target.closest("button") || this.isHeldBesides(event)) return
    const thumb = input.closest(PARTS.thumb)
    if (event.isTrusted && event.pointerType === "touch" && thumb && !thumb.contains(event.target)) {
      event.stopImmediatePropagation()
      this.kept ??= event
      return
    }
    this.held = { slider, input, start: input.value, pointer: event.pointerId }
    this.onTake(this.held)
  }

  // Whether another pointer holds a slider.
  isHeldBesides({ pointerId }) {
    return this.held?.input.isConnected && !this.held.input.disabled && this.held.pointer !== pointerId
  }

  // Whether it is this pointer's touch that is kept from its slider.
  keeps({ pointerId }) {
    return this.kept?.pointerId === pointerId
  }

  // Let the slider have the touch that was kept from it.
  handOver() {
    const { kept } = this
    this.kept = null
    kept.target.dispatchEvent(new PointerEvent("pointerdown", kept))
  }

  cancel(event) {
    if (this.keeps(event)) this.kept = null
    this.release(event)
  }

  release(event) {
    if (this.keeps(event)) this.handOver() // a tap
    const { held } = this
    if (held?.pointer !== event.pointerId) return
    this.held = null
    this.onLetGo(held)
  }

  key(event) {
    const input = event.target
    const moved = input.type === "range" && this.moved(input, event)
    if (moved === false || event.altKey || event.ctrlKey || event.metaKey) return
    const slider = this.sliders().find((key) => sliderOf(key) === input)
    if (!slider) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (!this.typing) touchThumb(input, "pointerdown")
    clearTimeout(this.typing)
    this.typing = setTimeout(() => this.lastKey(), KEY_BURST_END_MS)
    moveThumb(input, moved)
  }

  // Where a key moves a slider, or false for a key that moves none.
  moved({ value, min, max, step }, { key, shiftKey }) {
    const [at, low, high, one] = [value, min, max, step].map(Number)
    const page = Math.max(one, Math.round((high - low) / PAGES_PER_SLIDER / one) * one)
    const by = {
      ArrowRight: shiftKey ? page : one,
      ArrowUp: shiftKey ? page : one,
      ArrowLeft: shiftKey ? -page : -one,
      ArrowDown: shiftKey ? -page : -one,
      PageUp: page,
      PageDown: -page,
      Home: low - at,
      End: high - at,
    }[key]
    return by === undefined ? false : Math.min(high, Math.max(low, at + by))
  }

  lastKey() {
    if (!this.typing) return
    clearTimeout(this.typing)
    this.typing = null
    if (this.held) touchThumb(this.held.input, "pointerup")
  }
}
