// Draws the charts of a report with uPlot, which precedes it on the page, from the JSON in #data:
//   x       lists that charts share: begins of windows and the end of the last, or shares
//   marks   what happened: {at, end, text}, in seconds
//   charts  {title, unit, across, x, lines: [{label, look, values}]}, in the order of figures
// Charts over time move their cursor and their zoom together.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const spoken = document.getElementById('spoken');
  const dashes = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 5], [16, 3]];
  const printedWidth = 660;
  const seconds = [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
    7200, 14400, 21600, 43200, 86400, 172800, 604800];

  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const lineColour = (i) => colour(`--line-${i % dashes.length + 1}`);

  const grouped = (v, digits) => v.toLocaleString('en-US', {maximumFractionDigits: digits});
  const digitsOf = (v) => Math.abs(v) >= 1000 ? 0 : Math.abs(v) >= 100 ? 1 : 2;
  const plain = (v) => grouped(v, v !== 0 && Math.abs(v) < 0.1 ? 5 : digitsOf(v));
  const written = {
    per_s: (v) => `${plain(v)} /s`,
    ms: (v) => Math.abs(v) >= 1000 ? `${grouped(v / 1000, 2)} s` : `${plain(v)} ms`,
    share: (v) => `${grouped(100 * v, 2)} %`,
    count: plain,
  };

  // 2:05, 1:02:05, 0:00.25
  const clock = (s) => {
    const whole = Math.floor(s + 1e-9);
    const two = (n) => String(n).padStart(2, '0');
    const h = Math.floor(whole / 3600);
    const m = Math.floor(whole / 60) % 60;
    const part = Math.round((s - whole) * 1000);
    const rest = part > 0 ? `.${String(part).padStart(3, '0').replace(/0+$/, '')}` : '';
    return `${h > 0 ? `${h}:${two(m)}` : m}:${two(whole % 60)}${rest}`;
  };
  const percentile = (share) => share >= 1 ? 'max' : `p${grouped(100 * share, 6)}`;

  // A chart over percentiles spreads the last few: each nine takes as much room as the one before.
  const nines = (share) => -Math.log10(1 - share);
  const across = {
    time: {
      places: (x) => x.slice(1).map((end, i) => (x[i] + end) / 2),
      name: (x, i) => `${clock(x[i])} to ${clock(x[i + 1])}`,
      heading: 'time',
      axis: {incrs: seconds, values: (u, ticks) => ticks.map(clock)},
    },
    percentile: {
      places: (x) => x.map(nines),
      name: (x, i) => percentile(x[i]),
      heading: 'percentile',
      axis: {
        splits: (u, a, low, high) =>
          [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999].filter((s) => nines(s) <= high).map(nines),
        values: (u, ticks) => ticks.map((t) => percentile(1 - 10 ** -t)),
      },
    },
  };

  const charts = [];
  const overTime = () => charts.filter((c) => c.about.across === 'time');

  function zoom(chart, min, max) {
    const whole = chart.whole;
    const low = Math.max(min, whole[0]);
    const high = Math.min(max, whole[1]);
    if (!(high - low > (whole[1] - whole[0]) / 1e5)) return;
    const together = chart.about.across === 'time' ? overTime() : [chart];
    for (const {plot} of together) plot.setScale('x', {min: low, max: high});
  }

  // What happened: a thin line and a number where it began, a tint as long as it lasted.
  const marks = {
    hooks: {
      drawAxes: (u) => {
        const {left, top, width, height} = u.bbox;
        const place = (s) => Math.min(Math.max(u.valToPos(s, 'x', true), left), left + width);
        u.ctx.save();
        u.ctx.fillStyle = colour('--tint');
        for (const {at, end} of data.marks) {
          if (end !== null) u.ctx.fillRect(place(at), top, place(end) - place(at), height);
        }
        u.ctx.restore();
      },
      draw: (u) => {
        const {left, top, width, height} = u.bbox;
        const pixel = uPlot.pxRatio;
        let free = left;
        u.ctx.save();
        u.ctx.fillStyle = u.ctx.strokeStyle = colour('--mark');
        u.ctx.lineWidth = pixel;
        u.ctx.font = `${11 * pixel}px system-ui, sans-serif`;
        u.ctx.textAlign = 'left';
        u.ctx.textBaseline = 'top';
        data.marks.forEach(({at}, i) => {
          const x = Math.round(u.valToPos(at, 'x', true)) + 0.5;
          if (x < left || x > left + width) return;
          u.ctx.beginPath();
          u.ctx.setLineDash([3 * pixel, 3 * pixel]);
          u.ctx.moveTo(x, top);
          u.ctx.lineTo(x, top + height);
          u.ctx.stroke();
          const label = String(i + 1);
          if (x < free) return;
          u.ctx.fillText(label, x + 3 * pixel, top + 2 * pixel);
          free = x + u.ctx.measureText(label).width + 6 * pixel;
        });
        u.ctx.restore();
      },
    },
  };

  // The line of a series beside its name, with its dashes: colour is not all that tells them apart.
  function showLine(row, i) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    svg.setAttribute('viewBox', '0 0 30 8');
    svg.setAttribute('class', `line line-${i % dashes.length + 1}`);
    svg.setAttribute('aria-hidden', 'true');
    line.setAttribute('d', 'M0 4h30');
    line.setAttribute('stroke-dasharray', dashes[i % dashes.length].join(' '));
    svg.append(line);
    row.querySelector('th').prepend(svg);
  }

  const isMove = (kind) => kind === 'mousemove' || kind === 'mouseleave';

  function options(chart, width) {
    const {about, x} = chart;
    const way = across[about.across];
    const write = written[about.unit];
    const top = about.unit === 'share' ? 1.05 : null;
    const look = {
      stroke: () => colour('--faint-ink'),
      font: '12px system-ui, sans-serif',
      grid: {stroke: () => colour('--rule'), width: 1},
      ticks: {show: false},
    };
    return {
      width,
      height: root.clientWidth < 600 ? 190 : 230,
      plugins: about.across === 'time' ? [marks] : [],
      legend: {markers: {show: false}},
      cursor: {
        y: false,
        drag: {x: true, y: false, setScale: false},
        sync: about.across === 'time' ? {key: 'time', filters: {pub: isMove}} : null,
        bind: {dblclick: () => () => { zoom(chart, ...chart.whole); return null; }},
      },
      hooks: {
        setSelect: [(u) => {
          const {left, width: wide} = u.select;
          if (wide > 3) zoom(chart, u.posToVal(left, 'x'), u.posToVal(left + wide, 'x'));
          if (wide > 0) u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
        }],
        ready: [(u) => {
          u.root.querySelectorAll('.u-legend .u-series').forEach((row, i) => {
            if (i > 0) showLine(row, about.lines[i - 1].look);
          });
        }],
      },
      scales: {
        x: {time: false, range: (u, min, max) => [min, max]},
        y: {range: (u, min, max) => [Math.min(0, min ?? 0), top ?? (max > 0 ? max * 1.08 : 1)]},
      },
      axes: [
        {...look, ...way.axis, space: 70, size: 30},
        {...look, size: 70, values: (u, ticks) => ticks.map(write)},
      ],
      series: [
        {label: way.heading, value: (u, v, s, i) => i === null ? '–' : way.name(x, i)},
        ...about.lines.map((line) => ({
          label: line.label,
          stroke: () => lineColour(line.look),
          width: 1.75,
          dash: dashes[line.look % dashes.length],
          points: {show: false},
          value: (u, v) => v === null || v === undefined ? '–' : write(v),
        })),
      ],
    };
  }

  const sentence = ({about, x}, i) => [across[about.across].name(x, i),
    ...about.lines.map((line) => {
      const v = line.values[i];
      return `${line.label} ${v === null ? 'nothing to report' : written[about.unit](v)}`;
    })].join(', ');

  // Arrows step through the windows, + and - zoom about the cursor, Escape shows all.
  function onKey(chart, event) {
    const {plot, places, whole} = chart;
    const {min, max} = plot.scales.x;
    const inside = places.map((p, i) => i).filter((i) => places[i] >= min && places[i] <= max);
    if (inside.length === 0) return;
    const first = inside[0];
    const last = inside[inside.length - 1];
    const now = plot.cursor.idx;
    const at = now === null || now === undefined ? null : Math.min(Math.max(now, first), last);
    const middle = at === null ? (min + max) / 2 : places[at];
    const resize = (factor) =>
      zoom(chart, middle - (middle - min) * factor, middle + (max - middle) * factor);
    const go = (i) => {
      plot.setCursor({left: plot.valToPos(places[i], 'x'), top: 1}, true, true);
      spoken.textContent = sentence(chart, i);
    };
    const step = event.shiftKey ? 10 : 1;
    const keys = {
      ArrowRight: () => go(at === null ? first : Math.min(at + step, last)),
      ArrowLeft: () => go(at === null ? last : Math.max(at - step, first)),
      Home: () => go(first),
      End: () => go(last),
      '+': () => resize(0.5),
      '=': () => resize(0.5),
      '-': () => resize(2),
      Escape: () => zoom(chart, ...whole),
    };
    if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  }

  function fillTable(chart, details) {
    const {about, x, places} = chart;
    const table = document.createElement('table');
    const head = table.createTHead().insertRow();
    const cell = (row, tag, text, scope) => {
      const made = document.createElement(tag);
      made.textContent = text;
      if (scope) made.scope = scope; else made.className = 'number';
      row.append(made);
    };
    cell(head, 'th', across[about.across].heading, 'col');
    for (const line of about.lines) cell(head, 'th', line.label, 'col');
    const body = table.createTBody();
    places.forEach((place, i) => {
      const row = body.insertRow();
      cell(row, 'th', across[about.across].name(x, i), 'row');
      for (const {values} of about.lines) {
        cell(row, 'td', values[i] === null ? '–' : written[about.unit](values[i]));
      }
    });
    const scroll = document.createElement('div');
    scroll.className = 'scroll tall';
    scroll.tabIndex = 0;
    scroll.append(table);
    details.append(scroll);
  }

  for (const figure of document.querySelectorAll('figure.chart')) {
    const about = data.charts[figure.dataset.chart];
    const x = data.x[about.x];
    const places = across[about.across].places(x);
    const box = figure.querySelector('.plot');
    const ends = about.across === 'time' ? x : places;
    const whole = [ends[0], ends[ends.length - 1]];
    const chart = {about, x, places, box, whole, plot: null};
    chart.plot = new uPlot(options(chart, box.clientWidth),
      [places, ...about.lines.map((line) => line.values)], box);
    charts.push(chart);
    chart.plot.setScale('x', {min: whole[0], max: whole[1]});
    box.tabIndex = 0;
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', `Chart: ${about.title}. Arrow keys read its figures, ` +
      'plus and minus zoom, Escape shows all.');
    box.addEventListener('keydown', (event) => onKey(chart, event));
    const details = figure.querySelector('details');
    details.addEventListener('toggle', () => fillTable(chart, details), {once: true});
  }

  // Only what can be scrolled is a stop for the Tab key.
  const skipWhatFits = () => {
    for (const part of document.querySelectorAll('.scroll, pre')) {
      const fits = part.scrollWidth <= part.clientWidth && part.scrollHeight <= part.clientHeight;
      part.tabIndex = fits ? -1 : 0;
    }
  };
  const resize = (width) => {
    for (const {box, plot} of charts) {
      const wide = width ?? box.clientWidth;
      if (wide > 0 && wide !== plot.width) plot.setSize({width: wide, height: plot.height});
      plot.redraw(false, true);
    }
  };
  new ResizeObserver(() => {
    if (root.classList.contains('printing')) return;
    resize();
    skipWhatFits();
  }).observe(document.getElementById('main'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => resize());
  addEventListener('beforeprint', () => {
    root.classList.add('printing');
    resize(printedWidth);
  });
  addEventListener('afterprint', () => {
    root.classList.remove('printing');
    resize();
  });
  root.dataset.charts = charts.length;
})();
