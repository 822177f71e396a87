// Names on what is drawn: curves at their ends, densities at their tops, points beside them; none over another.
//
// A trace says in its `meta` what it is called and where: "end", "top", "point", or "beside" an upright line. Of many places the one is taken that
// covers least; while a finger is down a name stays where it is as long as that is hardly worse.

import { mixed } from "./colors.js"
import { between, crosses, Panel, panelOf } from "./geometry.js"

const NAME_CLEARANCE_PX = 4 // that nothing else should be in
const COVER_COST = { name: 1000, line: 200, leader: 20 } // how bad it is to lie over a name, a piece of a line (only the heaviest names may at all), to be far off
const MOVE_COST = 24 // what a name's old place may be worse by
const LEADER_FROM_PX = 18 // of what is named, where a line leads there
const END_NAME_GAP_PX = 9 // from a panel to the names right of it
const AXIS_WORDS_PX = 58 // left of a panel
const HIDING_PX = 1.7 // around a line's middle, by one above it
const CURVE_FOOT_PX = 6 // above an axis, where all densities are one
const RUN_POINTS = 12 // of a line, looked at together
const SAME_POINT_PX = 9 // points nearer to each other are named together

export class Labels {
  constructor(svg) {
    this.svg = svg
    this.context = document.createElement("canvas").getContext("2d")
    this.before = {}
  }

  // Names are placed afresh next time.
  forget() {
    this.before = {}
  }

  place(figure, layout) {
    const places = this.placed(figure, layout)
    this.before = Object.fromEntries(places.map(({ key, choice }) => [key, choice]))
    this.svg.setAttribute("width", layout.width)
    this.svg.setAttribute("height", layout.height)
    refillSvg(this.svg, places, (group, { text, color, x, y, leader }) => {
      const [line, words] = group.children
      const ends = leader ?? [0, 0, 0, 0]
      ;["x1", "y1", "x2", "y2"].forEach((name, k) => line.setAttribute(name, Math.round(10 * ends[k]) / 10))
      line.setAttribute("visibility", leader ? "visible" : "hidden")
      line.style.stroke = color
      words.setAttribute("x", Math.round(10 * x) / 10)
      words.setAttribute("y", Math.round(10 * y) / 10)
      words.style.fill = `color-mix(in srgb, ${color} 68%, var(--st-text-color))`
      words.style.fontSize = `${this.size}px`
      if (words.textContent !== text) words.textContent = text
    })
  }

  // The same as annotations and shapes of Plotly's, for a picture that leaves the page.
  marked(figure, layout) {
    const { width, height, margin, font } = layout
    const x = (px) => (px - margin.l) / (width - margin.l - margin.r)
    const y = (py) => 1 - (py - margin.t) / (height - margin.t - margin.b)
    const places = this.placed(figure, layout)
    const annotations = places.map((name) => ({
      text: name.text,
      ...{ x: x(name.x), y: y(name.y - 0.35 * this.size), xref: "paper", yref: "paper" },
      ...{ xanchor: "left", yanchor: "middle", showarrow: false },
      font: { size: this.size, color: mixed(name.color, font.color, 0.68) },
    }))
    const shapes = places.filter(({ leader }) => leader).map(({ color, leader: [x1, y1, x2, y2] }) => ({
      type: "line",
      ...{ xref: "paper", yref: "paper", x0: x(x1), y0: y(y1), x1: x(x2), y1: y(y2) },
      line: { color, width: 1 },
    }))
    return { annotations, shapes }
  }

  placed(figure, layout) {
    this.size = Math.round(9.2 * (layout.font?.size ?? 13)) / 10
    this.context.font = `${this.size}px ${layout.font?.family ?? "sans-serif"}`
    const wanted = {}
    for (const trace of figure.data) {
      if (trace.xaxis) (wanted[panelOf(trace)] ??= []).push(trace)
    }
    const panels = Object.keys(wanted).map((suffix) => [suffix, new Panel(layout, suffix)])
    return panels.flatMap(([suffix, panel]) => {
      const beside = panels.map(([, other]) => other).filter((other) => other.left > panel.right && other.top < panel.bottom && other.bottom > panel.top)
      const end = Math.min(layout.width - 2, ...beside.map(({ left, bare }) => left - (bare ? NAME_CLEARANCE_PX : AXIS_WORDS_PX)))
      return this.inPanel(panel, end, suffix, wanted[suffix])
    })
  }

