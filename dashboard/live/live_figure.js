// Words, readouts and one Plotly figure in nodes that are never replaced, and the slider that a finger is moving.
//
// While a native slider is dragged, its value goes to the server one question at a time: the next is asked when the
// answer to the last has come (or after a time-out), and only the latest value is kept waiting. Streamlit's own
// update, which follows a committed value, makes every question still open stale.

const NARROW = 640
const TIMEOUT_MS = 1000
const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, scrollZoom: false }
const isAxis = (name) => /^[xy]axis\d*$/.test(name)

let plotly
function loadPlotly(url) {
  plotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly)
    const script = document.createElement("script")
    script.src = url
    script.onload = () => resolve(window.Plotly)
    script.onerror = () => {
      plotly = undefined // the next picture tries again
      reject(new Error("Plotly.js could not be loaded"))
    }
    document.head.append(script)
  })
  return plotly
}

class LiveFigure {
  constructor(root) {
    this.root = root
    this.node = root.querySelector(".live-figure")
    this.onPress = (event) => this.press(event)
    this.onRelease = () => this.release()
    root.querySelectorAll(".live-save button").forEach((button) => (button.onclick = () => this.save(button.dataset.format)))
    this.resize = new ResizeObserver(() => this.shown && this.draw())
    this.resize.observe(this.node)
    document.addEventListener("pointerdown", this.onPress, true)
    document.addEventListener("pointerup", this.onRelease, true)
    document.addEventListener("pointercancel", this.onRelease, true)
  }

  dispose() {
    this.drag = null
    this.question?.abort()
    this.resize.disconnect()
    document.removeEventListener("pointerdown", this.onPress, true)
    document.removeEventListener("pointerup", this.onRelease, true)
    document.removeEventListener("pointercancel", this.onRelease, true)
  }

  // Streamlit ran: the picture of the committed settings.
  async update(committed) {
    this.committed = committed
    this.question?.abort()
    this.question = null
    if (this.drag) this.drag.asked = null // another slider is already held: ask again with what was committed
    await this.show(committed.picture)
  }

  // Whether the picture could be drawn.
  async show(picture) {
    this.shown = picture
    this.ranges = picture === this.committed.picture ? {} : this.ranges
    try {
      this.write(picture)
      await this.draw()
      return true
    } catch (error) {
      console.error(error)
      window.Plotly?.purge(this.node) // the next picture starts afresh
      this.node.textContent = `The figure cannot be drawn: ${error.message}.`
      return false
    }
  }

  // ── words ──

  write({ notices, takeaway, readouts, figure }) {
    this.root.ariaBusy = String(Boolean(this.drag)) // spares a screen reader the values in between
    this.refill(".live-notices", notices, "p", (item, text) => (item.textContent = text))
    this.refill(".live-takeaway", takeaway, "span", (item, [text, color]) => {
      item.textContent = text
      item.style.color = color && `color-mix(in srgb, ${color} 80%, var(--st-text-color))`
      item.style.fontWeight = color ? 600 : ""
    })
    this.refill(".live-readouts", readouts, "li", (item, readout) => {
      if (!item.children.length) {
        item.append(...["name", "value", "change", "note"].map((name) => {
          const span = document.createElement("span")
          span.className = name
          return span
        }))
      }
      const [name, value, change, note] = item.children
      name.textContent = readout.label
      value.textContent = readout.value
      change.textContent = readout.change
      const news = readout.better * (readout.change.startsWith("+") ? 1 : readout.change.startsWith("−") ? -1 : 0)
      change.className = `change ${["bad", "", "good"][news + 1]}`
      note.textContent = readout.note
    })
    // Plotly's own legend costs several milliseconds a picture.
    const strokes = figure.data.filter((trace) => trace.showlegend)
    this.refill(".live-legend", strokes, "li", (item, { name, line, fillcolor }) => {
      if (!item.children.length) {
        item.innerHTML =
          '<svg width="30" height="12"><rect y="6" width="30" height="6"/><path d="M0 6H30"/></svg><span></span>'
      }
      const [rect, path] = item.querySelectorAll("rect, path")
      rect.setAttribute("fill", fillcolor ?? "none")
      path.setAttribute("stroke", line.color)
      path.setAttribute("stroke-width", line.width)
      path.setAttribute("stroke-dasharray", (line.dash ?? "solid").replace("solid", "").replaceAll("px", ""))
      item.lastChild.textContent = name
    })
  }

