// What Plotly has drawn, moved in place: new paths, points and heat maps in the SVG nodes of a picture of the same structure.
//
// Plotly.react costs the same however little has changed; this costs a twentieth of it. Every Plotly internal that is
// leant on is named in this file and nowhere else, and is tried on Plotly's own picture first (`PlotlyNodes.of`).

import { numbers } from "./arrays.js"

const FARTHEST_PX = 1e5 // beyond, a path only confuses the browser's rasteriser
const MOVABLE = ["scatter", "heatmap"] // types of traces
const MARKS = ["type", "mode", "xaxis", "yaxis", "fill", "showlegend", "cliponaxis"]
const STROKE = { color: 0, width: 0, dash: 0 } // what a line may change
const SHOWN = ["x", "y", "z", "x0", "y0", "dx", "dy", "marker", "line", "fillcolor", "colorscale"] // what is drawn of a trace
const POINT = ["symbol", "size"] // what a point is, which may differ from point to point

export const NODES = {
  trace: ".scatterlayer > .trace, .heatmaplayer > .hm",
  line: ".lines > path.js-line",
  fill: ".fills path.js-fill",
  point: ".points > path.point",
  image: "image",
}
export const ANNOTATION = ".annotation-text"

const plotsOf = ({ _fullLayout }) => Object.values(_fullLayout?._plots ?? {})
const every = (found, holds) => found.length > 0 && found.every(holds)
const everyAxis = (gd, holds) => every(plotsOf(gd).flatMap(({ xaxis, yaxis }) => [xaxis, yaxis]), (axis) => axis && holds(axis))

// By name, whether a picture that Plotly has drawn has it.
export const INTERNALS = {
  _plots: (gd) => every(plotsOf(gd), ({ plot }) => plot?.node()),
  _basePlotModules: ({ _fullLayout }) => every(_fullLayout?._basePlotModules ?? [], Boolean),
  _visibleModules: ({ _fullLayout }) => every(_fullLayout?._visibleModules ?? [], Boolean),
  _name: (gd) => everyAxis(gd, ({ _name }) => _name in gd._fullLayout),
  _id: (gd) => everyAxis(gd, ({ _id }) => _id),
  _length: (gd) => everyAxis(gd, ({ _length }) => _length > 0),
  _depth: (gd) => every(plotsOf(gd), ({ yaxis }) => yaxis?._depth >= 0),
  c2p: (gd) => everyAxis(gd, ({ c2p }) => c2p),
  __data__: (gd) => drawnTraces(gd).length > 0,
}

// The groups of what is drawn in a node, each with its trace's place in the figure and Plotly's own of it.
export function drawnTraces(node) {
  return [...node.querySelectorAll(NODES.trace)].flatMap((group) => {
    const trace = group.__data__?.[0]?.trace
    return trace ? [{ group, trace, index: trace.index }] : []
  })
}

export class PlotlyNodes {
  static givenUp = false

  // The nodes of what `gd` shows of `figure`, or null, for good, where Plotly's inside is not as this file knows it.
  static of(gd, figure) {
    if (PlotlyNodes.givenUp || !figure.data.every(({ type }) => MOVABLE.includes(type))) return null
    try {
      const missing = Object.keys(INTERNALS).filter((name) => !INTERNALS[name](gd))
      if (missing.length) throw new Error(`not found: ${missing.join(", ")}`)
      const nodes = new PlotlyNodes(gd, figure)
      nodes.check(figure)
      return nodes
    } catch (problem) {
      PlotlyNodes.givenUp = true
      console.warn(`Pictures are drawn by Plotly.react alone: ${problem.message}`)
      return null
    }
  }

  // What must stay as it is for a trace's nodes to be moved, trace by trace: everything but numbers, names, colours, strokes
  // and what is said of single points.
  static marks({ data }) {
    const common = (name, value) => (POINT.includes(name) && Array.isArray(value) ? undefined : value)
    return data.map(({ line, marker, ...trace }) => {
      const rest = [line && { ...line, ...STROKE }, marker && { ...marker, color: 0 }]
      return JSON.stringify([...MARKS.map((name) => trace[name]), ...rest], common)
    })
  }

