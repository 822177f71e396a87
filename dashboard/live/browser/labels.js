// Names on what is drawn: curves at their ends, densities at their tops, points beside them; none over another.
//
// A trace says in its `meta` what it is called and where: "end", "top", "point", or "beside" an upright line. Of many places the one is taken that
// covers least; while a finger is down a name stays where it is as long as that is hardly worse.

const APART = 4 // pixels around a name that nothing else should be in
const COVERS = { name: 1000, line: 12, own: 12 } // how bad it is to lie over a name, a point of a line, one of its own
const LOYALTY = 24 // how much worse a name's old place may be
const FAR_OFF = 22 // pixels from what is named, from which on a line leads there
const NO_ROOM = 900
const RUN = 12 // points of a line that are looked at together
const SAME = 9 // pixels: points nearer to each other are named together

class Labels {
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
    return Object.entries(wanted).flatMap(([suffix, traces]) => this.inPanel(new Panel(layout, suffix), suffix, traces))
  }

  inPanel(panel, suffix, traces) {
    const drawn = traces.filter(({ type, meta }) => type === "scatter" && !meta?.texture) // names may lie over a texture
    const lines = drawn.map((trace) => {
      const points = panel.points(trace)
      return { trace, points, runs: runsOf(points) }
    })
    const names = lines.flatMap(({ trace, points }) => namesOf(trace, points))
    names.sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0))
    const boxes = []
    const found = []
    for (const name of names) {
      const box = { w: this.context.measureText(name.text).width, h: 1.3 * this.size }
      const key = `${suffix}|${name.text}`
      let best = null
      candidates(name, box, panel).forEach(({ x, y, cost }, choice) => {
        const start = cost - (this.before[key] === choice ? LOYALTY : 0)
        if (best && start >= best.bad) return
        const bad = start + this.cover({ x, y, ...box }, panel, boxes, lines, name, best ? best.bad - start : Infinity)
        if (!best || bad < best.bad) best = { x, y, bad, choice }
      })
      if (!best || best.bad >= NO_ROOM) continue
      boxes.push({ x: best.x, y: best.y, ...box })
      found.push({ key, choice: best.choice, text: name.text, color: name.color, x: best.x, y: best.y + 0.95 * this.size, leader: leader(best, box, name.points ?? [name.at]) })
    }
    return found
  }

  cover(box, panel, boxes, lines, name, enough) {
    const [left, right, top, bottom] = [box.x - APART, box.x + box.w + APART, box.y - 1, box.y + box.h + 1]
    if (box.x < panel.left || box.x + box.w > panel.right + 2 || top < panel.top || bottom > panel.bottom) return 2 * COVERS.name
    let bad = 0
    for (const other of boxes) {
      if (left < other.x + other.w && right > other.x && top < other.y + other.h && bottom > other.y) bad += COVERS.name
    }
    for (const { trace, points, runs } of lines) {
      const weight = trace === name.trace ? COVERS.own : COVERS.line
      for (const run of runs) {
        if (run.left > right || run.right < left || run.top > bottom || run.bottom < top) continue
        for (let k = run.first; k < run.end; k++) {
          if (crosses(points[k - 1], points[k], left, right, top, bottom)) bad += weight
        }
      }
      if (bad >= enough) break
    }
    return bad
  }
}

// The points of a line, a few at a time, with the box around them and the line that leads to them.
function runsOf(points) {
  const runs = []
  for (let first = 0; first < points.length; first += RUN) {
    const end = Math.min(first + RUN, points.length)
    const run = { first, end, left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
    for (const { x, y } of points.slice(Math.max(first - 1, 0), end)) {
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
      const near = groups.find(([other]) => Math.hypot(at.x - other.x, at.y - other.y) < SAME)
      if (near) near.push(at)
      else groups.push([at])
    }
    return groups.filter((group) => group.length > 1 || !meta.together).map((group) => {
      const top = group.at(-1) // drawn last
      const text = group.length > 2 ? `${group.length} methods` : group.map(({ k }) => meta.names[k]).join(" and ")
      return { trace, color: colorAt(trace, top.k), text, at: top, place: "point", weight: 3 }
    })
  }
  const at = meta.place === "top" ? points.reduce((a, b) => (b.y < a.y ? b : a)) : points.at(-1)
  return [{ trace, color, text: meta.name, at, points, place: meta.place, weight: meta.weight ?? 0 }]
}

function colorAt({ marker }, k) {
  const colors = marker.color === "rgba(0,0,0,0)" ? marker.line.color : marker.color
  return Array.isArray(colors) ? colors[k] : colors
}

// Where a name could stand: its box's left and top, and how far that is from the best.
function candidates({ at, points, place }, { w, h }, panel) {
  const found = []
  const add = (x, y, cost) => found.push({ x, y, cost })
  const clamp = (x) => Math.min(Math.max(x, panel.left + 3), panel.right - w - 1)
  if (place === "point") {
    for (const [k, r] of [13, 19, 27, 38].entries()) {
      add(clamp(at.x - w / 2), at.y - r - h, 9 * k)
      add(clamp(at.x - w / 2), at.y + r, 3 + 9 * k)
      add(at.x + r, at.y - h / 2, 5 + 9 * k)
      add(at.x - r - w, at.y - h / 2, 6 + 9 * k)
      add(at.x + 0.7 * r, at.y - 0.7 * r - h, 4 + 9 * k)
      add(at.x - 0.7 * r - w, at.y - 0.7 * r - h, 4 + 9 * k)
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
      add(last + 26, level - h / 2, 16 + 5 * k)
      add(first - 26 - w, level - h / 2, 16 + 5 * k)
    }
  } else {
    const count = points.length
    for (const [k, share] of [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.28, 0.16].entries()) {
      const point = points[Math.max(0, Math.round(share * (count - 1)))]
      for (const [j, gap] of [5, 14, 26].entries()) {
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
function leader({ x, y }, { w, h }, points) {
  let best = null
  for (const point of points) {
    const near = [Math.min(Math.max(point.x, x), x + w), Math.min(Math.max(point.y, y), y + h)]
    const gap = Math.hypot(point.x - near[0], point.y - near[1])
    if (!best || gap < best.gap) best = { gap, ends: [...near, point.x, point.y] }
  }
  return best.gap > FAR_OFF ? best.ends : null
}

// A colour between two, both as “#rrggbb” or “rgb(r, g, b)”.
function mixed(color, other, share) {
  const parts = (text) => (text.startsWith("#") ? text.match(/[0-9a-f]{2}/gi).map((hex) => parseInt(hex, 16)) : text.match(/\d+/g).map(Number))
  const [a, b] = [parts(color), parts(other)]
  return `rgb(${a.slice(0, 3).map((value, k) => Math.round(share * value + (1 - share) * b[k])).join(",")})`
}

// Whether the line from `a`, unless there is a gap, to `b` meets a box.
function crosses(a, b, left, right, top, bottom) {
  if (!a || b.k - a.k > 1) return b.x >= left && b.x <= right && b.y >= top && b.y <= bottom
  if (a.x < b.x ? b.x < left || a.x > right : a.x < left || b.x > right) return false
  if (a.y < b.y ? b.y < top || a.y > bottom : a.y < top || b.y > bottom) return false
  // The bounding boxes meet, and the box's corners must not all lie on one side of the line.
  const [across, up] = [b.x - a.x, b.y - a.y]
  const side = (x, y) => Math.sign(across * (y - a.y) - up * (x - a.x))
  return Math.abs(side(left, top) + side(right, top) + side(left, bottom) + side(right, bottom)) < 4
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
