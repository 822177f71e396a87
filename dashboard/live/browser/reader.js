// What a pointer does on the picture: it reads every curve at one place, and takes the pressure by its point or its threshold.
//
// A point pulled along its curve, or a threshold pulled aside, moves the slider that it belongs to, as a finger would.

import { numbers } from "./arrays.js"
import { Panel, panelOf } from "./geometry.js"
import { count, fixed } from "./numbers.js"
import { magnification } from "./presenting.js"
import { moveThumb, sliderOf, touchThumb } from "./slider_dom.js"

export class Reader {
  constructor(stage, stops) {
    Object.assign(this, { stage, stops, readings: [], grips: [] })
  }

  // Everything where the picture now has it.
  place(figure, layout) {
    const curves = figure.data.filter(({ meta }) => meta?.reading)
    const panels = [...new Set(curves.map(panelOf))]
    while (this.readings.length < panels.length) this.readings.push(new Reading(this.stage, (event, x) => this.read(event, x), () => this.stop()))
    this.readings.forEach((reading, k) => reading.place(layout, panels[k], curves.filter((trace) => panelOf(trace) === panels[k]), figure.reading))
    const handles = [figure.handle ?? []].flat()
    while (this.grips.length < handles.length) this.grips.push(new Grip(this.stage, this.stops, () => this.stop()))
    this.grips.forEach((grip, k) => grip.place(handles[k], layout))
  }

  // Where panels share an axis, all of them are read at the same place.
  read(event, share) {
    if (event.pointerType === "touch" || this.grips.some(({ pulled }) => pulled)) return
    for (const reading of this.readings) reading.read(event, share)
  }

  stop() {
    for (const reading of this.readings) reading.stop()
  }
}

// A panel of curves.
class Reading {
  constructor(stage, onMove, onLeave) {
    this.area = add(stage, "live-reading")
    this.line = add(this.area, "line")
    this.card = add(this.area, "card")
    this.area.onpointermove = (event) => onMove(event, (event.clientX - this.area.getBoundingClientRect().left) / this.area.getBoundingClientRect().width)
    this.area.onpointerleave = onLeave
  }

  place(layout, suffix, traces, axis) {
    this.axis = axis
    this.area.hidden = suffix === undefined
    if (this.area.hidden) return
    this.panel = new Panel(layout, suffix)
    this.curves = traces.map((trace) => ({ name: trace.text, x: numbers(trace.x), y: numbers(trace.y), color: trace.line.color }))
    put(this.area, this.panel)
  }

  // At a `share` of the way across.
  read(event, share) {
    if (this.area.hidden) return
    const { top, height } = this.area.getBoundingClientRect()
    const x = share * this.area.offsetWidth
    const place = this.panel.value(this.panel.left + x)
    const rows = this.curves.map((curve) => ({ ...curve, ...at(curve, place) })).filter(({ height }) => height !== null)
    rows.sort((a, b) => b.height - a.height)
    this.line.hidden = this.card.hidden = !rows.length
    this.line.style.left = `${x}px`
    const head = document.createElement("b")
    head.textContent = `${this.placed(place)}mean truth`
    this.card.replaceChildren(head, ...rows.flatMap(({ called, height, color }) => {
      const [name, value] = [document.createElement("span"), document.createElement("span")]
      name.textContent = called
      name.style.color = `color-mix(in srgb, ${color} 68%, var(--st-text-color))`
      value.textContent = fixed(height, 3)
      return [name, value]
    }))
    const right = share < 0.5
    Object.assign(this.card.style, right ? { left: `${x + 12}px`, right: "auto" } : { left: "auto", right: `${this.area.offsetWidth - x + 12}px` })
    const upper = event.clientY - top < height / 2
    this.card.style.top = upper ? "auto" : "4px"
    this.card.style.bottom = upper ? "4px" : "auto"
  }

  // A number of the axis and the words around it; nothing where the names of the points say it.
  placed(place) {
    const { before, after, log } = this.axis
    if (!before && !after) return ""
    return `${before}${log ? count(10 ** place) : fixed(place, 2)}${after} · `
  }

  stop() {
    this.line.hidden = this.card.hidden = true
  }
}

// A handle of the picture: the point on a curve, and the threshold where there is one.
class Grip {
  constructor(stage, stops, onTake) {
    Object.assign(this, { stops, onTake })
    this.point = add(stage, "live-grip point")
    this.threshold = add(stage, "live-grip threshold")
    this.point.tabIndex = 0
    this.point.role = "slider"
    this.point.onkeydown = (event) => this.press(event)
    this.grip(this.point, "onCurves", "places")
    this.grip(this.threshold, "onDensities", "cuts")
  }

