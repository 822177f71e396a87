// Present mode, as `main.py` sets it: type of a fixed share of the window, thick lines, and a pointer that singles out a curve.

const TYPE = 0.031 // of the window's height: the smallest type
const SMALLEST = 13 // that type in pixels, as `panels.py` has it
const TICKS_AT_MOST = 5
const DIM = 0.2

function presenting() {
  return getComputedStyle(document.documentElement).getPropertyValue("--present").trim() === "1"
}

// How many times as large as on a page everything in the figure is.
function enlargement() {
  return presenting() ? Math.max(1, (TYPE * window.innerHeight) / SMALLEST) : 1
}

// What stays in sight at the foot of the window: the sliders and the bar.
function barHeight() {
  const bars = document.querySelectorAll("[data-testid=stSidebar], .stage-bar")
  return [...bars].reduce((sum, bar) => sum + bar.offsetHeight, 0)
}

// Traces with lines and marks `times` as thick.
function enlarged(data, times) {
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

// A layout with everything but its axes `times` as large.
function spread(layout, times) {
  const larger = (size) => Math.round(10 * size * times) / 10
  const type = (part) => (part?.font?.size ? { ...part, font: { ...part.font, size: larger(part.font.size) } } : part)
  const grown = { ...layout, font: { ...layout.font, size: larger(layout.font.size) } }
  grown.margin = Object.fromEntries(Object.entries(layout.margin).map(([side, size]) => [side, larger(size)]))
  grown.annotations = layout.annotations?.map((words) => ({ ...type(words), yshift: words.yshift && larger(words.yshift) }))
  for (const name of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name))) {
    grown[name] = { ...layout[name], title: type(layout[name].title), nticks: TICKS_AT_MOST, zerolinewidth: times, gridwidth: times }
  }
  return grown
}

// Under the pointer a curve keeps its strength and the others of other colours fade.
function singleOut(node, data, number) {
  const color = (trace) => trace.line?.color
  for (const group of node.querySelectorAll(".scatterlayer > .trace")) {
    const other = number !== null && color(data[group.__data__[0].trace.index]) !== color(data[number])
    group.style.opacity = other ? DIM : ""
  }
}