  // `figure` with its traces in the places of those that have been drawn with these `marks`, null where one is missing; null
  // where another is wanted.
  static seated(figure, marks) {
    const own = PlotlyNodes.marks(figure)
    let next = 0
    const data = marks.map((mark) => (mark === own[next] ? figure.data[next++] : null))
    return next < own.length ? null : { ...figure, data }
  }

  // What is said of point `k`, of all points or of each.
  static own(value, k) {
    return Array.isArray(value) ? value[k] : value
  }

  // What point `k` has to stay: if there is something of it without an outline, it may become larger.
  static shape({ marker: { symbol, size, line } }, k) {
    const own = PlotlyNodes.own(size, k)
    return [PlotlyNodes.own(symbol, k), line?.width ? own : own > 0].join()
  }

  constructor(gd, { data }) {
    this.gd = gd
    this.plots = plotsOf(gd)
    this.traces = data.map(() => null)
    for (const { group, trace, index } of drawnTraces(gd)) {
      const plot = gd._fullLayout._plots[trace.xaxis + trace.yaxis]
      this.traces[index] = {
        plot,
        ...this.scales(plot),
        hides: plot._hasClipOnAxisFalse,
        lines: [...group.querySelectorAll(NODES.line)],
        fill: group.querySelector(NODES.fill),
        points: [...group.querySelectorAll(NODES.point)],
        image: group.querySelector(NODES.image),
      }
      const kept = this.traces[index]
      const drawn = data[index]
      const drawnPoints = kept.points.length ? this.places(drawn, kept) : []
      kept.shapes = drawnPoints.map(({ k }) => PlotlyNodes.shape(drawn, k))
      kept.colours = drawnPoints.map(({ k }) => PlotlyNodes.own(drawn.marker.color, k))
      kept.sizes = drawnPoints.map(({ k }) => PlotlyNodes.own(drawn.marker.size, k))
    }
  }

  // Axes by name on new ranges: Plotly draws their lines and numbers, and not again what stands on them. A title keeps as
  // clear of the numbers as it was.
  async onAxes(Plotly, ranges) {
    const { _fullLayout } = this.gd
    const { _basePlotModules, _visibleModules } = _fullLayout
    const names = Object.keys(ranges)
    const depths = () => names.map((name) => this.gd._fullLayout[name]._depth)
    const before = depths()
    Object.assign(_fullLayout, {
      _basePlotModules: _basePlotModules.map((module) => ({ ...module, plot: () => {} })),
      _visibleModules: _visibleModules.map((module) => ({ ...module, style: null })),
    })
    try {
      await Plotly.relayout(this.gd, Object.fromEntries(names.map((name) => [`${name}.range`, [...ranges[name]]])))
    } finally {
      Object.assign(this.gd._fullLayout, { _basePlotModules, _visibleModules })
    }
    depths().forEach((depth, i) => {
      const axis = this.gd._fullLayout[names[i]]
      const title = axis._id.startsWith("y") ? this.gd.querySelector(`.${axis._id}title`) : null
      if (!title) return
      const [x, y] = [Number(title.getAttribute("x")) + before[i] - depth, title.getAttribute("y")]
      title.setAttribute("x", x)
      title.setAttribute("transform", `rotate(-90,${x},${y})`)
    })
    for (const kept of this.traces) if (kept) Object.assign(kept, this.scales(kept.plot))
    this.shown = null
  }

  scales({ xaxis, yaxis }) {
    return { across: this.scale(xaxis), up: this.scale(yaxis), zero: yaxis.c2p(0, true) }
  }

  // Pixels of a number, on a linear axis.
  scale(axis) {
    if (axis.type !== "linear") throw new Error(`the axis ${axis._name} is not linear`)
    const [start, end] = axis.range
    const [first, last] = [axis.c2p(start), axis.c2p(end)]
    const rate = (last - first) / (end - start)
    return { at: (value) => first + (value - start) * rate, length: axis._length }
  }