  // One child of `parent` for each item, kept where there is one already.
  refill(parent, items, tag, write) {
    const node = this.root.querySelector(parent)
    while (node.children.length > items.length) node.lastElementChild.remove()
    while (node.children.length < items.length) node.append(document.createElement(tag))
    items.forEach((item, i) => write(node.children[i], item))
  }

  // ── the picture ──

  async draw() {
    const Plotly = await loadPlotly(this.committed.plotly)
    const { data, layouts, alt } = this.shown.figure
    const width = this.node.clientWidth
    if (!width) return
    this.node.setAttribute("aria-label", alt)
    if (!this.node.data) this.node.replaceChildren()
    await Plotly.react(this.node, data, this.fitted(width < NARROW ? layouts.narrow : layouts.wide, width), CONFIG)
  }

  // The picture at the size of a slide, with a legend of its own.
  async save(format) {
    const Plotly = await loadPlotly(this.committed.plotly)
    const { data, layouts } = this.shown.figure
    const layout = {
      ...this.fitted(layouts.wide, 1280),
      height: 720,
      margin: { l: 60, r: 20, t: 30, b: 90 },
      showlegend: true,
      legend: { orientation: "h", y: -0.1, font: { size: 11 } },
      paper_bgcolor: getComputedStyle(this.node).getPropertyValue("--st-background-color").trim(),
    }
    const filename = this.committed.name
    await Plotly.downloadImage({ data, layout }, { format, width: 1280, height: 720, scale: 1.5, filename })
  }

  // The layout in the page's colours, on axes that only grow during a drag: a jumping axis hides motion.
  fitted(layout, width) {
    const style = getComputedStyle(this.node)
    const color = (name) => style.getPropertyValue(name).trim()
    const text = color("--st-text-color")
    const line = color("--st-border-color-light") || color("--st-border-color")
    const axes = {}
    for (const [name, axis] of Object.entries(layout).filter(([name]) => isAxis(name))) {
      const [low, high] = axis.range
      const [keptLow, keptHigh] = this.ranges[name] ?? axis.range
      const range = [Math.min(low, keptLow), Math.max(high, keptHigh)]
      this.ranges[name] = range
      axes[name] = { gridcolor: line, zerolinecolor: line, linecolor: line, ...axis, range: [...range] }
    }
    return {
      ...layout,
      ...axes,
      width,
      font: { ...layout.font, color: text, family: color("--st-font") },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      hoverlabel: { bgcolor: color("--st-secondary-background-color"), font: { color: text } },
    }
  }

  // ── the finger ──

  press(event) {
    for (const slider of Object.keys(this.committed?.sliders ?? {})) {
      const input = event.target.closest?.(`.st-key-${slider}`)?.querySelector("input[type=range]")
      if (!input) continue
      const following = this.drag
      this.drag = { slider, input, start: input.value, asked: input.value }
      if (!following) this.follow()
      return
    }
  }

  follow() {
    if (!this.drag) return
    this.askLatest()
    requestAnimationFrame(() => this.follow())
  }

  askLatest() {
    const { drag } = this
    if (!drag || this.question || !drag.input.isConnected || drag.input.value === drag.asked) return
    drag.asked = drag.input.value
    this.ask(drag.slider, drag.input.value)
  }

  async ask(slider, thumb) {
    const stops = this.committed.sliders[slider]
    const settings = { ...this.committed.settings, [slider]: stops ? stops[thumb] : thumb }
    const question = (this.question = new AbortController())
    const timer = setTimeout(() => question.abort(), TIMEOUT_MS)
    let picture
    let refused = false
    try {
      const answer = await fetch(`${this.committed.pictures}?${new URLSearchParams(settings)}`, { signal: question.signal })
      if (answer.ok) picture = await answer.json()
      else refused = true
    } catch {
      // Aborted or not answered: the picture stays as it is until the next value, or the committed one.
    } finally {
      clearTimeout(timer)
    }
    if (this.question !== question) return
    this.question = null
    if (!picture && !refused && this.drag) this.drag.asked = null // a silent server is asked again, a refusal is not
    this.askLatest() // the server works on the next value while this one is drawn
    if (picture && (await this.show(picture))) this.node.dataset.drawn = `${slider}=${thumb}`
  }

  release() {
    const { drag } = this
    this.drag = null
    // A slider let go where it was taken commits nothing, so the committed picture comes back.
    if (drag && drag.input.value === drag.start) this.update(this.committed)
  }
}

const figures = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".live")
  let figure = figures.get(root)
  if (!figure) figures.set(root, (figure = new LiveFigure(root)))
  figure.update(data)
  return () => figure.dispose()
}
