// One graph of several lines over time, as SVG. It is read by moving over it or by the arrow keys.

const SVG = "http://www.w3.org/2000/svg";
const DASHES = ["", "7 3", "2 3", "9 3 2 3", "5 2", "1 4", "12 4", "4 4 1 4"];
const LEFT = 46;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 18;

export function element(parent, name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (parent) parent.append(made);
  return made;
}

/** How the line of a pod is drawn: a colour, and dashes for those who do not see it. */
export function look(index) {
  return { className: `p${index % 8}`, dash: DASHES[(index + Math.floor(index / 8)) % 8] };
}

/** A round number that is no less, of which the half is round, too. */
function ceiling(value, least, binary) {
  const wanted = Math.max(value, least);
  if (binary) return 2 ** Math.ceil(Math.log2(wanted));
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((round) => round >= wanted);
}

export class Graph {
  #svg; #caption; #output; #title; #format; #least; #binary; #lines = []; #marks = []; #from = 0; #to = 1; #cross = null;

  /** `format` makes text of a value; `least` is the smallest top of the scale, whose steps may be powers of two. */
  constructor(parent, title, format, least, binary = false) {
    this.#title = title;
    this.#format = format;
    this.#least = least;
    this.#binary = binary;
    const figure = document.createElement("figure");
    figure.className = "graph";
    const caption = document.createElement("figcaption");
    const strong = document.createElement("strong");
    strong.textContent = title;
    this.#caption = document.createElement("span");
    caption.append(strong, this.#caption);
    this.#svg = element(null, "svg", { tabindex: "0", role: "img" });
    this.#output = document.createElement("output");
    figure.append(caption, this.#svg, this.#output);
    parent.append(figure);
    this.#svg.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.#svg.addEventListener("pointerleave", () => this.#read(null));
    this.#svg.addEventListener("blur", () => this.#read(null));
    this.#svg.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(this.#svg);
  }

  /**
   * Shows these lines: {name, index, faint, points: [[millis, value or null], …]}, oldest first;
   * `marks` are [millis, whether something was lost].
   */
  show(lines, marks, from, to, caption) {
    this.#lines = lines;
    this.#marks = marks;
    this.#from = from;
    this.#to = to;
    this.#caption.textContent = caption;
    this.#svg.setAttribute("aria-label", `${this.#title}, the last five minutes: ${caption || "nothing yet"}`);
    this.#draw();
    if (this.#cross !== null) this.#read(this.#cross);
  }

  #size() {
    return { width: this.#svg.clientWidth || 320, height: this.#svg.clientHeight || 168 };
  }

  #x(time, width) {
    return LEFT + ((time - this.#from) / (this.#to - this.#from)) * (width - LEFT - RIGHT);
  }

  #draw() {
    const { width, height } = this.#size();
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    let most = 0;
    for (const line of this.#lines) for (const [, value] of line.points) if (value > most) most = value;
    const top = ceiling(most, this.#least, this.#binary);
    const y = (value) => height - BOTTOM - (value / top) * (height - BOTTOM - TOP);
    const drawn = [];
    const add = (name, attributes) => {
      const made = element(null, name, attributes);
      drawn.push(made);
      return made;
    };
    for (const share of [0, 0.5, 1]) {
      const at = y(top * share);
      add("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: at, y2: at });
      add("text", { x: LEFT - 6, y: at + 4, "text-anchor": "end" }).textContent = this.#format(top * share);
    }
    for (let minutes = 5; minutes >= 0; minutes--) {
      const anchor = minutes === 0 ? "end" : minutes === 5 ? "start" : "middle";
      const at = this.#x(this.#to - minutes * 60000, width);
      add("text", { x: at, y: height - 4, "text-anchor": anchor }).textContent = minutes === 0 ? "now" : `-${minutes}m`;
    }
    for (const [time, hurt] of this.#marks) {
      if (time < this.#from || time > this.#to) continue;
      const at = this.#x(time, width);
      add("line", { class: hurt ? "mark hurt" : "mark", x1: at, x2: at, y1: TOP, y2: height - BOTTOM });
    }
    for (const line of this.#lines) {
      let path = "";
      let pen = "M";
      for (const [time, value] of line.points) {
        if (value === null || time < this.#from) {
          pen = "M";
          continue;
        }
        path += `${pen}${this.#x(time, width).toFixed(1)} ${y(value).toFixed(1)}`;
        pen = "L";
      }
      const { className, dash } = look(line.index);
      add("path", { class: `value ${className}${line.faint ? " faint" : ""}`, d: path, "stroke-dasharray": line.faint ? "1 2" : dash });
    }
    if (this.#cross !== null) {
      const at = this.#x(this.#cross, width);
      add("line", { class: "cross", x1: at, x2: at, y1: TOP, y2: height - BOTTOM });
    }
    this.#svg.replaceChildren(...drawn);
  }

  #point(offset) {
    const { width } = this.#size();
    const share = (offset - LEFT) / (width - LEFT - RIGHT);
    this.#read(this.#from + Math.min(1, Math.max(0, share)) * (this.#to - this.#from));
  }

  #key(event) {
    const step = { ArrowLeft: -5000, ArrowRight: 5000, PageUp: -60000, PageDown: 60000 }[event.key];
    const end = { Home: this.#from, End: this.#to }[event.key];
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    const time = end ?? (this.#cross ?? this.#to) + step;
    this.#read(Math.min(this.#to, Math.max(this.#from, time)));
  }

  #read(time) {
    this.#cross = time;
    if (time === null) {
      this.#output.textContent = "";
      this.#draw();
      return;
    }
    const said = [];
    for (const line of this.#lines) {
      let best = null;
      for (const point of line.points) {
        if (best === null || Math.abs(point[0] - time) < Math.abs(best[0] - time)) best = point;
      }
      if (best !== null && Math.abs(best[0] - time) < 3000 && best[1] !== null) said.push(`${line.name} ${this.#format(best[1])}`);
    }
    this.#output.textContent = `${new Date(time).toLocaleTimeString()}: ${said.join(", ") || "not known"}`;
    this.#draw();
  }
}