  // Whether the same numbers, drawn here, are where Plotly has put them.
  check({ data }) {
    data.forEach((trace, i) => {
      const kept = this.traces[i]
      if (trace.type !== "scatter" || !kept) return
      const near = ({ x, y }, shown) => {
        const at = shown.match(/-?[\d.]+(e-?\d+)?/g).slice(0, 2).map(Number)
        if (Math.hypot(x - at[0], y - at[1]) > 1 + 1e-5 * Math.hypot(x, y)) throw new Error(`trace ${i} is at ${at}, not at ${x}, ${y}`)
      }
      const found = this.places(trace, kept)
      if (kept.points.length) {
        if (kept.points.length !== found.length) throw new Error(`trace ${i} has ${kept.points.length} points`)
        near(found[0], kept.points[0].getAttribute("transform"))
        if (!kept.points[0].style.fill) throw new Error(`the points of trace ${i} have no colour`)
      }
      if (trace.mode.includes("lines") && found.length > 1) {
        if (!kept.lines.length) throw new Error(`trace ${i} has no line`)
        if (parseFloat(kept.lines[0].style.strokeWidth) !== trace.line.width) throw new Error(`the line of trace ${i} is as wide as another`)
        if (Boolean(kept.fill?.style.fill) !== Boolean(trace.fill)) throw new Error(`trace ${i} has no fill`)
      }
    })
  }

  // Where the points of a trace are, in pixels, but for those that are no number.
  places(trace, { across, up }) {
    const [x, y] = [numbers(trace.x), numbers(trace.y)]
    const found = []
    for (let k = 0; k < x.length; k++) {
      if (x[k] !== null && y[k] !== null && x[k] - y[k] === x[k] - y[k]) found.push({ x: across.at(x[k]), y: up.at(y[k]), k })
    }
    return found
  }

  // Whether a `seated` figure could be drawn; what stands where it stood is not touched, or the browser paints it again.
  draw({ data }) {
    const shown = data.map((trace) => trace && JSON.stringify(SHOWN.map((name) => trace[name])))
    const moved = [...data.keys()].filter((i) => shown[i] !== this.shown?.[i])
    const plans = moved.map((i) => (data[i] ? this.plan(data[i], this.traces[i]) : this.absence(this.traces[i])))
    if (plans.includes(null)) return false
    for (const plan of plans) plan()
    this.shown = shown
    return true
  }

  plan(trace, kept) {
    if (trace.type === "heatmap") return kept?.image ? () => this.heat(trace, kept) : null
    const segments = this.segments(trace, kept)
    if (!kept) return null
    const lined = trace.mode.includes("lines")
    if (lined && segments.length && !kept.lines.length) return null
    const places = trace.mode.includes("markers") ? this.places(trace, kept) : []
    const at = kept.shapes.map((shape) => (places.length && shape === PlotlyNodes.shape(trace, places[0].k) ? places.shift() : null))
    if (places.length) return null
    return () => {
      if (lined) {
        this.lines(segments, kept)
        this.stroke(trace, kept)
      }
      at.forEach((place, k) => {
        const point = kept.points[k]
        if (place) {
          const [color, size] = [trace.marker.color, trace.marker.size].map((value) => PlotlyNodes.own(value, place.k))
          const larger = size === kept.sizes[k] ? "" : ` scale(${size / kept.sizes[k]})`
          point.setAttribute("transform", `translate(${place.x},${place.y})${larger}`)
          this.paint(point, kept.colours, k, color)
        }
        const inside = place && place.x >= 0 && place.x <= kept.across.length && place.y >= 0 && place.y <= kept.up.length
        point.style.display = inside || (place && !kept.hides) ? "" : "none"
      })
    }
  }

  // Nothing of a trace, until it is back.
  absence(kept) {
    if (kept?.image) return null
    return () => {
      if (kept?.lines.length) this.lines([], kept)
      for (const point of kept?.points ?? []) point.style.display = "none"
    }
  }

  // Plotly takes nodes again for other traces, and leaves alone what it has not hidden itself.
  unhide() {
    for (const kept of this.traces) for (const point of kept?.points ?? []) point.style.display = ""
  }

  // Paths between the gaps of a line, as text without the leading M.
  segments(trace, kept) {
    if (!kept || !trace.mode.includes("lines")) return []
    const [x, y] = [numbers(trace.x), numbers(trace.y)]
    const found = []
    let open = null
    for (let k = 0; k < x.length; k++) {
      const [px, py] = [kept.across.at(x[k]), kept.up.at(y[k])]
      if (x[k] === null || y[k] === null || px !== px || py !== py) {
        open = null
        continue
      }
      const text = `${Math.round(100 * near(px)) / 100},${Math.round(100 * near(py)) / 100}`
      if (open) open.push(text)
      else found.push((open = [text]))
    }
    return found
  }

