// Present mode, as `main.py` sets it: type of a fixed share of the window, thick lines, and a pointer that singles out a curve.

const TYPE = 0.031 // of the window's height: the smallest type
const SMALLEST = 12 // that type in pixels, elsewhere: the names on curves
const TICKS_AT_MOST = 5
const DIM = 0.2
const LAST_GAP = 8 // pixels between what is last and the window's end
const BETWEEN_ROWS = 66 // pixels between two rows of panels, before they are enlarged
const NEAR = 16 // pixels from a curve, before they are enlarged

function presenting() {
  return getComputedStyle(document.documentElement).getPropertyValue("--present").trim() === "1"
}

// How many times as large as on a page everything in the figure is.
function enlargement() {
  return presenting() ? Math.max(1, (TYPE * window.innerHeight) / SMALLEST) : 1
}

// What stays in sight under the picture: a scene's sliders, or in present mode what is left of a page's.
function bars() {
  const page = presenting() ? ", [data-testid=stSidebar], .stage[data-scenes='0'] .stage-bar" : ""
  return [...document.querySelectorAll(`.st-key-under${page}`)]
}

// How much of the window they take, of what is below the `picture`.
function roomUnder(picture) {
  const { bottom } = picture.getBoundingClientRect()
  const room = (bar) => (bar.matches(".st-key-under") ? bar.getBoundingClientRect().bottom - bottom + LAST_GAP : bar.offsetHeight)
  return bars().reduce((sum, bar) => sum + room(bar), 0)
}

// Traces with lines and marks `times` as thick.
function thickened(data, times) {
  if (times === 1) return data
  const larger = (size) => (Array.isArray(size) ? size.map((each) => each * times) : size * times)
  const thick = ({ width, dash, ...line }) => ({
    ...line,
    ...(width && { width: larger(width) }),
    ...(dash && { dash: dash.replace(/[\d.]+/g, (length) => length * times) }),
  })
  return data.map((trace) => {
    const drawn = { ...trace }
    if (trace.line) drawn.line = thick(trace.line)
    if (trace.marker) drawn.marker = { ...trace.marker, size: larger(trace.marker.size) }
    if (trace.marker?.line) drawn.marker.line = thick(trace.marker.line)
    return drawn
  })
}

// A layout with everything but its axes `times` as large, at a height of `height`.
function spread(layout, times, height) {
  const larger = (size) => Math.round(10 * size * times) / 10
  const type = (part) => (part?.font?.size ? { ...part, font: { ...part.font, size: larger(part.font.size) } } : part)
  const grown = { ...layout, font: { ...layout.font, size: larger(layout.font.size) } }
  grown.margin = Object.fromEntries(Object.entries(layout.margin).map(([side, size]) => [side, larger(size)]))
  grown.annotations = layout.annotations?.map((words) => ({ ...type(words), yshift: words.yshift && larger(words.yshift) }))
  for (const name of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name))) {
    grown[name] = { ...layout[name], title: type(layout[name].title), nticks: TICKS_AT_MOST, zerolinewidth: times, gridwidth: times }
  }
  const gap = (BETWEEN_ROWS * times) / (height - grown.margin.t - grown.margin.b)
  for (const name of Object.keys(layout).filter((name) => /^yaxis\d*$/.test(name))) {
    const [low, high] = layout[name].domain
    if (low > 0) grown[name].domain = [(1 + gap) / 2, 1]
    else if (high < 1) grown[name].domain = [0, (1 - gap) / 2]
  }
  return { ...grown, height }
}

// Under the pointer a curve keeps its strength, and all of other colours fade.
class Spotlight {
  constructor(stage, node) {
    Object.assign(this, { node, panels: [] })
    stage.addEventListener("pointermove", (event) => this.point(event))
    stage.addEventListener("pointerleave", () => this.shine(null))
  }

  place({ data }, layout) {
    this.data = data
    this.panels = presenting() ? [...new Set(data.map(panelOf))].map((suffix) => [new Panel(layout, suffix), suffix]) : []
    this.shine(null)
  }

  point({ clientX, clientY }) {
    const { left, top } = this.node.getBoundingClientRect()
    const [x, y] = [clientX - left, clientY - top]
    let nearest = { gap: NEAR * enlargement() }
    for (const [panel, suffix] of this.panels.filter(([panel]) => panel.holds(x, y))) {
      for (const trace of this.data.filter((each) => panelOf(each) === suffix && each.mode === "lines")) {
        for (const at of panel.points(trace)) {
          const gap = Math.hypot(at.x - x, at.y - y)
          if (gap < nearest.gap) nearest = { gap, trace }
        }
      }
    }
    this.shine(nearest.trace ?? null)
  }

  shine(lit) {
    if (lit === this.lit) return
    this.lit = lit
    const groups = this.node.querySelectorAll(".scatterlayer > .trace, .heatmaplayer > .hm")
    for (const group of groups) {
      const trace = this.data[group.__data__[0].trace.index]
      group.style.opacity = lit && trace?.line?.color !== lit.line.color ? DIM : ""
    }
  }
}
