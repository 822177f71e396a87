// Words, readouts and one Plotly figure in nodes that are never replaced, and the slider that a finger is moving.
//
// While a native slider is dragged, its value goes to the server one question at a time: the next is asked when the
// answer to the last has come, and only the latest value is kept waiting. Streamlit's own update, which follows a
// committed value, makes every question still open stale. A silent server is given a rest and more patience, both twice
// as long each time; none is asked while the browser is offline.
//
// When a lost connection comes back the script runs once more with what the widgets hold: a value let go shortly before
// the loss may never have reached it. What it then ran with is what everything shows.

const NARROW = 640
const PATIENCE_MS = 1000 // with an answer, at first
const REST_MS = 250 // after a question without an answer, at first
const LONGEST_MS = 8000 // for both
const REFUSED = [400, 500] // the same value would get the same answer
const ROOMY = 2.5 // times as long as needed: longer axes are drawn anew
const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, scrollZoom: false }
const isAxis = (name) => /^[xy]axis\d*$/.test(name)
const { set: setValue } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value") // past React's own

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
    this.ranges = {}
    this.drawings = 0 // Plotly looks at its numbers anew when this changes, whatever was moved in between
    this.root = root
    this.node = root.querySelector(".live-figure")
    this.onPress = (event) => this.press(event)
    this.onRelease = () => this.release()
    root.querySelectorAll(".live-save button").forEach((button) => (button.onclick = () => this.save(button.dataset.format)))
    this.onOnline = () => this.recover()
    this.connection = new MutationObserver(() => this.watchConnection())
    this.connection.observe(document.body, { subtree: true, attributeFilter: ["disabled"] })
    this.recover()
    this.resize = new ResizeObserver(() => this.shown && this.draw())
    this.resize.observe(this.node)
    document.addEventListener("pointerdown", this.onPress, true)
    document.addEventListener("pointerup", this.onRelease, true)
    document.addEventListener("pointercancel", this.onRelease, true)
    window.addEventListener("online", this.onOnline)
  }

  dispose() {
    this.drag = null
    this.question?.abort()
    this.resize.disconnect()
    document.removeEventListener("pointerdown", this.onPress, true)
    document.removeEventListener("pointerup", this.onRelease, true)
    document.removeEventListener("pointercancel", this.onRelease, true)
    window.removeEventListener("online", this.onOnline)
    this.connection.disconnect()
    clearTimeout(this.rest)
  }

  // Streamlit ran: the picture of the committed settings.
  async update(committed) {
    const news = JSON.stringify(committed.settings) !== JSON.stringify(this.committed?.settings)
    if (news && !this.followed) this.ranges = {}
    if (news) this.followed = Boolean(this.drag)
    this.committed = committed
    this.question?.abort()
    this.question = null
    if (this.drag) this.drag.asked = null // another slider is already held: ask again with what was committed
    await this.show(committed.picture)
  }

  // Whether the picture could be drawn.
  async show(picture) {
    this.shown = picture
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
    const layout = this.fitted(width < NARROW ? layouts.narrow : layouts.wide, width)
    const frame = JSON.stringify(layout) + PlotlyNodes.structure(this.shown.figure)
    if (this.drag && this.frame === frame && this.nodes?.draw(this.shown.figure)) return
    this.frame = null
    await Plotly.react(this.node, data, { ...layout, datarevision: (this.drawings += 1) }, CONFIG)
    this.frame = frame
    if (this.nodes !== null) this.nodes = PlotlyNodes.of(this.node, this.shown.figure)
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

  // The layout in the page's colours, on axes that stay while what they show fits well enough: a jumping axis hides motion.
  fitted(layout, width) {
    const style = getComputedStyle(this.node)
    const color = (name) => style.getPropertyValue(name).trim()
    const text = color("--st-text-color")
    const line = color("--st-border-color-light") || color("--st-border-color")
    const axes = {}
    for (const [name, axis] of Object.entries(layout).filter(([name]) => isAxis(name))) {
      const [low, high] = axis.range
      const [keptLow, keptHigh] = this.ranges[name] ?? axis.range
      const keeps = keptLow <= low && high <= keptHigh && keptHigh - keptLow <= ROOMY * (high - low)
      const range = keeps ? [keptLow, keptHigh] : [low, high]
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
    for (const [slider, input] of this.inputs()) {
      if (input.disabled || !input.closest(`.st-key-${slider}`).contains(event.target)) continue
      const following = this.drag
      this.followed = true
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
    if (!drag || this.question || this.rest || !navigator.onLine) return
    if (!drag.input.isConnected || drag.input.value === drag.asked) return
    drag.asked = drag.input.value
    this.ask(drag.slider, drag.input.value)
  }

  async ask(slider, thumb) {
    const stops = this.committed.sliders[slider]
    const settings = { ...this.committed.settings, [slider]: stops ? stops[thumb] : thumb }
    const question = (this.question = new AbortController())
    const timer = setTimeout(() => question.abort(), this.longer(PATIENCE_MS))
    let answer
    let picture
    try {
      answer = await fetch(`${this.committed.pictures}?${new URLSearchParams(settings)}`, { signal: question.signal })
      if (answer.ok) picture = await answer.json()
    } catch {
      // Aborted, not answered, or not in full: the picture stays as it is.
    } finally {
      clearTimeout(timer)
    }
    if (this.question !== question) return
    this.question = null
    if (picture) this.failures = 0
    else if (!REFUSED.includes(answer?.status)) this.askAgain(Number(answer?.headers.get("Retry-After")))
    this.askLatest() // the server works on the next value while this one is drawn
    if (picture && (await this.show(picture))) this.node.dataset.drawn = `${slider}=${thumb}`
  }

  // Ask again for whatever value the thumb then has: after the rest that a busy server asked for, or a longer one than
  // last time where nobody answered.
  askAgain(seconds) {
    const rest = 1000 * seconds || this.longer(REST_MS)
    if (!seconds) this.failures += 1
    this.rest = setTimeout(() => (this.rest = null), rest * (1 + Math.random() / 2)) // not all visitors at once
    if (this.drag) this.drag.asked = null
  }

  longer(milliseconds) {
    return Math.min(milliseconds * 2 ** this.failures, LONGEST_MS)
  }

  release() {
    const { drag } = this
    this.drag = null
    // A slider let go where it was taken commits nothing, so the committed picture comes back.
    if (drag && drag.input.value === drag.start) this.update(this.committed)
  }

  // Key and input of each slider on screen.
  inputs() {
    return Object.keys(this.committed?.sliders ?? {})
      .map((slider) => [slider, document.querySelector(`.st-key-${slider} input[type=range]`)])
      .filter(([, input]) => input)
  }

  // ── the connection ──

  // Streamlit disables its widgets for as long as it has no connection.
  watchConnection() {
    const inputs = this.inputs()
    const lost = inputs.length > 0 && inputs.every(([, input]) => input.disabled)
    if (this.lost && !lost) {
      this.recover()
      this.thaw()
      this.runScript()
    }
    this.lost = lost
  }

  // Ask as if nobody had ever failed to answer.
  recover() {
    this.failures = 0
    this.question?.abort()
    clearTimeout(this.rest)
    this.rest = null
  }

  // A thumb let go while its slider was disabled stays where it was, held for ever as far as Streamlit knows. It is put
  // where the committed value is and let go there, which brings the committed picture back; again until that helps, for
  // Streamlit's dialog about the connection keeps presses to itself while it closes.
  async thaw() {
    for (const [slider, input] of this.inputs()) {
      for (let tries = 0; tries < 30 && !this.drag && input.closest("[data-dragging]"); tries++) {
        const { settings, sliders } = this.committed
        const value = Number(settings[slider])
        setValue.call(input, sliders[slider] ? sliders[slider].indexOf(value) : value)
        input.dispatchEvent(new Event("input", { bubbles: true }))
        for (const type of ["pointerdown", "pointerup"]) input.dispatchEvent(new PointerEvent(type, { bubbles: true }))
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }
}

const figures = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".live")
  let figure = figures.get(root)
  if (!figure) figures.set(root, (figure = new LiveFigure(root)))
  figure.runScript = () => setTriggerValue("reconnected", true)
  figure.update(data)
  return () => figure.dispose()
}
