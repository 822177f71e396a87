// Play: a slider moved from where it is up to its highest, down to its lowest and back, as a finger would. A stop lets go of
// it, which commits the value that it has then.

import { moveThumb, sliderOf, touchThumb } from "./slider_dom.js"

const SWEEP_SECONDS = 6 // from one end to the other, at speed 1
const SPEEDS = [0.5, 1, 2]
const LONGEST_STEP_MS = 100 // between two frames, as far as Play is concerned
const STILLS_PER_SWEEP = 8 // places from one end to the other, where motion is to be reduced

export class Play {
  constructor(onChange) {
    Object.assign(this, { onChange, speed: 1, playing: false, legs: [] })
    this.onPress = (event) => event.isTrusted && !event.target.closest?.(".stage-bar") && this.stop()
    window.addEventListener("pointerdown", this.onPress, true)
  }

  dispose() {
    this.stop()
    window.removeEventListener("pointerdown", this.onPress, true)
  }

  faster() {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length]
    this.onChange()
  }

  toggle(slider) {
    if (this.playing) this.stop()
    else this.start(slider)
  }

  start(slider) {
    const input = sliderOf(slider)
    if (!input || input.disabled) return
    const [at, low, high] = [input.value, input.min, input.max].map(Number)
    if (this.slider !== slider || !this.legs.length) this.legs = [high, low, at]
    Object.assign(this, { slider, input, at, playing: true, then: performance.now() })
    input.scrollIntoView({ block: "nearest" })
    this.touch("pointerdown")
    requestAnimationFrame((now) => this.frame(now))
    this.onChange()
  }

  stop() {
    if (!this.playing) return
    this.playing = false
    if (this.input.isConnected) this.touch("pointerup")
    this.onChange()
  }

  // A touched slider takes the focus. Play's must not: the page's keys are wanted.
  touch(type) {
    const { activeElement } = document
    touchThumb(this.input, type)
    if (activeElement !== this.input) this.input.blur()
  }

  // Begin afresh next time.
  forget() {
    this.stop()
    this.legs = []
  }

  frame(now) {
    if (!this.playing) return
    const { input } = this
    if (!input.isConnected || input.disabled) return this.forget()
    const [low, high, step] = [input.min, input.max, input.step].map(Number)
    this.advance((Math.min(now - this.then, LONGEST_STEP_MS) / 1000 / SWEEP_SECONDS) * this.speed * (high - low))
    this.then = now
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    const grid = still && this.legs.length ? Math.max(step, Math.round((high - low) / STILLS_PER_SWEEP / step) * step) : step
    const value = String(Number((low + Math.round((this.at - low) / grid) * grid).toFixed(10)))
    if (value !== input.value) moveThumb(input, value)
    if (this.legs.length) requestAnimationFrame((next) => this.frame(next))
    else this.stop()
  }

  // Move on by `way`, round the corners.
  advance(way) {
    while (this.legs.length) {
      const gap = this.legs[0] - this.at
      if (Math.abs(gap) > way) {
        this.at += Math.sign(gap) * way
        return
      }
      this.at = this.legs.shift()
      way -= Math.abs(gap)
    }
  }
}
