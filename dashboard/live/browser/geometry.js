// Where numbers are in a picture, in pixels, by its layout alone: the same on the screen and on a slide.

import { numbers } from "./arrays.js"

const PANEL_GAP_SHARE = 0.1 // of the width

export class Panel {
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
    const { left, right, top, bottom } = this
    const [across, up] = [(right - left) / (this.x[1] - this.x[0]), (bottom - top) / (this.y[1] - this.y[0])]
    const found = []
    let [beforeX, beforeY, wasInside] = [NaN, NaN, false]
    for (let k = 0; k < x.length; k++) {
      const px = x[k] === null ? NaN : left + (x[k] - this.x[0]) * across
      const py = y[k] === null ? NaN : bottom - (y[k] - this.y[0]) * up
      const inside = px >= left - 1 && px <= right + 1 && py >= top - 1 && py <= bottom + 1
      if (inside && wasInside) found.push({ x: px, y: py, k, joined: true })
      else if (inside || wasInside || !isBeyond(beforeX, px, left, right) && !isBeyond(beforeY, py, top, bottom)) {
        const way = this.cut(beforeX, beforeY, px, py)
        const at = (share) => [beforeX + share * (px - beforeX), beforeY + share * (py - beforeY)]
        if (way && way[0] > 0) {
          const [entryX, entryY] = at(way[0])
          found.push({ x: entryX, y: entryY, k, joined: false })
        }
        const [endX, endY] = inside ? [px, py] : way ? at(way[1]) : []
        if (inside || way) found.push({ x: endX, y: endY, k, joined: Boolean(way) })
      }
      ;[beforeX, beforeY, wasInside] = [px, py, inside]
    }
    return found
  }

  // From which share of the way between two points to which it is inside; null for none of it.
  cut(x1, y1, x2, y2) {
    let [from, to] = [0, 1]
    for (const [start, end, low, high] of [[x1, x2, this.left, this.right], [y1, y2, this.top, this.bottom]]) {
      if (start === end) {
        if (start < low - 1 || start > high + 1) return null
        continue
      }
      const [first, last] = [(low - start) / (end - start), (high - start) / (end - start)]
      from = Math.max(from, Math.min(first, last))
      to = Math.min(to, Math.max(first, last))
    }
    return from < to ? [from, to] : null // where a number is missing, too
  }
}

// Whether two numbers are on the same side of a range, or one is none.
function isBeyond(a, b, low, high) {
  return !((a >= low || b >= low) && (a <= high || b <= high)) || a !== a || b !== b
}

export function between(a, b, share) {
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) }
}

export const isAxis = (name) => /^[xy]axis\d*$/.test(name)

export function panelOf(trace) {
  return trace.xaxis.slice(1)
}

// Some panels of a figure, by the suffixes of their axes, side by side over the whole height.
export function cutOut(data, layout, panels) {
  const kept = Object.fromEntries(Object.entries(layout).filter(([name]) => !isAxis(name)))
  kept.annotations = layout.annotations.filter(({ xref }) => panels.some((panel) => xref === `x${panel} domain`))
  const width = (1 - PANEL_GAP_SHARE * (panels.length - 1)) / panels.length
  panels.forEach((panel, k) => {
    const left = k * (width + PANEL_GAP_SHARE)
    kept[`xaxis${panel}`] = { ...layout[`xaxis${panel}`], domain: [left, left + width] }
    kept[`yaxis${panel}`] = { ...layout[`yaxis${panel}`], domain: [0, 1] }
  })
  return { data: data.filter((trace) => panels.includes(panelOf(trace))), layout: kept }
}

// Whether the line from `a`, unless there is a gap, to `b` meets a box.
export function crosses(a, b, left, right, top, bottom) {
  if (!a) return b.x >= left && b.x <= right && b.y >= top && b.y <= bottom
  if (a.x < b.x ? b.x < left || a.x > right : a.x < left || b.x > right) return false
  if (a.y < b.y ? b.y < top || a.y > bottom : a.y < top || b.y > bottom) return false
  // The bounding boxes meet, and the box's corners must not all lie on one side of the line.
  const [across, up] = [b.x - a.x, b.y - a.y]
  const side = (x, y) => Math.sign(across * (y - a.y) - up * (x - a.x))
  return Math.abs(side(left, top) + side(right, top) + side(left, bottom) + side(right, bottom)) < 4
}
