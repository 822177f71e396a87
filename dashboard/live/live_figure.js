// One Plotly figure in a node that is never replaced, and the slider that a finger is moving.
//
// While a native slider is dragged, its value goes to Python one message at a time: the next is sent when the
// answer to the last has come (or after a time-out), and only the latest value is kept waiting.

const NARROW = 640
const TIMEOUT_MS = 1000
const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, scrollZoom: false }

let plotly
function loadPlotly(url) {
  plotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly)
    const script = document.createElement("script")
    script.src = url
    script.onload = () => resolve(window.Plotly)
    script.onerror = () => reject(new Error("Plotly.js could not be loaded"))
    document.head.append(script)
  })
  return plotly
}

class LiveFigure {
  constructor(node) {
    this.node = node
    this.number = 0
    this.onPress = (event) => this.press(event)
    this.onRelease = () => this.release()
    this.resize = new ResizeObserver(() => this.data && this.draw())
    this.resize.observe(node)
    document.addEventListener("pointerdown", this.onPress, true)
    document.addEventListener("pointerup", this.onRelease, true)
    document.addEventListener("pointercancel", this.onRelease, true)
  }

  dispose() {
    this.released = true
    this.resize.disconnect()
    document.removeEventListener("pointerdown", this.onPress, true)
    document.removeEventListener("pointerup", this.onRelease, true)
    document.removeEventListener("pointercancel", this.onRelease, true)
  }

  async update(data, send) {
    this.data = data
    this.send = send
    const { sent } = this
    const answered = sent && data.answers === sent.number
    // The server works on the next value while this one is drawn.
    if (answered || (sent && data.epoch !== sent.epoch)) this.sent = null
    this.sendLatest()
    await this.draw()
    if (answered) this.node.dataset.drawn = `${sent.slider}=${sent.value}`
  }

  // ── the picture ──

  async draw() {
    const Plotly = await loadPlotly(this.data.plotly)
    const { data, layouts, alt } = this.data
    const width = this.node.clientWidth
    if (!width) return
    const shape = width < NARROW ? layouts.narrow : layouts.wide
    this.node.setAttribute("aria-label", alt)
    this.writeLegend(data.filter((trace) => trace.showlegend))
    await Plotly.react(this.node, data, this.themed({ ...shape, width }), CONFIG)
  }

  // Names and strokes of the traces that ask for it. Plotly's own legend costs several milliseconds a picture.
  writeLegend(traces) {
    const legend = this.node.previousElementSibling
    const words = JSON.stringify(traces.map(({ name, line }) => [name, line]))
    if (legend.dataset.words === words) return
    legend.dataset.words = words
    legend.replaceChildren(...traces.map(({ name, line, fillcolor }) => {
      const item = document.createElement("li")
      item.innerHTML = '<svg width="30" height="12" aria-hidden="true"><rect y="6" width="30" height="6"/><path d="M0 6H30"/></svg>'
      const [rect, path] = item.querySelectorAll("rect, path")
      rect.setAttribute("fill", fillcolor ?? "none")
      path.setAttribute("stroke", line.color)
      path.setAttribute("stroke-width", line.width)
      path.setAttribute("stroke-dasharray", line.dash === "solid" ? "" : line.dash.replaceAll("px", ""))
      item.append(name)
      return item
    }))
  }

  themed(layout) {
    const style = getComputedStyle(this.node)
    const color = (name) => style.getPropertyValue(name).trim()
    const text = color("--st-text-color")
    const line = color("--st-border-color-light") || color("--st-border-color")
    const axes = Object.fromEntries(
      Object.entries(layout)
        .filter(([name]) => /^[xy]axis\d*$/.test(name))
        .map(([name, axis]) => [name, { gridcolor: line, zerolinecolor: line, linecolor: line, ...axis }]),
    )
    return {
      ...layout,
      ...axes,
      font: { ...layout.font, color: text, family: color("--st-font") },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      hoverlabel: { bgcolor: color("--st-secondary-background-color"), font: { color: text } },
    }
  }

  // ── the finger ──

  press(event) {
    for (const slider of this.data?.sliders ?? []) {
      const input = event.target.closest?.(`.st-key-${slider}`)?.querySelector("input[type=range]")
      if (!input) continue
      this.drag = { slider, input, start: input.value, last: input.value }
      this.follow()
      return
    }
  }

  follow() {
    if (!this.drag || this.released) return
    this.sendLatest()
    requestAnimationFrame(() => this.follow())
  }

  sendLatest() {
    const { drag, sent } = this
    const waiting = sent && performance.now() - sent.time < TIMEOUT_MS
    if (!drag || waiting || !drag.input.isConnected || drag.input.value === drag.last) return
    drag.last = drag.input.value
    this.post({ slider: drag.slider, value: Number(drag.last) })
  }

  release() {
    const { drag } = this
    this.drag = null
    // A slider let go where it was taken commits nothing, so the picture is asked back.
    if (drag && drag.last !== drag.start && drag.input.value === drag.start) this.post(null)
  }

  post(value) {
    const { epoch } = this.data
    const number = ++this.number
    this.sent = value && { ...value, number, epoch, time: performance.now() }
    this.send("drag", value && { ...value, epoch, number })
  }
}

const figures = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  const node = parentElement.querySelector(".live-figure")
  let figure = figures.get(node)
  if (!figure) figures.set(node, (figure = new LiveFigure(node)))
  figure.update(data, setStateValue).catch((error) => {
    node.textContent = `The figure cannot be drawn: ${error.message}.`
    node.classList.add("failure")
  })
  return () => figure.dispose()
}
