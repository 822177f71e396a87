// Present mode, as `main.py` sets it: the picture as under a magnifying glass, so that its type is a fixed share of the
// window, and a pointer that singles out a curve.

import { cutOut, isAxis, Panel, panelOf } from "./geometry.js"
import { drawnTraces } from "./plotly_nodes.js"
import { keyed, PARTS } from "./streamlit_dom.js"

const TYPE_HEIGHT_SHARE = 0.031 // of the window: the smallest type
const SMALLEST_TYPE_PX = 12 // elsewhere: the names on curves
const TICKS_AT_MOST = 5
const ROW_GAP_PX = 66 // between panels
const LAST_GAP_PX = 8 // between what is last and the window's end
const CURVE_REACH_PX = 16 // of the pointer
const DIMMED_OPACITY = 0.2

export function presenting() {
  return getComputedStyle(document.documentElement).getPropertyValue("--present").trim() === "1"
}

// What stays in sight under the picture: a scene's sliders, or in present mode what is left of a page's.
export function bars() {
  const page = presenting() ? `, ${PARTS.sidebar}, .stage[data-scenes='0'] .stage-bar` : ""
  return [...document.querySelectorAll(keyed("under") + page)]
}

// How much of the window they take, of what is below `live`.
export function roomUnder(live) {
  const { bottom } = live.getBoundingClientRect()
  const room = (bar) => (bar.matches(keyed("under")) ? bar.getBoundingClientRect().bottom - bottom + LAST_GAP_PX : bar.offsetHeight)
  return bars().reduce((sum, bar) => sum + room(bar), 0)
}

// Put the `stage` under the glass, where it `presents`, `width` by `height` pixels of the window; returns its size there.
export function magnified(stage, width, height, presents) {
  const times = presents ? Math.max(1, (TYPE_HEIGHT_SHARE * window.innerHeight) / SMALLEST_TYPE_PX) : 1
  const own = { width: Math.floor(width / times), height: Math.floor(height / times) }
  Object.assign(stage.style, {
    width: times > 1 ? `${own.width}px` : "",
    height: times > 1 ? `${own.height}px` : "",
    marginBottom: times > 1 ? `${height - own.height}px` : "",
    transform: times > 1 ? `scale(${times})` : "",
  })
  return own
}

// How many times as large as its own pixels a node is on the screen.
export function magnification(node) {
  return node.getBoundingClientRect().width / node.offsetWidth || 1
}

// A layout for the glass: few ticks, and rows of panels as far apart as their words need.
export function roomy(layout, height) {
  const drawn = { ...layout }
  const gap = ROW_GAP_PX / (height - layout.margin.t - layout.margin.b)
  for (const name of Object.keys(layout).filter(isAxis)) {
    const [low, high] = layout[name].domain
    const domain = name[0] === "x" || high - low === 1 ? [low, high] : low > 0 ? [(1 + gap) / 2, 1] : [0, (1 - gap) / 2]
    drawn[name] = { ...layout[name], domain, nticks: TICKS_AT_MOST }
  }
  return drawn
}

// Of four panels the two that tell most (`staged`), side by side; all of them would leave no room for type this large.
export function presented(figure) {
  if (!figure.staged) return figure
  const { data, layout } = cutOut(figure.data, figure.layouts.wide, figure.staged)
  return { ...figure, data, layouts: { ...figure.layouts, wide: layout } }
}

// Under the pointer a curve keeps its strength, and all of other colours fade.
export class Spotlight {
  constructor(stage, node) {
    Object.assign(this, { node, panels: [] })
    stage.addEventListener("pointermove", (event) => this.point(event))
    stage.addEventListener("pointerleave", () => this.shine(null))
  }

  place({ data }, layout, presents) {
    this.data = data
    this.panels = presents ? [...new Set(data.map(panelOf))].map((suffix) => [new Panel(layout, suffix), suffix]) : []
    this.shine(null)
  }

  point({ clientX, clientY }) {
    const { left, top } = this.node.getBoundingClientRect()
    const [x, y] = [clientX - left, clientY - top].map((pixels) => pixels / magnification(this.node))
    let nearest = { gap: CURVE_REACH_PX }
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
    for (const { group, index } of drawnTraces(this.node)) {
      group.style.opacity = lit && this.data[index]?.line?.color !== lit.line.color ? DIMMED_OPACITY : ""
    }
  }
}
