// Where numbers are in a picture, in pixels, by its layout alone: the same on the screen and on a slide.

const BETWEEN_PANELS = 0.1 // of the width

class Panel {
  // `suffix` names the axes, as in Plotly: "", "2", …
  constructor(layout, suffix) {
    const { width, height, margin } = layout
    const [x, y] = [layout[`xaxis${suffix}`], layout[`yaxis${suffix}`]]
    const [across, up] = [width - margin.l - margin.r, height - margin.t - margin.b]
    this.left = margin.l + across * x.domain[0]
    this.right = margin.l + across * x.domain[1]
    this.top = margin.t + up * (1 - y.domain[1])
    this.bottom = margin.t + up * (1 - y.domain[0])
    this.bare = y.showticklabels === false
    this.x = x.range
    this.y = y.range
  }

  px(value) {
    return this.left + ((value - this.x[0]) / (this.x[1] - this.x[0])) * (this.right - this.left)
  }

  py(value) {
    return this.bottom - ((value - this.y[0]) / (this.y[1] - this.y[0])) * (this.bottom - this.top)
  }

  // The number at a place across.
  value(px) {
    return this.x[0] + ((px - this.left) / (this.right - this.left)) * (this.x[1] - this.x[0])
  }

  holds(x, y, slack = 0) {
    return x >= this.left - slack && x <= this.right + slack && y >= this.top - slack && y <= this.bottom + slack
  }

  // The points of a trace that can be seen, in pixels, with their numbers' places in it.
  points(trace) {
    const [x, y] = [numbers(trace.x), numbers(trace.y)]
    const found = []
    for (let k = 0; k < x.length; k++) {
      const [px, py] = [this.px(x[k]), this.py(y[k])]
      if (px === px && py === py && this.holds(px, py, 1)) found.push({ x: px, y: py, k })
    }
    return found
  }

  // The line of a trace as far as it can be seen, cut at the panel's edges; `joined` is whether it comes from the point before.
  line(trace) {
    const [x, y] = [numbers(trace.x), numbers(trace.y)]
    const found = []
    let before = null
    for (let k = 0; k < x.length; k++) {
      const at = { x: this.px(x[k]), y: this.py(y[k]) }
      const inside = this.holds(at.x, at.y, 1)
      const way = before && at.x === at.x && at.y === at.y && !(inside && before.inside) ? this.cut(before, at) : null
      if (way?.[0] > 0) found.push({ ...between(before, at, way[0]), k, joined: false })
      if (inside) found.push({ ...at, k, joined: Boolean(before && (before.inside || way)) })
      else if (way) found.push({ ...between(before, at, way[1]), k, joined: true })
      before = at.x === at.x && at.y === at.y ? { ...at, inside } : null
    }
    return found
  }

  // From which share of the way from `a` to `b` to which it is inside; null for none of it.
  cut(a, b) {
    let [from, to] = [0, 1]
    for (const [start, end, low, high] of [[a.x, b.x, this.left, this.right], [a.y, b.y, this.top, this.bottom]]) {
      if (start === end) {
        if (start < low || start > high) return null
        continue
      }
      const [first, last] = [(low - start) / (end - start), (high - start) / (end - start)]
      from = Math.max(from, Math.min(first, last))
      to = Math.min(to, Math.max(first, last))
    }
    return from < to ? [from, to] : null
  }
}

function between(a, b, share) {
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) }
}

function panelOf(trace) {
  return trace.xaxis.slice(1)
}

// Some panels of a figure, by the suffixes of their axes, side by side over the whole height.
function cutOut(data, layout, panels) {
  const kept = Object.fromEntries(Object.entries(layout).filter(([name]) => !isAxis(name)))
  kept.annotations = layout.annotations.filter(({ xref }) => panels.some((panel) => xref === `x${panel} domain`))
  const width = (1 - BETWEEN_PANELS * (panels.length - 1)) / panels.length
  panels.forEach((panel, k) => {
    const left = k * (width + BETWEEN_PANELS)
    kept[`xaxis${panel}`] = { ...layout[`xaxis${panel}`], domain: [left, left + width] }
    kept[`yaxis${panel}`] = { ...layout[`yaxis${panel}`], domain: [0, 1] }
  })
  return { data: data.filter((trace) => panels.includes(panelOf(trace))), layout: kept }
}