  // `end` is how far to the right a panel's names may go.
  inPanel(panel, end, suffix, traces) {
    const drawn = traces.filter(({ type, meta }) => type === "scatter" && !meta?.texture) // names may lie over a texture
    const lines = drawn.map((trace) => {
      const points = trace.mode.includes("lines") ? panel.line(trace) : panel.points(trace)
      return { trace, points, runs: runsOf(points) }
    })
    const names = lines.flatMap((line, k) => (isCovered(line, lines.slice(k + 1), panel) ? [] : namesOf(line.trace, line.points)))
    names.sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0))
    const taken = { boxes: [], leaders: [] }
    const found = []
    const put = (name, box, choice, ends) => {
      taken.boxes.push(box)
      if (ends) taken.leaders.push(ends)
      found.push({ key: `${suffix}|${name.text}`, choice, text: name.text, color: name.color, x: box.x, y: box.y + 0.95 * this.size, leader: ends })
    }
    const h = 1.3 * this.size
    for (const name of names) name.box = { w: this.context.measureText(name.text).width, h }
    const outside = names.filter(({ place, at, box }) => place === "end" && at.x > panel.right - 1.5 && panel.right + END_NAME_GAP_PX + box.w <= end)
    outside.sort((a, b) => a.at.y - b.at.y)
    spread(outside.map(({ at }) => at.y - h / 2), h + 1, panel.top - h / 2, panel.bottom - h / 2).forEach((y, k) => {
      const { at, box } = outside[k]
      const moved = Math.abs(y + h / 2 - at.y) > 4
      put(outside[k], { ...box, x: panel.right + END_NAME_GAP_PX, y }, 0, moved ? [panel.right + END_NAME_GAP_PX - 2, y + h / 2, panel.right + 1, at.y] : null)
    })
    for (const name of names.filter((each) => !outside.includes(each))) {
      const key = `${suffix}|${name.text}`
      let best = null
      candidates(name, name.box, panel).forEach(({ x, y, cost }, choice) => {
        const start = cost - (this.before[key] === choice ? MOVE_COST : 0)
        if (best && start >= best.bad) return
        const box = { ...name.box, x, y }
        let bad = start + this.cover(box, panel, taken, lines, best ? best.bad - start : Infinity)
        if (best && bad >= best.bad) return
        const ends = leader(box, name)
        if (ends) bad += taken.boxes.some((other) => strikes(ends, other)) ? COVER_COST.line : COVER_COST.leader
        if (!best || bad < best.bad) best = { box, bad, choice, ends }
      })
      if (best && best.bad < (name.weight > 1 ? COVER_COST.name : COVER_COST.line)) put(name, best.box, best.choice, best.ends)
    }
    return found
  }

  cover(box, panel, taken, lines, enough) {
    const [left, right, top, bottom] = [box.x - NAME_CLEARANCE_PX, box.x + box.w + NAME_CLEARANCE_PX, box.y - 2, box.y + box.h + 2]
    if (box.x < panel.left || box.x + box.w > panel.right + 2 || top < panel.top || bottom > panel.bottom) return 2 * COVER_COST.name
    let bad = 0
    for (const other of taken.boxes) {
      if (left - NAME_CLEARANCE_PX < other.x + other.w && right + NAME_CLEARANCE_PX > other.x && box.y < other.y + other.h && box.y + box.h > other.y) bad += COVER_COST.name
    }
    for (const ends of taken.leaders) if (strikes(ends, box)) bad += COVER_COST.line
    for (const { trace, points, runs } of lines) {
      const round = trace.mode === "markers" ? radius(trace.marker) : 0
      for (const run of runs) {
        if (bad >= enough) return bad
        if (run.left - round > right || run.right + round < left || run.top - round > bottom || run.bottom + round < top) continue
        for (let k = run.first; k < run.end; k++) {
          if (crosses(points[k].joined && points[k - 1], points[k], left - round, right + round, top - round, bottom + round)) bad += COVER_COST.line
        }
      }
    }
    return bad
  }
}