  place(handle, layout) {
    const panel = (suffix) => (layout[`xaxis${suffix}`] ? new Panel(layout, suffix) : null)
    Object.assign(this, { handle, onCurves: handle && panel(handle.onCurves), onDensities: handle && panel(handle.onDensities) })
    const here = handle?.at && this.onCurves && { x: this.onCurves.px(handle.at[0]), y: this.onCurves.py(handle.at[1]) }
    this.point.hidden = !(here && this.onCurves.holds(here.x, here.y))
    if (!this.point.hidden) {
      Object.assign(this.point.style, { left: `${here.x}px`, top: `${here.y}px` })
      this.point.ariaLabel = handle.label
      this.point.ariaValueText = handle.text
    }
    const cut = this.onDensities && handle.cuts ? this.onDensities.px(handle.cut) : NaN
    this.threshold.hidden = !(cut >= this.onDensities?.left && cut <= this.onDensities?.right)
    if (!this.threshold.hidden) {
      const { top, bottom } = this.onDensities
      Object.assign(this.threshold.style, { left: `${cut}px`, top: `${top}px`, height: `${bottom - top}px` })
    }
  }

  // `node` is pulled across a panel, along the handle's `places`. The panel counts as it was when it was taken: its axis may
  // move under the hand.
  grip(node, panel, places) {
    node.onpointerdown = (event) => {
      const input = sliderOf(this.handle.slider)
      if (!input || input.disabled || event.button) return
      event.preventDefault()
      node.setPointerCapture(event.pointerId)
      this.onTake()
      const box = node.parentElement.getBoundingClientRect()
      this.pulled = { input, slider: this.handle.slider, left: box.left, times: magnification(node.parentElement), panel: this[panel] }
      touchThumb(input, "pointerdown")
    }
    node.onpointermove = (event) => {
      const { pulled } = this
      if (!pulled || !node.hasPointerCapture(event.pointerId)) return
      const pressure = this.along(pulled.panel.value((event.clientX - pulled.left) / pulled.times), this.handle[places])
      moveThumb(pulled.input, this.placeOf(pulled, pressure))
    }
    node.onpointerup = node.onpointercancel = () => {
      if (this.pulled) touchThumb(this.pulled.input, "pointerup")
      this.pulled = null
    }
  }

  press(event) {
    const input = sliderOf(this.handle.slider)
    if (!input || event.key === "Tab") return
    event.preventDefault()
    input.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, shiftKey: event.shiftKey, bubbles: true, cancelable: true }))
  }

  // The pressure where `places`, which rise or fall with it, pass `aim`.
  along(aim, places) {
    const { pressures } = this.handle
    const rising = places.at(-1) > places[0]
    const before = (place) => (rising ? place < aim : place > aim)
    const k = places.findIndex((place) => !before(place))
    if (k < 0) return pressures.at(-1)
    if (k === 0) return pressures[0]
    const share = (aim - places[k - 1]) / (places[k] - places[k - 1])
    const [a, b] = [pressures[k - 1], pressures[k]]
    return a > 0 && b > 0 && this.handle.log ? a * (b / a) ** share : a + share * (b - a)
  }

  // Where a slider's thumb is for a pressure.
  placeOf({ input, slider }, pressure) {
    const stops = this.stops(slider)
    if (stops) {
      const off = (stop) => Math.abs(Math.log(stop / pressure))
      return stops.reduce((best, stop, k) => (off(stop) < off(stops[best]) ? k : best), 0)
    }
    const [low, high, step] = [input.min, input.max, input.step].map(Number)
    const there = low + Math.round((pressure - low) / step) * step
    return Number(Math.min(high, Math.max(low, there)).toFixed(9))
  }
}

function add(parent, className) {
  const node = document.createElement("div")
  node.className = className
  node.hidden = true
  parent.append(node)
  return node
}

function put(node, { left, top, right, bottom }) {
  Object.assign(node.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` })
}

// A curve's height at `x`, and what the nearest of its points is called.
function at({ x, y, name }, place) {
  for (let k = 1; k < x.length; k++) {
    const [low, high] = [Math.min(x[k - 1], x[k]), Math.max(x[k - 1], x[k])]
    if (place < low || place > high) continue
    const share = high > low ? (place - x[k - 1]) / (x[k] - x[k - 1]) : 0
    return { height: y[k - 1] + share * (y[k] - y[k - 1]), called: name[share < 0.5 ? k - 1 : k] }
  }
  return { height: null }
}
