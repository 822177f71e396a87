// Where numbers are in a picture, in pixels, by its layout alone: the same on the screen and on a slide.

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
}

function panelOf(trace) {
  return trace.xaxis.slice(1)
}