// Where labels that want to be at `places`, in order, stand at least `gap` apart, moved as little as can be, between two ends.
export function spread(places, gap, low, high) {
  const blocks = []
  places.forEach((place, k) => {
    blocks.push({ sum: place - k * gap, count: 1 })
    while (blocks.length > 1 && blocks.at(-2).sum / blocks.at(-2).count > blocks.at(-1).sum / blocks.at(-1).count) {
      const { sum, count } = blocks.pop()
      blocks.at(-1).sum += sum
      blocks.at(-1).count += count
    }
  })
  const most = high - (places.length - 1) * gap
  const shifts = blocks.flatMap(({ sum, count }) => Array(count).fill(Math.max(low, Math.min(most, sum / count))))
  return shifts.map((shift, k) => shift + k * gap)
}

// Whether a line is not to be seen for those that are drawn after it.
function isCovered({ trace, points }, later, panel) {
  if (!trace.meta?.name || !trace.line) return false
  const over = later.filter((line) => line.trace.line?.width >= trace.line.width && line.trace.mode.includes("lines"))
  const seen = points.filter(({ y }, k) => k % 4 === 0 && (trace.meta.place !== "top" || y < panel.bottom - CURVE_FOOT_PX))
  if (!over.length || seen.length < 3) return false
  const hidden = seen.filter(({ x, y }) => over.some(({ points, runs }) => runs.some((run) => {
    if (run.left - HIDING_PX > x || run.right + HIDING_PX < x || run.top - HIDING_PX > y || run.bottom + HIDING_PX < y) return false
    for (let k = run.first; k < run.end; k++) {
      if (crosses(points[k].joined && points[k - 1], points[k], x - HIDING_PX, x + HIDING_PX, y - HIDING_PX, y + HIDING_PX)) return true
    }
    return false
  })))
  return hidden.length > 0.92 * seen.length
}

function strikes([x1, y1, x2, y2], { x, y, w, h }) {
  const [a, b] = x1 < x2 ? [{ x: x1, y: y1 }, { x: x2, y: y2 }] : [{ x: x2, y: y2 }, { x: x1, y: y1 }]
  return crosses(a, b, x - 2, x + w + 2, y, y + h)
}