  lines(segments, { lines, fill, zero }) {
    const paths = segments.map((segment) => segment.join("L"))
    lines[0].setAttribute("d", paths.length ? `M${paths.join("M")}` : "M0,0Z")
    for (const rest of lines.slice(1)) rest.setAttribute("d", "M0,0Z")
    if (!fill) return
    const [first, last] = [segments[0]?.[0], segments.at(-1)?.at(-1)]
    const foot = (point) => `${point.split(",")[0]},${zero}`
    fill.setAttribute("d", first ? `M${foot(last)}L${foot(first)}L${paths.join("L")}` : "M0,0Z")
  }

  stroke({ line: { color, width, dash }, fillcolor }, { lines, fill }) {
    for (const { style } of lines) {
      Object.assign(style, { stroke: color, strokeOpacity: 1, strokeWidth: `${width}px`, strokeDasharray: dash === "solid" ? "" : dash })
    }
    if (fill) Object.assign(fill.style, { fill: fillcolor, fillOpacity: 1 })
  }

  // A point in its colour; those that have it are left alone.
  paint({ style }, colours, k, colour) {
    if (colours[k] === colour) return
    Object.assign(style, { fill: colour, fillOpacity: 1 })
    colours[k] = colour
  }

  // What is drawn moves from where axes with the ranges `before` had it to where it is.
  ease(before, milliseconds) {
    for (const { xaxis, yaxis, plot } of this.plots) {
      const [x, y] = [xaxis, yaxis].map((axis) => {
        const [[low, high], [oldLow, oldHigh]] = [axis.range, before[axis._name] ?? axis.range]
        const rate = (high - low) / (oldHigh - oldLow)
        return { rate, shift: ((low - oldLow) / (oldHigh - oldLow)) * axis._length }
      })
      if (x.rate === 1 && y.rate === 1 && !x.shift && !y.shift) continue
      const down = yaxis._length * (1 - y.rate) - y.shift
      const start = `translate(${x.shift}px, ${down}px) scale(${x.rate}, ${y.rate})`
      for (const layer of plot.node().children) {
        layer.animate([{ transform: start }, { transform: "none" }], { duration: milliseconds, easing: "ease-out" })
      }
    }
  }

  heat({ x0, dx, y0, dy, z, colorscale }, { across, up, image }) {
    const [rows, columns] = z.shape.split(",").map(Number)
    const values = numbers(z)
    let [least, most] = [Infinity, -Infinity]
    for (const value of values) {
      if (value < least) least = value
      if (value > most) most = value
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows })
    const context = canvas.getContext("2d")
    const pixels = context.createImageData(columns, rows)
    const scale = colorscale.map(([at, color]) => [at, color.match(/[\d.]+/g).map(Number)])
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const share = (values[row * columns + column] - least) / (most - least || 1)
        const k = Math.max(1, scale.findIndex(([at]) => share <= at))
        const [[low, from], [high, to]] = [scale[k - 1], scale[k]]
        const way = (share - low) / (high - low)
        const place = 4 * ((rows - 1 - row) * columns + column)
        for (let c = 0; c < 4; c++) {
          const level = from[c] + way * (to[c] - from[c])
          pixels.data[place + c] = c === 3 ? 255 * level : level
        }
      }
    }
    context.putImageData(pixels, 0, 0)
    const [left, right] = [across.at(x0 - dx / 2), across.at(x0 + (columns - 0.5) * dx)]
    const [bottom, top] = [up.at(y0 - dy / 2), up.at(y0 + (rows - 0.5) * dy)]
    const place = { x: left, y: top, width: Math.round(right - left), height: Math.round(bottom - top) }
    for (const [name, value] of Object.entries(place)) image.setAttribute(name, value)
    image.setAttributeNS("http://www.w3.org/1999/xlink", "href", canvas.toDataURL("image/png"))
  }
}

function near(pixels) {
  return Math.max(-FARTHEST_PX, Math.min(FARTHEST_PX, pixels))
}