// The points of a line, a few at a time, with the box around them and the line that leads to them.
function runsOf(points) {
  const runs = []
  for (let first = 0; first < points.length; first += RUN_POINTS) {
    const end = Math.min(first + RUN_POINTS, points.length)
    const run = { first, end, left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
    for (const { x, y } of points.slice(points[first].joined ? first - 1 : first, end)) {
      run.left = Math.min(run.left, x)
      run.right = Math.max(run.right, x)
      run.top = Math.min(run.top, y)
      run.bottom = Math.max(run.bottom, y)
    }
    runs.push(run)
  }
  return runs
}

// What a trace wants to be called, and where.
function namesOf(trace, points) {
  const { meta } = trace
  if (!(meta?.name || meta?.names) || !points.length) return []
  const color = trace.line?.color ?? trace.marker.line.color
  if (meta.place === "point") {
    const groups = []
    for (const at of points.filter(({ k }) => meta.names[k])) {
      const near = groups.find(([other]) => Math.hypot(at.x - other.x, at.y - other.y) < SAME_POINT_PX)
      if (near) near.push(at)
      else groups.push([at])
    }
    return groups.filter((group) => group.length > 1 || !meta.together).map((group) => {
      const top = group.at(-1) // drawn last
      const text = group.length > 2 ? `${group.length} methods` : group.map(({ k }) => meta.names[k]).join(" and ")
      return { color: colorAt(trace, top.k), text, at: top, around: aroundAll(group, radius(trace.marker)), place: "point", weight: 3 }
    })
  }
  const at = meta.place === "top" ? points.reduce((a, b) => (b.y < a.y ? b : a)) : points.at(-1)
  return [{ color, text: meta.name, at, points, place: meta.place, weight: meta.weight ?? 0 }]
}

// The box around points.
function aroundAll(points, radius) {
  const [x, y] = [points.map((at) => at.x), points.map((at) => at.y)]
  return { left: Math.min(...x) - radius, right: Math.max(...x) + radius, top: Math.min(...y) - radius, bottom: Math.max(...y) + radius }
}

// Of a point with its outline, in pixels.
function radius({ size, line }) {
  return (Array.isArray(size) ? Math.max(...size) : size) / 2 + (line?.width ?? 0)
}

function colorAt({ marker }, k) {
  const colors = marker.color === "rgba(0,0,0,0)" ? marker.line.color : marker.color
  return Array.isArray(colors) ? colors[k] : colors
}

// Where a name could stand: its box's left and top, and how far that is from the best.
function candidates({ at, around, points, place }, { w, h }, panel) {
  const found = []
  const add = (x, y, cost) => found.push({ x, y, cost })
  const clamp = (x) => Math.min(Math.max(x, panel.left + 3), panel.right - w - 1)
  if (place === "point") {
    const { left, right, top, bottom } = around
    const [x, y] = [clamp((left + right - w) / 2), (top + bottom - h) / 2]
    for (const [k, r] of [5, 10, 19, 31, 45].entries()) {
      add(x, top - r - h, 9 * k)
      add(x, bottom + r, 3 + 9 * k)
      add(right + r, y, 5 + 9 * k)
      add(left - r - w, y, 6 + 9 * k)
      add(right + 0.7 * r, top - 0.7 * r - h, 4 + 9 * k)
      add(left - 0.7 * r - w, top - 0.7 * r - h, 4 + 9 * k)
      add(right + 0.7 * r, bottom + 0.7 * r, 5 + 9 * k)
      add(left - 0.7 * r - w, bottom + 0.7 * r, 5 + 9 * k)
    }
  } else if (place === "beside") {
    for (let k = 0; k < 6; k++) {
      add(at.x + 12, panel.top + 2 + k * (h + 3), 4 * k)
      add(at.x - 12 - w, panel.top + 2 + k * (h + 3), 1 + 4 * k)
    }
  } else if (place === "top") {
    add(clamp(at.x - w / 2), at.y - h - 4, 0)
    for (const [k, share] of [0.9, 0.72, 0.55, 0.4, 0.25, 0.12].entries()) {
      const level = panel.bottom - share * (panel.bottom - at.y)
      const above = points.filter(({ y }) => y <= level)
      if (!above.length) continue
      const [first, last] = [Math.min(...above.map(({ x }) => x)), Math.max(...above.map(({ x }) => x))]
      add(last + 8, level - h / 2, 4 + 5 * k)
      add(first - 8 - w, level - h / 2, 4 + 5 * k)
      add(last + 2, level - h - 5, 6 + 5 * k)
      add(first - 2 - w, level - h - 5, 7 + 5 * k)
      for (const [j, gap] of [26, 48].entries()) {
        add(last + gap, level - h / 2, 16 + 5 * k + 14 * j)
        add(first - gap - w, level - h / 2, 16 + 5 * k + 14 * j)
      }
    }
  } else {
    const count = points.length
    for (const [k, share] of [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.28, 0.16].entries()) {
      const [first, rest] = [Math.floor(share * (count - 1)), (share * (count - 1)) % 1]
      const point = rest ? between(points[first], points[first + 1], rest) : points[first]
      add(point.x + 10, point.y - h / 2, 5 + 6 * k)
      add(point.x - 10 - w, point.y - h / 2, 6 + 6 * k)
      for (const [j, gap] of [5, 14, 26, 40].entries()) {
        add(clamp(point.x - w), point.y - h - gap, 6 * k + 7 * j)
        add(clamp(point.x - w), point.y + gap, 2 + 6 * k + 7 * j)
        add(clamp(point.x + 4), point.y - h - gap, 3 + 6 * k + 7 * j)
        add(clamp(point.x + 4), point.y + gap, 4 + 6 * k + 7 * j)
      }
    }
    for (let k = 0; k < 12; k++) add(panel.right - w - 1, panel.top + 4 + k * (h + 3), 60 + Math.abs(panel.top + k * h - at.y) / 12)
  }
  return found
}

// A line from a name to what it names, where that is not plain.
function leader({ x, y, w, h }, { points, at }) {
  let [least, nearest] = [Infinity, at]
  for (const point of points ?? [at]) {
    const across = Math.max(x - point.x, point.x - x - w, 0)
    const up = Math.max(y - point.y, point.y - y - h, 0)
    if (across * across + up * up < least) [least, nearest] = [across * across + up * up, point]
  }
  if (least <= LEADER_FROM_PX * LEADER_FROM_PX) return null
  return [Math.min(Math.max(nearest.x, x), x + w), Math.min(Math.max(nearest.y, y), y + h), nearest.x, nearest.y]
}

function refillSvg(svg, items, write) {
  const make = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag)
  while (svg.children.length > items.length) svg.lastElementChild.remove()
  while (svg.children.length < items.length) {
    const group = make("g")
    group.append(make("line"), make("text"))
    svg.append(group)
  }
  items.forEach((item, i) => write(svg.children[i], item))
}
